"""Pictures from formulas as tensors: waves, gradients, squares, value noise, cells, rings, moiré, with noise of one or three channels. No camera made them, and no decoder."""
from __future__ import annotations

import torch
import torch.nn.functional as F

SIDE = 224


def formulas(count: int, generator: torch.Generator) -> torch.Tensor:
    """uint8 [count,3,224,224], on the generator's device."""
    device = generator.device
    uniform = lambda *size, low=0.0, high=1.0: low + (high - low) * torch.rand(*size, device=device, generator=generator)
    column = lambda low, high: uniform(count, 1, 1, low=low, high=high)
    often = lambda share: (uniform(count, 1, 1) < share).float()
    line = torch.arange(SIDE, device=device, dtype=torch.float32)
    y, x = line[None, :, None], line[None, None, :]
    value = column(20, 180) + x * column(-0.5, 0.5) + y * column(-0.5, 0.5)
    waves = (uniform(count, 1, 1) ** 2 * 25).round()
    for k in range(25):
        value = value + (waves > k) * column(1, 9) * torch.sin(x * column(-0.4, 0.4) + y * column(-0.4, 0.4) + column(0, 6.3))
    side = column(2, 40).round()
    value = value + often(0.3) * (((x / side).floor() + (y / side).floor()) % 2) * column(5, 120)
    grid = (x * column(1, 8).round() + y * column(1, 8).round() + ((x * y) % 17) * column(0, 5)) % 256
    value = torch.lerp(value, grid, often(0.2))
    for octave in (4, 8, 16, 32, 64):
        field = F.interpolate(uniform(count, 1, SIDE // octave + 2, SIDE // octave + 2) - 0.5, size=(SIDE, SIDE), mode="bicubic" if octave > 8 else "bilinear", align_corners=False)[:, 0]
        value = value + often(0.3) * field * column(4, 3 * octave)
    cy, cx = column(-50, SIDE + 50), column(-50, SIDE + 50)
    far = ((x - cx) ** 2 + (y - cy) ** 2).sqrt()
    value = value + often(0.15) * column(5, 60) * torch.sin(far * column(0.05, 0.9)) + often(0.1) * column(5, 60) * torch.sin(far.square() * column(0.0005, 0.01))
    stripes = ((x * column(-1, 1) + y * column(-1, 1)) % column(3, 60)) < column(1, 20)
    value = value + often(0.2) * stripes * column(-90, 90)
    points_y, points_x = uniform(count, 12, 1, 1, high=SIDE), uniform(count, 12, 1, 1, high=SIDE)
    cells = ((x[:, None] - points_x) ** 2 + (y[:, None] - points_y) ** 2).min(1)
    value = torch.lerp(value, cells.indices * 20.0 + often(0.5) * cells.values.sqrt(), often(0.15))
    value = torch.where(often(0.1) > 0, ((value / column(10, 60)).floor() * 40), value)
    planes = value[:, None] * torch.where(uniform(count, 3, 1, 1) < 0.7, uniform(count, 3, 1, 1, low=-1), 1.0) + torch.where(uniform(count, 3, 1, 1) < 0.7, uniform(count, 3, 1, 1, high=220), 0.0)
    one = lambda: torch.randn(count, 1, SIDE, SIDE, device=device, generator=generator)
    flat = uniform(count, 1, SIDE, SIDE, low=-1)
    noisy = planes + (often(0.5)[:, None] * column(0, 8)[:, None]) * flat + (often(0.15) * column(0, 12))[:, None] * one()
    three = torch.randn(count, 3, SIDE, SIDE, device=device, generator=generator)
    noisy = noisy + (often(0.3) * column(0, 8))[:, None] * three
    return noisy.clamp(0, 255).round().to(torch.uint8)
