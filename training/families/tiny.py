"""The families that have no trained weights in the package yet, with random ones of a few kilobytes, and what PyTorch makes of them: fixtures/models/families, fixtures/vectors/families-tiny.json."""
from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path

import torch
from torch import nn

import data  # noqa: F401  (puts the folder above on the path)
import ddpm
import gan
from export import LICENSE, export  # the script of the folder above
from golden import of_ddpm, of_gan

gan.WIDTHS, gan.STYLE = (12, 12, 10, 8), 16
ddpm.OUTER, ddpm.INNER, ddpm.DEPTH, ddpm.HEADS = 8, 16, 1, 2


def random(module: nn.Module, spread: float) -> nn.Module:
    """What begins at zero gets values too, all of them whole in fp16."""
    with torch.no_grad():
        for parameter in module.parameters():
            if not parameter.abs().max() > 0:
                parameter.normal_(0, spread)
            parameter.copy_(parameter.half().float())
    return module.eval().requires_grad_(False)


@torch.no_grad()
def main() -> None:
    """Write graphs, manifest and numbers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fixtures", default="../../fixtures")
    args = parser.parse_args()
    torch.manual_seed(5)
    folder = Path(args.fixtures) / "models" / "families"
    folder.mkdir(parents=True, exist_ok=True)
    generator, denoiser = random(gan.Generator(), 0.1), random(ddpm.Denoiser(), 0.1)
    generator.mapping.mean.normal_(0, 0.3)
    style = generator.mapping(torch.randn(1, gan.STYLE), torch.ones(1, 1))[:, None].repeat(1, gan.LAYERS, 1)
    plan = [("family-gan-mapping", generator.mapping, {"z": torch.randn(1, gan.STYLE), "truncation": torch.full((1, 1), 0.8)}, ["style"]),
            ("family-gan-synthesis", generator.synthesis, {"styles": style}, ["image"]),
            ("family-ddpm", denoiser, {"sample": torch.randn(1, 3, ddpm.SIZE, ddpm.SIZE), "timestep": torch.tensor([500.0])}, ["noise"])]
    models = []
    for name, module, inputs, outputs in plan:
        path = folder / f"{name}.onnx"
        axes = {tensor: {0: "batch"} for tensor in (*inputs, *outputs)}
        signature = export(module, path, inputs, outputs, axes, {tensor: torch.cat([value, value.flip(-1)]) for tensor, value in inputs.items()})
        models.append({"name": name, "file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "bytes": path.stat().st_size, "license": LICENSE, "version": "0.0.1", **signature})
    (folder / "manifest.json").write_text(json.dumps({"schemaVersion": 1, "models": models, "pipelines": []}, indent=1) + "\n")
    numbers = {"note": "PyTorch, random weights; runs start from torch CPU randn of their seed", "gan": of_gan(generator), "ddpm": of_ddpm(denoiser)}
    (Path(args.fixtures) / "vectors" / "families-tiny.json").write_text(json.dumps(numbers, indent=1) + "\n")


if __name__ == "__main__":
    main()
