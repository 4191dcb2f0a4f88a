"""Cut the training sources into 224 px patches, each source one memory-mapped .npy of uint8 [N,224,224,3], with a manifest beside it.

Large pictures give patches at native size and after halving (area average), so that sharpness says nothing about the source. Small icons
are composed into sheets. The manifest names every file that was used.
"""
from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont

from formulas import formulas
from sources import SOURCES, Source, files_of, pictures

SIZE, FORMULAS = 224, 2000
WANTED = {"clothing": (2200, 1), "dreambooth": (159, 8), "elementary": (40, 24), "lomiri": (40, 24), "mate": (40, 16), "plasma": (40, 12), "packages": (800, 6), "packages-drawn": (200, 3),
          "packages-2": (800, 6), "packages-drawn-2": (200, 3),
          "sprites": (400, 1), "fluent-emoji": (500, 1), "sd-cheatsheet": (760, 4), "nexora": (461, 4), "gpt-4o": (167, 8)}


Patch = tuple[np.ndarray, bool]


def cut(image: Image.Image, rng: np.random.Generator, count: int, halve: bool) -> list[Patch]:
    """Random patches; a picture that is larger than twice the patch is halved once or twice for some of them.

    With each comes whether it is native. Native ones start on multiples of 16, the grid of a JPEG with halved chroma, so that a twin can be
    compressed exactly as its real was.
    """
    out: list[Patch] = []
    for _ in range(count):
        view = image
        while halve and min(view.size) >= 2 * SIZE and rng.random() < (0.75 if min(view.size) > 1600 else 0.4):
            view = view.reduce(2)
        if min(view.size) < SIZE:
            return out
        x, y = int(rng.integers(view.width - SIZE + 1)), int(rng.integers(view.height - SIZE + 1))
        if view is image:
            x, y = x // 16 * 16, y // 16 * 16
        patch = np.asarray(view.crop((x, y, x + SIZE, y + SIZE)))
        if patch.std() > 2 or rng.random() < 0.15:
            out.append((patch, view is image))
    return out


