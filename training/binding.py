"""Does each thing get its own colour and place? 100 unseen prompts, judged by rules on the picture and by the dual encoder; the renders are judged the same way as a ceiling."""
from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

import prompts
from common import base_parser, to_tensor, world_of
from dual import Dual, small
from scenes import COLOURS, HUES, Scene, World
from sheet import Exported
from tokenizer import Captions


def nearest_colour(pixels: np.ndarray) -> str:
    """The named background colour that the median of the pixels is nearest to."""
    median = np.median(pixels.reshape(-1, 3), axis=0)
    return min(COLOURS, key=lambda name: float(np.abs(median - COLOURS[name]).sum()))


def border(picture: np.ndarray, width: int = 6) -> np.ndarray:
    """What lies along the four edges, [n,3]."""
    return np.concatenate([picture[:width].reshape(-1, 3), picture[-width:].reshape(-1, 3), picture[:, :width].reshape(-1, 3), picture[:, -width:].reshape(-1, 3)])


def centroid(picture: np.ndarray) -> tuple[float, float]:
    """Centre of what differs from the background, x and y in 0..1; the middle when nothing does."""
    distance = np.abs(picture.astype(int) - np.median(border(picture), axis=0)).sum(-1) > 60
    if not distance.any():
        return 0.5, 0.5
    y, x = np.nonzero(distance)
    return float(x.mean() / picture.shape[1]), float(y.mean() / picture.shape[0])


def third(value: float) -> int:
    """-1, 0, 1: below 0.4, between, above 0.6."""
    return -1 if value < 0.4 else 1 if value > 0.6 else 0


class Judge:
    """Rules for the background and for places, the dual encoder for what stands where."""

    def __init__(self, dual: Dual, captions: Captions) -> None:
        self.dual, self.captions = dual, captions

    @torch.no_grad()
    def likeness(self, pictures: list[np.ndarray], texts: list[str]) -> np.ndarray:
        """Cosines [pictures, texts]; pictures of any size."""
        images = torch.cat([F.interpolate(to_tensor([p]), 128, mode="bilinear", antialias=True) for p in pictures])
        return (self.dual.see(small(images)) @ self.dual.read(torch.from_numpy(self.captions.encode(texts))).T).numpy()

    def background(self, scene: Scene, picture: np.ndarray) -> bool:
        """The colour along the border is nearer to the one that was asked for than to any other."""
        wanted = min(COLOURS, key=lambda name: sum(abs(a - b) for a, b in zip(scene.top, COLOURS[name])))
        return nearest_colour(border(picture)) == wanted

    def two(self, scene: Scene, picture: np.ndarray) -> bool:
        """Each half is more like its own object than like the other one."""
        first, second = scene.items
        across = abs(first.x - second.x) > abs(first.y - second.y)
        half = picture.shape[0] // 2
        before, after = (picture[:, :half], picture[:, half:]) if across else (picture[:half], picture[half:])
        ground = re.search(r"(?:on|against|in front of) (?:an? )?.*$", scene.caption)
        a, b = (f"a {name} {ground.group(0) if ground else ''}" for name in scene.names)
        if (first.x > second.x) if across else (first.y > second.y):
            a, b = b, a
        score = self.likeness([square(before), square(after)], [a, b])
        return bool(score[0, 0] > score[0, 1] and score[1, 1] > score[1, 0])

    def position(self, scene: Scene, picture: np.ndarray) -> bool:
        """What differs from the background has its centre in the ninth that was asked for."""
        x, y = centroid(picture)
        item = scene.items[0]
        return (third(x), third(y)) == (third(item.x), third(item.y))

    def plain(self, scene: Scene, picture: np.ndarray) -> bool:
        """Of the hues of what differs from the background, the most frequent one is nearest to the colour that was asked for."""
        colour = re.match(r"an? (\w+) ", scene.caption).group(1)
        thing = np.abs(picture.astype(int) - np.median(border(picture), axis=0)).sum(-1) > 60
        hsv = np.asarray(Image.fromarray(picture).convert("HSV"))
        strong = thing & (hsv[..., 1] > 60) & (hsv[..., 2] > 40)
        if not strong.any():
            return False
        counts = np.bincount(hsv[..., 0][strong], minlength=256)
        peak = int(sum(np.roll(counts, k) for k in range(-8, 9)).argmax()) / 255
        return min(HUES, key=lambda name: abs((peak - HUES[name] + 0.5) % 1 - 0.5)) == colour


def square(part: np.ndarray) -> np.ndarray:
    """Half a picture on a square of its own border colour."""
    side = max(part.shape[:2])
    out = np.empty((side, side, 3), np.uint8)
    out[:] = np.median(border(part), axis=0)
    y, x = (side - part.shape[0]) // 2, (side - part.shape[1]) // 2
    out[y:y + part.shape[0], x:x + part.shape[1]] = part
    return out


def kind_of(scene: Scene) -> str:
    """By what it is drawn as."""
    if len(scene.items) == 2:
        return "two"
    return "position" if scene.items[0].size < 0.5 else "plain"


def judged(judge: Judge, scenes: list[Scene], pictures: list[np.ndarray]) -> dict:
    """Shares of prompts that pass, over all and by rule."""
    passed, asked = Counter(), Counter()
    for scene, picture in zip(scenes, pictures):
        kind = kind_of(scene)
        ground, thing = judge.background(scene, picture), getattr(judge, kind)(scene, picture)
        for name, ok in (("all", ground and thing), ("background", ground), (kind, thing)):
            passed[name] += ok
            asked[name] += 1
    return {name: {"passed": passed[name], "asked": asked[name]} for name in asked}


def main() -> None:
    """Print both, and put them into evaluation.json for the cards."""
    parser = base_parser(__doc__)
    parser.add_argument("--models", default="../models")
    parser.add_argument("--pipeline", help="name in the manifest; default: the first one")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    models, work = Path(args.models), Path(args.work)
    world: World = world_of(args)
    captions = Captions(models / "tokenizer.json")
    scenes = prompts.binding(world)
    pipeline = Exported(models, args.threads, args.pipeline)
    drawn = [p for i in range(0, len(scenes), 10) for p in pipeline([s.caption for s in scenes[i:i + 10]], list(range(2000 + i, 2010 + i)))]
    real = [world.render(s, 128) for s in scenes]
    result = {}
    for name, suffix in (("dual", ""), ("dual-wide", " (second judge)")):
        if (work / f"{name}.pt").exists():
            dual = Dual(captions.size)
            dual.load_state_dict(torch.load(work / f"{name}.pt", map_location="cpu", weights_only=False)["parts"]["average"])
            judge = Judge(dual.eval(), captions)
            result |= {f"generated{suffix}": judged(judge, scenes, drawn), f"renders{suffix}": judged(judge, scenes, real), f"shuffled{suffix}": judged(judge, scenes, drawn[7:] + drawn[:7])}
    path = work / "evaluation.json"
    evaluation = json.loads(path.read_text()) if path.exists() else {}
    path.write_text(json.dumps({**evaluation, "binding": {**evaluation.get("binding", {}), pipeline.settings["transformer"]: result}}, indent=1))
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
