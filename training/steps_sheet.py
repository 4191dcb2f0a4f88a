"""The same prompts and seeds in 20, 4 and 1 steps: docs/generator/steps.{jpg,md}, with the retrieval figures of each."""
from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw

import prompts
from common import base_parser, to_tensor, world_of
from dual import Dual, recall_at_1
from export_turbo import NAME
from sheet import Exported
from tokenizer import Captions

COLUMNS, CELL = 8, 144


def main() -> None:
    """Draw, measure, write; the figures go into evaluation.json too, for the cards."""
    parser = base_parser(__doc__)
    parser.add_argument("--models", default="../models")
    parser.add_argument("--out", default="../docs/generator")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    models, out, work = Path(args.models), Path(args.out), Path(args.work)
    world, captions = world_of(args), Captions(models / "tokenizer.json")
    dual = Dual(captions.size)
    dual.load_state_dict(torch.load(work / "dual.pt", map_location="cpu", weights_only=False)["parts"]["average"])
    dual.eval()
    teacher, student = Exported(models, args.threads), Exported(models, args.threads, NAME)
    ways = [("20 steps", teacher, 20), ("turbo, 4 steps", student, 4), ("turbo, 1 step", student, 1), ("4 steps, not distilled", teacher, 4), ("1 step, not distilled", teacher, 1)]
    scenes = prompts.retrieval(world)
    texts, seeds = [s.caption for s in scenes], list(range(1000, 1000 + len(scenes)))
    ceiling = recall_at_1(dual, captions, to_tensor([world.render(s, 128) for s in scenes]), texts)
    sheet = Image.new("RGB", (COLUMNS * CELL, len(ways) * 2 * CELL), "white")
    figures, demo = {}, prompts.DEMO[:2 * COLUMNS]
    for row, (name, pipeline, steps) in enumerate(ways):
        drawn = np.concatenate([pipeline(texts[i:i + 10], seeds[i:i + 10], steps) for i in range(0, len(texts), 10)])
        figures[name] = recall_at_1(dual, captions, to_tensor(list(drawn)), texts)
        print(name, figures[name], flush=True)
        pictures = pipeline(demo, list(range(1, 1 + len(demo))), steps)
        for i, picture in enumerate(pictures):
            sheet.paste(Image.fromarray(picture).resize((CELL, CELL), Image.LANCZOS), (i % COLUMNS * CELL, (2 * row + i // COLUMNS) * CELL))
        ImageDraw.Draw(sheet).text((3, 2 * row * CELL + 2), name, fill="black", stroke_width=2, stroke_fill="white")
    sheet.save(out / "steps.jpg", quality=88)
    full = figures["20 steps"][0]
    rows = [f"| {name} | {r1:.2f} | {r5:.2f} | {r1 / full:.0%} |" for name, (r1, r5) in figures.items()]
    (out / "steps.md").write_text("\n".join([
        "# Few steps", "",
        "`imprint generate --turbo` draws with a student that was distilled from the model (`training/distill.py`: latent consistency distillation with the guidance inside,",
        "arXiv:2310.04378), by default in 4 steps. The same sixteen prompts and seeds in each way, nothing chosen; made by `training/steps_sheet.py`.", "",
        "![20, 4 and 1 steps](steps.jpg)", "", f"Retrieval among {len(texts)} held-out captions by the own dual encoder (real renders: R@1 {ceiling[0]:.2f}):", "",
        "| way | R@1 | R@5 | of the 20-step R@1 |", "|---|---|---|---|", *rows, ""]))
    path = work / "evaluation.json"
    evaluation = json.loads(path.read_text()) if path.exists() else {}
    path.write_text(json.dumps({**evaluation, "steps": figures}, indent=1))


if __name__ == "__main__":
    main()
