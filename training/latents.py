"""Scenes as the transformer sees them: latents, token ids and what is shown beside the text, drawn by other processes and kept in a pool on the device."""
from __future__ import annotations

import argparse
import multiprocessing
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from autoencoder import CHANNELS, AutoEncoder
from condition import choose_kind, control_picture, random_masks, scattered
from feed import Arrays, Feed, Pool, to_signed, upload
from scenes import DEFAULT_KINDS, EASY_KINDS, World
from tokenizer import BOS, EOS, LENGTH, PAD, Captions

os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # its threads do not outlive a fork
DRAWN = 64  # scenes that travel together
GRID, SIDE = 16, 128
MASK, CONTROL = 1, 2  # what of a scene is always shown
MASKS = 4096
PEOPLED = 4  # times as many people where a control picture is shown: skeletons need somebody


@dataclass(frozen=True)
class Recipe:
    """Which scenes are drawn."""

    core_share: float
    kinds: dict[str, float]
    scattered: float = 0.0
    controlled: float = 0.0


def recipe_of(args: argparse.Namespace) -> Recipe:
    """What the command line asks for."""
    return Recipe(args.core_share, {**DEFAULT_KINDS, **{k: float(v) for k, v in (pair.split("=") for pair in args.kinds)}}, args.scattered, args.controlled)


def scene_options(parser: argparse.ArgumentParser, pool: int, core_share: float) -> None:
    """The options of every training on latents."""
    parser.add_argument("--tokenizer", default="../models/tokenizer.json")
    parser.add_argument("--pool", type=int, default=pool, help="scenes that are kept and drawn from; new ones take the place of the oldest")
    parser.add_argument("--first", type=int, help="scenes to wait for before the first step; default: a third of the pool")
    parser.add_argument("--core-share", type=float, default=core_share)
    parser.add_argument("--kinds", nargs="*", default=[], metavar="KIND=SHARE", help="other shares of the kinds of scenes than scenes.py has")
    parser.add_argument("--spread", type=float, default=1.0, help="0..1, how much place and size vary where the caption does not name them")
    parser.add_argument("--masked", type=float, default=0.0, help="share of samples that are shown a part of the answer (inpainting)")
    parser.add_argument("--controlled", type=float, default=0.0, help="share of samples that are shown a control picture")
    parser.add_argument("--scattered", type=float, default=0.0, help="share of scenes with things where no caption puts them; always shown with a mask or a control picture")


def draw(world: World, captions: Captions, recipe: Recipe, rng: np.random.Generator) -> Arrays:
    """DRAWN scenes: pictures, token ids, MASK and CONTROL bits, and the control pictures of those with that bit."""
    away, which = rng.random(DRAWN) < recipe.scattered, rng.random(DRAWN)
    controlled = np.where(away, which > 0.3, which < recipe.controlled)
    peopled = {**recipe.kinds, "figure": PEOPLED * recipe.kinds["figure"]}
    scenes = [world.sample(rng, recipe.core_share, peopled if on else recipe.kinds) for on in controlled]
    scenes = [scattered(rng, scene) if a else scene for scene, a in zip(scenes, away)]
    shown = (MASK * (away & (which < 0.4)) + CONTROL * controlled).astype(np.uint8)
    pictures = [world.render(scene, SIDE) for scene in scenes]
    controls = [control_picture(world, scene, picture, choose_kind(rng, scene), rng) for scene, picture, on in zip(scenes, pictures, controlled) if on]
    return (np.stack(pictures), captions.encode([s.caption for s in scenes]).astype(np.int32), shown,
            np.stack(controls) if controls else np.zeros((0, SIDE, SIDE, 3), np.uint8))


class Latents:
    """The pool of encoded scenes. Make it before anything touches the device: its processes are forked."""

    def __init__(self, world: World, captions: Captions, args: argparse.Namespace, seed: list[int], easy: bool = False) -> None:
        world.spread = args.spread
        hard = recipe_of(args)
        soft = Recipe(hard.core_share, EASY_KINDS, hard.scattered, hard.controlled)
        self.easy = multiprocessing.get_context("fork").Value("b", easy, lock=False)
        self.feed = Feed(lambda rng: draw(world, captions, soft if self.easy.value else hard, rng), args.workers, seed)
        self.pool, self.device, self.masked = Pool(args.pool // DRAWN * DRAWN, args.device), args.device, args.masked
        self.first = min(args.first or args.pool // 3, args.pool)
        self.has_controls = args.controlled > 0 or args.scattered > 0
        self.shows = self.has_controls or args.masked > 0

    def ready(self, encoder: nn.Module) -> None:
        """Fill the pool with the first scenes."""
        self.encoder = encoder
        self.empty = torch.tensor([BOS, EOS] + [PAD] * (LENGTH - 2), device=self.device)
        self.masks = random_masks(np.random.default_rng(17), MASKS, GRID).to(self.device)
        while self.pool.count < self.first:
            self.renew(wait=True)

    def renew(self, wait: bool = False) -> None:
        """Put in what has been drawn; without workers, draw."""
        for pictures, ids, shown, controls in self.feed.take(wait):
            entry = [self.encoded(pictures), upload(ids, self.device), upload(shown, self.device)]
            if self.has_controls:
                entry.append(torch.zeros_like(entry[0]))
                if len(controls):
                    entry[3][upload(np.flatnonzero(shown & CONTROL), self.device)] = self.encoded(controls)
            self.pool.add(entry)

    @torch.no_grad()
    def encoded(self, pictures: np.ndarray) -> torch.Tensor:
        """uint8 [n,128,128,3] -> float16 [n,8,16,16]."""
        with torch.autocast(self.device, torch.bfloat16):
            return self.encoder(to_signed(upload(pictures, self.device)).contiguous(memory_format=torch.channels_last)).contiguous().half()

    def batch(self, count: int, mean: torch.Tensor, std: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor | None]:
        """Token ids [B,L], normalised latents [B,8,16,16], and the EXTRA channels or None: mask, what it leaves, control picture, each zero where there is none."""
        latents, ids, shown, *controls = self.pool.draw(count)
        data = (latents.float() - mean) / std
        if not self.shows:
            return ids, data, None
        on = lambda bit: ((shown & bit) > 0)[:, None, None, None]
        mask = self.masks[torch.randint(MASKS, (count,), device=self.device)]
        has_mask = on(MASK) | (torch.rand(count, 1, 1, 1, device=self.device) < self.masked)
        control = (controls[0].float() - mean) / std * on(CONTROL) if controls else torch.zeros_like(data)
        return ids, data, torch.cat([mask * has_mask, data * (1 - mask) * has_mask, control], dim=1)

    def trimmed(self, ids: torch.Tensor) -> torch.Tensor:
        """Without the padding that no row needs; on a GPU as it is: looking would wait for it, and shapes that stay are fast."""
        return ids if self.device != "cpu" else ids[:, :int((ids != PAD).sum(1).max())]


def frozen_autoencoder(work: str, device: str) -> AutoEncoder:
    """The one that ships, for use."""
    autoencoder = AutoEncoder()
    autoencoder.load_state_dict(torch.load(Path(work) / "autoencoder.pt", map_location="cpu", weights_only=False)["parts"]["average"])
    return autoencoder.to(device).eval().requires_grad_(False).to(memory_format=torch.channels_last)
