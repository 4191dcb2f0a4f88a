"""Write the trained parts as ONNX with fp16 weights and fp32 inputs and outputs, check them, and write models/manifest.json and the cards."""
from __future__ import annotations

import argparse
import hashlib
import json
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from autoencoder import CHANNELS, AutoEncoder
from cards import write_cards
from dit import EXTRA, GRID, WIDTH, Generator
from superres import Upscaler, upscaler_of
from tokenizer import LENGTH, Captions

OPSET = 18
LICENSE = "MIT"


class DitGraph(nn.Module):
    """The transformer with all of its inputs."""

    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, sample: torch.Tensor, timestep: torch.Tensor, encoder_hidden_states: torch.Tensor, pooled: torch.Tensor, encoder_attention_mask: torch.Tensor,
                condition: torch.Tensor) -> torch.Tensor:
        """Velocity."""
        return self.inner(sample, timestep, encoder_hidden_states, pooled, encoder_attention_mask, condition)


def load(work: Path, tokenizer: Path) -> tuple[Generator, AutoEncoder, Upscaler, dict]:
    """The averaged weights of every part, and the logs."""
    logs = {}
    parts = lambda name: torch.load(work / f"{name}.pt", map_location="cpu", weights_only=False)["parts"]["average"]
    autoencoder = AutoEncoder()
    autoencoder.load_state_dict(parts("autoencoder"))
    if (work / "decoder.pt").exists():
        autoencoder.load_state_dict(parts("decoder"))
    weights = parts("dit")
    depth = 1 + max(int(k.split(".")[2]) for k in weights if k.startswith("transformer.blocks."))
    generator = Generator(Captions(tokenizer).size, depth)
    generator.load_state_dict(weights)
    upscaler = upscaler_of(parts("superres"))
    for name in ("autoencoder", "decoder", "decoder-critic", "dit", "superres", "superres-critic", "dual"):
        if (work / f"{name}.json").exists():
            logs[name] = json.loads((work / f"{name}.json").read_text())
    return generator.eval(), autoencoder.eval(), upscaler.eval(), logs


def halve(path: Path, whole: tuple[str, ...] = ()) -> None:
    """Store every large weight as fp16 followed by Cast to what it was; inputs and outputs stay fp32, and so do weights with one of `whole` in their names."""
    model = onnx.load(path)
    graph = model.graph
    casts = []
    for tensor in list(graph.initializer):
        if tensor.data_type not in (TensorProto.FLOAT, TensorProto.DOUBLE) or int(np.prod(tensor.dims)) < 512 or any(part in tensor.name for part in whole):
            continue
        values = numpy_helper.to_array(tensor)
        name = tensor.name
        graph.initializer.remove(tensor)
        graph.initializer.append(numpy_helper.from_array(values.astype(np.float16), name + "_f16"))
        casts.append(helper.make_node("Cast", [name + "_f16"], [name], to=tensor.data_type, name=f"{name}_cast"))
    nodes = list(graph.node)
    del graph.node[:]
    graph.node.extend(casts + nodes)
    del graph.value_info[:]
    for node in graph.node:
        node.doc_string = ""
        del node.metadata_props[:]
    onnx.checker.check_model(model)
    onnx.save(model, path)


def export(module: nn.Module, path: Path, inputs: dict[str, torch.Tensor], outputs: list[str], axes: dict[str, dict[int, str]], again: dict[str, torch.Tensor],
           whole: tuple[str, ...] = ()) -> dict:
    """One graph; `again` holds inputs of another shape on which onnxruntime must agree with PyTorch."""
    import onnxruntime
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(module, tuple(inputs.values()), str(path), input_names=list(inputs), output_names=outputs, dynamic_axes=axes, opset_version=OPSET, dynamo=False)
    halve(path, whole)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    for given in (inputs, again):
        with torch.no_grad():
            wanted = module(*given.values())
        got = session.run(None, {k: v.numpy() for k, v in given.items()})
        for a, b in zip(got, wanted if isinstance(wanted, tuple) else (wanted,)):
            worst = float(np.abs(a - b.numpy()).max())
            limit = 1e-2 * max(1.0, float(b.abs().max()))
            if not worst < limit:
                raise SystemExit(f"{path.name}: onnxruntime differs by {worst}")
            print(f"{path.name}: {path.stat().st_size / 1e6:.2f} MB, max difference {worst:.1e} (largest value {float(b.abs().max()):.1f})")
    kinds = {"tensor(float)": "float32", "tensor(double)": "float64", "tensor(int64)": "int64", "tensor(uint8)": "uint8"}
    describe = lambda items: [{"name": i.name, "dtype": kinds[i.type], "shape": [d if isinstance(d, int) else str(d) for d in i.shape]} for i in items]
    dims = {name: {} for name in (*inputs, *outputs)} | axes
    shapes = lambda entries: [e | {"shape": [dims[e["name"]].get(n, d) for n, d in enumerate(e["shape"])]} for e in entries]
    return {"inputs": shapes(describe(session.get_inputs())), "outputs": shapes(describe(session.get_outputs()))}


