"""The development set: pictures that no training sees and no table of docs/detector.md is made of. All choosing happens on it.

What is in it: the last patches' files of every training source (`--share` as `train.py --held`), files that were never cut, one real source
(pop-os) and one generator (StyleCLIP) that are in no training, and photographs of the set through an upscaler that is in none either
(esrgan.py) and through the decoders of the twins. Each picture is a region of at most 512 px. Crops are chosen as
src/detect/signals/classifier/crops.ts does, and kept ready as one memory-mapped array.
"""
from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from augment import jpeg
from decoders import Decoder, load_decoders
from esrgan import esrgan
from net import CROP
from patches import document, procedural, sheet
from sources import SOURCES, Source, files_of, pictures
from stream import HELD

SIDE, CROPS = 512, 6
# Pictures wanted of each source; a source of few files gives several regions of each.
COUNTS = {"clothing": 120, "dreambooth": 40, "packages": 80, "packages-drawn": 20, "pop-os": 75, "sd-cheatsheet": 45, "nexora": 46, "gpt-4o": 40, "styleclip": 24}
SHEETS = 20  # of sprites, emoji, documents and formulas each
REBUILT = 30  # photographs of the set through each family of decoders
OWN = ("nearest-f4", "bilinear-f4-fsq", "transposed-f4", "imprint-vae")
GANS = ("gan-transposed", "gan-sinc", "gan-shuffle")
NEVER_TRAINED = ("styleclip", "esrgan-slim")  # by what makes generated pictures


@dataclass(frozen=True)
class Picture:
    """A region, and what it is of."""
    source: str
    label: int
    kind: str
    file: str
    pixels: np.ndarray  # uint8 [H,W,3]


def variants(pixels: np.ndarray) -> dict[str, np.ndarray]:
    """The deliveries that are scored."""
    image = Image.fromarray(pixels)
    small = np.asarray(image.resize((round(image.width * 0.75), round(image.height * 0.75)), Image.LANCZOS))
    return {"png": pixels, "jpeg95": jpeg(pixels, 95, 2), "resize75-jpeg75": jpeg(small, 75, 2)}


