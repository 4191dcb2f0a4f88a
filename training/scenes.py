"""Draw captioned scenes: objects on colours, gradients and floors, with position, size, pairs and counts.

Everything is a function of the random generator that is passed in, so a seed names a scene for ever.
A scene is a plain description; `World.render` turns it into pixels at any size and `World.masks` into exact masks.
"""
from __future__ import annotations

import json
import os
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

import figures
from figures import Figure

COLOURS: dict[str, tuple[int, int, int]] = {
    "white": (248, 248, 248), "black": (22, 22, 24), "gray": (140, 142, 146), "red": (214, 40, 44),
    "orange": (245, 140, 32), "yellow": (252, 216, 56), "green": (58, 168, 76), "teal": (24, 140, 140),
    "light blue": (142, 206, 246), "blue": (38, 92, 214), "purple": (128, 62, 180), "pink": (248, 152, 190),
    "brown": (122, 80, 50), "beige": (236, 220, 190),
}
HUES = {"red": 0.0, "orange": 0.075, "yellow": 0.145, "green": 0.36, "blue": 0.605, "purple": 0.77, "pink": 0.92}
PLURALS = {"mouse": "mice", "fish": "fish", "goose": "geese", "leaf": "leaves", "wolf": "wolves", "sheep": "sheep",
           "cactus": "cacti", "pufferfish": "pufferfish", "sushi": "sushi", "christmas": "christmas"}
NUMBERS = {2: "two", 3: "three", 4: "four"}
CELL = 256


@dataclass
class Item:
    """One drawn object: its cut-out (or the person in its place), its centre and its longest side as fractions of the picture."""

    cut: int
    x: float
    y: float
    size: float
    figure: Figure | None = None


@dataclass
class Scene:
    """What to draw, and the words for it."""

    caption: str
    top: tuple[int, int, int]
    bottom: tuple[int, int, int]
    layout: str = "plain"  # plain, vertical, horizontal, floor
    items: list[Item] = field(default_factory=list)
    shadow: bool = False
    names: tuple[str, ...] = ()


def article(phrase: str) -> str:
    """`a` or `an` in front of a phrase."""
    return ("an " if phrase[0] in "aeio" or phrase.startswith("umbrella") else "a ") + phrase


def pluralise(name: str) -> str:
    """The plural of a name; the head noun of `x of y` takes it."""
    head, of, tail = name.partition(" of ")
    *front, last = head.split(" ")
    if last in PLURALS:
        last = PLURALS[last]
    elif last.endswith(("s", "sh", "ch", "x")):
        last += "es"
    elif last.endswith("y") and last[-2] not in "aeiou":
        last = last[:-1] + "ies"
    else:
        last += "s"
    return " ".join([*front, last]) + of + tail


def held_out_pair(name: str, colour: str) -> bool:
    """True for one (object, background) pair in twelve: the training never shows it as a single object."""
    return zlib.crc32(f"{name}/{colour}".encode()) % 12 == 0


def normalise(caption: str) -> str:
    """The form in which captions are compared."""
    return " ".join(caption.lower().replace(",", " ").replace(".", " ").split())


