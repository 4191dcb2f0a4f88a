"""Kinds of small decoders for twins: what leaves traces in a twin is the upsampler, the normalisation, the noise and the critic, so all of these vary.

The kinds are those of the field: nearest neighbour and convolution (latent diffusion), transposed convolution of 2, 3 and 4 taps (DCGAN, CycleGAN, pix2pix),
pixel shuffle (SRGAN and its heirs), zero insertion with the filter 1 3 3 1, noise and summed RGB outputs (StyleGAN2), windowed sinc (StyleGAN3), finite
levels in the latent (VQ). Most have a critic and invent their texture, some are held to their picture. Beside them stand relatives of TAEF2 with another
upsampler (variants.py), which blur less than what learns from nothing.
"""
from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

from adversarial import fir_up, sinc_taps
from decoders import taef2_parts
from variants import Shuffled, Transposed, squash

FIR = (1.0, 3.0, 3.0, 1.0)


@dataclass(frozen=True)
class Kind:
    """How a decoder is built and taught."""
    up: str  # nearest, bilinear, transposed2, transposed3, transposed4, shuffle, fir, sinc
    steps: int = 3  # halvings of its latent
    channels: int = 16
    width: int = 64
    blocks: int = 1  # residual blocks at each size
    norm: str = "none"  # none, group, instance, pixel
    act: str = "silu"  # silu, relu, leaky
    critic: float = 0.0
    noise: bool = False
    rgb: bool = False  # outputs of every size, summed
    levels: int = 0
    last: int = 3  # taps of the last convolution
    jitter: float = 0.0  # noise on the latent when twins are made, in deviations
    held: float = 0.0  # how much the distance from the picture counts beside the critic


KINDS = {
    # latent diffusion: group normalisation, nearest neighbour
    "ldm-a": Kind("nearest", 3, 16, 80, 1, "group", critic=0.1), "ldm-b": Kind("nearest", 3, 32, 64, 2, "group", critic=0.1, jitter=0.15),
    "ldm-f4": Kind("nearest", 2, 8, 80, 1, "group", critic=0.1), "bilinear-f4": Kind("bilinear", 2, 8, 64, 1, "pixel", "leaky", critic=0.1),
    # finite levels
    "vq-f8": Kind("nearest", 3, 32, 80, 1, "group", critic=0.15, levels=8), "vq-f4": Kind("nearest", 2, 12, 64, 1, "group", critic=0.1, levels=6),
    # transposed convolution
    "cycle-a": Kind("transposed3", 2, 12, 64, 1, "instance", "relu", critic=0.2, last=7), "cycle-b": Kind("transposed3", 2, 8, 48, 2, "instance", "relu", critic=0.3, last=7),
    "dcgan": Kind("transposed4", 2, 10, 64, 0, "none", "relu", critic=0.2), "pix2pix": Kind("transposed4", 3, 24, 80, 0, "instance", "relu", critic=0.2, last=7),
    "deconv2": Kind("transposed2", 2, 12, 64, 1, "none", "leaky", critic=0.1),
    # what enlarges
    "sub-f2": Kind("shuffle", 1, 6, 48, 2, "none", "leaky", critic=0.1), "sub-f4": Kind("shuffle", 2, 6, 64, 2, "none", "leaky", critic=0.15),
    "near-f2": Kind("nearest", 1, 4, 48, 2, "none", "leaky", critic=0.15), "near-f4": Kind("nearest", 2, 4, 64, 2, "none", "leaky", critic=0.2),
    # style-based
    "style2-a": Kind("fir", 2, 8, 64, 1, "pixel", "leaky", critic=0.2, noise=True, rgb=True, last=1), "style2-b": Kind("fir", 3, 24, 80, 1, "pixel", "leaky", critic=0.2, noise=True, rgb=True, last=1),
    "style2-c": Kind("fir", 1, 4, 48, 1, "pixel", "leaky", critic=0.3, noise=True, rgb=True, last=1), "style3-a": Kind("sinc", 2, 8, 64, 1, "pixel", "leaky", critic=0.2, last=1),
    "style3-b": Kind("sinc", 3, 24, 80, 1, "pixel", "leaky", critic=0.2, rgb=True, last=1), "style3-c": Kind("sinc", 1, 4, 48, 1, "pixel", "leaky", critic=0.3, last=1),
    # with a latent so wide that little is lost on the way: crisp pictures in which the upsampler alone leaves its trace
    "style2-w": Kind("fir", 2, 32, 64, 1, "pixel", "leaky", critic=0.1, noise=True, rgb=True, last=1, held=0.5), "style2-v": Kind("fir", 3, 96, 80, 1, "pixel", "leaky", critic=0.1, noise=True, rgb=True, last=1, held=0.5),
    "style3-w": Kind("sinc", 2, 32, 64, 1, "pixel", "leaky", critic=0.1, last=1, held=0.5), "style3-v": Kind("sinc", 3, 96, 80, 1, "pixel", "leaky", critic=0.1, last=1, held=0.5),
    "cycle-w": Kind("transposed3", 2, 32, 64, 1, "instance", "relu", critic=0.1, last=7, held=0.5), "pix2pix-w": Kind("transposed4", 3, 96, 80, 1, "instance", "relu", critic=0.1, last=7, held=0.5),
    "ldm-w": Kind("nearest", 3, 64, 96, 2, "group", critic=0.1, held=0.5, jitter=0.15), "dcgan-w": Kind("transposed4", 2, 32, 64, 1, "none", "relu", critic=0.1, held=0.5),
    # the same, small enough to learn on a processor behind the encoder of dcgan-w (zoo.py --donor)
    "near-x": Kind("nearest", 2, 32, 64, 0, "group", critic=0.1, held=0.5), "sub-x": Kind("shuffle", 2, 32, 64, 0, "none", "leaky", critic=0.1, held=0.5),
    "style2-x": Kind("fir", 2, 32, 64, 0, "pixel", "leaky", critic=0.1, noise=True, rgb=True, last=1, held=0.5), "style3-x": Kind("sinc", 2, 32, 64, 0, "pixel", "leaky", critic=0.1, last=1, held=0.5),
    "deconv-x": Kind("transposed2", 2, 32, 64, 0, "none", "leaky", critic=0.1, held=0.5), "cycle-x": Kind("transposed3", 2, 32, 64, 0, "instance", "relu", critic=0.1, last=7, held=0.5),
}
KIN = ("transposed", "shuffle", "bilinear", "fir", "sinc", "nearest")  # upsamplers of TAEF2's relatives
ACTS = {"silu": nn.SiLU(), "relu": nn.ReLU(), "leaky": nn.LeakyReLU(0.2)}


