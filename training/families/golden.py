"""Golden numbers for the TypeScript tests, from PyTorch (never from onnxruntime): fixtures/vectors/families.json."""
from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch

import data  # noqa: F401  (puts the folder above on the path)
from ddpm import TRAIN, Denoiser, alphas, ddim
from parts import averaged
from flow import SIZE, VALUES, Flow, Inverse, bake, bits_per_dimension
from gan import LAYERS, Generator
from vae import LATENT, Imagination, Recognition, Vae
from vae import SIZE as VAE_SIZE


def summary(x: torch.Tensor) -> dict:
    """Shape, sums and the first and last values."""
    flat = x.double().flatten()
    return {"shape": list(x.shape), "sum": float(flat.sum()), "sumAbs": float(flat.abs().sum()), "first": [round(float(v), 6) for v in flat[:6]], "last": [round(float(v), 6) for v in flat[-4:]]}


def ramp(*shape: int) -> torch.Tensor:
    """sin(0.37 * i) over the flat index: an input that every language can build."""
    return torch.sin(0.37 * torch.arange(int(np.prod(shape)), dtype=torch.float64)).float().reshape(shape)


def ancestral(model: torch.nn.Module, sample: torch.Tensor, steps: int, source: torch.Generator) -> torch.Tensor:
    """Ho et al. 2020, algorithm 2, on evenly spaced steps, predicted pictures clipped, small variance: as DDPMScheduler of diffusers."""
    bars, stride, x = alphas(), TRAIN // steps, sample
    for t in range((steps - 1) * stride, -1, -stride):
        a, before = bars[t], bars[t - stride] if t >= stride else torch.tensor(1.0)
        own, beta = a / before, 1 - a / before
        picture = ((x - (1 - a).sqrt() * model(x, torch.tensor([float(t)]))) / a.sqrt()).clamp(-1, 1)
        x = before.sqrt() * beta / (1 - a) * picture + own.sqrt() * (1 - before) / (1 - a) * x
        if t > 0:
            x = x + ((1 - before) / (1 - a) * beta).clamp(min=1e-20).sqrt() * torch.randn(sample.shape, generator=source)
    return x


def seeded(seed: int, *shape: int) -> torch.Tensor:
    """Unit noise of a seed."""
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def of_gan(gan: Generator) -> dict:
    """A sample, and one with the styles of two seeds, at two truncations."""
    width = gan.mapping.mean.numel()
    style = lambda seed, truncation: gan.mapping(seeded(seed, 1, width), torch.full((1, 1), truncation))[:, None].expand(-1, LAYERS, -1)
    return {"sample": {"seed": 7, "truncation": 0.8, "image": summary(gan.synthesis(style(7, 0.8)).clamp(-1, 1))},
            "mixed": {"seed": 7, "other": 8, "layer": 3, "truncation": 1.0, "image": summary(gan.synthesis(torch.cat([style(7, 1.0)[:, :3], style(8, 1.0)[:, 3:]], 1)).clamp(-1, 1))}}


def of_ddpm(ddpm: Denoiser) -> dict:
    """The network once, and both samplers."""
    source = torch.Generator().manual_seed(7)
    return {"noise": {"sample": "ramp(1,3,64,64)", "timestep": 400, "noise": summary(ddpm(ramp(1, 3, 64, 64), torch.tensor([400.0])))},
            "ddim": {"seed": 7, "steps": 5, "image": summary(ddim(ddpm, seeded(7, 1, 3, 64, 64), 5).clamp(-1, 1))},
            "ddpm": {"seed": 7, "steps": 5, "image": summary(ancestral(ddpm, torch.randn(1, 3, 64, 64, generator=source), 5, source).clamp(-1, 1))}}


@torch.no_grad()
def main() -> None:
    """Compute and write what there are weights for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", required=True)
    parser.add_argument("--out", default="../../fixtures/vectors/families.json")
    args = parser.parse_args()
    work = Path(args.work)
    there = lambda family: (work / f"family-{family}.pt").exists()
    path = Path(args.out)
    result: dict = (json.loads(path.read_text()) if path.exists() else {}) | {"note": "PyTorch; ramp(shape) = float32(sin(0.37*i)) over the flat index; runs start from torch CPU randn of their seed"}
    if there("vae"):
        vae = averaged(work, "vae", Vae())
        mean = Recognition(vae)(ramp(1, 3, VAE_SIZE, VAE_SIZE))
        result["vae"] = {"encoder": {"image": "ramp(1,3,64,64)", "mean": summary(mean)}, "sample": {"seed": 7, "image": summary(Imagination(vae)(seeded(7, 1, LATENT)).clamp(-1, 1))}}
    if there("gan"):
        result["gan"] = of_gan(averaged(work, "gan", Generator()))
    if there("ddpm"):
        result["ddpm"] = of_ddpm(averaged(work, "ddpm", Denoiser()))
    if there("flow"):
        flow = averaged(work, "flow", Flow())
        bake(flow)
        grey = ((ramp(1, 3, SIZE, SIZE) + 1) * 127.5).round()  # whole grey levels, in the middle of their steps
        noise, density = flow.double()(((grey + 0.5) / 256 - 0.5).double())
        result["flow"] = {"forward": {"image": "(round((ramp(1,3,32,32)+1)*127.5)+0.5)/256-0.5", "noise": summary(noise), "logDensity": float(density), "bitsPerDimension": float(bits_per_dimension(density))},
                          "sample": {"seed": 7, "temperature": 0.7, "image": summary(Inverse(flow)(seeded(7, 1, VALUES).double() * 0.7))}}
    path.write_text(json.dumps(result, indent=1) + "\n")
    print(path, path.stat().st_size)


if __name__ == "__main__":
    main()
