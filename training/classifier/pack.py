"""Pack regions of the training sources into small files that a machine with a GPU can be given: JPEG data as it is where there is some.

A region of a JPEG file at native size is cut without decoding it (`jpegtran -crop`), so that its traces are those of its file; a reduced one is saved
with quality 95 and no chroma subsampling; lossy WebP travels as whole files; the rest is lossless WebP. Only files that `patches.py` cut for training,
and of these none whose patches are held back, so that development.py stays unseen. `--megabytes` per file; the order is random, so that any
number of them is a fair sample.
"""
from __future__ import annotations

import argparse
import io
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from development import held_files
from patches import document, sheet
from sources import SOURCES, Source, files_of, pictures

SIDE = 256
HELD = 0.05
WANTED = {"clothing": (1000, 1, 0), "dreambooth": (160, 2, 2), "elementary": (9, 4, 16), "lomiri": (19, 4, 8), "mate": (12, 3, 6), "plasma": (33, 1, 5),
          "packages": (800, 1, 1), "packages-2": (800, 1, 1), "packages-drawn": (200, 1, 0), "packages-drawn-2": (200, 1, 0),
          "sd-cheatsheet": (230, 1, 0), "nexora": (380, 1, 1), "gpt-4o": (167, 3, 1)}  # files, native regions and reduced ones of each
SHEETS = {"sprites": 300, "fluent-emoji": 300, "documents": 300}


@dataclass(frozen=True)
class Region:
    """One encoded picture."""
    source: str
    label: int
    paired: bool  # a photograph or drawing of which twins are made
    data: bytes


def saved(image: Image.Image, **how: object) -> bytes:
    """Encoded."""
    buffer = io.BytesIO()
    image.save(buffer, **how)
    return buffer.getvalue()


def native(path: Path, image: Image.Image, rng: np.random.Generator) -> bytes:
    """A region at native size, on the file's own grid of blocks."""
    w, h = min(SIDE, image.width), min(SIDE, image.height)
    x, y = (int(rng.integers(room // 16 + 1)) * 16 for room in (image.width - w, image.height - h))
    if path.suffix.lower() in (".jpg", ".jpeg"):
        done = subprocess.run(["jpegtran", "-copy", "none", "-crop", f"{w}x{h}+{x}+{y}", str(path)], capture_output=True)
        if done.stdout and done.returncode in (0, 2):  # 2: with a warning
            return done.stdout
    return saved(image.crop((x, y, x + w, y + h)), format="WEBP", lossless=True, method=2)


def reduced(image: Image.Image, rng: np.random.Generator) -> bytes | None:
    """A region after one or two halvings."""
    view = image.reduce(2)
    while min(view.size) > 3 * SIDE and rng.random() < 0.6:
        view = view.reduce(2)
    if min(view.size) < 224:
        return None
    w, h = min(SIDE, view.width), min(SIDE, view.height)
    x, y = int(rng.integers(view.width - w + 1)), int(rng.integers(view.height - h + 1))
    return saved(view.crop((x, y, x + w, y + h)), format="JPEG", quality=95, subsampling=0)


def of_source(source: Source, patches: Path, data: Path, rng: np.random.Generator) -> list[Region]:
    """Regions of one source, as WANTED says."""
    files, natives, halves = WANTED[source.name]
    held = held_files(source, patches, data, HELD)
    out: list[Region] = []
    taken = 0
    for path, image in pictures(source, data):
        if path.relative_to(data).as_posix() in held:
            continue
        taken += 1
        if taken > files:
            break
        if source.name == "sd-cheatsheet":
            found = [path.read_bytes()]
        else:
            found = [native(path, image, rng) for _ in range(natives)] + [reduced(image, rng) for _ in range(halves)]
        out += [Region(source.name, source.label, source.label == 0, region) for region in found if region]
    return out


def drawn(patches: Path, data: Path, rng: np.random.Generator) -> list[Region]:
    """Sheets of icons and pages of text."""
    words = (Path(__file__).resolve().parent.parent / "README.md").read_text().split()
    lossless = lambda pixels: saved(Image.fromarray(pixels), format="WEBP", lossless=True, method=2)
    out = [Region("documents", 0, True, lossless(document(rng, words))) for _ in range(SHEETS["documents"])]
    for source in SOURCES:
        if source.name in ("sprites", "fluent-emoji"):
            held = held_files(source, patches, data, HELD)
            files = [path for path in files_of(source, data) if path.relative_to(data).as_posix() not in held]
            for _ in range(SHEETS[source.name]):
                picked = [files[int(rng.integers(len(files)))] for _ in range(int(rng.integers(1, 9 if source.name == "sprites" else 3)))]
                out.append(Region(source.name, 0, True, lossless(sheet([Image.open(path) for path in picked], rng))))
    return out


def main() -> None:
    """Write <out>/crops-<n>.npz: `data` uint8, `ends` int64, `facts` as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--patches", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--megabytes", type=float, default=14)
    args = parser.parse_args()
    rng = np.random.default_rng(12)
    patches, data, out = Path(args.patches), Path(args.data), Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    found = drawn(patches, data, rng)
    for source in SOURCES:
        if source.name in WANTED:
            new = of_source(source, patches, data, rng)
            print(source.name, len(new), f"{sum(len(r.data) for r in new) / 1e6:.1f} MB", flush=True)
            found += new
    order, file = [found[i] for i in rng.permutation(len(found))], 0
    while order:
        total, count = 0, 0
        while count < len(order) and total < args.megabytes * 1e6:
            total += len(order[count].data)
            count += 1
        part, order = order[:count], order[count:]
        facts = json.dumps([[r.source, r.label, r.paired] for r in part])
        np.savez(out / f"crops-{file}.npz", data=np.frombuffer(b"".join(r.data for r in part), np.uint8), ends=np.cumsum([len(r.data) for r in part]), facts=np.array(facts))
        print(file, count, f"{total / 1e6:.1f} MB", flush=True)
        file += 1


if __name__ == "__main__":
    main()
