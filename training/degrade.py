"""What happens to pictures before they are enlarged: made small one way or another, blurred, noisy, JPEG; on the device, batch by batch."""
from __future__ import annotations

import functools
import math

import torch
import torch.nn.functional as F

LUMA = (16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
        18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99)
CHROMA = (17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99, *[99] * 32)


@functools.cache
def constant(values: tuple[int, ...], device: torch.device) -> torch.Tensor:
    """A table of eight rows, copied to the device once."""
    return torch.tensor(values, dtype=torch.float32, device=device).reshape(8, -1)


@functools.cache
def cosines(device: torch.device) -> torch.Tensor:
    """The orthonormal DCT-II of eight values as a matrix."""
    n = torch.arange(8, dtype=torch.float32)
    dct = torch.cos(math.pi * (2 * n[None] + 1) * n[:, None] / 16) / 2
    dct[0] /= 2 ** 0.5
    return dct.to(device)


def smaller(high: torch.Tensor, factor: int, way: float) -> torch.Tensor:
    """[B,3,H,W] by means, bicubic or bilinear with the corners rounded off, as `way` in 0..1 chooses."""
    if way < 0.4:
        return F.avg_pool2d(high, factor)
    mode = "bicubic" if way < 0.8 else "bilinear"
    return F.interpolate(high, scale_factor=1 / factor, mode=mode, antialias=True, align_corners=False).clamp(-1, 1)


def jpeg(image: torch.Tensor, quality: torch.Tensor, halved: bool) -> torch.Tensor:
    """[B,3,H,W] in -1..1 after JPEG (ITU-T T.81, tables of annex K) at `quality` [B] in 1..100; colours at half size with `halved`. H and W are multiples of 16."""
    size, dct = image.shape[-2:], cosines(image.device)
    scale = torch.where(quality < 50, 5000 / quality, 200 - 2 * quality)[:, None, None, None, None, None] / 100
    r, g, b = image.mul(127.5).unbind(1)
    y, cb, cr = 0.299 * r + 0.587 * g + 0.114 * b, -0.168736 * r - 0.331264 * g + 0.5 * b, 0.5 * r - 0.418688 * g - 0.081312 * b

    def coded(planes: torch.Tensor, table: tuple[int, ...]) -> torch.Tensor:
        steps = (constant(table, image.device) * scale).round().clamp(1, 255)
        blocks = planes.unflatten(3, (-1, 8)).unflatten(2, (-1, 8)).transpose(3, 4)
        found = ((dct @ blocks @ dct.T) / steps).round() * steps
        return (dct.T @ found @ dct).transpose(3, 4).flatten(4, 5).flatten(2, 3)

    y, colours = coded(y[:, None], LUMA)[:, 0], torch.stack([cb, cr], 1)
    if halved:
        colours = F.interpolate(coded(F.avg_pool2d(colours, 2), CHROMA), size, mode="bilinear", align_corners=False)
    else:
        colours = coded(colours, CHROMA)
    cb, cr = colours.unbind(1)
    return torch.stack([y + 1.402 * cr, y - 0.344136 * cb - 0.714136 * cr, y + 1.772 * cb], 1).div(127.5).clamp(-1, 1)


def worn(low: torch.Tensor) -> torch.Tensor:
    """[B,3,H,W] in -1..1: two in five as they are, the others with a little blur, noise, JPEG or two of these; rounded to 8 bits."""
    count, device = len(low), low.device
    pick = lambda share: torch.rand(count, 1, 1, 1, device=device) < share
    touched = pick(0.6)
    weight = 0.25 * torch.rand(count, 1, 1, 1, device=device)  # of the four neighbours together: a sigma up to some 0.4
    around = (low.roll(1, 2) + low.roll(-1, 2) + low.roll(1, 3) + low.roll(-1, 3)) / 4
    out = torch.where(touched & pick(0.25), torch.lerp(low, around, weight), low)
    noisy = out + torch.randn_like(out) * torch.rand(count, 1, 1, 1, device=device) * (6 / 127.5)
    out = torch.where(touched & pick(0.35), noisy, out).clamp(-1, 1)
    quality = 55 + 43 * torch.rand(count, device=device)
    coded = torch.where(pick(0.5), jpeg(out, quality, True), jpeg(out, quality, False))
    out = torch.where(touched & pick(0.7), coded, out)
    return out.add(1).mul(127.5).round().div(127.5).sub(1)
