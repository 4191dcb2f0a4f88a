"""JPEG on batches of tensors, without the entropy coder, which loses nothing."""
from __future__ import annotations

import math
from functools import cache

import torch
import torch.nn.functional as F

# ITU-T T.81, tables K.1 and K.2.
LUMA = (16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
        18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99)
CHROMA = (17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99) + (99,) * 32


@cache
def cosines(device: torch.device) -> torch.Tensor:
    """Orthonormal DCT-II of eight values, [frequency, place]."""
    n = torch.arange(8, dtype=torch.float64)
    matrix = torch.cos((2 * n[None] + 1) * n[:, None] * math.pi / 16) / 2
    matrix[0] /= math.sqrt(2)
    return matrix.float().to(device)


def tables_of(quality: torch.Tensor) -> torch.Tensor:
    """[N] of 1..100 to [N,2,8,8], as the IJG's library scales them."""
    scale = torch.where(quality < 50, torch.floor(5000 / quality), 200 - 2 * quality)
    base = torch.tensor([LUMA, CHROMA], dtype=torch.float32, device=quality.device)
    return torch.floor((base * scale[:, None, None] + 50) / 100).clamp(1, 255).view(-1, 2, 8, 8)


def quantised(plane: torch.Tensor, table: torch.Tensor) -> torch.Tensor:
    """[N,C,H,W] around 0, sides multiples of 8, through the transform and its coarse steps [N or 1,1,8,8]."""
    n, c, h, w = plane.shape
    d = cosines(plane.device)
    blocks = plane.reshape(n, c, h // 8, 8, w // 8, 8).transpose(3, 4)
    steps = table.view(-1, 1, 1, 1, 8, 8)
    coefficients = torch.round(d @ blocks @ d.T / steps) * steps
    return (d.T @ coefficients @ d).transpose(3, 4).reshape(n, c, h, w)


def jpeg(image: torch.Tensor, tables: torch.Tensor, halved: torch.Tensor | None = None) -> torch.Tensor:
    """float [N,3,H,W] of whole numbers 0..255 after JPEG with tables [N or 1,2,8,8]; chroma of half size where `halved` [N], everywhere when it is not given. Triangle upsampling, as libjpeg's."""
    h, w = image.shape[2:]
    x = F.pad(image, (0, -w % 16, 0, -h % 16), mode="replicate")
    r, g, b = x.unbind(1)
    y = torch.round(0.299 * r + 0.587 * g + 0.114 * b) - 128
    chroma = torch.stack([torch.round(-0.168735892 * r - 0.331264108 * g + 0.5 * b), torch.round(0.5 * r - 0.418687589 * g - 0.081312411 * b)], 1)
    y = quantised(y[:, None], tables[:, :1]).add(128).round().clamp(0, 255)[:, 0]
    small = quantised(F.avg_pool2d(chroma, 2).round(), tables[:, 1:]).round().clamp(-128, 127)
    coloured = F.interpolate(small, scale_factor=2, mode="bilinear", align_corners=False).round()
    if halved is not None:
        coloured = torch.where(halved[:, None, None, None], coloured, quantised(chroma, tables[:, 1:]).round().clamp(-128, 127))
    cb, cr = coloured.unbind(1)
    out = torch.stack([y + 1.402 * cr, y - 0.344136286 * cb - 0.714136286 * cr, y + 1.772 * cb], 1)
    return out[..., :h, :w].round().clamp(0, 255)
