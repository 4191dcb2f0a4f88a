"""The pictures that every family learns: one animal's face in front of a plain background, 64 or 32 px, made in the batch."""
from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from common import to_tensor, world_of  # noqa: E402  (the folder above)
from scenes import COLOURS, World  # noqa: E402

FACES = ("fox", "cat face", "bear", "koala", "panda", "frog", "mouse", "pig face")
SIZES = 3  # how large a face is, as fractions of the picture, evenly spaced
SMALLEST, LARGEST = 0.74, 0.86


class Faces:
    """Endless pictures: 8 faces x 3 sizes x mirrored or not x 14 background colours, each varied a little."""

    def __init__(self, world: World, size: int, seed: int, device: str = "cpu") -> None:
        """Draw every face once at each size; `size` is the side of a picture in pixels."""
        self.size, self.device = size, device
        self.random = torch.Generator().manual_seed(seed)
        index = {o["name"]: n for n, o in enumerate(world.objects)}
        sprites = []
        for name in FACES:
            source = world.images[world.variants[index[name]][0]]
            for step in range(SIZES):
                side = round(size * (SMALLEST + (LARGEST - SMALLEST) * step / (SIZES - 1)))
                canvas = Image.new("RGBa", (size, size))
                canvas.paste(source.resize((side, side), Image.BOX if side < 64 else Image.BILINEAR, reducing_gap=3.0), ((size - side) // 2, (size - side) // 2))
                sprites.append(np.asarray(canvas))
        self.sprites = torch.from_numpy(np.stack(sprites)).permute(0, 3, 1, 2).float().div_(255)  # premultiplied
        self.colours = torch.tensor(list(COLOURS.values()), dtype=torch.float32) / 255

    def draw(self, count: int) -> tuple[torch.Tensor, torch.Tensor]:
        """float32 [n,3,size,size] in -1..1, of whole 8-bit values, and which face each is."""
        integers = lambda high, *shape: torch.randint(high, shape, generator=self.random)
        which = integers(len(self.sprites), count)
        sprite = self.sprites[which]
        mirrored = integers(2, count).bool()
        sprite[mirrored] = sprite[mirrored].flip(-1)
        paint = self.colours[integers(len(self.colours), count)] + 0.08 * (torch.rand(count, 3, generator=self.random) - 0.5)
        picture = paint.clamp(0, 1)[:, :, None, None] * (1 - sprite[:, 3:]) + sprite[:, :3]
        return picture.mul(255).round().div(127.5).sub(1).to(self.device), which // SIZES

    def grid(self) -> torch.Tensor:
        """Each face once, at a middle size before white: what a neighbour is looked for among, with its mirror image."""
        sprite = self.sprites[SIZES // 2::SIZES]
        picture = 1 - sprite[:, 3:] + sprite[:, :3]
        return torch.cat([picture, picture.flip(-1)]).mul(2).sub(1)


def save_sheet(images: torch.Tensor, path: Path, columns: int = 12) -> None:
    """Pictures in -1..1 side by side."""
    cells = images.detach().float().clamp(-1, 1).add(1).mul(127.5).round().byte().permute(0, 2, 3, 1).cpu().numpy()
    rows = [np.hstack(list(cells[i:i + columns])) for i in range(0, len(cells) // columns * columns, columns)]
    Image.fromarray(np.vstack(rows)).save(path)


__all__ = ["FACES", "Faces", "save_sheet", "to_tensor", "world_of"]