class PixelNorm(nn.Module):
    """Each place has a mean square of one over its channels (Karras et al. 2018)."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The same shape."""
        return x * torch.rsqrt(x.square().mean(1, keepdim=True) + 1e-6)


class Noise(nn.Module):
    """One plane of noise, with a learned strength for each channel (StyleGAN)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.strength = nn.Parameter(torch.full((width, 1, 1), 0.02))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The same shape."""
        return x + self.strength.to(x.dtype) * torch.randn_like(x[:, :1])


def after(kind: Kind, width: int) -> nn.Sequential:
    """What follows a convolution."""
    norms = {"none": nn.Identity, "group": lambda: nn.GroupNorm(8, width), "instance": lambda: nn.InstanceNorm2d(width, affine=True), "pixel": PixelNorm}
    return nn.Sequential(*([Noise(width)] if kind.noise else []), norms[kind.norm](), ACTS[kind.act])


class Residual(nn.Module):
    """Two convolutions and a skip."""

    def __init__(self, kind: Kind, width: int) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(width, width, 3, padding=1), after(kind, width), nn.Conv2d(width, width, 3, padding=1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The same shape."""
        return x + self.body(x)


class Up(nn.Module):
    """Twice larger."""

    def __init__(self, kind: Kind, a: int, b: int) -> None:
        super().__init__()
        self.way = kind.up
        if kind.up.startswith("transposed"):
            taps = int(kind.up[-1])
            self.conv: nn.Module = nn.ConvTranspose2d(a, b, taps, stride=2, padding=0 if taps == 2 else 1, output_padding=1 if taps == 3 else 0)
        else:
            self.conv = nn.Conv2d(a, b * 4 if kind.up == "shuffle" else b, 3, padding=1)
        self.taps = sinc_taps() if kind.up == "sinc" else FIR

    def enlarge(self, x: torch.Tensor) -> torch.Tensor:
        """Without learned weights: what the summed RGB outputs go through as well."""
        if self.way in ("fir", "sinc"):
            return fir_up(x, self.taps)
        return F.interpolate(x, scale_factor=2, mode="bilinear" if self.way == "bilinear" else "nearest")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """[B,a,h,w] -> [B,b,2h,2w]."""
        if self.way.startswith("transposed"):
            return self.conv(x)
        return F.pixel_shuffle(self.conv(x), 2) if self.way == "shuffle" else self.conv(self.enlarge(x))


class Rebuilder(nn.Module):
    """An auto-encoder of one kind. Pictures in -1..1, sides multiples of 2^steps."""

    def __init__(self, kind: Kind) -> None:
        super().__init__()
        self.kind = kind
        down: list[nn.Module] = [nn.PixelUnshuffle(2), nn.Conv2d(12, 64, 3, padding=1), nn.SiLU()]
        for step in range(1, kind.steps):
            down += [nn.Conv2d(64 * min(step, 2), 64 * min(step + 1, 2), 4, stride=2, padding=1), nn.SiLU()]
        top = 64 * min(kind.steps, 2)
        self.encoder = nn.Sequential(*down, nn.Conv2d(top, top, 3, padding=1), nn.SiLU(), nn.Conv2d(top, kind.channels, 1))
        width = 128
        self.middle = nn.Sequential(nn.Conv2d(kind.channels, width, 3, padding=1), ACTS[kind.act], Residual(kind, width), ACTS[kind.act])
        self.ups, self.bodies, self.rgbs = nn.ModuleList(), nn.ModuleList(), nn.ModuleList()
        for step in range(kind.steps):
            narrow = kind.width if step < kind.steps - 1 else max(32, kind.width * 3 // 4 // 8 * 8)
            self.ups.append(Up(kind, width, narrow))
            self.bodies.append(nn.Sequential(after(kind, narrow), *(Residual(kind, narrow) for _ in range(kind.blocks)), ACTS[kind.act]))
            self.rgbs.append(nn.Conv2d(narrow, 3, 1) if kind.rgb and step < kind.steps - 1 else nn.Identity())
            width = narrow
        self.out = nn.Conv2d(width, 3, kind.last, padding=kind.last // 2)

    def forward(self, image: torch.Tensor, jitter: float = 0.0) -> torch.Tensor:
        """[B,3,H,W] -> the same."""
        z = torch.tanh(self.encoder(image) / 2) * 2
        if self.training or jitter:
            z = z + (jitter or 0.03) * torch.rand(len(z), 1, 1, 1, device=z.device, dtype=z.dtype) * torch.randn_like(z)
        if self.kind.levels:
            half = (self.kind.levels - 1) / 4
            z = z + ((z * half).round() / half - z).detach()
        x, rgb = self.middle(z), None
        for up, body, to_rgb in zip(self.ups, self.bodies, self.rgbs):
            x = body(up(x))
            rgb = None if rgb is None else up.enlarge(rgb)
            if isinstance(to_rgb, nn.Conv2d):
                rgb = to_rgb(x) if rgb is None else rgb + to_rgb(x)
        y = self.out(x)
        return y if rgb is None else y + rgb


class Filtered(nn.Module):
    """Twice larger by a fixed filter."""

    def __init__(self, taps: tuple[float, ...]) -> None:
        super().__init__()
        self.taps = taps

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """[B,C,h,w] -> [B,C,2h,2w]."""
        return fir_up(x, self.taps)


class Kin(nn.Module):
    """TAEF2 with another upsampler in its decoder; its encoder stays as it is."""

    def __init__(self, way: str, weights: Path) -> None:
        super().__init__()
        self.kind = Kind(way, critic=0.05, jitter=0.25)
        self.encoder, decoder = taef2_parts(weights)
        self.encoder.requires_grad_(False)
        layers = list(decoder)
        for k, layer in enumerate(layers):
            if not isinstance(layer, nn.Upsample):
                continue
            if way in ("transposed", "shuffle"):
                layers[k], layers[k + 1] = nn.Identity(), (Transposed if way == "transposed" else Shuffled)(layers[k + 1])
            elif way != "nearest":
                layers[k] = nn.Upsample(scale_factor=2, mode="bilinear") if way == "bilinear" else Filtered(FIR if way == "fir" else sinc_taps())
        self.decoder = nn.Sequential(*layers)

    def forward(self, image: torch.Tensor, jitter: float = 0.0) -> torch.Tensor:
        """[B,3,H,W] -> the same."""
        z = self.encoder(image.add(1).div(2))
        if jitter:
            z = z + z.std() * jitter * torch.rand(len(z), 1, 1, 1, device=z.device, dtype=z.dtype) * torch.randn_like(z)
        return self.decoder(squash(z)).mul(2).sub(1)


Model = Rebuilder | Kin


def build(name: str, weights: Path) -> Model:
    """Untrained, or as TAEF2 is."""
    return Kin(name.removeprefix("kin-"), weights) if name.startswith("kin-") else Rebuilder(KINDS[name])


def load_zoo(folder: Path, weights: Path, device: torch.device) -> dict[str, Model]:
    """Those that zoo.py wrote there."""
    out = {}
    for path in sorted(folder.glob("zoo-*.pt")):
        for name, state in torch.load(path, map_location=device, weights_only=True).items():
            model = build(name, weights).to(device).eval()
            model.load_state_dict({k: v.float() for k, v in state.items()})
            out[name] = model
    return out