def main() -> None:
    """Export everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", required=True)
    parser.add_argument("--out", default="../models")
    parser.add_argument("--version", default="0.1.0")
    parser.add_argument("--steps", type=int, default=24)
    parser.add_argument("--guidance", type=float, default=3.5)
    parser.add_argument("--shift", type=float, default=2.0)
    args = parser.parse_args()
    work, out = Path(args.work), Path(args.out)
    generator, autoencoder, upscaler, logs = load(work, out / "tokenizer.json")
    torch.manual_seed(0)
    text_in = lambda n: {"input_ids": torch.cat([torch.randint(3, 2000, (n, 9)), torch.zeros(n, LENGTH - 9, dtype=torch.long)], 1)}
    dit_in = lambda n: {"sample": torch.randn(n, CHANNELS, GRID, GRID), "timestep": torch.rand(n) * 1000, "encoder_hidden_states": torch.randn(n, LENGTH, WIDTH),
                        "pooled": torch.randn(n, WIDTH), "encoder_attention_mask": (torch.arange(LENGTH)[None] < 9).long().expand(n, -1).contiguous(),
                        "condition": torch.randn(n, EXTRA, GRID, GRID)}
    batch = {0: "batch"}
    picture = {0: "batch", 2: "height", 3: "width"}
    grid, large = {0: "batch", 2: "height/8", 3: "width/8"}, {0: "batch", 2: "4*height", 3: "4*width"}
    plan = [
        ("text-encoder", generator.text, text_in(2), ["last_hidden_state", "pooled"], {"input_ids": {0: "batch"}, "last_hidden_state": batch, "pooled": batch}, text_in(1), ["dit"], "dit.py"),
        ("dit", DitGraph(generator.transformer), dit_in(2), ["velocity"], {n: batch for n in (*dit_in(1), "velocity")}, dit_in(4), ["dit"], "dit.py"),
        ("vae-decoder", autoencoder.decoder, {"latent": torch.randn(1, CHANNELS, 16, 16)}, ["image"], {"latent": grid, "image": picture}, {"latent": torch.randn(2, CHANNELS, 8, 12)},
         ["decoder", "autoencoder"], "autoencoder.py"),
        ("vae-encoder", autoencoder.encoder, {"image": torch.rand(1, 3, 128, 128) * 2 - 1}, ["latent"], {"latent": grid, "image": picture}, {"image": torch.rand(2, 3, 64, 96) * 2 - 1},
         ["autoencoder"], "autoencoder.py"),
        ("upscaler-x4", upscaler, {"image": torch.rand(1, 3, 128, 128)}, ["upscaled"], {"image": picture, "upscaled": large}, {"image": torch.rand(2, 3, 40, 56)}, ["superres"], "superres.py"),
    ]
    models = []
    for name, module, inputs, outputs, axes, again, log_names, script in plan:
        path = out / f"{name}.onnx"
        signature = export(module, path, inputs, outputs, axes, again)
        log = next((logs[n] for n in log_names if n in logs), {})
        models.append({"name": name, "file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "bytes": path.stat().st_size, "license": LICENSE, "version": args.version,
                       **signature, "parameters": sum(p.numel() for p in module.parameters()),
                       "training": {"script": f"training/{script}", "samples": log.get("samples", 0), "seconds": log.get("seconds", 0)}, "card": f"cards/{name}.md"})
    for name in ("tokenizer.json", "tokenizer_config.json"):
        path = out / name
        models.append({"name": path.name.removesuffix(".json").replace("_", "-"), "file": name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "bytes": path.stat().st_size, "license": LICENSE,
                       "version": args.version, "inputs": [], "outputs": [], "training": {"script": "training/tokenizer.py", "samples": 0, "seconds": 0}, "card": "cards/text-encoder.md"})
    pipeline = {"name": "imprint-tiny-ldm", "version": args.version, "textEncoder": "text-encoder", "transformer": "dit", "vaeDecoder": "vae-decoder", "vaeEncoder": "vae-encoder",
                "upscaler": "upscaler-x4", "tokenizer": "tokenizer", "tokenizerConfig": "tokenizer-config", "maxTokens": LENGTH,
                "latent": {"channels": CHANNELS, "size": GRID, "downscale": 8, "mean": [round(v, 6) for v in generator.mean.tolist()], "std": [round(v, 6) for v in generator.std.tolist()]},
                "scheduler": {"class": "FlowMatchEulerDiscreteScheduler", "shift": args.shift, "timestepScale": 1000,
                              "sigmas": "least = shift*0.001/(1+(shift-1)*0.001); s = linspace(1, least, steps); sigma = shift*s/(1+(shift-1)*s); then 0", "step": "sample + (nextSigma - sigma) * velocity"},
                "defaults": {"steps": args.steps, "guidance": args.guidance},
                "notes": {"latent": "the transformer works on normalised latents: decode(latent*std+mean), (encode(image)-mean)/std", "timestep": "sigma*1000",
                          "unconditional": "the empty prompt", "image": "-1..1, clamp after decoding", "upscaler": "0..1, clamp after",
                          "condition": "1 where the latent is made anew, the normalised latent of what is known and 0 elsewhere, that of the control picture; each zero when there is none"}}
    # Models of other trainings (the classifier, the student) stay.
    known = {m["name"] for m in models}
    before = json.loads((out / "manifest.json").read_text()) if (out / "manifest.json").exists() else {"models": [], "pipelines": []}
    others = [m for m in before["models"] if m["name"] not in known]
    pipelines = [p for p in before["pipelines"] if p["name"] != pipeline["name"]]
    manifest = {"schemaVersion": 1, "models": models + others, "pipelines": [pipeline, *pipelines]}
    (out / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    evaluation = json.loads((work / "evaluation.json").read_text()) if (work / "evaluation.json").exists() else {}
    write_cards(out / "cards", models, logs, evaluation)
    total = sum(f.stat().st_size for f in out.rglob("*") if f.is_file())
    print(f"models/ is {total / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
