"""Write the trained families as ONNX (fp16 weights, fp32 inputs and outputs), and their entries in models/manifest.json and cards. What has no checkpoint is left alone."""
from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path

import torch
from torch import nn

import data  # noqa: F401  (puts the folder above on the path)
from ddpm import SIZE as DDPM_SIZE
from ddpm import Denoiser
from export import LICENSE, export  # the script of the folder above
from family_cards import write_cards
from flow import SIZE as FLOW_SIZE
from flow import VALUES, Flow, Inverse, bake
from gan import LAYERS, STYLE, Generator
from vae import LATENT, SIZE, Vae

def averaged(work: Path, family: str, module: nn.Module) -> nn.Module:
    """The averaged weights of one family, rounded as the graphs hold them."""
    module.load_state_dict(torch.load(work / f"family-{family}.pt", map_location="cpu", weights_only=False)["parts"]["average"])
    with torch.no_grad():
        for parameter in module.parameters():
            if parameter.numel() >= 512:
                parameter.copy_(parameter.half().float())
    return module.eval().requires_grad_(False)


class LogDensity(nn.Module):
    """The flow with its density as a column."""

    def __init__(self, flow: Flow) -> None:
        super().__init__()
        self.flow = flow

    def forward(self, image: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Noise and log-density [B,1]."""
        noise, density = self.flow(image)
        return noise, density[:, None]


def parts_of(work: Path, family: str) -> list[tuple[str, nn.Module, dict, list[str]]]:
    """Name, module, example inputs for a batch of one, outputs."""
    if family == "vae":
        vae = averaged(work, family, Vae())
        return [("encoder", vae.encoder, {"image": torch.rand(1, 3, SIZE, SIZE) * 2 - 1}, ["mean", "log_variance"]), ("decoder", vae.decoder, {"latent": torch.randn(1, LATENT)}, ["image"])]
    if family == "gan":
        gan = averaged(work, family, Generator())
        return [("mapping", gan.mapping, {"z": torch.randn(1, STYLE), "truncation": torch.full((1, 1), 0.8)}, ["style"]),
                ("synthesis", gan.synthesis, {"styles": gan.mapping(torch.randn(1, STYLE), torch.ones(1, 1))[:, None].repeat(1, LAYERS, 1)}, ["image"])]
    if family == "ddpm":
        return [("", averaged(work, family, Denoiser()), {"sample": torch.randn(1, 3, DDPM_SIZE, DDPM_SIZE), "timestep": torch.tensor([500.0])}, ["noise"])]
    flow = averaged(work, family, Flow())
    bake(flow)
    return [("forward", LogDensity(flow), {"image": torch.rand(1, 3, FLOW_SIZE, FLOW_SIZE) - 0.5}, ["noise", "log_density"]),
            ("inverse", Inverse(flow).eval(), {"noise": torch.randn(1, VALUES) * 0.7}, ["image"])]


def main() -> None:
    """Export everything that there is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", required=True)
    parser.add_argument("--out", default="../../models")
    parser.add_argument("--version", default="0.1.0")
    args = parser.parse_args()
    work, out = Path(args.work), Path(args.out)
    torch.manual_seed(0)
    made, logs = [], {}
    for family in ("vae", "gan", "flow", "ddpm"):
        if not (work / f"family-{family}.pt").exists():
            continue
        log = logs[family] = json.loads((work / f"family-{family}.json").read_text())
        for part, module, inputs, outputs in parts_of(work, family):
            name = f"family-{family}" + (f"-{part}" if part else "")
            path = out / f"{name}.onnx"
            axes = {tensor: {0: "batch"} for tensor in (*inputs, *outputs)}
            two = {tensor: torch.cat([value, value.flip(-1)]) for tensor, value in inputs.items()}
            # The mixing matrices of the flow stay fp32: a rounded inverse would be none.
            signature = export(module, path, inputs, outputs, axes, two, whole=("baked", "inverses"))
            made.append({"name": name, "file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "bytes": path.stat().st_size, "license": LICENSE, "version": args.version, **signature,
                         "parameters": sum(p.numel() for p in module.parameters()), "training": {"script": f"training/families/{family}.py", "samples": log["samples"], "seconds": log["seconds"]},
                         "card": f"cards/family-{family}.md"})
    manifest = json.loads((out / "manifest.json").read_text())
    names = {m["name"] for m in made}
    manifest["models"] = [m for m in manifest["models"] if m["name"] not in names] + made
    (out / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    measured = json.loads((work / "families.json").read_text()) if (work / "families.json").exists() else {}
    write_cards(out / "cards", made, logs, measured)
    print(f"{len(made)} graphs, {sum(m['bytes'] for m in made) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
