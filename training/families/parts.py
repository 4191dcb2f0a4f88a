"""The trained networks as the graphs hold them: averaged weights, rounded to fp16."""
from __future__ import annotations

from pathlib import Path

import torch
from torch import nn

from ddpm import SIZE as DDPM_SIZE
from ddpm import Denoiser
from flow import SIZE as FLOW_SIZE
from flow import VALUES, Flow, Inverse, bake, precise
from gan import LAYERS, STYLE, Generator
from vae import LATENT, SIZE, Imagination, Recognition, Vae


def averaged(work: Path, family: str, module: nn.Module) -> nn.Module:
    """The averaged weights of one family, rounded as the graphs hold them."""
    module.load_state_dict(torch.load(work / f"family-{family}.pt", map_location="cpu", weights_only=False)["parts"]["average"])
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            # Of the flow's triangles only their product is stored, and that whole.
            if parameter.numel() >= 512 and not name.endswith((".lower", ".upper")):
                parameter.copy_(parameter.half().float())
    return module.eval().requires_grad_(False)


class LogDensity(nn.Module):
    """The flow in double precision, with its density as a column."""

    def __init__(self, flow: Flow) -> None:
        super().__init__()
        self.flow = flow

    def forward(self, image: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Noise and log-density [B,1]."""
        noise, density = self.flow(image.double())
        return noise.reshape(-1, VALUES), density[:, None]


class Backwards(nn.Module):
    """The inverse in double precision, for a picture of single precision."""

    def __init__(self, flow: Flow) -> None:
        super().__init__()
        self.inverse = Inverse(flow)

    def forward(self, noise: torch.Tensor) -> torch.Tensor:
        """float64 [B,3072] to float32 [B,3,32,32]."""
        return self.inverse(noise).float()


def parts_of(work: Path, family: str) -> list[tuple[str, nn.Module, dict, list[str]]]:
    """Name, module, example inputs for a batch of one, outputs."""
    if family == "vae":
        vae = averaged(work, family, Vae())
        return [("encoder", Recognition(vae), {"image": torch.rand(1, 3, SIZE, SIZE) * 2 - 1}, ["mean"]), ("decoder", Imagination(vae), {"latent": torch.randn(1, LATENT)}, ["image"])]
    if family == "gan":
        gan = averaged(work, family, Generator())
        return [("mapping", gan.mapping, {"z": torch.randn(1, STYLE), "truncation": torch.full((1, 1), 0.8)}, ["style"]),
                ("synthesis", gan.synthesis, {"styles": gan.mapping(torch.randn(1, STYLE), torch.ones(1, 1))[:, None].repeat(1, LAYERS, 1)}, ["image"])]
    if family == "ddpm":
        return [("", averaged(work, family, Denoiser()), {"sample": torch.randn(1, 3, DDPM_SIZE, DDPM_SIZE), "timestep": torch.tensor([500.0])}, ["noise"])]
    flow = averaged(work, family, Flow())
    bake(flow)
    flow = precise(flow)
    return [("forward", LogDensity(flow), {"image": torch.rand(1, 3, FLOW_SIZE, FLOW_SIZE) - 0.5}, ["noise", "log_density"]),
            ("inverse", Backwards(flow).eval(), {"noise": torch.randn(1, VALUES).double() * 0.7}, ["image"])]
