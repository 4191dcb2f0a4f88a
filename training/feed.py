"""Pictures from other processes, and a pool of them on the device: what keeps a GPU busy while a few cores render."""
from __future__ import annotations

import multiprocessing
import queue
from collections.abc import Callable, Sequence

import numpy as np
import torch

Arrays = tuple[np.ndarray, ...]


def _work(make: Callable[[np.random.Generator], Arrays], seed: list[int], out: multiprocessing.Queue) -> None:
    """What a worker does until it is ended."""
    rng = np.random.default_rng(seed)
    while True:
        out.put(make(rng))


class Feed:
    """Runs `make(rng)` over and over in `workers` processes; without any, once for each call of `take`.

    The processes are forked, so that they share what the caller has loaded: start them before anything touches the device,
    and let `make` use no PyTorch.
    """

    def __init__(self, make: Callable[[np.random.Generator], Arrays], workers: int, seed: list[int]) -> None:
        self.make, self.rng, self.processes = make, np.random.default_rng(seed), []
        if workers:
            context = multiprocessing.get_context("fork")
            self.queue = context.Queue(4 * workers)
            self.processes = [context.Process(target=_work, args=(make, [*seed, n + 1], self.queue), daemon=True) for n in range(workers)]
            for process in self.processes:
                process.start()

    def take(self, wait: bool = False) -> list[Arrays]:
        """What is ready; with `wait`, at least one. RuntimeError when no worker is left to wait for."""
        if not self.processes:
            return [self.make(self.rng)]
        found: list[Arrays] = []
        while True:
            try:
                found.append(self.queue.get(timeout=1) if wait and not found else self.queue.get_nowait())
            except queue.Empty:
                if not wait or found:
                    return found
                if not any(process.is_alive() for process in self.processes):
                    raise RuntimeError("every worker has ended") from None

    def close(self) -> None:
        """End the workers."""
        for process in self.processes:
            process.kill()


class Pool:
    """The last `capacity` entries of some arrays, on the device as they were given."""

    def __init__(self, capacity: int, device: str) -> None:
        self.capacity, self.device, self.count, self.at = capacity, device, 0, 0
        self.parts: list[torch.Tensor] = []

    def add(self, arrays: Sequence[np.ndarray | torch.Tensor]) -> None:
        """Put rows in; the oldest go. At most `capacity` rows at a time, and the same shapes and types every time."""
        rows = [upload(a, self.device) if isinstance(a, np.ndarray) else a for a in arrays]
        if not self.parts:
            self.parts = [torch.empty((self.capacity, *r.shape[1:]), dtype=r.dtype, device=self.device) for r in rows]
        size = len(rows[0])
        where = (torch.arange(size, device=self.device) + self.at) % self.capacity
        for part, new in zip(self.parts, rows):
            part[where] = new
        self.at = (self.at + size) % self.capacity
        self.count = min(self.capacity, self.count + size)

    def draw(self, size: int) -> list[torch.Tensor]:
        """`size` rows at random, with repetition."""
        index = torch.randint(self.count, (size,), device=self.device)
        return [part[index] for part in self.parts]


def upload(array: np.ndarray, device: str) -> torch.Tensor:
    """The array on the device. Pinned memory lets the copy go on beside the steps; from other memory it would wait for all of them."""
    tensor = torch.from_numpy(array)
    return tensor.pin_memory().to(device, non_blocking=True) if device != "cpu" else tensor


def to_signed(pixels: torch.Tensor) -> torch.Tensor:
    """uint8 [B,H,W,3] to float32 [B,3,H,W] in -1..1, channels last in memory."""
    return pixels.permute(0, 3, 1, 2).float().div_(127.5).sub_(1)


def cut(images: torch.Tensor, which: torch.Tensor, y: torch.Tensor, x: torch.Tensor, size: int) -> torch.Tensor:
    """Squares of `size` out of [B,C,H,W]: of entry `which` [N], with their corners at `y` and `x` [N]."""
    steps = torch.arange(size, device=images.device)
    return images.permute(0, 2, 3, 1)[which[:, None, None], (y[:, None] + steps)[:, :, None], (x[:, None] + steps)[:, None]].permute(0, 3, 1, 2)