def spread(length: int, most: int = 20) -> list[int]:
    """Positions of a crop along a side."""
    room = length - CROP
    if room < 0:
        return []
    count = min(most, -(-length // CROP))
    return [0] if count == 1 else [round(i * room / (count - 1)) for i in range(count)]


def choose(pixels: np.ndarray, count: int = CROPS) -> list[np.ndarray]:
    """The most textured and the smoothest crops, half of each, none of one colour; none of a picture that is thinner than one."""
    luma = pixels @ np.array([0.299, 0.587, 0.114])
    places = []
    for y in spread(pixels.shape[0]):
        for x in spread(pixels.shape[1]):
            grid = luma[y:y + CROP:4, x:x + CROP:4]
            here = grid[:-1, :-1]
            places.append(((np.abs(grid[:-1, 1:] - here).mean() + np.abs(grid[1:, :-1] - here).mean()) / 2, y, x))
    ranked = sorted([p for p in places if p[0] > 0.4], key=lambda p: -p[0])
    half = -(-count // 2)
    kept = ranked if len(ranked) <= count else ranked[:half] + ranked[len(ranked) - (count - half):]
    return [pixels[y:y + CROP, x:x + CROP] for _, y, x in kept]


def regions(image: Image.Image, count: int, rng: np.random.Generator, halve: bool) -> Iterator[np.ndarray]:
    """Regions of at most SIDE px: the middle, then any place; of photographs every second one after halving, as often as it can be."""
    for k in range(count):
        view = image
        while halve and k % 2 and min(view.size) >= 2 * SIDE and (view is image or rng.random() < 0.5):
            view = view.reduce(2)
        w, h = min(SIDE, view.width), min(SIDE, view.height)
        x, y = ((view.width - w) // 2, (view.height - h) // 2) if k == 0 else (int(rng.integers(view.width - w + 1)), int(rng.integers(view.height - h + 1)))
        yield np.asarray(view.crop((x, y, x + w, y + h)))


def held_files(source: Source, patches: Path, data: Path, share: float) -> set[str]:
    """Files of which no patch is trained on: never cut, or only into the last patches."""
    names = {path.relative_to(data).as_posix() for path in files_of(source, data)}
    if source.split != "train":
        return names
    facts = [fact["file"] for fact in json.loads((patches / f"{source.name}.json").read_text())]
    return names - set(facts[:int(len(facts) * (1 - share))])


def of_source(source: Source, patches: Path, data: Path, share: float) -> Iterator[Picture]:
    """Its pictures, as many as COUNTS wants."""
    held, wanted = held_files(source, patches, data, share), COUNTS[source.name]
    each = -(-wanted // min(len(held), wanted))
    rng = np.random.default_rng([8, len(source.name)])
    for path, image in pictures(source, data):
        name = path.relative_to(data).as_posix()
        if name not in held:
            continue
        if source.name == "sd-cheatsheet":
            image = image.crop((4, 4, 508, 508))  # one of the four
        if source.name == "styleclip" and image.width == 2 * image.height:
            image = image.crop((image.width // 2, 0, image.width, image.height))  # the left half is the photograph
        for pixels in regions(image, each if min(image.size) > SIDE else 1, rng, source.label == 0):
            if wanted > 0:
                yield Picture(source.name, source.label, source.kind, name, pixels)
            wanted -= 1


def drawn(patches: Path, data: Path, share: float) -> Iterator[Picture]:
    """What is neither a photograph nor generated."""
    by_name = {source.name: source for source in SOURCES}
    rng = np.random.default_rng(77)
    words = (Path(__file__).resolve().parent.parent / "README.md").read_text().split()[::-1]
    for name, most in (("sprites", 8), ("fluent-emoji", 2)):
        held = sorted(held_files(by_name[name], patches, data, share))
        for _ in range(SHEETS):
            picked = [held[int(rng.integers(len(held)))] for _ in range(int(rng.integers(1, most + 1)))]
            yield Picture(name, 0, by_name[name].kind, picked[0], sheet([Image.open(data / p) for p in picked], rng))
    for k in range(SHEETS):
        yield Picture("documents", 0, "screenshot", f"{k}", document(rng, words))
        yield Picture("procedural", 0, "render", f"{k}", procedural(rng))


def rebuilt(photographs: list[Picture], decoders: dict[str, list[Decoder]]) -> Iterator[Picture]:
    """Photographs through each family of decoders, its members in turn."""
    for f, (family, members) in enumerate(decoders.items()):
        chosen = np.random.default_rng([9, f]).permutation(len(photographs))[:REBUILT]
        for k, at in enumerate(chosen):
            picture = photographs[int(at)]
            h, w = (side // 8 * 8 for side in picture.pixels.shape[:2])
            x = torch.from_numpy(picture.pixels[:h, :w].copy()).permute(2, 0, 1)[None].float().div(127.5).sub(1)
            with torch.no_grad():
                y = members[k % len(members)](x)[0].clamp(-1, 1).add(1).mul(127.5).round().byte()
            yield Picture(family, 1, "decoder", picture.file, y.permute(1, 2, 0).numpy())


def upscaled(folder: Path, scale: int) -> Decoder:
    """Made small by area average, then enlarged."""
    model = esrgan(folder, scale)
    return lambda image: model(F.avg_pool2d(image.add(1).div(2), scale)).mul(2).sub(1)


def main() -> None:
    """Write <out>/crops.npy (uint8 [pictures, variants, crops, 96, 96, 3]) and <out>/index.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--patches", required=True)
    parser.add_argument("--work", required=True, help="checkpoints of the generator's own parts")
    parser.add_argument("--small", required=True)
    parser.add_argument("--gans", required=True)
    parser.add_argument("--weights", required=True, help="folder with taef2/")
    parser.add_argument("--esrgan", required=True, help="package/models of @upscalerjs/esrgan-slim")
    parser.add_argument("--out", required=True)
    parser.add_argument("--share", type=float, default=HELD)
    parser.add_argument("--crops", type=int, default=CROPS, help="of each picture")
    args = parser.parse_args()
    torch.set_num_threads(1)
    data, patches, out = Path(args.data), Path(args.patches), Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    found = [picture for source in SOURCES if source.name in COUNTS for picture in of_source(source, patches, data, args.share)]
    found += drawn(patches, data, args.share)
    photographs = [p for p in found if p.kind == "photograph" and min(p.pixels.shape[:2]) >= 256]
    known = load_decoders(Path(args.small), Path(args.weights), Path(args.work), Path(args.gans))
    families = {"esrgan-slim": [upscaled(Path(args.esrgan), scale) for scale in (2, 4)], "gans": [known[n] for n in GANS], "own-decoders": [known[n] for n in OWN], "taef2": [known["taef2"]]}
    found += rebuilt(photographs, families)
    names = list(variants(found[0].pixels))
    chosen = [[choose(pixels, args.crops) for pixels in variants(picture.pixels).values()] for picture in found]
    # What is of one colour in some variant is not judged there.
    kept = [k for k, views in enumerate(chosen) if all(views)]
    crops = np.lib.format.open_memmap(out / "crops.npy", "w+", np.uint8, (len(kept), len(names), args.crops, CROP, CROP, 3))
    index = []
    for row, k in enumerate(kept):
        picture = found[k]
        for v, view in enumerate(chosen[k]):
            crops[row, v, :len(view)] = view
        counts = [len(view) for view in chosen[k]]
        index.append({"source": picture.source, "label": picture.label, "kind": picture.kind, "file": picture.file, "crops": counts})
    crops.flush()
    (out / "index.json").write_text(json.dumps({"variants": names, "share": args.share, "pictures": index}))
    for name in dict.fromkeys(picture["source"] for picture in index):
        print(name, sum(picture["source"] == name for picture in index))


if __name__ == "__main__":
    main()
