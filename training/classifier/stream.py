"""Endless batches of crops: pairs of reals and twins, then single reals and generators' outputs."""
from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

import numpy as np
import torch

from augment import Degradation, jpeg
from net import CROP

REALS = {"clothing": 0.32, "dreambooth": 0.32, "elementary": 0.1, "sprites": 0.08, "fluent-emoji": 0.08, "documents": 0.1, "procedural": 0.12}
WIDE_REALS = {"clothing": 0.28, "dreambooth": 0.28, "elementary": 0.1, "lomiri": 0.1, "mate": 0.05, "plasma": 0.03, "sprites": 0.07,
              "fluent-emoji": 0.07, "documents": 0.1, "procedural": 0.16}
WALLPAPERS = ("lomiri", "mate", "plasma")
PACKAGES = {"packages": 0.25, "packages-2": 0.25, "packages-drawn": 0.05, "packages-drawn-2": 0.03}  # beside the others
FAMILY_REALS, FAMILIES = {"renders": 0.08}, {"families": 0.3}  # what enlarged.py wrote
GENERATORS = {"sd-cheatsheet": 0.36, "nexora": 0.3, "gpt-4o": 0.34}
PAIRS, SINGLES, PARTS = 8, 8, 4  # per batch; it is learnt from in four parts, since more steps beat larger ones
HELD = 0.05  # the last patches of each source are for validation and for the development set


@dataclass(frozen=True)
class Mix:
    """What a training sees."""
    generators: float = 1.0  # share of batches that have generators' outputs
    without: frozenset[str] = frozenset()  # sources and decoders left out
    wallpapers: bool = False  # more real sources
    wallpaper_singles: bool = True  # or of these only what has twins
    wide: bool = False  # more and double JPEG, retouching
    delivered: float = 0.0  # share of chains that make smaller and save as JPEG, in place of all else
    past: bool = False  # half of the generators' outputs were saved as JPEG before
    packages: bool = False  # photographs and drawings of Debian packages
    families: bool = False  # pictures of the small families, and renders enlarged as they are
    formats: float = 0.0  # share of pairs whose second crop is the first one, saved with loss
    held: bool = False  # the other side of the split
    held_share: float = HELD


def place(rng: np.random.Generator) -> tuple[float, float, int, bool]:
    """Where a crop lies, as shares of the room that there is; quarter turns; whether it is mirrored."""
    return float(rng.random()), float(rng.random()), int(rng.integers(4)), bool(rng.random() < 0.5)


def crop_at(patch: np.ndarray, where: tuple[float, float, int, bool]) -> np.ndarray:
    """uint8 [CROP,CROP,3] of [H,W,3]."""
    v, u, turn, flip = where
    y, x = int(v * (patch.shape[0] - CROP + 1)), int(u * (patch.shape[1] - CROP + 1))
    crop = np.rot90(patch[y:y + CROP, x:x + CROP], turn)
    return np.ascontiguousarray(crop[:, ::-1] if flip else crop)


def parts_of(count: int) -> list[torch.Tensor]:
    """Indices of PARTS equal shares of a batch, pairs whole: two pairs, then singles of both classes in each."""
    edges = [0, 4 * PAIRS, 4 * PAIRS + 2 * SINGLES, count]
    return [torch.cat([torch.arange(a, b).chunk(PARTS)[k] for a, b in zip(edges, edges[1:]) if b > a]) for k in range(PARTS)]