def cheat_tiles(image: Image.Image, rng: np.random.Generator) -> list[Patch]:
    """One patch of each of the four 512 px pictures, never across their border."""
    out = []
    for ty in range(image.height // 512):
        for tx in range(image.width // 512):
            out += cut(image.crop((tx * 512 + 4, ty * 512 + 4, tx * 512 + 508, ty * 512 + 508)), rng, 1, False)
    return out


def sheet(icons: list[Image.Image], rng: np.random.Generator) -> np.ndarray:
    """Icons on one colour, enlarged by whole factors or smoothly, as they are used."""
    page = Image.new("RGB", (SIZE, SIZE), tuple(int(v) for v in rng.integers(0, 256, 3)) if rng.random() < 0.6 else "white")
    for icon in icons:
        icon = icon.convert("RGBA")
        target = int(rng.integers(24, 200))
        scale = target / max(icon.size)
        smooth = rng.random() < 0.6
        if scale > 1 and not smooth:
            scale = int(np.ceil(scale))
        icon = icon.resize((max(1, round(icon.width * scale)), max(1, round(icon.height * scale))), Image.LANCZOS if smooth else Image.NEAREST)
        page.paste(icon, (int(rng.integers(-20, SIZE - 10)), int(rng.integers(-20, SIZE - 10))), icon)
    return np.asarray(page)


def document(rng: np.random.Generator, words: list[str]) -> np.ndarray:
    """A rendered page of text, rules and boxes; some with the grey, tilt and noise of a scan."""
    fonts = sorted(Path("/usr/share/fonts").rglob("*.ttf"))
    dark = rng.random() < 0.3
    page = Image.new("RGB", (SIZE + 40, SIZE + 40), (24, 26, 30) if dark else (255, 255, 255))
    draw = ImageDraw.Draw(page)
    y = int(rng.integers(-10, 10))
    size = int(rng.integers(9, 22))
    font = ImageFont.truetype(str(fonts[int(rng.integers(len(fonts)))]), size) if fonts else ImageFont.load_default(size)
    while y < page.height:
        ink = tuple(int(v) for v in (rng.integers(150, 256, 3) if dark else rng.integers(0, 110, 3)))
        if rng.random() < 0.12:
            draw.rounded_rectangle((8, y, int(rng.integers(60, 240)), y + size * 2), 6, fill=tuple(int(v) for v in rng.integers(0, 256, 3)))
        draw.text((int(rng.integers(0, 30)), y), " ".join(str(rng.choice(words)) for _ in range(12)), ink, font)
        y += int(size * rng.uniform(1.1, 1.9))
    if rng.random() < 0.4:
        page = page.rotate(float(rng.uniform(-3, 3)), Image.BICUBIC, fillcolor=page.getpixel((0, 0)))
        noise = rng.normal(0, rng.uniform(1, 6), (page.height, page.width, 1)) + rng.uniform(-18, 0)
        page = Image.fromarray(np.clip(np.asarray(page) + noise, 0, 255).astype(np.uint8))
    return np.asarray(page.crop((20, 20, 20 + SIZE, 20 + SIZE)))


def procedural(rng: np.random.Generator) -> np.ndarray:
    """A picture from a formula: waves, gradients, squares, noise of one or three channels. No camera made it, and no decoder."""
    y, x = np.mgrid[0:SIZE, 0:SIZE].astype(np.float64)
    value = np.full((SIZE, SIZE), rng.uniform(20, 180)) + x * rng.uniform(-0.5, 0.5) + y * rng.uniform(-0.5, 0.5)
    for _ in range(int(rng.integers(0, 25))):
        value += rng.uniform(1, 9) * np.sin(x * rng.uniform(-0.4, 0.4) + y * rng.uniform(-0.4, 0.4) + rng.uniform(0, 6.3))
    if rng.random() < 0.4:
        side = int(rng.integers(2, 40))
        value += ((x // side + y // side) % 2) * rng.uniform(5, 120)
    if rng.random() < 0.3:
        value = (x * rng.integers(1, 8) + y * rng.integers(1, 8) + ((x * y) % 17) * rng.uniform(0, 5)) % 256
    noise = rng.uniform(0, 8) * (rng.random() < 0.8)
    value += rng.uniform(-noise, noise + 1e-9, value.shape)
    planes = [value * rng.uniform(-1, 1) + rng.uniform(0, 220) if rng.random() < 0.7 else value for _ in range(3)]
    picture = np.stack(planes, 2) + (rng.normal(0, rng.uniform(0, 6), (SIZE, SIZE, 3)) if rng.random() < 0.3 else 0)
    return np.clip(np.rint(picture), 0, 255).astype(np.uint8)


def patches_of(source: Source, data: Path, rng: np.random.Generator) -> tuple[list[np.ndarray], list[dict]]:
    """Patches, and for each the file that it came from and whether it is native."""
    files, each = WANTED[source.name]
    out: list[np.ndarray] = []
    facts: list[dict] = []
    if source.name in ("sprites", "fluent-emoji"):
        found = files_of(source, data)
        for k in range(files):
            picked = [found[int(rng.integers(len(found)))] for _ in range(int(rng.integers(1, 9)) if source.name == "sprites" else int(rng.integers(1, 3)))]
            out.append(sheet([Image.open(p) for p in picked], rng))
            facts += [{"file": picked[0].relative_to(data).as_posix(), "native": False}]
        return out, facts
    for k, (path, image) in enumerate(pictures(source, data)):
        if k == files:
            break
        new = cheat_tiles(image, rng) if source.name == "sd-cheatsheet" else cut(image, rng, each, min(image.size) >= 448 and source.label == 0 or min(image.size) >= 1000)
        out += [patch for patch, _ in new]
        facts += [{"file": path.relative_to(data).as_posix(), "native": native and source.label == 0 and path.suffix.lower() in (".jpg", ".jpeg")} for _, native in new]
    return out, facts


def main() -> None:
    """Write <out>/<source>.npy and <out>/manifest.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--only", nargs="*", help="sources to cut; the others stay as they are in the manifest")
    args = parser.parse_args()
    data, out = Path(args.data), Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    before: dict[str, dict] = json.loads((out / "manifest.json").read_text()) if args.only else {}
    manifest: dict[str, dict] = {}
    words = (Path(__file__).resolve().parent.parent / "README.md").read_text().split()
    for source in SOURCES:
        entry = {"label": source.label, "kind": source.kind, "split": source.split, "licence": source.licence, "origin": source.origin}
        if args.only and source.name not in args.only:
            manifest[source.name] = before.get(source.name, entry)
            continue
        if source.split == "train" and source.folder:
            patches, facts = patches_of(source, data, np.random.default_rng([5, len(source.name)]))
            np.save(out / f"{source.name}.npy", np.stack(patches))
            (out / f"{source.name}.json").write_text(json.dumps(facts))
            entry |= {"patches": len(patches), "files": sorted({fact["file"] for fact in facts})}
            print(source.name, len(patches), flush=True)
        manifest[source.name] = entry
    if not args.only:
        own_work(out, words, manifest)
    (out / "manifest.json").write_text(json.dumps(manifest, indent=1))


def own_work(out: Path, words: list[str], manifest: dict[str, dict]) -> None:
    """Pages of text and pictures from formulas."""
    rng = np.random.default_rng(6)
    np.save(out / "documents.npy", np.stack([document(rng, words) for _ in range(400)]))
    (out / "documents.json").write_text(json.dumps([{"file": "", "native": False}] * 400))
    manifest["documents"]["patches"] = 400
    more = formulas(FORMULAS, torch.Generator().manual_seed(6)).permute(0, 2, 3, 1).numpy()
    np.save(out / "procedural.npy", np.concatenate([more, np.stack([procedural(rng) for _ in range(400)])]))
    manifest["procedural"]["patches"] = FORMULAS + 400


if __name__ == "__main__":
    main()
