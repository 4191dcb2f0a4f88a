"""Golden numbers for the TypeScript tests, from PyTorch and numpy (never from onnxruntime): fixtures/vectors/{pipeline,canny,skeleton}.json."""
from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch

from condition import canny, grey_of, skeleton_picture
from dit import EXTRA, GRID, generate
from export import load
from tokenizer import Captions

PROMPTS = ["", "a red apple on a blue background", "A  CAT on a yellow background", "two penguins on a light blue background", "a small rocket on a purple background",
           "a big smiley face on a blue to pink gradient from top to bottom", "un chat près d'une maison", "漢字 and emoji 🍎", "don't stop!", "a teddy bear on a white floor with a pink wall",
           "caf\u00e9 cafe\u0301", "a very long prompt about a dog and a cat and a car and a house and a tree and a star and a moon and a sun and a fish and a bird and a boat"]


def summary(x: torch.Tensor) -> dict:
    """Shape, sums and the first and last values."""
    flat = x.double().flatten()
    return {"shape": list(x.shape), "sum": float(flat.sum()), "sumAbs": float(flat.abs().sum()), "first": [float(v) for v in flat[:8]], "last": [float(v) for v in flat[-4:]]}


def ramp(*shape: int) -> torch.Tensor:
    """sin(0.37 * i) over the flat index: an input that every language can build."""
    return torch.sin(0.37 * torch.arange(int(np.prod(shape)), dtype=torch.float64)).float().reshape(shape)


def edges(out: Path) -> None:
    """Canny's edges of three pictures that every language can build, as hexadecimal bits, row by row."""
    y, x = np.mgrid[0:48, 0:64]
    value = np.where((x - 30) ** 2 + (y - 22) ** 2 < 225, 200, 60 + x)
    seeds = np.cumprod(np.full(48 * 64, 1103515245, np.uint32), dtype=np.uint32)
    pictures = {"disc": np.stack([value, value // 2 + 20, 255 - value], -1), "waves": np.stack([(x * x + 3 * y * y) // 16 % 256] * 3, -1),
                "noise": np.stack([(seeds >> shift).reshape(48, 64) % 256 for shift in (8, 16, 24)], -1)}
    found = {name: canny(grey_of(picture)) for name, picture in pictures.items()}
    out.write_text(json.dumps({"note": "training/condition.py canny(); pictures 64x48 as in training/vectors.py edges()", "count": {n: int(e.sum()) for n, e in found.items()},
                               "bits": {n: np.packbits(e).tobytes().hex() for n, e in found.items()}}, indent=1) + "\n")
    print(out, out.stat().st_size)


def skeleton(out: Path) -> None:
    """Two people in 64 x 64 pixels, one with joints that are not seen and one that the border cuts off."""
    rng = np.random.default_rng(3)
    joints = np.round(np.stack([rng.uniform(0.1, 0.9, (18, 3)), rng.uniform(-0.2, 1.2, (18, 3))]), 3)
    joints[..., 2] = 1
    joints[0, [4, 14, 16], 2] = 0
    joints[1, 3] = joints[1, 2]
    picture = skeleton_picture(joints, 64, 0.03)
    out.write_text(json.dumps({"note": "training/condition.py skeleton_picture(joints, 64, 0.03), RGB", "joints": joints.tolist(), "picture": picture.tobytes().hex()}) + "\n")
    print(out, out.stat().st_size)


@torch.no_grad()
def main() -> None:
    """Compute and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", required=True)
    parser.add_argument("--models", default="../models")
    parser.add_argument("--out", default="../fixtures/vectors/pipeline.json")
    args = parser.parse_args()
    models = Path(args.models)
    edges(Path(args.out).parent / "canny.json")
    skeleton(Path(args.out).parent / "skeleton.json")
    generator, autoencoder, upscaler, _ = load(Path(args.work), models / "tokenizer.json")
    for module in (generator.text, generator.transformer, autoencoder, upscaler):
        for p in module.parameters():  # as the exported graphs hold them
            if p.numel() >= 512:
                p.copy_(p.half().float())
    settings = json.loads((models / "manifest.json").read_text())["pipelines"][0]
    captions = Captions(models / "tokenizer.json")
    tokens = {p: [int(i) for i in captions.encode([p])[0]] for p in PROMPTS}
    ids = torch.tensor([tokens[PROMPTS[1]], tokens[""]])
    hidden, pooled = generator.text(ids)
    sample = ramp(2, 8, GRID, GRID)
    given = torch.tensor([750.0, 250.0]), hidden, pooled, (ids != 0).long()
    velocity, conditioned = generator.transformer(sample, *given), generator.transformer(sample, *given, ramp(2, EXTRA, GRID, GRID))
    image = autoencoder.decoder(ramp(1, 8, GRID, GRID))
    latent = autoencoder.encoder(ramp(1, 3, 128, 128))
    enlarged = upscaler((ramp(1, 3, 32, 48) + 1) / 2)
    steps, guidance, shift = 4, settings["defaults"]["guidance"], settings["scheduler"]["shift"]
    final = generate(generator, captions, [PROMPTS[1]], [7], steps, guidance, shift)
    std, mean = generator.std[:, None, None], generator.mean[:, None, None]
    picture = autoencoder.decoder(final * std + mean).clamp(-1, 1)
    data = {"note": "PyTorch; ramp(shape) = float32(sin(0.37*i)) over the flat index; 'run' starts from torch CPU randn(8,16,16) of its seed", "tokens": tokens, "maxTokens": 32,
            "textEncoder": {"prompts": [PROMPTS[1], ""], "hidden": summary(hidden), "pooled": summary(pooled)},
            "dit": {"sample": "ramp(2,8,16,16)", "timestep": [750, 250], "text": "textEncoder outputs above", "velocity": summary(velocity),
                    "condition": "ramp(2,17,16,16)", "conditioned": summary(conditioned)},
            "vaeDecoder": {"latent": "ramp(1,8,16,16)", "image": summary(image)}, "vaeEncoder": {"image": "ramp(1,3,128,128)", "latent": summary(latent)},
            "upscaler": {"image": "(ramp(1,3,32,48)+1)/2", "upscaled": summary(enlarged)},
            "run": {"prompt": PROMPTS[1], "negative": "", "seed": 7, "steps": steps, "guidance": guidance, "shift": shift, "noise": summary(torch.randn(8, 16, 16, generator=torch.Generator().manual_seed(7))),
                    "latent": summary(final), "image": summary(picture)}}
    out = Path(args.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n")
    print(out, out.stat().st_size)


if __name__ == "__main__":
    main()