def decode_cell(path: Path) -> np.ndarray:
    """Read a cut-out, crop it to what is visible, centre it in a square cell; RGBA, not premultiplied."""
    image = Image.open(path).convert("RGBA")
    box = image.getchannel("A").point(lambda v: 255 if v > 12 else 0).getbbox()
    image = image.crop(box)
    scale = CELL / max(image.size)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    image = image.resize(size, Image.LANCZOS)
    cell = Image.new("RGBA", (CELL, CELL))
    cell.paste(image, ((CELL - size[0]) // 2, (CELL - size[1]) // 2))
    return np.asarray(cell)


def recolour(cell: np.ndarray, hue: float) -> np.ndarray:
    """Turn the dominant hue of a cut-out to another one; greys and other hues stay."""
    hsv = np.asarray(Image.fromarray(cell[..., :3]).convert("HSV")).astype(np.float32)
    strong = (hsv[..., 1] > 70) & (cell[..., 3] > 100)
    if not strong.any():
        return cell
    counts = np.bincount(hsv[..., 0][strong].astype(int), minlength=256).astype(np.float32)
    smooth = sum(np.roll(counts, k) for k in range(-10, 11))
    peak = float(smooth.argmax())
    distance = (hsv[..., 0] - peak + 128) % 256 - 128
    change = (np.abs(distance) < 36) & (hsv[..., 1] > 30)
    target = np.round((hue * 255 + distance * 0.5) % 256)
    hsv[..., 0] = np.where(change, target, hsv[..., 0])
    if 0.1 < hue < 0.2:  # yellow is light by nature
        hsv[..., 2] = np.where(change, 255 - (255 - hsv[..., 2]) * 0.45, hsv[..., 2])
    if hue > 0.85:  # pink is light and pale
        hsv[..., 2] = np.where(change, 255 - (255 - hsv[..., 2]) * 0.5, hsv[..., 2])
        hsv[..., 1] = np.where(change, hsv[..., 1] * 0.62, hsv[..., 1])
    rgb = np.asarray(Image.fromarray(hsv.astype(np.uint8), "HSV").convert("RGB"))
    return np.dstack([rgb, cell[..., 3]])


class World:
    """All cut-outs in memory, and the grammar that makes scenes of them."""

    def __init__(self, art: str | Path, cache: str | Path, objects: str | Path | None = None) -> None:
        """Load the cut-outs from the cache, or decode them once and write it."""
        source = Path(objects) if objects else Path(__file__).with_name("objects.json")
        self.objects: list[dict] = json.loads(source.read_text())
        key = zlib.crc32(source.read_bytes())
        cache_file = Path(cache) / f"cells-{key:08x}.npz"
        if cache_file.exists():
            stored = np.load(cache_file, allow_pickle=False)
            self.cells, self.owner, self.tint = stored["cells"], stored["owner"], stored["tint"].tolist()
        else:
            cells, owner, tint = [], [], []
            for index, item in enumerate(self.objects):
                base = decode_cell(Path(art) / item["file"])
                cells.append(base)
                owner.append(index)
                tint.append(item["colour"] or "")
                for colour, hue in HUES.items() if item["recolour"] else ():
                    if colour != item["colour"]:
                        cells.append(recolour(base, hue))
                        owner.append(index)
                        tint.append(colour)
            self.cells, self.owner, self.tint = np.stack(cells), np.array(owner), tint
            Path(cache).mkdir(parents=True, exist_ok=True)
            partial = cache_file.with_suffix(f".{os.getpid()}.npz")  # another training may want the same file now
            np.savez(partial, cells=self.cells, owner=self.owner, tint=np.array(tint))
            os.replace(partial, cache_file)
        self.variants: list[list[int]] = [[] for _ in self.objects]
        for cut, index in enumerate(self.owner):
            self.variants[int(index)].append(cut)
        self.images = [Image.fromarray(cell).convert("RGBa") for cell in self.cells]
        self.half = [image.resize((CELL // 2, CELL // 2), Image.BOX) for image in self.images]
        heights = (self.cells[..., 3].max(axis=2) > 12)
        self.extent = np.array([np.flatnonzero(h)[-1] - np.flatnonzero(h)[0] + 1 for h in heights]) / CELL
        self.core = [i for i, o in enumerate(self.objects) if o["core"]]
        self.rest = [i for i, o in enumerate(self.objects) if not o["core"]]
        self.forbidden: set[str] = set()
        self.spread = 1.0  # how much place and size vary where the caption does not name them

    # ---------- words

    def pick(self, rng: np.random.Generator, core_share: float) -> int:
        """An object index, core objects with the given share."""
        group = self.core if rng.random() < core_share else self.rest
        return group[int(rng.integers(len(group)))]

    def phrase(self, rng: np.random.Generator, index: int, determiner: bool = True, colour: bool | None = None) -> tuple[int, str]:
        """Choose a colour variant and the words for one object."""
        item = self.objects[index]
        cuts = self.variants[index]
        name = item["name"]
        if item["recolour"]:
            if rng.random() < 0.35 and colour is not True:
                cut = cuts[0]
            else:
                cut = cuts[int(rng.integers(len(cuts)))]
                name = f"{self.tint[cut]} {name}"
        else:
            cut = cuts[0]
            if item["colour"] and item["colour"] not in name and rng.random() < 0.3:
                name = f"{item['colour']} {name}"
        if determiner:
            name = name if item["plural"] else article(name)
        return cut, name

    # ---------- scenes

    def background(self, rng: np.random.Generator, name: str) -> tuple[int, int, int]:
        """The colour of that name, slightly varied."""
        return tuple(int(v) for v in np.clip(np.array(COLOURS[name]) + rng.integers(-6, 7, 3), 0, 255))

    def colour_for(self, rng: np.random.Generator, name: str | None, held: bool = False) -> str:
        """A background colour that may (or, with `held`, may only) stand behind that object."""
        names = list(COLOURS)
        for _ in range(200):
            colour = names[int(rng.integers(len(names)))]
            if name is None or held_out_pair(name, colour) == held:
                return colour
        return names[int(rng.integers(len(names)))]

    def sample(self, rng: np.random.Generator, core_share: float = 0.65, kinds: dict[str, float] | None = None,
               held: bool = False) -> Scene:
        """A scene whose caption is not forbidden (unless `held`)."""
        while True:
            scene = self.draw(rng, core_share, kinds or DEFAULT_KINDS, held)
            if held or normalise(scene.caption) not in self.forbidden:
                return scene

    def draw(self, rng: np.random.Generator, core_share: float, kinds: dict[str, float], held: bool) -> Scene:
        """One scene of a random kind."""
        names = list(kinds)
        weights = np.array([kinds[k] for k in names])
        kind = names[int(rng.choice(len(names), p=weights / weights.sum()))]
        choose = lambda options: options[int(rng.integers(len(options)))]
        jitter = lambda amount: float(rng.uniform(-amount, amount)) * self.spread
        between = lambda low, high: (low + high) / 2 + jitter((high - low) / 2)
        if kind == "figure":
            return self.draw_figure(rng, core_share, held)
        index = self.pick(rng, core_share)
        cut, words = self.phrase(rng, index)
        base = self.objects[index]["name"]
        colour = self.colour_for(rng, base, held)
        paint = self.background(rng, colour)
        scene = Scene("", paint, paint, names=(base,))
        item = Item(cut, 0.5 + jitter(0.03), 0.5 + jitter(0.03), between(0.62, 0.72))
        scene.items.append(item)
        ground = choose([f"on {article(colour)} background", f"on {article(colour)} background", f"on {article(colour)} background",
                         f"against {article(colour)} background", f"in front of {article(colour)} background", f"on {colour}"])
        if kind == "plain":
            scene.caption = choose([f"{words} {ground}"] * 5 + [f"{words}, {colour} background", f"{article(colour)} background with {words}",
                                    f"a picture of {words} {ground}", f"a 3d icon of {words} {ground}"])
        elif kind == "bare":
            scene.caption = choose([words] * 3 + [f"a picture of {words}", f"a 3d icon of {words}", words.removeprefix("a ").removeprefix("an ")])
        elif kind == "gradient":
            second = self.colour_for(rng, None)
            while second == colour:
                second = self.colour_for(rng, None)
            scene.bottom = self.background(rng, second)
            scene.layout = choose(["vertical", "horizontal"])
            way = "from top to bottom" if scene.layout == "vertical" else "from left to right"
            scene.caption = choose([f"{words} on {article(colour)} to {second} gradient {way}", f"{words} on {article(colour)} to {second} gradient background, {way}",
                                    f"{words}, {colour} to {second} gradient {way}"] +
                                   ([f"{words} with {colour} above and {second} below"] if scene.layout == "vertical" else
                                    [f"{words} with {colour} on the left and {second} on the right"]))
        elif kind == "floor":
            second = self.colour_for(rng, None)
            while second == colour:
                second = self.colour_for(rng, None)
            scene.bottom = self.background(rng, second)
            scene.layout, scene.shadow = "floor", True
            item.size = between(0.54, 0.66)
            item.y = 0.82 + jitter(0.03) - item.size * self.extent[cut] / 2
            scene.caption = choose([f"{words} on {article(second)} floor with {article(colour)} wall", f"{words} standing on {article(second)} floor, {colour} wall behind",
                                    f"{words} on {article(second)} floor in front of {article(colour)} wall"])
        elif kind == "position":
            place = choose(["left", "right", "top", "bottom", "centre", "top left", "top right", "bottom left", "bottom right"])
            item.size = between(0.38, 0.46)
            near, far = 0.25 + jitter(0.02), 0.75 + jitter(0.02)
            item.x = near if "left" in place else far if "right" in place else 0.5 + jitter(0.02)
            item.y = near if "top" in place else far if "bottom" in place else 0.5 + jitter(0.02)
            where = {"left": "on the left", "right": "on the right", "top": "at the top", "bottom": "at the bottom",
                     "centre": choose(["in the center", "in the middle"])}.get(place, f"in the {place} corner")
            scene.caption = choose([f"{words} {where} of {article(colour)} background", f"{words} {where}, {colour} background", f"{words} {where} {ground}"])
        elif kind == "size":
            big = rng.random() < 0.5
            item.size = between(0.84, 0.94) if big else between(0.26, 0.34)
            adjective = choose(["big", "large", "huge"] if big else ["small", "tiny", "little"])
            plain = words.removeprefix("a ").removeprefix("an ")
            words = f"{adjective} {plain}" if self.objects[index]["plural"] else f"{article(adjective)} {plain}"
            scene.caption = f"{words} {ground}"
        elif kind == "two":
            other = self.pick(rng, core_share)
            while other == index:
                other = self.pick(rng, core_share)
            cut2, words2 = self.phrase(rng, other)
            scene.names = (base, self.objects[other]["name"])
            relation = choose(["left", "left", "right", "next", "and", "above", "below"])
            item.size = between(0.40, 0.46)
            second_item = Item(cut2, 0.5, 0.5, between(0.40, 0.46))
            scene.items.append(second_item)
            level = 0.5 + jitter(0.03)
            first_low = relation in ("left", "next", "and", "above")
            a, b = (0.26, 0.74) if first_low else (0.74, 0.26)
            if relation in ("above", "below"):
                item.y, second_item.y, item.x, second_item.x = a, b, level, level
            else:
                item.x, second_item.x, item.y, second_item.y = a + jitter(0.01), b + jitter(0.01), level, level
            link = {"left": choose(["to the left of", "left of"]), "right": choose(["to the right of", "right of"]), "next": "next to", "and": "and",
                    "above": "above", "below": "below"}[relation]
            scene.caption = f"{words} {link} {words2} {ground}"
        elif kind == "count":
            number = choose([2, 2, 3, 3, 4])
            while self.objects[index]["plural"]:
                index = self.pick(rng, core_share)
            cut, words = self.phrase(rng, index, determiner=False)
            base = self.objects[index]["name"]
            scene.names = (base,) * number
            spots = {2: [(0.27, 0.5), (0.73, 0.5)], 3: [(0.5, 0.27), (0.26, 0.72), (0.74, 0.72)],
                     4: [(0.27, 0.27), (0.73, 0.27), (0.27, 0.73), (0.73, 0.73)]}[number]
            size = between(0.39, 0.45)
            scene.items = [Item(cut, x + jitter(0.01), y + jitter(0.01), size) for x, y in spots]
            scene.caption = f"{NUMBERS[number]} {pluralise(words)} {ground}"
        return scene

    def draw_figure(self, rng: np.random.Generator, core_share: float, held: bool) -> Scene:
        """A person, alone or beside one object; half of the captions do not tell the pose, so that a skeleton has something to say."""
        choose = lambda options: options[int(rng.integers(len(options)))]
        between = lambda low, high: (low + high) / 2 + float(rng.uniform(low - high, high - low)) / 2 * self.spread
        colour = self.colour_for(rng, "person", held)
        shirt = choose([c for c in COLOURS if c != colour])
        pose = choose([*figures.POSES, ""]) if rng.random() < 0.85 else ""
        figure = figures.posed(rng, pose, self.background(rng, shirt))
        words = "a person" if rng.random() < 0.08 else f"a person in {article(shirt)} shirt"
        if pose and rng.random() < 0.55:
            words += f" {pose}"
        paint = self.background(rng, colour)
        item = Item(-1, between(0.46, 0.54), between(0.48, 0.52), between(0.76, 0.9), figure)
        scene = Scene("", paint, paint, items=[item], names=("person",))
        ground = choose([f"on {article(colour)} background"] * 3 + [f"in front of {article(colour)} background", f"on {colour}"])
        layout = rng.random()
        if layout < 0.52:
            scene.caption = choose([f"{words} {ground}"] * 4 + [f"{words}, {colour} background", f"a 3d icon of {words} {ground}"])
        elif layout < 0.58:
            scene.caption = words
        elif layout < 0.72:
            second = self.colour_for(rng, None)
            while second == colour:
                second = self.colour_for(rng, None)
            scene.bottom, scene.layout, scene.shadow = self.background(rng, second), "floor", True
            item.size = between(0.7, 0.8)
            item.y = 0.88 + between(-0.03, 0.03) - item.size * self.height(item) / 2
            scene.caption = choose([f"{words} on {article(second)} floor with {article(colour)} wall", f"{words} on {article(second)} floor in front of {article(colour)} wall"])
        elif layout < 0.82:
            place = choose(["left", "right"])
            item.size = between(0.56, 0.68)
            item.x = (0.28 if place == "left" else 0.72) + between(-0.02, 0.02)
            scene.caption = choose([f"{words} on the {place} of {article(colour)} background", f"{words} on the {place}, {colour} background", f"{words} on the {place} {ground}"])
        else:
            cut, other = self.phrase(rng, index := self.pick(rng, core_share))
            relation = choose(["to the left of", "to the right of", "next to", "next to", "and"])
            item.size, way = between(0.58, 0.7), -1 if relation == "to the right of" else 1
            item.x = 0.5 - way * between(0.22, 0.25)
            scene.items.append(Item(cut, 0.5 + way * between(0.24, 0.27), between(0.5, 0.62), between(0.36, 0.42)))
            scene.names = ("person", self.objects[index]["name"])
            scene.caption = f"{words} {relation} {other} {ground}"
        return scene

    # ---------- pixels

    def height(self, item: Item) -> float:
        """What is seen of an item from top to bottom, as a share of its longest side."""
        return figures.height(item.figure) if item.figure else float(self.extent[item.cut])

    def place(self, item: Item, size: int) -> tuple[Image.Image, int, int]:
        """The premultiplied cut-out at its final size and its top-left corner."""
        side = max(2, round(item.size * size))
        if item.figure:
            return Image.fromarray(figures.draw(item.figure, side), "RGBA"), round(item.x * size - side / 2), round(item.y * size - side / 2)
        source = self.half[item.cut] if side <= CELL // 2 else self.images[item.cut]
        sprite = source.resize((side, side), Image.BILINEAR if side <= CELL else Image.BICUBIC)
        return sprite, round(item.x * size - side / 2), round(item.y * size - side / 2)

    def render(self, scene: Scene, size: int) -> np.ndarray:
        """The picture, uint8 RGB."""
        top, bottom = np.array(scene.top, np.float32), np.array(scene.bottom, np.float32)
        ramp = np.linspace(0, 1, size, dtype=np.float32)
        if scene.layout == "vertical":
            canvas = np.broadcast_to((top + (bottom - top) * ramp[:, None])[:, None], (size, size, 3)).copy()
        elif scene.layout == "horizontal":
            canvas = np.broadcast_to((top + (bottom - top) * ramp[:, None])[None], (size, size, 3)).copy()
        else:
            canvas = np.empty((size, size, 3), np.float32)
            canvas[:] = top
            if scene.layout == "floor":
                canvas[round(size * 0.68):] = bottom
        for item in scene.items:
            if scene.shadow:
                self.cast(canvas, item, size)
            sprite, x, y = self.place(item, size)
            pixels = np.asarray(sprite, dtype=np.float32)
            x0, y0, x1, y1 = max(x, 0), max(y, 0), min(x + sprite.width, size), min(y + sprite.height, size)
            if x1 <= x0 or y1 <= y0:
                continue
            part = pixels[y0 - y:y1 - y, x0 - x:x1 - x]
            view = canvas[y0:y1, x0:x1]
            view *= 1 - part[..., 3:] * (1 / 255)
            view += part[..., :3]
        return np.clip(canvas + 0.5, 0, 255).astype(np.uint8)

    def cast(self, canvas: np.ndarray, item: Item, size: int) -> None:
        """Darken a soft ellipse under the object."""
        foot = item.y + item.size * self.height(item) / 2
        xs = (np.arange(size, dtype=np.float32) + 0.5) / size - item.x
        ys = (np.arange(size, dtype=np.float32) + 0.5) / size - foot
        shade = np.exp(-((xs / (item.size * 0.36)) ** 2)[None] * 1.2 - ((ys / 0.035) ** 2)[:, None])
        canvas *= 1 - 0.45 * shade[..., None]

    def masks(self, scene: Scene, size: int) -> np.ndarray:
        """One exact coverage mask per object, uint8 [n, size, size], in drawing order, occlusion applied."""
        masks = np.zeros((len(scene.items), size, size), np.float32)
        for order, item in enumerate(scene.items):
            sprite, x, y = self.place(item, size)
            alpha = np.asarray(sprite, dtype=np.float32)[..., 3] / 255
            x0, y0, x1, y1 = max(x, 0), max(y, 0), min(x + sprite.width, size), min(y + sprite.height, size)
            if x1 <= x0 or y1 <= y0:
                continue
            part = alpha[y0 - y:y1 - y, x0 - x:x1 - x]
            masks[:order, y0:y1, x0:x1] *= 1 - part
            masks[order, y0:y1, x0:x1] = part
        return np.round(masks * 255).astype(np.uint8)


DEFAULT_KINDS = {"plain": 0.40, "bare": 0.04, "gradient": 0.10, "floor": 0.10, "position": 0.09, "size": 0.08, "two": 0.10, "count": 0.09,
                 "figure": 0.09}
EASY_KINDS = {"plain": 0.62, "bare": 0.05, "gradient": 0.08, "floor": 0.07, "position": 0.05, "size": 0.05, "two": 0.05, "count": 0.03, "figure": 0.09}
__all__ = ["World", "Scene", "Item", "COLOURS", "DEFAULT_KINDS", "EASY_KINDS", "held_out_pair", "normalise"]
