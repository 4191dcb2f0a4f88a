"""Draw the demo prompts with the exported graphs (onnxruntime only, as a user would) and write the contact sheet."""
from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from PIL import Image, ImageDraw

import prompts
from dit import EXTRA, sigmas
from tokenizer import Captions


class Exported:
    """A bundled pipeline, the first one of the manifest unless it is named, run from models/."""

    def __init__(self, models: Path, threads: int = 2, pipeline: str | None = None) -> None:
        described = json.loads((models / "manifest.json").read_text())["pipelines"]
        self.settings = next(p for p in described if pipeline in (None, p["name"]))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        open_session = lambda name: onnxruntime.InferenceSession(str(models / f"{name}.onnx"), options, providers=["CPUExecutionProvider"])
        self.text, self.dit, self.decoder, self.upscaler = (open_session(self.settings[n]) for n in ("textEncoder", "transformer", "vaeDecoder", "upscaler"))
        self.captions = Captions(models / "tokenizer.json")

    def __call__(self, texts: list[str], seeds: list[int], steps: int | None = None, guidance: float | None = None, shift: float | None = None, upscale: bool = False) -> np.ndarray:
        """uint8 pictures [n, 128 or 512, same, 3]."""
        steps, guidance = steps or self.settings["defaults"]["steps"], guidance or self.settings["defaults"]["guidance"]
        shift = shift or self.settings["scheduler"]["shift"]
        n, distilled = len(texts), self.settings.get("guidanceDistilled", False)
        ids = self.captions.encode(texts if distilled else [*texts, *[""] * n])
        hidden, pooled = self.text.run(None, {"input_ids": ids})
        generators = [torch.Generator().manual_seed(s) for s in seeds]
        draw = lambda: np.stack([torch.randn(8, 16, 16, generator=g).numpy() for g in generators])
        x, levels = draw(), sigmas(steps, shift)
        for now, following in zip(levels, levels[1:]):
            feeds = {"sample": x if distilled else np.concatenate([x, x]), "timestep": np.full(len(ids), now * 1000, np.float32), "encoder_hidden_states": hidden, "pooled": pooled,
                     "encoder_attention_mask": (ids != 0).astype(np.int64)}
            if any(i.name == "condition" for i in self.dit.get_inputs()):
                feeds["condition"] = np.zeros((len(ids), EXTRA, 16, 16), np.float32)
            v = self.dit.run(None, feeds)[0]
            if distilled:  # FlowMatchLCMScheduler
                x = ((1 - following) * (x - now * v) + following * draw()).astype(np.float32)
            else:
                x = (x + (following - now) * (v[n:] + guidance * (v[:n] - v[n:]))).astype(np.float32)
        std, mean = (np.array(self.settings["latent"][k], np.float32)[None, :, None, None] for k in ("std", "mean"))
        image = np.clip(self.decoder.run(None, {"latent": x * std + mean})[0], -1, 1) * 0.5 + 0.5
        if upscale:
            image = np.concatenate([self.upscaler.run(None, {"image": image[i:i + 1]})[0] for i in range(n)])
        return (np.clip(image, 0, 1) * 255 + 0.5).astype(np.uint8).transpose(0, 2, 3, 1)


def main() -> None:
    """Write the sheet and its list."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", default="../models")
    parser.add_argument("--out", default="../docs/generator")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cell", type=int, default=192)
    parser.add_argument("--steps", type=int)
    parser.add_argument("--guidance", type=float)
    parser.add_argument("--shift", type=float)
    args = parser.parse_args()
    pipeline = Exported(Path(args.models))
    out = Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    sheet = Image.new("RGB", (8 * args.cell, 8 * (args.cell + 14)), "white")
    draw = ImageDraw.Draw(sheet)
    lines = ["# Contact sheet", "", "Sixty-four prompts, none of them a training caption word for word, one seed each, nothing chosen. Read row by row.", "",
             f"Steps {args.steps or pipeline.settings['defaults']['steps']}, guidance {args.guidance or pipeline.settings['defaults']['guidance']}, model {pipeline.settings['name']} {pipeline.settings['version']}.",
             "Made by `training/sheet.py` with onnxruntime from `models/`.", "", "![contact sheet](contact-sheet.jpg)", "", "| # | seed | prompt |", "|---|---|---|"]
    for start in range(0, 64, 8):
        texts = prompts.DEMO[start:start + 8]
        seeds = [args.seed + start + i for i in range(len(texts))]
        for i, image in enumerate(pipeline(texts, seeds, args.steps, args.guidance, args.shift, upscale=True)):
            x, y = i * args.cell, start // 8 * (args.cell + 14)
            sheet.paste(Image.fromarray(image).resize((args.cell, args.cell), Image.LANCZOS), (x, y))
            draw.text((x + 2, y + args.cell + 1), texts[i][:34], fill="black")
            lines.append(f"| {start + i + 1} | {seeds[i]} | {texts[i]} |")
    sheet.save(out / "contact-sheet.jpg", quality=88)
    (out / "contact-sheet.md").write_text("\n".join(lines) + "\n")
    print(out / "contact-sheet.jpg", (out / "contact-sheet.jpg").stat().st_size)


if __name__ == "__main__":
    main()
