"""Squares of 256 px out of photographs, made smaller so that they are truly sharp: what the decoder and the upscaler learn beside renders."""
from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

SIDE = 256
#: Source, how many files of it (None: all), and the short sides at which a square is cut out of each.
SOURCES: list[tuple[str, int | None, list[list[int]]]] = [
    ("dreambooth/dataset", None, [[256], [384], [512]]),
    ("elementary/backgrounds", None, [[320, 480, 720, 1080, 1440, 1440]]),
    ("clothing/images", 80, [[256]]),
]


def square(rng: np.random.Generator, photo: Image.Image, short: int) -> Image.Image:
    """A square of the photograph at that short side (three quarters of its own at most): of six, the one with most detail."""
    scale = max(SIDE / min(photo.size), min(0.75, short / min(photo.size)))
    width, height = (max(SIDE, round(v * scale)) for v in photo.size)
    small, best, most = photo.resize((width, height), Image.LANCZOS), photo, -1.0
    for _ in range(6):
        x, y = int(rng.integers(width - SIDE + 1)), int(rng.integers(height - SIDE + 1))
        part = small.crop((x, y, x + SIDE, y + SIDE))
        grey = np.asarray(part.convert("L"), np.float32)
        detail = float(np.abs(np.diff(grey, axis=0)).mean() + np.abs(np.diff(grey, axis=1)).mean())
        if detail > most:
            best, most = part, detail
    return best


def main() -> None:
    """Cut and write them as JPEG."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True, help="folder with the sources, as for the classifier")
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    rng, out = np.random.default_rng(5), Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    for folder, count, sides in SOURCES:
        files = sorted((Path(args.data) / folder).rglob("*.jpg"))
        for n, at in enumerate(np.linspace(0, len(files) - 1, count or len(files)).astype(int)):
            photo = Image.open(files[at]).convert("RGB")
            for k, short in enumerate(sides[n % len(sides)]):
                square(rng, photo, short).save(out / f"{folder.split('/')[0]}-{n:03}-{k}.jpg", quality=90, subsampling=0)
    made = list(out.glob("*.jpg"))
    print(len(made), "squares,", sum(f.stat().st_size for f in made), "bytes")


if __name__ == "__main__":
    main()
