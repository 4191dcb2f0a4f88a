"""What pack.py wrote, decoded and resident on a device: regions of pictures with the JPEG tables that they came with."""
from __future__ import annotations

import io
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from PIL import Image, JpegImagePlugin

SIDE, LEAST = 320, 224
PHOTOGRAPHS = {"clothing": 0.22, "dreambooth": 0.38, "elementary": 0.12, "lomiri": 0.14, "mate": 0.06, "plasma": 0.08, "packages": 0.5, "packages-2": 0.5}


def windows(store: torch.Tensor, which: torch.Tensor, y: torch.Tensor, x: torch.Tensor, side: int) -> torch.Tensor:
    """uint8 [M,3,S,S] at places [N] to float [N,3,side,side] of 0..255."""
    along = torch.arange(side, device=store.device)
    planes = torch.arange(3, device=store.device)
    rows, columns = (y[:, None] + along)[:, None, :, None], (x[:, None] + along)[:, None, None, :]
    return store[which[:, None, None, None], planes[None, :, None, None], rows, columns].float()


def opened(data: bytes, source: str, rng: np.random.Generator) -> list[tuple[np.ndarray, np.ndarray, bool, bool]]:
    """Regions of at most SIDE: pixels, JPEG tables [2,64] (ones where there are none), whether chroma is halved, whether it is JPEG."""
    image = Image.open(io.BytesIO(data))
    is_jpeg, tables, halved = image.format == "JPEG", np.ones((2, 64), np.float32), False
    if is_jpeg:
        found = list(image.quantization.values())
        tables = np.array([found[0], found[-1]], np.float32)
        halved = JpegImagePlugin.get_sampling(image) == 2
    image = image.convert("RGB")
    tiles = [image]
    if source == "sd-cheatsheet":
        tiles = [image.crop((x + 4, y + 4, x + 508, y + 508)) for y in range(0, image.height - 511, 512) for x in range(0, image.width - 511, 512)]
    out = []
    for tile in tiles:
        w, h = min(SIDE, tile.width), min(SIDE, tile.height)
        if min(w, h) < LEAST:
            continue
        x, y = int(rng.integers(tile.width - w + 1)), int(rng.integers(tile.height - h + 1))
        out.append((np.asarray(tile.crop((x, y, x + w, y + h))), tables, halved, is_jpeg))
    return out


class Shelf:
    """All regions: `pixels` uint8 [N,3,320,320] (of smaller ones the top left part counts), `height`, `width`, `tables`, `halved`, `is_jpeg`, `label`, `paired`."""

    def __init__(self, folder: Path, device: torch.device, seed: int = 0, most: int | None = None, only_paired: bool = False) -> None:
        self.device, self.generator = device, torch.Generator(device).manual_seed(seed)
        jobs: list[tuple[bytes, str, int, bool]] = []
        for path in sorted(folder.glob("crops-*.npz")):
            pack = np.load(path)
            data, ends = pack["data"].tobytes(), pack["ends"].tolist()
            for (source, label, paired), begin, end in zip(json.loads(str(pack["facts"])), [0, *ends], ends):
                if paired or not only_paired:
                    jobs.append((data[begin:end], source, label, paired))
        jobs = jobs[:most]
        rng = np.random.default_rng(seed)
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(lambda job: opened(job[0], job[1], np.random.default_rng(len(job[0]))), jobs))
        rows = [(region, job) for regions, job in zip(found, jobs) for region in regions]
        rows = [rows[i] for i in rng.permutation(len(rows))]
        pixels = torch.zeros(len(rows), 3, SIDE, SIDE, dtype=torch.uint8)
        for k, ((picture, *_), _) in enumerate(rows):
            pixels[k, :, :picture.shape[0], :picture.shape[1]] = torch.from_numpy(picture).permute(2, 0, 1)
        self.pixels = pixels.to(device)
        self.height, self.width = (torch.tensor([region[0].shape[d] for region, _ in rows], device=device) for d in (0, 1))
        self.tables = torch.from_numpy(np.stack([region[1] for region, _ in rows])).view(-1, 2, 8, 8).to(device)
        self.halved = torch.tensor([region[2] for region, _ in rows], device=device)
        self.is_jpeg = torch.tensor([region[3] for region, _ in rows], device=device)
        self.label = torch.tensor([job[2] for _, job in rows], device=device)
        self.paired = torch.tensor([job[3] for _, job in rows], device=device)
        self.source = [job[1] for _, job in rows]
        self.photograph = torch.tensor([PHOTOGRAPHS.get(name, 0) / max(1, self.source.count(name)) for name in self.source], device=device)

    def among(self, weights: dict[str, float]) -> torch.Tensor:
        """A probability for each region: `weights` by source, shared by its regions."""
        counts = {name: self.source.count(name) for name in weights}
        return torch.tensor([weights.get(name, 0.0) / max(1, counts.get(name, 1)) for name in self.source], device=self.device)

    def places(self, which: torch.Tensor, side: int, step: int = 1) -> tuple[torch.Tensor, torch.Tensor]:
        """Random corners for windows of a side, on multiples of `step`."""
        draw = lambda size: (torch.rand(len(which), device=self.device, generator=self.generator) * ((size[which] - side) // step + 1)).long() * step
        return draw(self.height), draw(self.width)

    def draw(self, chance: torch.Tensor, count: int) -> torch.Tensor:
        """Indices [count] by chance."""
        return torch.multinomial(chance, count, replacement=True, generator=self.generator)

    def photographs(self, count: int, side: int) -> torch.Tensor:
        """float [count,3,side,side] of 0..255 from photographs and pictures like them."""
        which = self.draw(self.photograph, count)
        out = windows(self.pixels, which, *self.places(which, side), side)
        return out.flip(3) if float(torch.rand((), generator=self.generator, device=self.device)) < 0.5 else out
