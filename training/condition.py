"""What the transformer may be given beside the text: a mask with what is known, and a control picture (the EXTRA channels of dit.py)."""
from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFilter

import figures
from scenes import Scene, World

KINDS = ("edge", "scribble", "depth", "segmentation", "pose")
POSED = 0.6  # share of the pictures with a person that are drawn along a skeleton
PALETTE = np.array([(230, 60, 60), (60, 180, 75), (70, 110, 230), (245, 200, 40), (170, 80, 200), (60, 200, 210), (250, 140, 40), (160, 160, 160)], np.uint8)
WALL, FLOOR = (30, 30, 30), (70, 50, 40)


def scattered(rng: np.random.Generator, scene: Scene) -> Scene:
    """`scene` with its things where its caption does not tell: only a mask or a control picture can say so, and is learnt to be read for that."""
    stands = scene.layout == "floor"
    named = len(scene.items) > 1 or any(word in scene.caption for word in (" left", " right", " top ", " bottom ", " center", " middle"))
    items = []
    for item in scene.items:
        size = item.size if stands else item.size * float(rng.uniform(0.75, 1.15) if named else rng.uniform(0.6 if item.figure else 0.45, 1.25))
        reach = 0.07 if named else max(0.0, 0.48 - size / 2)
        x, y = (item.x, item.y) if named else (0.5, item.y if stands else 0.5)
        items.append(replace(item, x=x + float(rng.uniform(-reach, reach)), y=y if stands else y + float(rng.uniform(-reach, reach)), size=size))
    return replace(scene, items=items)


