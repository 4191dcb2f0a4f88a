"""Measure every trained family against real pictures, with floor and ceilings; writes <work>/families.json for the cards."""
from __future__ import annotations

import json
from pathlib import Path
from typing import Callable

import torch
import torch.nn.functional as F
from torch import nn

from data import Faces, world_of
from common import base_parser
from ddpm import Denoiser, ddim
from dual import Dual
from parts import averaged
from flow import VALUES, Flow, Inverse, bake, bits_per_dimension, dequantised, precise
from gan import STYLE, Generator
from tokenizer import Captions
from vae import LATENT, Imagination, Recognition, Vae

COUNT, NEIGHBOURS, DIRECTIONS = 256, 2048, 256


def kid(a: torch.Tensor, b: torch.Tensor) -> float:
    """Unbiased squared maximum mean discrepancy under (x.y / d + 1)^3, times 1,000 (features of length sqrt(d))."""
    kernel = lambda x, y: (x @ y.T + 1) ** 3
    n, m = len(a), len(b)
    aa, bb, ab = kernel(a, a), kernel(b, b), kernel(a, b)
    return 1000 * float((aa.sum() - aa.diagonal().sum()) / (n * (n - 1)) + (bb.sum() - bb.diagonal().sum()) / (m * (m - 1)) - 2 * ab.mean())


def sliced(a: torch.Tensor, b: torch.Tensor) -> float:
    """Mean squared Wasserstein-2 distance over random directions, times 1,000."""
    directions = F.normalize(torch.randn(a.shape[1], DIRECTIONS, generator=torch.Generator().manual_seed(7)), dim=0)
    return 1000 * float(((a @ directions).sort(0)[0] - (b @ directions).sort(0)[0]).square().mean())


def nearest(images: torch.Tensor, training: torch.Tensor) -> float:
    """Mean over pictures of the root mean square difference to the nearest training picture, in grey levels."""
    square = lambda x: x.square().sum(1)
    a, b = images.flatten(1), training.flatten(1)
    distance = square(a)[:, None] + square(b)[None] - 2 * a @ b.T
    return float((distance.clamp(min=0).amin(1) / a.shape[1]).sqrt().mean() * 127.5)


def detail(images: torch.Tensor) -> float:
    """Mean squared difference of neighbours."""
    return float((images[..., 1:] - images[..., :-1]).square().mean() + (images[..., 1:, :] - images[..., :-1, :]).square().mean())


class Judge:
    """Features of the dual encoder, and real pictures of one size."""

    def __init__(self, dual: Dual, world: object, size: int) -> None:
        self.dual, self.size = dual, size
        faces = Faces(world, size, 31337)
        self.real, _ = faces.draw(COUNT)
        self.other, _ = faces.draw(COUNT)
        self.training, self.labels = faces.draw(NEIGHBOURS)
        self.features, self.all = self.see(self.real), self.see(self.training)

    def see(self, images: torch.Tensor) -> torch.Tensor:
        """[n,128] of length 1, at the 64 px that the tower knows."""
        return self.dual.see(F.interpolate(images, size=(64, 64), mode="bilinear", antialias=True) if images.shape[-1] != 64 else images)

    def __call__(self, images: torch.Tensor) -> dict:
        """Everything that needs only the pictures."""
        images = images.clamp(-1, 1).add(1).mul(127.5).round().div(127.5).sub(1)
        features = self.see(images)
        animals = torch.bincount(self.labels[(features @ self.all.T).argmax(1)], minlength=int(self.labels.max()) + 1)
        return {"kid": kid(features, self.features), "sliced": sliced(features, self.features), "nearest": nearest(images, self.training), "kinds": int((animals > 0).sum()),
                "most": float(animals.max() / len(images)), "detail": detail(images) / detail(self.real)}


@torch.no_grad()
def main() -> None:
    """Run every measurement that there are weights for."""
    parser = base_parser(__doc__)
    parser.add_argument("--dual", required=True, help="dual.pt of training/dual.py")
    parser.add_argument("--tokenizer", default="../../models/tokenizer.json")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    work, world = Path(args.work), world_of(args)
    dual = Dual(Captions(args.tokenizer).size)
    dual.load_state_dict(torch.load(args.dual, map_location="cpu", weights_only=False)["parts"]["average"])
    dual.eval()
    judges = {size: Judge(dual, world, size) for size in (64, 32)}
    blur = lambda x: F.interpolate(F.avg_pool2d(x, 4), scale_factor=4, mode="bilinear")
    result: dict = {"count": COUNT, "neighbours": NEIGHBOURS, "reference": {}}
    for size, judge in judges.items():
        result["reference"][str(size)] = {"real": judge(judge.other), "blurred": judge(blur(judge.other)), "noise": judge(torch.rand_like(judge.other) * 2 - 1)}
    load = lambda family, module: averaged(work, family, module)
    there = lambda family: (work / f"family-{family}.pt").exists()
    batches = lambda draw: torch.cat([draw(64) for _ in range(COUNT // 64)])
    if there("vae"):
        vae = load("vae", Vae())
        decoder = Imagination(vae)
        made = decoder(Recognition(vae)(judges[64].other)).clamp(-1, 1)
        error = (made - judges[64].other).square().mean((1, 2, 3)) / 4
        result["vae"] = judges[64](batches(lambda n: decoder(torch.randn(n, LATENT)))) | {"psnr": float((-10 * error.log10()).mean())}
    if there("gan"):
        gan = load("gan", Generator())
        result["gan"] = judges[64](batches(lambda n: gan.synthesis(gan.mapping(torch.randn(n, STYLE), torch.full((n, 1), 0.8))[:, None].expand(-1, 7, -1))))
    if there("ddpm"):
        ddpm = load("ddpm", Denoiser())
        result["ddpm"] = judges[64](batches(lambda n: ddim(ddpm, torch.randn(n, 3, 64, 64), 50)))
    if there("flow"):
        flow = load("flow", Flow())
        bake(flow)
        inverse, other, exact = Inverse(flow), judges[32].other, precise(flow)
        back = Inverse(exact)
        trip = lambda x: float((back(exact(x.double())[0]).float() - x).abs().max())
        bits = lambda x: float(bits_per_dimension(exact(dequantised(x).double())[1]).mean())
        x = dequantised(other)
        eight = lambda v: v.clamp(-1, 1).add(1).mul(127.5).round().div(127.5).sub(1)
        result["flow"] = judges[32](batches(lambda n: inverse(torch.randn(n, VALUES) * 0.7) * 2)) | {
            "bits": bits(other), "bitsBlurred": bits(eight(blur(other))), "bitsFlipped": bits(other.flip(2)), "bitsNoise": bits(eight(torch.rand_like(other) * 2 - 1)), "roundTrip": trip(x), "roundTripNoise": trip(dequantised(eight(torch.rand_like(other) * 2 - 1)))}
    (work / "families.json").write_text(json.dumps(result, indent=1))
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
