"""ESRGAN-slim of idealo in the weights of npm @upscalerjs/esrgan-slim (MIT): pictures for the development set alone, never trained on.

A residual dense network (Zhang et al. 2018) of two blocks, enlarged by repetition and a convolution.
"""
from __future__ import annotations

import json
from pathlib import Path
from typing import Callable

import numpy as np
import torch
import torch.nn.functional as F


def esrgan(folder: Path, scale: int) -> Callable[[torch.Tensor], torch.Tensor]:
    """The x2 or x4 model of `folder` (package/models): [B,3,h,w] in 0..1 to [B,3,scale h,scale w]."""
    model = json.loads((folder / f"x{scale}" / "model.json").read_text())
    flat = np.frombuffer(b"".join((folder / f"x{scale}" / name).read_bytes() for name in model["weightsManifest"][0]["paths"]), "<f4")
    tensors: dict[str, torch.Tensor] = {}
    at = 0
    for weight in model["weightsManifest"][0]["weights"]:
        count = int(np.prod(weight["shape"]))
        tensors[weight["name"]] = torch.from_numpy(flat[at:at + count].reshape(weight["shape"]).copy())
        at += count

    def conv(x: torch.Tensor, name: str) -> torch.Tensor:
        kernel = tensors[f"{name}/kernel"].permute(3, 2, 0, 1)
        return F.conv2d(x, kernel, tensors[f"{name}/bias"], padding=kernel.shape[-1] // 2)

    def enlarge(image: torch.Tensor) -> torch.Tensor:
        first = conv(image, "F_m1")
        x = conv(first, "F_0")
        blocks = []
        for k in (1, 2):
            x = x + conv(torch.cat([x, F.relu(conv(x, f"F_{k}_1"))], 1), f"LFF_{k}")
            blocks.append(x)
        x = first + conv(conv(torch.cat(blocks, 1), "GFF_1"), "GFF_2")
        x = conv(F.relu(conv(F.relu(conv(x, "UPN1")), "UPN2")), "UPN3")
        return conv(F.interpolate(x, scale_factor=scale, mode="nearest"), "SR")
    return enlarge
