"""Write the student of distill.py as ONNX beside what export.py wrote, its pipeline into models/manifest.json, and golden numbers for the tests from PyTorch."""
from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path

import torch

from autoencoder import CHANNELS
from cards import write_cards
from distill import few_steps
from dit import EXTRA, GRID, WIDTH, Generator
from export import LICENSE, DitGraph, export
from tokenizer import LENGTH, Captions
from vectors import PROMPTS, summary

SCRIPTS = {"dit": "dit.py", "few": "distill.py"}
NAME, SUFFIX = "imprint-tiny-ldm-turbo", "-turbo"


def main() -> None:
    """Export both parts and describe them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", required=True)
    parser.add_argument("--out", default="../models")
    parser.add_argument("--vectors", default="../fixtures/vectors/turbo.json")
    parser.add_argument("--steps", type=int, default=4)
    args = parser.parse_args()
    work, out = Path(args.work), Path(args.out)
    weights = torch.load(work / "few.pt", map_location="cpu", weights_only=False)["parts"]["average"]
    depth = 1 + max(int(k.split(".")[2]) for k in weights if k.startswith("transformer.blocks."))
    student = Generator(Captions(out / "tokenizer.json").size, depth).eval()
    student.load_state_dict(weights)
    logs = {name: json.loads((work / f"{name}.json").read_text()) for name in ("dit", "few")}
    manifest = json.loads((out / "manifest.json").read_text())
    teacher = next(p for p in manifest["pipelines"] if p["name"] != NAME)
    torch.manual_seed(0)
    batch = {0: "batch"}
    text_in = lambda n: {"input_ids": torch.cat([torch.randint(3, 2000, (n, 9)), torch.zeros(n, LENGTH - 9, dtype=torch.long)], 1)}
    dit_in = lambda n: {"sample": torch.randn(n, CHANNELS, GRID, GRID), "timestep": torch.rand(n) * 1000, "encoder_hidden_states": torch.randn(n, LENGTH, WIDTH),
                        "pooled": torch.randn(n, WIDTH), "encoder_attention_mask": (torch.arange(LENGTH)[None] < 9).long().expand(n, -1).contiguous(),
                        "condition": torch.randn(n, EXTRA, GRID, GRID)}
    plan = [("text-encoder", student.text, text_in, ["last_hidden_state", "pooled"], "dit"), ("dit", DitGraph(student.transformer), dit_in, ["velocity"], "few")]
    models, names = [], {}
    for name, module, inputs, outputs, run in plan:
        path = out / f"{name}{SUFFIX}.onnx"
        signature = export(module, path, inputs(1), outputs, {n: batch for n in (*inputs(1), *outputs)}, inputs(3))
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        same = next((m for m in manifest["models"] if m["sha256"] == digest and not m["name"].endswith(SUFFIX)), None)
        if same is not None:  # the teacher's own
            path.unlink()
            names[name] = same["name"]
            continue
        names[name] = name + SUFFIX
        models.append({"name": name + SUFFIX, "file": path.name, "sha256": digest, "bytes": path.stat().st_size, "license": LICENSE, "version": teacher["version"], **signature,
                       "parameters": sum(p.numel() for p in module.parameters()),
                       "training": {"script": f"training/{SCRIPTS[run]}", "samples": logs[run]["samples"], "seconds": logs[run]["seconds"]}, "card": "cards/dit-turbo.md"})
    shift = teacher["scheduler"]["shift"]
    pipeline = {**teacher, "name": NAME, "textEncoder": names["text-encoder"], "transformer": names["dit"], "guidanceDistilled": True,
                "scheduler": {"class": "FlowMatchLCMScheduler", "shift": shift, "timestepScale": 1000, "sigmas": teacher["scheduler"]["sigmas"],
                              "step": "(1 - nextSigma) * (sample - sigma * velocity) + nextSigma * noise"},
                "defaults": {"steps": args.steps, "guidance": 1}}
    manifest["models"] = [m for m in manifest["models"] if not m["name"].endswith(SUFFIX)] + models
    manifest["pipelines"] = [p for p in manifest["pipelines"] if p["name"] != NAME] + [pipeline]
    (out / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    evaluation = json.loads((work / "evaluation.json").read_text()) if (work / "evaluation.json").exists() else {}
    write_cards(out / "cards", [m for m in models if m["name"] == "dit-turbo"], logs, evaluation)
    with torch.no_grad():
        for p in student.parameters():  # as the exported graphs hold them
            if p.numel() >= 512:
                p.copy_(p.half().float())
        runs = [{"prompt": PROMPTS[1], "seed": 7, "steps": steps, "latent": summary(few_steps(student, Captions(out / "tokenizer.json"), [PROMPTS[1]], [7], steps, shift))} for steps in (4, 1)]
    Path(args.vectors).write_text(json.dumps({"note": "PyTorch (training/distill.py few_steps); noise from torch's CPU generator of the seed", "runs": runs}, indent=1) + "\n")


if __name__ == "__main__":
    main()
