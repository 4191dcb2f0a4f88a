"""Decoders that make the twins: four small ones of different kinds, trained here in minutes, and TAEF2, the own auto-encoder and the own upscaler.

A twin is a real picture that went through a decoder. The classifier then sees the same content with and without the traces of a learned
upsampler (nearest + convolution, bilinear + convolution, transposed convolution, pixel shuffle, and a quantised bottleneck).
"""
from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Callable

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

Decoder = Callable[[torch.Tensor], torch.Tensor]


class Up(nn.Module):
    """Twice larger, in the way that `kind` says."""

    def __init__(self, kind: str, a: int, b: int) -> None:
        super().__init__()
        self.kind = kind
        if kind == "transposed":
            self.conv: nn.Module = nn.ConvTranspose2d(a, b, 4, stride=2, padding=1)
        elif kind == "shuffle":
            self.conv = nn.Conv2d(a, b * 4, 3, padding=1)
        else:
            self.conv = nn.Conv2d(a, b, 3, padding=1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """[B,a,h,w] -> [B,b,2h,2w]."""
        if self.kind in ("nearest", "bilinear"):
            return self.conv(F.interpolate(x, scale_factor=2, mode=self.kind))
        return F.pixel_shuffle(self.conv(x), 2) if self.kind == "shuffle" else self.conv(x)


class Small(nn.Module):
    """An auto-encoder with `steps` halvings; `levels` quantises the latent as FSQ does (Mentzer 2023)."""

    def __init__(self, kind: str, steps: int, channels: int, width: int = 32, levels: int = 0) -> None:
        super().__init__()
        self.levels = levels
        down: list[nn.Module] = [nn.PixelUnshuffle(2 ** steps), nn.Conv2d(3 * 4 ** steps, 96, 3, padding=1), nn.SiLU(), nn.Conv2d(96, 96, 3, padding=1), nn.SiLU(), nn.Conv2d(96, channels, 1)]
        up: list[nn.Module] = [nn.Conv2d(channels, 64, 3, padding=1), nn.SiLU(), nn.Conv2d(64, 64, 3, padding=1), nn.SiLU()]
        a = 64
        for _ in range(steps):
            up += [Up(kind, a, width), nn.SiLU(), nn.Conv2d(width, width, 3, padding=1), nn.SiLU()]
            a = width
        self.encoder, self.decoder = nn.Sequential(*down), nn.Sequential(*up, nn.Conv2d(width, 3, 3, padding=1))

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """[B,3,H,W] in -1..1, sides multiples of 8."""
        z = self.encoder(image)
        if self.levels:
            half = (self.levels - 1) / 2
            z = torch.tanh(z) * half
            z = z + (z.round() - z).detach()
            z = z / half
        return self.decoder(z)


SMALL = {
    "nearest-f4": dict(kind="nearest", steps=2, channels=12),
    "bilinear-f4-fsq": dict(kind="bilinear", steps=2, channels=16, levels=9),
    "transposed-f4": dict(kind="transposed", steps=2, channels=12),
    "shuffle-f8": dict(kind="shuffle", steps=3, channels=32),
    "nearest-f8": dict(kind="nearest", steps=3, channels=40),
}


def train_small(patches: np.ndarray, out: Path, minutes: float, only: list[str], batch: int = 16, size: int = 64) -> None:
    """Train those of SMALL side by side on uint8 patches [N,H,W,3]; L1 and gradients, no pretrained network. Goes on from `out` if it is there."""
    torch.manual_seed(3)
    rng = np.random.default_rng()
    models = {name: Small(**how) for name, how in SMALL.items() if name in only}
    if out.exists():
        for name, state in torch.load(out, map_location="cpu").items():
            models[name].load_state_dict(state)
    optimisers = {name: torch.optim.AdamW(m.parameters(), lr=2e-3, betas=(0.9, 0.98)) for name, m in models.items()}
    start, step = time.time(), 0
    while (progress := (time.time() - start) / (minutes * 60)) < 1:
        ids = rng.integers(len(patches), size=batch)
        y, x = (int(rng.integers(patches.shape[1] - size)) for _ in range(2))
        real = torch.from_numpy(patches[ids, y:y + size, x:x + size]).permute(0, 3, 1, 2).float().div_(127.5).sub_(1)
        for name, model in models.items():
            optimiser = optimisers[name]
            for group in optimiser.param_groups:
                group["lr"] = 2e-3 * min(1, (step + 1) / 30) * max(0.05, min(1, 2.2 * (1 - progress)))
            with torch.autocast("cpu", torch.bfloat16):
                fake = model(real)
            fake = fake.float()
            loss = (fake - real).abs().mean() + sum((fake.diff(dim=d) - real.diff(dim=d)).abs().mean() for d in (2, 3))
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
            if step % 100 == 0:
                print(f"{name} {step} {progress:.2f} {float(loss.detach()):.4f}", flush=True)
        step += 1
        if step % 100 == 0:
            torch.save({name: m.state_dict() for name, m in models.items()}, out)
    torch.save({name: m.state_dict() for name, m in models.items()}, out)


class TaesdBlock(nn.Module):
    """Block of madebyollin/taesd (MIT): three 3x3 convolutions, a skip, optionally a pooled branch."""

    def __init__(self, pool: bool) -> None:
        super().__init__()
        w = 64
        self.conv = nn.Sequential(nn.Conv2d(w, w, 3, padding=1), nn.ReLU(), nn.Conv2d(w, w, 3, padding=1), nn.ReLU(), nn.Conv2d(w, w, 3, padding=1))
        self.pool = nn.Sequential(nn.Conv2d(w, 4 * w, 1, bias=False), nn.GroupNorm(4, 4 * w), nn.ReLU(), nn.Conv2d(4 * w, w, 1, bias=False)) if pool else None

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Residual; the pooled branch adds to the input first, as in the published code."""
        if self.pool is not None:
            x = x + self.pool(x)
        return F.relu(self.conv(x) + x)


def taef2_parts(folder: Path) -> tuple[nn.Sequential, nn.Sequential]:
    """Encoder (pictures in 0..1) and decoder (latents squashed to -3..3) of TAEF2: FLUX.2-class latent, f8, 32 channels."""
    def conv(a: int = 64, b: int = 64, **how: int) -> nn.Conv2d:
        return nn.Conv2d(a, b, 3, padding=1, **how)

    def blocks(pool: bool) -> list[nn.Module]:
        return [TaesdBlock(pool) for _ in range(3)]
    down: list[nn.Module] = [conv(3), TaesdBlock(False)]
    for pool in (False, False, True):
        down += [conv(stride=2, bias=False), *blocks(pool)]
    down += [conv(64, 32)]
    up: list[nn.Module] = [nn.Identity(), conv(32), nn.ReLU()]
    for pool in (True, False, False):
        up += [*blocks(pool), nn.Upsample(scale_factor=2), conv(bias=False)]
    up += [TaesdBlock(False), conv(64, 3)]
    encoder, decoder = nn.Sequential(*down), nn.Sequential(*up)
    encoder.load_state_dict({k: v.float() for k, v in torch.load(folder / "taef2_encoder.pth", map_location="cpu").items()})
    decoder.load_state_dict({k: v.float() for k, v in torch.load(folder / "taef2_decoder.pth", map_location="cpu").items()})
    return encoder, decoder


def taef2(folder: Path, noise: float = 0) -> Decoder:
    """Encode and decode with TAEF2, pictures in -1..1; up to `noise` deviations are added to the latent."""
    encoder, decoder = taef2_parts(folder)

    def through(image: torch.Tensor) -> torch.Tensor:
        z = encoder(image.add(1).div(2))
        if noise:
            # What a sampler leaves: latents that are near those of a picture and are none.
            z = z + z.std() * noise * torch.rand(len(z), 1, 1, 1, device=z.device) * torch.randn_like(z)
        return decoder(torch.tanh(z / 3) * 3).mul(2).sub(1)
    return through


def shifts_colours(name: str) -> bool:
    """Whether a decoder has a critic or normalises each picture, so that its twins take the lowest frequencies of their reals."""
    return name.startswith(("gan", "dcgan", "style", "cycle", "pix2pix"))


def load_decoders(small: Path, weights: Path, work: Path, gans: Path = Path("/nonexistent"), variants: Path = Path("/nonexistent")) -> dict[str, Decoder]:
    """Every decoder by name, each [B,3,H,W] in -1..1 to the same; the caller holds no_grad."""
    import sys
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from adversarial import load_gans
    from autoencoder import AutoEncoder
    from superres import upscaler_of
    from variants import load_variants
    out: dict[str, Decoder] = {}
    for name, state in torch.load(small, map_location="cpu").items() if small.exists() else ():
        model = Small(**SMALL[name]).eval()
        model.load_state_dict(state)
        out[name] = model
    out |= load_gans(gans)
    out["taef2"] = taef2(weights / "taef2")
    out["taef2-noise"] = taef2(weights / "taef2", 0.35)
    out |= load_variants(variants, weights / "taef2")
    own = AutoEncoder().eval()
    own.load_state_dict(torch.load(work / "autoencoder.pt", map_location="cpu", weights_only=False)["parts"]["average"])
    out["imprint-vae"] = lambda image: own.decoder(own.encoder(image))
    upscaler = upscaler_of(torch.load(work / "superres.pt", map_location="cpu", weights_only=False)["parts"]["average"]).eval()
    out["imprint-upscaler"] = lambda image: upscaler(F.avg_pool2d(image.add(1).div(2), 4)).mul(2).sub(1)
    return out


def main() -> None:
    """Train the small decoders on a shard of real patches."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--real", required=True, help=".npy of uint8 [N,H,W,3]")
    parser.add_argument("--out", required=True)
    parser.add_argument("--minutes", type=float, default=4)
    parser.add_argument("--only", nargs="*", default=list(SMALL), help="which of them")
    args = parser.parse_args()
    torch.set_num_threads(1)
    train_small(np.load(args.real, mmap_mode="r"), Path(args.out), args.minutes, args.only)


if __name__ == "__main__":
    main()
