"""Sixteen outputs beside the training pictures that are nearest to them: docs/generator/neighbours.{jpg,md}. Memorisation shown, not hidden."""
from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

import prompts
from common import base_parser, world_of
from scenes import DEFAULT_KINDS
from sheet import Exported

SIDE, PAIRS, CELL = 32, 16, 128


def thumbnail(picture: np.ndarray) -> np.ndarray:
    """[3*SIDE*SIDE] in 0..1: what two pictures are compared by."""
    return np.asarray(Image.fromarray(picture).resize((SIDE, SIDE), Image.BOX), np.float32).ravel() / 255


def main() -> None:
    """Draw, search, write."""
    parser = base_parser(__doc__)
    parser.add_argument("--models", default="../models")
    parser.add_argument("--out", default="../docs/generator")
    parser.add_argument("--pool", type=int, default=20000, help="training pictures that are looked through")
    args = parser.parse_args()
    world, pipeline = world_of(args), Exported(Path(args.models), args.threads)
    held = prompts.retrieval(world)[:PAIRS]
    texts, seeds = [s.caption for s in held], list(range(1000, 1000 + PAIRS))
    made = np.concatenate([pipeline(texts[i:i + 8], seeds[i:i + 8]) for i in range(0, PAIRS, 8)])
    queries = np.stack([thumbnail(p) for p in (*made, *(world.render(s, 128) for s in held))])
    rng = np.random.default_rng([args.seed, 5])
    best, nearest = np.full(2 * PAIRS, np.inf), [None] * (2 * PAIRS)
    for _ in range(args.pool):
        scene = world.sample(rng, 0.9, DEFAULT_KINDS)
        distance = np.sqrt(np.square(queries - thumbnail(world.render(scene, 64))).mean(1))
        for i in np.flatnonzero(distance < best):
            best[i], nearest[i] = distance[i], scene
    sheet = Image.new("RGB", (8 * CELL, PAIRS // 4 * (CELL + 6)), "white")
    for i in range(PAIRS):
        x, y = i % 4 * 2 * CELL, i // 4 * (CELL + 6)
        sheet.paste(Image.fromarray(made[i]), (x, y))
        sheet.paste(Image.fromarray(world.render(nearest[i], CELL)), (x + CELL, y))
    out = Path(args.out)
    sheet.save(out / "neighbours.jpg", quality=88)
    rows = [f"| {t} | {s} | {b:.3f} | {n.caption} |" for t, s, b, n in zip(texts, seeds, best, nearest)]
    median = lambda values: float(np.median(values))
    (out / "neighbours.md").write_text("\n".join([
        "# Nearest training pictures", "",
        f"Sixteen captions that the training held out, one seed each, nothing chosen: each output, and right of it the nearest of {args.pool:,} pictures of the training's renderer (root mean square over",
        f"{SIDE}x{SIDE} pixels, 0 to 1). Made by `training/neighbours.py`.", "", "![outputs and their neighbours](neighbours.jpg)", "",
        f"Median distance of an output {median(best[:PAIRS]):.3f}; of real renders of the same captions, which no training saw, {median(best[PAIRS:]):.3f}. Nearer than these would be memory of whole",
        "pictures. Shapes are remembered in any case: every object has one drawing in the training, and outputs repeat it.", "",
        "| prompt | seed | distance | caption of the neighbour |", "|---|---|---|---|", *rows, ""]))


if __name__ == "__main__":
    main()
