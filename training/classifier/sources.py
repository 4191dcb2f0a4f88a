"""Reads sources.json: which sources there are, who may be trained on, and how their pictures are found.

The split is by source: no file of a source with `split` = test is ever trained on. Test sources either have no licence for training or are held
out on purpose; only bench/detect opens them. `development` ones are for choosing (development.py). `match` and `exclude` are regular expressions on the path below `folder`.
"""
from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

from PIL import Image

SUFFIXES = {".png", ".jpg", ".jpeg", ".webp"}


@dataclass(frozen=True)
class Source:
    """One origin of pictures."""
    name: str
    label: int  # 1 = synthetic
    kind: str  # photograph, icon, drawing, render, screenshot, scan, or the generator's name
    split: str
    licence: str
    origin: str
    folder: str | None  # below --data; None: made by patches.py
    match: str = ""
    exclude: str = "$^"
    text: str = ""
    multiple: int = 1
    show: bool = False


SOURCES = [Source(**entry) for entry in json.loads((Path(__file__).parent / "sources.json").read_text())]


def files_of(source: Source, data: Path) -> list[Path]:
    """Its pictures in an order that looks random but is always the same."""
    root = data / (source.folder or "")
    names = {p: p.relative_to(root).as_posix() for p in sorted(root.rglob("*")) if p.suffix.lower() in SUFFIXES and p.is_file()}
    found = [p for p, name in names.items() if re.search(source.match, name) and not re.search(source.exclude, name)]
    random.Random(source.name).shuffle(found)
    return found


def pictures(source: Source, data: Path) -> Iterator[tuple[Path, Image.Image]]:
    """Those that open, without alpha (over white)."""
    for path in files_of(source, data):
        try:
            image = Image.open(path)
            image.load()
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
            continue
        if "transparency" in image.info or image.mode in ("RGBA", "LA", "PA"):
            rgba = image.convert("RGBA")
            image = Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba)
        yield path, image.convert("RGB")
