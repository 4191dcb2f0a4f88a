"""Picture losses that need no pretrained network: multi-scale gradients and a masked local-DFT distance (after Watson-DFT, 2006.15057)."""
from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import nn


def gradient_loss(a: torch.Tensor, b: torch.Tensor, scales: int = 3) -> torch.Tensor:
    """L1 of horizontal and vertical differences at several scales."""
    total = a.new_zeros(())
    for scale in range(scales):
        if scale:
            a, b = F.avg_pool2d(a, 2), F.avg_pool2d(b, 2)
        d = a - b
        total = total + (d[..., 1:] - d[..., :-1]).abs().mean() + (d[..., 1:, :] - d[..., :-1, :]).abs().mean()
    return total / scales


class LocalSpectrum(nn.Module):
    """Distance of windowed 8x8 Fourier magnitudes in YCbCr, each divided by how much the target hides at that place."""

    def __init__(self, size: int = 8) -> None:
        super().__init__()
        self.size = size
        n = torch.arange(size, dtype=torch.float32)
        window = torch.sin(math.pi * (n + 0.5) / size)
        window = window[:, None] * window[None]
        kernels, weights = [], []
        for u in range(size // 2 + 1):
            for v in range(size):
                w = v if v <= size // 2 else v - size
                if (u, v) == (0, 0) or (u in (0, size // 2) and w < 0):
                    continue
                phase = 2 * math.pi * (u * n[:, None] + v * n[None]) / size
                kernels += [torch.cos(phase) * window, torch.sin(phase) * window]
                weights.append(1 / (1 + 0.35 * math.hypot(u, w)))
        self.register_buffer("kernel", torch.stack(kernels)[:, None] / size)
        weight = torch.tensor(weights)
        self.register_buffer("weight", (weight / weight.sum())[None, :, None, None])
        self.register_buffer("ycc", torch.tensor([[0.299, 0.587, 0.114], [-0.169, -0.331, 0.5], [0.5, -0.419, -0.081]]))

    def magnitudes(self, x: torch.Tensor) -> torch.Tensor:
        """[3B, frequencies, h, w]."""
        x = torch.einsum("ij,bjhw->bihw", self.ycc, x).flatten(0, 1)
        patches = x.unfold(1, self.size, 4).unfold(2, self.size, 4)
        y = patches.reshape(*patches.shape[:3], -1) @ self.kernel.flatten(1).T
        return (y.square().unflatten(-1, (-1, 2)).sum(-1) + 1e-5).sqrt().permute(0, 3, 1, 2)

    def forward(self, a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
        """Scalar distance; `b` is the target."""
        fa, fb = self.magnitudes(a), self.magnitudes(b)
        hidden = 0.06 + 0.7 * fb + 0.3 * (fb * self.weight).sum(1, keepdim=True)
        return ((fa - fb).abs() / hidden * self.weight).sum(1).mean()