class Stream(torch.utils.data.IterableDataset):
    """Endless batches (crops uint8 [N,96,96,3], labels [N], formats [PAIRS]). New shards of twins are picked up every 50 batches.

    A pair is four crops: real, twin, real, twin. `formats` is 1 where the last two are the first two, saved with loss."""

    def __init__(self, folder: Path, seed: int, mix: Mix) -> None:
        self.folder, self.seed, self.mix = folder, seed, mix
        self.origins: list[str] = []  # of the crops of the last batch: the source, with the decoder of its pair
        reals = (WIDE_REALS if mix.wallpapers else REALS) | (PACKAGES if mix.packages else {}) | (FAMILY_REALS if mix.families else {})
        makers = GENERATORS | (FAMILIES if mix.families else {})
        self.reals = {k: v for k, v in reals.items() if k not in mix.without}
        self.singles = {k: v for k, v in self.reals.items() if mix.wallpaper_singles or k not in WALLPAPERS}
        self.makers = {k: v for k, v in makers.items() if k not in mix.without}

    def open(self) -> None:
        """Memory-map what is there."""
        self.arrays = {name: np.load(self.folder / f"{name}.npy", mmap_mode="r") for name in (*self.reals, *self.makers)}
        self.twins = []
        for path in sorted(self.folder.glob("twins-*.npy")):
            if "partial" in path.name or path.stem.removeprefix("twins-").rsplit("-", 1)[0] in self.mix.without:
                continue
            pairs = json.loads(path.with_suffix(".json").read_text())
            kept = [(k, s, i) for k, (s, i) in enumerate(pairs) if s in self.reals and self.wanted(s, i)]
            if kept:
                self.twins.append((path.stem.removeprefix("twins-").rsplit("-", 1)[0], np.load(path, mmap_mode="r"), kept))

    def edge(self, source: str) -> int:
        """The first patch that is held back."""
        return int(len(self.arrays[source]) * (1 - self.mix.held_share))

    def wanted(self, source: str, index: int) -> bool:
        """Whether a patch is on this side of the split."""
        return (index >= self.edge(source)) == self.mix.held

    def pick(self, rng: np.random.Generator, weights: dict[str, float]) -> tuple[str, np.ndarray]:
        """One of the sources, and a patch of it."""
        names = list(weights)
        shares = np.array([weights[n] for n in names])
        name = names[int(rng.choice(len(names), p=shares / shares.sum()))]
        array, edge = self.arrays[name], self.edge(name)
        return name, array[int(rng.integers(edge, len(array)) if self.mix.held else rng.integers(edge))]

    def chain(self, rng: np.random.Generator) -> Degradation:
        """What happens to a picture."""
        return Degradation.delivered(rng) if self.mix.delivered and rng.random() < self.mix.delivered else Degradation.sample(rng, self.mix.wide)

    def pair(self, rng: np.random.Generator) -> tuple[list[np.ndarray], bool]:
        """Two crops of a real and its twin, at the same places."""
        decoder, twins, pairs = self.twins[int(rng.integers(len(self.twins)))]
        k, source, i = pairs[int(rng.integers(len(pairs)))]
        self.origins += [f"{source} {decoder}"] * 4
        how = self.chain(rng)
        if rng.random() >= self.mix.formats:
            patches, places = [how.apply(self.arrays[source][i]), how.apply(twins[k])], [place(rng), place(rng)]
            return [crop_at(patch, where) for where in places for patch in patches], False
        plain, where = how.plain(), place(rng)
        patches = [plain.apply(self.arrays[source][i]), plain.apply(twins[k])]
        quality, subsampling = int(rng.integers(70, 99)), int(rng.choice((0, 2, 2)))
        patches += [jpeg(patch, quality, subsampling) for patch in patches]
        return [crop_at(patch, where) for patch in patches], True

    def batch(self, rng: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Pairs, then singles of both classes; two crops of each."""
        crops: list[np.ndarray] = []
        labels: list[int] = []
        formats: list[bool] = []
        self.origins = []
        for _ in range(PAIRS):
            four, saved = self.pair(rng)
            crops += four
            labels += [0, 1, 0, 1]
            formats.append(saved)
        singles = SINGLES if self.makers and rng.random() < self.mix.generators else 0
        for kind in [0] * SINGLES + [1] * singles:
            # Singles are always encoded anew: the codec of their source must not tell the class.
            how = self.chain(rng)
            while not how.encodings:
                how = Degradation.sample(rng, self.mix.wide)
            name, patch = self.pick(rng, self.makers if kind else self.singles)
            self.origins += [name, name]
            if self.mix.past and kind and rng.random() < 0.5:
                # Photographs come as JPEG: generated pictures must not be told by having no such past.
                patch = jpeg(patch, int(rng.integers(65, 99)), int(rng.choice((0, 2, 2))))
            patch = how.apply(patch)
            crops += [crop_at(patch, place(rng)) for _ in range(2)]
            labels += [kind, kind]
        return torch.from_numpy(np.stack(crops)), torch.tensor(labels, dtype=torch.float32), torch.tensor(formats, dtype=torch.float32)

    def __iter__(self) -> Iterator[tuple[torch.Tensor, torch.Tensor, torch.Tensor]]:
        info = torch.utils.data.get_worker_info()
        rng = np.random.default_rng([self.seed, 0 if info is None else info.id])
        count = 0
        while True:
            if count % 50 == 0:
                self.open()
            count += 1
            yield self.batch(rng)