def random_masks(rng: np.random.Generator, count: int, side: int) -> torch.Tensor:
    """[count,1,side,side], 1 where the latent is made anew: rectangles, margins as outpainting has them, strokes, everything."""
    out = np.zeros((count, 1, side, side), np.float32)
    for mask in out[:, 0]:
        shape = rng.random()
        if shape < 0.4:
            h, w = rng.integers(side // 5, side * 4 // 5, 2)
            y, x = rng.integers(0, side - h + 1), rng.integers(0, side - w + 1)
            mask[y:y + h, x:x + w] = 1
        elif shape < 0.7:
            depth, edge = int(rng.integers(side // 6, side * 2 // 3)), int(rng.integers(4))
            np.rot90(mask, edge)[:depth] = 1
        elif shape < 0.92:
            canvas = Image.new("L", (side * 8, side * 8))
            draw = ImageDraw.Draw(canvas)
            for _ in range(int(rng.integers(1, 4))):
                points = [tuple(p) for p in rng.uniform(0, side * 8, (int(rng.integers(2, 6)), 2))]
                draw.line(points, fill=255, width=int(rng.integers(8, 40)), joint="curve")
            mask[:] = np.asarray(canvas.resize((side, side), Image.BOX)) > 8
        else:
            mask[:] = 1
    return torch.from_numpy(out)


GAUSSIAN = (17, 101, 360, 775, 1000, 775, 360, 101, 17)  # sigma 1.4, nine taps


def filtered(plane: np.ndarray, taps: tuple[int, ...], axis: int) -> np.ndarray:
    """Sum of shifted copies along one axis, the border repeated: every step is exact in doubles, so that other languages get the same bits."""
    reach = len(taps) // 2
    padded = np.pad(plane, [(reach, reach) if n == axis else (0, 0) for n in range(2)], mode="edge")
    return sum(tap * np.take(padded, range(n, n + plane.shape[axis]), axis) for n, tap in enumerate(taps))


def canny(grey: np.ndarray, low: float = 30, high: float = 80) -> np.ndarray:
    """Thin edges of a picture of whole numbers 0..255 (Canny 1986): Gaussian 1.4, Sobel, non-maximum suppression, hysteresis. Boolean."""
    smooth = filtered(filtered(grey.astype(np.float64), GAUSSIAN, 0), GAUSSIAN, 1) / sum(GAUSSIAN) ** 2
    dx, dy = (filtered(filtered(smooth, (-1, 0, 1), axis), (1, 2, 1), 1 - axis) for axis in (1, 0))
    size = dx * dx + dy * dy
    across, down = np.abs(dx), np.abs(dy)
    flat = np.sqrt(2) - 1  # tan of 22.5 degrees
    sector = np.where(down <= flat * across, 0, np.where(across <= flat * down, 2, np.where(dx * dy > 0, 1, 3)))
    around = np.pad(size, 1)
    h, w = size.shape
    at = lambda y, x: around[1 + y:1 + y + h, 1 + x:1 + x + w]
    before, after = np.choose(sector, [at(0, -1), at(-1, -1), at(-1, 0), at(-1, 1)]), np.choose(sector, [at(0, 1), at(1, 1), at(1, 0), at(1, -1)])
    thin = np.where((size >= before) & (size > after), size, 0)
    strong, weak = thin >= high ** 2, thin >= low ** 2
    while True:
        grown = np.pad(strong, 1)
        near = np.zeros_like(strong)
        for y in range(3):
            for x in range(3):
                near |= grown[y:y + h, x:x + w]
        grown = near & weak
        if (grown == strong).all():
            return strong
        strong = grown


def grey_of(picture: np.ndarray) -> np.ndarray:
    """ITU-R 601 luma of a uint8 picture, rounded."""
    return (picture.astype(np.int64) @ np.array([299, 587, 114]) + 500) // 1000


# The drawing of a body as OpenPose and ControlNet publish it: bones between joints (figures.py counts them), a colour for each bone and each joint.
BONES = ((1, 2), (1, 5), (2, 3), (3, 4), (5, 6), (6, 7), (1, 8), (8, 9), (9, 10), (1, 11), (11, 12), (12, 13), (1, 0), (0, 14), (14, 16), (0, 15), (15, 17))
HUES = np.array([(255, 0, 0), (255, 85, 0), (255, 170, 0), (255, 255, 0), (170, 255, 0), (85, 255, 0), (0, 255, 0), (0, 255, 85), (0, 255, 170), (0, 255, 255),
                 (0, 170, 255), (0, 85, 255), (0, 0, 255), (85, 0, 255), (170, 0, 255), (255, 0, 255), (255, 0, 170), (255, 0, 85)], np.float64)
BONE_LIGHT, STICK = 0.6, 2.5 / 128  # bones are darker than joints; half the thickness of a bone and the radius of a joint, of the picture's side


def skeleton_picture(joints: np.ndarray, size: int, stick: float = STICK) -> np.ndarray:
    """uint8 RGB [size,size,3], people on black: `joints` [n,18,3] are x and y as fractions of the side and whether the joint is seen."""
    out = np.zeros((size, size, 3))
    half = max(stick * size, 0.5)

    def ellipse(middle: np.ndarray, way: np.ndarray, long: float, colour: np.ndarray) -> None:
        """One with half-axes `long` along `way` and `half` across it; its edge is one pixel of ramp."""
        reach = long + 1
        x0, y0 = np.clip(np.floor(middle - reach), 0, size).astype(int)
        x1, y1 = np.clip(np.ceil(middle + reach), 0, size).astype(int)
        x, y = np.arange(x0, x1)[None] + 0.5 - middle[0], np.arange(y0, y1)[:, None] + 0.5 - middle[1]
        u, v = (x * way[0] + y * way[1]) / long, (y * way[0] - x * way[1]) / half
        near = np.sqrt(u * u + v * v)
        slope = np.sqrt((u / long) ** 2 + (v / half) ** 2)
        cover = np.clip(0.5 - near * (near - 1) / np.maximum(slope, 1e-9), 0, 1) * (near > 0) + (near == 0)
        view = out[y0:y1, x0:x1]
        view += (colour - view) * cover[..., None]

    for person in joints:
        points, seen = person[:, :2] * size, person[:, 2] > 0
        for (a, b), hue in zip(BONES, HUES):
            if seen[a] and seen[b]:
                way = points[b] - points[a]
                length = float(np.sqrt(way @ way))
                ellipse((points[a] + points[b]) / 2, way / length if length > 0 else np.array([1.0, 0.0]), max(length / 2, half), hue * BONE_LIGHT)
        for point, hue in zip(points[seen], HUES[seen]):
            ellipse(point, np.array([1.0, 0.0]), half, hue)
    return np.floor(out + 0.5).astype(np.uint8)


def choose_kind(rng: np.random.Generator, scene: Scene) -> str:
    """A kind of control picture that the scene has: a skeleton only where there is a person, and there mostly."""
    if any(item.figure for item in scene.items) and rng.random() < POSED:
        return "pose"
    return KINDS[int(rng.integers(len(KINDS) - 1))]


def control_picture(world: World, scene: Scene, picture: np.ndarray, kind: str, rng: np.random.Generator) -> np.ndarray:
    """uint8 RGB of the render's size: white lines on black, nearness as brightness, one colour for each object, or the skeletons of people.

    Raises ValueError for a skeleton of a scene without a person (`choose_kind` never asks for one).
    """
    size = picture.shape[0]
    if kind == "pose":
        people = [item for item in scene.items if item.figure]
        if not people:
            raise ValueError(f"nobody in {scene.caption!r} has a skeleton")
        joints = np.stack([figures.keypoints(item.figure) for item in people])
        if rng.random() < 0.15:  # not every skeleton has a face
            joints[:, figures.R_EYE:, 2] = 0
        joints[..., :2] = (joints[..., :2] - 0.5) * np.array([item.size for item in people])[:, None, None] + np.array([(item.x, item.y) for item in people])[:, None]
        return skeleton_picture(joints, size, STICK * float(rng.uniform(0.7, 1.3)))
    if kind == "edge":
        return np.repeat(canny(grey_of(picture))[..., None], 3, 2).astype(np.uint8) * 255
    masks = world.masks(scene, size) > 127
    floor = scene.layout == "floor"
    if kind == "scribble":
        canvas = Image.new("L", (size, size))
        for mask in masks:
            outline = canny(mask.astype(np.float32) * 255)
            shift = rng.normal(0, 1.2, 2)
            layer = Image.fromarray(outline.astype(np.uint8) * 255).filter(ImageFilter.MaxFilter(3))
            layer = layer.rotate(float(rng.normal(0, 1.5)), translate=(float(shift[0]), float(shift[1])))
            canvas.paste(255, mask=layer)
        return np.repeat(np.asarray(canvas)[..., None], 3, 2)
    out = np.empty((size, size, 3), np.uint8)
    rows = np.linspace(0, 1, size)[:, None, None]
    line = 0.68 if floor else 1.1
    if kind == "depth":
        out[:] = np.where(rows > line, 40 + 110 * (rows - line) / (1 - line), 30)
        for order, mask in enumerate(masks):
            out[mask] = 150 + min(100, round(100 * scene.items[order].size)) * (order + 1) // len(masks)
        return out
    out[:] = np.where(rows > line, FLOOR, WALL)
    for order, mask in enumerate(masks):
        out[mask] = PALETTE[order % len(PALETTE)]
    return out
