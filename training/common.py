"""What every training script shares: a clock for time budgets, checkpoints that resume, averaged weights, Muon, a run log."""
from __future__ import annotations

import argparse
import copy
import json
import os
import platform
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from scenes import World


def base_parser(doc: str) -> argparse.ArgumentParser:
    """The options that all trainings understand."""
    parser = argparse.ArgumentParser(description=doc)
    parser.add_argument("--art", required=True, help="package/assets of @lobehub/fluent-emoji-3d")
    parser.add_argument("--work", required=True, help="folder for caches and checkpoints, outside the repository")
    parser.add_argument("--minutes", type=float, default=20, help="wall time of the whole schedule, over all resumed runs")
    parser.add_argument("--samples", type=int, help="count the schedule in samples instead of minutes, which is the same on any machine")
    parser.add_argument("--until", type=float, help="train until this second since 1970 instead; the schedule runs from the start of the process to then")
    parser.add_argument("--workers", type=int, default=0, help="processes that make pictures beside the training; 0: it makes them itself")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    return parser


def cpu_model() -> str:
    """The processor's name and nothing else about the machine."""
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor()


def world_of(args: argparse.Namespace) -> World:
    """The renderer, with the held-out captions forbidden."""
    import prompts
    world = World(args.art, args.work)
    world.forbidden = prompts.forbidden(world)
    return world


def to_tensor(images: list[np.ndarray]) -> torch.Tensor:
    """uint8 pictures to float32 [B,3,H,W] in -1..1."""
    return torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2).float().div_(127.5).sub_(1).contiguous()


class Average:
    """Exponential moving average of a module's weights, with a warm-up of its decay."""

    def __init__(self, module: nn.Module, decay: float) -> None:
        self.module = copy.deepcopy(module).eval().requires_grad_(False)
        self.decay, self.updates = decay, 0

    @torch.no_grad()
    def update(self, module: nn.Module) -> None:
        """Move the average towards the module."""
        self.updates += 1
        decay = min(self.decay, (1 + self.updates) / (10 + self.updates))
        mine, theirs = list(self.module.parameters()), [p.detach() for p in module.parameters()]
        torch._foreach_lerp_(mine, theirs, 1 - decay)
        for a, b in zip(self.module.buffers(), module.buffers()):
            a.copy_(b)


class Muon(torch.optim.Optimizer):
    """Momentum orthogonalised by five Newton-Schulz steps, for hidden weight matrices."""

    def __init__(self, params: list[nn.Parameter], lr: float, momentum: float = 0.95, weight_decay: float = 0.01) -> None:
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:
        """One update; matrices of one shape are orthogonalised together."""
        for group in self.param_groups:
            shapes: dict[tuple[int, ...], list[nn.Parameter]] = {}
            for p in group["params"]:
                if p.grad is not None:
                    shapes.setdefault(tuple(p.shape), []).append(p)
            for shape, params in shapes.items():
                grads = [p.grad for p in params]
                buffers = [self.state[p].setdefault("momentum", torch.zeros_like(p)) for p in params]
                torch._foreach_lerp_(buffers, grads, 1 - group["momentum"])
                stack = orthogonalise(torch.stack(torch._foreach_lerp(grads, buffers, group["momentum"]))) * max(1, shape[0] / shape[1]) ** 0.5
                torch._foreach_mul_(params, 1 - group["lr"] * group["weight_decay"])
                torch._foreach_add_(params, list(stack.to(params[0].dtype)), alpha=-group["lr"])


def orthogonalise(g: torch.Tensor) -> torch.Tensor:
    """Newton-Schulz iteration of Muon on a batch of matrices."""
    x = g.bfloat16()
    flip = x.shape[-2] > x.shape[-1]
    if flip:
        x = x.mT
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(5):
        a = x @ x.mT
        x = 3.4445 * x + (-4.7750 * a + 2.0315 * a @ a) @ x
    return (x.mT if flip else x).float()


class Run:
    """Elapsed time, samples and losses of one training, kept over restarts."""

    def __init__(self, name: str, args: argparse.Namespace, every: float = 180) -> None:
        """Names the checkpoint `<work>/<name>.pt` and the log `<work>/<name>.json`."""
        self.name, self.args, self.every = name, args, every
        self.path = Path(args.work) / f"{name}.pt"
        self.elapsed, self.steps, self.samples, self.losses = 0.0, 0, 0, []
        self.begun = self.tick = self.saved = self.told = time.time()
        self.recent, self.loss = 0, 0.0
        self.before: dict[str, int] = {}  # of the run whose weights this one began with

    def restore(self, **parts: Any) -> bool:
        """Load a checkpoint into the parts (anything with load_state_dict) if there is one."""
        if not self.path.exists():
            return False
        state = torch.load(self.path, map_location=self.args.device, weights_only=False)
        self.elapsed, self.steps, self.samples, self.losses = state["run"]
        for name, part in parts.items():
            if name in state["parts"]:
                part.load_state_dict(state["parts"][name])
        self.tick = self.saved = time.time()
        print(f"{self.name}: resumed at {self.elapsed / 60:.1f} min, {self.samples} samples", flush=True)
        return True

    @property
    def progress(self) -> float:
        """0..1 of the budget of time, or of samples."""
        if until := getattr(self.args, "until", None):
            return (time.time() - self.begun) / max(until - self.begun, 1e-3)
        if self.args.samples:
            return self.samples / self.args.samples
        return self.elapsed / (self.args.minutes * 60)

    def lr(self, warm: float = 0.02, decay_from: float = 0.6, floor: float = 0.05) -> float:
        """Warm-up, constant, then linear decay, as a factor."""
        p = self.progress
        if self.steps < 30:
            return (self.steps + 1) / 30
        return 1.0 if p < decay_from else max(floor, 1 - (1 - floor) * (p - decay_from) / (1 - decay_from))

    def count(self, batch: int, loss: float | torch.Tensor) -> None:
        """One step is done. The loss may stay on its device: it is read every 20 seconds, when a line is printed."""
        now = time.time()
        self.elapsed += now - self.tick
        self.tick = now
        self.steps += 1
        self.samples += batch
        self.recent, self.loss = self.recent + 1, self.loss + (loss.detach() if isinstance(loss, torch.Tensor) else loss)
        if now - self.told > 20:
            mean = float(self.loss) / self.recent
            self.losses.append([self.steps, round(self.elapsed), round(mean, 5)])
            self.recent, self.loss, self.told = 0, 0.0, now
            print(f"{self.name} {self.steps} {self.samples} {self.elapsed / 60:.1f}min loss {mean:.4f} {self.samples / self.elapsed:.1f}/s", flush=True)

    def due(self) -> bool:
        """True when it is time for a checkpoint."""
        return time.time() - self.saved > self.every

    def save(self, **parts: Any) -> None:
        """Write checkpoint and log, each by rename."""
        state = {"run": (self.elapsed, self.steps, self.samples, self.losses), "parts": {k: v.state_dict() for k, v in parts.items()}}
        partial = self.path.with_suffix(".partial")
        torch.save(state, partial)
        os.replace(partial, self.path)
        log = {"name": self.name, "steps": self.steps, "samples": self.samples, "seconds": round(self.elapsed), "machine": cpu_model() if self.args.device == "cpu" else torch.cuda.get_device_name(),
               "threads": self.args.threads, "seed": self.args.seed, "batch": self.args.batch, "lr": self.args.lr, "losses": self.losses,
               **({"before": self.before} if self.before else {})}
        (Path(self.args.work) / f"{self.name}.json").write_text(json.dumps(log))
        self.saved = self.tick = time.time()
