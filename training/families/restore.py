"""Checkpoints of the VAE and the flow from the graphs that ship, to go on from (`vae.py`, `flow.py`), to measure or to export again. GAN and DDPM: ../state.py."""
from __future__ import annotations

import argparse
import json
from pathlib import Path

import onnx
import torch
from onnx import numpy_helper

import data  # noqa: F401  (puts the folder above on the path)
from flow import STEPS, Flow
from vae import Vae

Weights = dict[str, torch.Tensor]


def initializers(path: Path) -> Weights:
    """The stored tensors of a graph, as float32, without the suffix of those in fp16."""
    return {i.name.removesuffix("_f16"): torch.from_numpy(numpy_helper.to_array(i).copy()).float() for i in onnx.load(path).graph.initializer}


def vae_of(models: Path) -> Weights:
    """Both halves, and where the latents lie."""
    encoder, decoder = (initializers(models / f"family-vae-{part}.onnx") for part in ("encoder", "decoder"))
    both = encoder | decoder | {"centre": decoder["shift"], "factor": decoder["turn"]}
    return {name: both[name] for name in Vae().state_dict()}


def flow_of(models: Path) -> Weights:
    """The mixing matrices are factored anew; the graph's names of the shifts are numbers in their order."""
    stored = initializers(models / "family-flow-forward.onnx")
    shifts = [value for name, value in stored.items() if name.startswith("onnx::Add") and value.ndim == 3]
    state = Flow().state_dict()
    for name, value in state.items():
        found = stored.get(f"flow.{name}")
        if found is not None and value.ndim == 4:  # rows of places in the kernel, then channels: see Products
            found = found.unflatten(1, (*value.shape[2:], value.shape[1])).permute(0, 3, 1, 2)
        if found is not None:
            state[name] = found.reshape(value.shape)
    for n, shift in enumerate(shifts):
        at = f"levels.{n // STEPS}.{n % STEPS}."
        p, lower, upper = torch.linalg.lu(stored[f"flow.{at}baked"].double())
        state |= {at + "shift": shift.flatten(), at + "permutation": p.float(), at + "lower": lower.tril(-1).float(), at + "upper": upper.triu(1).float(),
                  at + "sign": upper.diagonal().sign().float(), at + "log_diagonal": upper.diagonal().abs().log().float(), at + "started": torch.tensor(True)}
    return state


def main() -> None:
    """Write both checkpoints and logs. Losses and the moments of the optimisers are not in the graphs: the latter recover within minutes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", required=True)
    parser.add_argument("--models", default="../../models")
    parser.add_argument("--fresh", action="store_true", help="count time and samples from 0: for a schedule of its own")
    args = parser.parse_args()
    work, models = Path(args.work), Path(args.models)
    work.mkdir(parents=True, exist_ok=True)
    entries = {m["name"]: m["training"] for m in json.loads((models / "manifest.json").read_text())["models"] if m["name"].startswith("family-")}
    for family, batch, weights in (("vae", 32, vae_of(models)), ("flow", 16, flow_of(models))):
        run = next(training for name, training in entries.items() if name.startswith(f"family-{family}-"))
        steps, samples, seconds = (0, 0, 0) if args.fresh else (run["samples"] // batch, run["samples"], run["seconds"])
        torch.save({"run": (float(seconds), steps, samples, []), "parts": {"model": weights, "average": weights}}, work / f"family-{family}.pt")
        log = {"name": f"family-{family}", "steps": steps, "samples": samples, "seconds": seconds, "machine": "processor", "threads": 1, "seed": 0, "batch": batch, "losses": []}
        (work / f"family-{family}.json").write_text(json.dumps(log))
        print(work / f"family-{family}.pt", samples)


if __name__ == "__main__":
    main()
