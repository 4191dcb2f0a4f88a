"""A small person with joints, drawn in the look of the other objects: what a pose skeleton is learnt from.

A figure is a plain description; `joints` gives the 18 keypoints of OpenPose (the COCO model) and `draw` the picture, both exact functions of it.
Angles are degrees of a bone against straight down: outward from the body where the person faces the viewer, forward where the person goes sideways.
"""
from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

NOSE, NECK, R_SHOULDER, R_ELBOW, R_WRIST, L_SHOULDER, L_ELBOW, L_WRIST, R_HIP, R_KNEE, R_ANKLE, L_HIP, L_KNEE, L_ANKLE, R_EYE, L_EYE, R_EAR, L_EAR = range(18)
# lean of the trunk; then upper arm, forearm, thigh and shin of one side and of the other; how far each may vary; goes sideways
POSES: dict[str, tuple[tuple[float, ...], float, bool]] = {
    "standing": ((0, 14, 8, 6, 3, 14, 8, 6, 3), 5, False),
    "waving": ((0, 112, 172, 6, 3, 14, 8, 6, 3), 9, False),
    "with arms raised": ((0, 148, 168, 8, 4, 148, 168, 8, 4), 9, False),
    "with arms out": ((0, 88, 90, 8, 4, 88, 90, 8, 4), 7, False),
    "with hands on hips": ((0, 46, -52, 8, 4, 46, -52, 8, 4), 4, False),
    "jumping": ((0, 128, 146, 34, 14, 128, 146, 34, 14), 10, False),
    "running": ((12, -48, 34, 66, -6, 42, 122, -24, -88), 8, True),
    "walking": ((3, -26, -10, 27, 14, 24, 40, -20, -36), 5, True),
    "sitting": ((0, 22, 62, 86, 2, 18, 58, 82, -2), 5, True),
    "kicking": ((-12, -44, -20, 74, 78, 46, 66, -4, -12), 8, True),
}
SKINS = ((252, 214, 182), (240, 186, 144), (208, 148, 104), (150, 98, 64), (104, 66, 44), (254, 206, 74))
HAIRS = ((44, 32, 30), (88, 54, 34), (150, 92, 44), (226, 176, 84), (186, 78, 36), (120, 120, 126))
TROUSERS = ((44, 62, 110), (52, 54, 62), (120, 88, 60), (70, 110, 170), (196, 178, 146), (58, 92, 76))
SHOES = ((236, 236, 240), (60, 44, 40), (40, 42, 50), (206, 60, 56))
CUTS = ("short", "long", "bun")
SUN = np.array([-0.42, -0.62, 0.66], np.float32) / np.float32(np.sqrt(0.42 ** 2 + 0.62 ** 2 + 0.66 ** 2))
TRUNK, ARM, FOREARM, THIGH, SHIN, SHOULDER, HIP = 0.25, 0.135, 0.125, 0.165, 0.165, 0.098, 0.05  # lengths, of a body about 1 high
HEAD, CHEST, WAIST, SLEEVE, WRIST, LEG, ANKLE, HAND, SHOE = 0.118, 0.088, 0.072, 0.043, 0.031, 0.053, 0.039, 0.039, 0.038  # radii


@dataclass(frozen=True)
class Figure:
    """A person: the nine angles of POSES in degrees, -1 or 1 for the way a person goes sideways and 0 for one who faces us,
    the turn of the head in radians, colours 0..255, build."""

    angles: tuple[float, ...]
    facing: int = 0
    turn: float = 0.0
    shirt: tuple[int, int, int] = (214, 40, 44)
    trousers: tuple[int, int, int] = TROUSERS[0]
    skin: tuple[int, int, int] = SKINS[0]
    hair: tuple[int, int, int] = HAIRS[0]
    shoes: tuple[int, int, int] = SHOES[0]
    cut: str = "short"
    head: float = 1.0  # its size
    limbs: float = 1.0  # their length


def posed(rng: np.random.Generator, pose: str, shirt: tuple[int, int, int]) -> Figure:
    """A person in that pose, or in any pose at all where `pose` is empty; the rest is chosen at random."""
    choose = lambda options: options[int(rng.integers(len(options)))]
    if pose:
        middle, spread, sideways = POSES[pose]
        angles = np.array(middle) + rng.normal(0, spread, 9) * np.array([0.4, 1, 1, 0.6, 0.6, 1, 1, 0.6, 0.6])
    else:
        sideways = rng.random() < 0.3
        upper, thigh = rng.uniform(-20, 175, 2), rng.uniform(-5, 70, 2)
        limbs = np.stack([upper, upper + rng.uniform(-70, 110, 2), thigh, thigh + rng.uniform(-75, 5, 2)], axis=1)
        angles = np.concatenate([rng.normal(0, 8, 1), limbs.ravel()])
    if rng.random() < 0.5:
        angles = np.concatenate([angles[:1] * (1 if sideways else -1), angles[5:], angles[1:5]])
    facing = (1 if rng.random() < 0.5 else -1) if sideways else 0
    turn = facing * float(rng.uniform(0.8, 1.1)) if facing else float(rng.uniform(-0.35, 0.35))
    return Figure(tuple(float(a) for a in angles), facing, turn, shirt, choose(TROUSERS), choose(SKINS), choose(HAIRS), choose(SHOES), choose(CUTS),
                  float(rng.uniform(0.78, 1.06)), float(rng.uniform(0.96, 1.28)))


def skeleton(figure: Figure) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Joints [18,2] in units of the body, y down, the hips about the origin; which are to be seen [18]; the middle of the head [2]."""
    toward = lambda degrees, side: np.array([np.sin(np.radians(degrees)) * side, np.cos(np.radians(degrees))])
    lean, *limbs = figure.angles
    narrow = 0.38 if figure.facing else 1.0
    points = np.zeros((18, 2))
    axis = -toward(-lean, 1 if not figure.facing else figure.facing)
    across = np.array([-axis[1], axis[0]])
    points[NECK] = axis * TRUNK
    for (shoulder, elbow, wrist, hip, knee, ankle), side, (upper, fore, thigh, shin) in (
            ((R_SHOULDER, R_ELBOW, R_WRIST, R_HIP, R_KNEE, R_ANKLE), -1, limbs[:4]), ((L_SHOULDER, L_ELBOW, L_WRIST, L_HIP, L_KNEE, L_ANKLE), 1, limbs[4:])):
        way = figure.facing or side
        points[shoulder] = points[NECK] + across * SHOULDER * side * narrow + (0, 0.018)
        points[elbow] = points[shoulder] + toward(upper, way) * ARM * figure.limbs
        points[wrist] = points[elbow] + toward(fore, way) * FOREARM * figure.limbs
        points[hip] = (HIP * side * narrow, 0)
        points[knee] = points[hip] + toward(thigh, way) * THIGH * figure.limbs
        points[ankle] = points[knee] + toward(shin, way) * SHIN * figure.limbs
    radius = HEAD * figure.head
    middle = points[NECK] + axis * (radius + 0.028)
    seen = np.ones(18, bool)
    for joint, longitude, height in ((NOSE, 0.0, 0.12), (R_EYE, -0.42, -0.08), (L_EYE, 0.42, -0.08), (R_EAR, -1.4, 0.05), (L_EAR, 1.4, 0.05)):
        points[joint] = middle + radius * np.array([np.sin(longitude + figure.turn), height])
        seen[joint] = np.cos(longitude + figure.turn) > -0.2
    return points, seen, middle


def crown(figure: Figure) -> float:
    """From the middle of the head to the end of the hair, in units of the body."""
    return HEAD * figure.head * (1.41 if figure.cut == "bun" else 1.21)


def fitted(figure: Figure) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Like `skeleton`, moved and scaled so that the drawing fills a unit square (centred, its longest side 1); and that scale."""
    points, seen, middle = skeleton(figure)
    radii = np.full(18, 0.06)
    radii[[R_ANKLE, L_ANKLE]] = 0.104 if figure.facing else 0.076  # shoes
    around = np.concatenate([points[R_SHOULDER:R_EYE], middle[None]])
    reach = np.append(radii[R_SHOULDER:R_EYE], crown(figure))[:, None]
    low, high = (around - reach).min(0), (around + reach).max(0)
    scale = 1 / float((high - low).max())
    move = lambda p: (p - (low + high) / 2) * scale + 0.5
    return move(points), seen, move(middle), scale


def height(figure: Figure) -> float:
    """From the top of the drawing to its lowest shoe, as a share of the square that it fills."""
    points, _, middle, scale = fitted(figure)
    top, bottom = middle[1] - crown(figure) * scale, points[[R_ANKLE, L_ANKLE], 1].max() + 0.07 * scale
    return float(min(2 * max(0.5 - top, bottom - 0.5), 1.0))


def keypoints(figure: Figure) -> np.ndarray:
    """[18,3]: x and y in the unit square that `draw` fills, and 1 for a joint that is to be seen, else 0."""
    points, seen, *_ = fitted(figure)
    return np.concatenate([points, seen[:, None]], axis=1)


class Canvas:
    """Premultiplied float RGBA onto which shaded solids are laid; lengths in pixels."""

    def __init__(self, size: int) -> None:
        self.pixels = np.zeros((size, size, 4), np.float32)
        self.size = size

    def lay(self, x0: int, y0: int, cover: np.ndarray, colour: np.ndarray) -> None:
        """Blend `colour` [h,w,3] over what is there."""
        view = self.pixels[y0:y0 + cover.shape[0], x0:x0 + cover.shape[1]]
        view *= 1 - cover[..., None]
        view[..., :3] += colour * cover[..., None]
        view[..., 3] += cover * 255

    def capsule(self, a: np.ndarray, b: np.ndarray, ra: float, rb: float, colour: tuple[int, int, int], gloss: float = 0.25, above: float | None = None) -> None:
        """A cone with round ends from a to b, lit from the upper left; with `above`, only what lies above that height."""
        reach = max(ra, rb) + 1
        x0, y0 = np.maximum(np.floor(np.minimum(a, b) - reach), 0).astype(int)
        x1, y1 = np.minimum(np.ceil(np.maximum(a, b) + reach), self.size).astype(int)
        if x1 <= x0 or y1 <= y0:
            return
        x, y = np.arange(x0, x1, dtype=np.float32)[None] + np.float32(0.5 - a[0]), np.arange(y0, y1, dtype=np.float32)[:, None] + np.float32(0.5 - a[1])
        way = (b - a).astype(np.float32)
        along = np.clip((x * way[0] + y * way[1]) / max(float(way @ way), 1e-6), 0, 1)
        x, y = x - along * way[0], y - along * way[1]
        radius = np.float32(ra) + along * np.float32(rb - ra)
        distance = np.sqrt(x * x + y * y)
        cover = np.clip(radius - distance + 0.5, 0, 1)
        if above is not None:
            cover = cover * np.clip(above - np.arange(y0, y1, dtype=np.float32) - 0.5, 0, 1)[:, None]
        inverse = 1 / np.maximum(radius, distance + 1e-3)
        nx, ny = x * inverse, y * inverse
        nz = np.sqrt(np.maximum(1 - nx * nx - ny * ny, 0))
        self.lay(x0, y0, cover, shaded(colour, nx, ny, nz, gloss))

    def disc(self, centre: np.ndarray, rx: float, ry: float, colour: tuple[int, int, int]) -> None:
        """A flat ellipse."""
        x0, y0 = max(int(centre[0] - rx - 1), 0), max(int(centre[1] - ry - 1), 0)
        x1, y1 = min(int(centre[0] + rx + 2), self.size), min(int(centre[1] + ry + 2), self.size)
        x, y = np.arange(x0, x1, dtype=np.float32)[None] + 0.5 - centre[0], np.arange(y0, y1, dtype=np.float32)[:, None] + 0.5 - centre[1]
        if x1 > x0 and y1 > y0:
            cover = np.clip((1 - np.sqrt((x / rx) ** 2 + (y / ry) ** 2)) * min(rx, ry) + 0.5, 0, 1)
            self.lay(x0, y0, cover.astype(np.float32), np.asarray(colour, np.float32))


def shaded(colour: tuple[int, int, int], nx: np.ndarray, ny: np.ndarray, nz: np.ndarray, gloss: float) -> np.ndarray:
    """[h,w,3]: the colour under one soft lamp with a highlight, a little warmer in the light."""
    light = nx * SUN[0] + ny * SUN[1] + nz * SUN[2]
    base = np.asarray(colour, np.float32)
    out = base * (0.66 + 0.38 * np.maximum(light, -0.5))[..., None]
    shine = np.maximum(light, 0) ** 2
    shine = shine * shine
    return np.minimum(out + (gloss * 110) * (shine * shine)[..., None], 255)


@lru_cache(maxsize=4)  # a picture and its masks ask for the same
def draw(figure: Figure, size: int) -> np.ndarray:
    """uint8 RGBA [size,size,4], premultiplied, the edges smooth; not to be written to."""
    unit, _, middle, scale = fitted(figure)
    points, middle, scale = unit * size, middle * size, scale * size
    canvas = Canvas(size)
    radius = HEAD * figure.head * scale
    facing = figure.facing
    dim = lambda colour: tuple(int(v * 0.82) for v in colour)

    def leg(hip: int, knee: int, ankle: int, side: int, far: bool) -> None:
        """Shoe, shin and thigh."""
        cloth, leather = (dim(figure.trousers), dim(figure.shoes)) if far else (figure.trousers, figure.shoes)
        shin = (points[ankle] - points[knee]) / (SHIN * figure.limbs * scale)
        along = np.array([-shin[1], shin[0]]) * -facing if facing else np.array([0.45 * side, 0.35])
        heel = points[ankle] + shin * 0.02 * scale
        canvas.capsule(heel, heel + along * (0.062 if facing else 0.03) * scale, SHOE * 1.12 * scale, SHOE * scale, leather, 0.4)
        canvas.capsule(points[knee], points[ankle], LEG * 0.92 * scale, ANKLE * scale, cloth)
        canvas.capsule(points[hip], points[knee], LEG * 1.1 * scale, LEG * 0.92 * scale, cloth)

    def arm(shoulder: int, elbow: int, wrist: int, far: bool) -> None:
        """Hand, forearm and sleeve."""
        cloth, skin = (dim(figure.shirt), dim(figure.skin)) if far else (figure.shirt, figure.skin)
        canvas.capsule(points[elbow], points[wrist], WRIST * 1.1 * scale, WRIST * scale, skin)
        canvas.capsule(points[wrist], points[wrist] + (points[wrist] - points[elbow]) * 0.12, HAND * scale, HAND * scale, skin, 0.3)
        canvas.capsule(points[shoulder], points[shoulder] + (points[elbow] - points[shoulder]) * 0.92, SLEEVE * 1.05 * scale, SLEEVE * scale, cloth)

    right_leg, left_leg = (R_HIP, R_KNEE, R_ANKLE, -1), (L_HIP, L_KNEE, L_ANKLE, 1)
    right_arm, left_arm = (R_SHOULDER, R_ELBOW, R_WRIST), (L_SHOULDER, L_ELBOW, L_WRIST)
    far_arm, near_arm, far_leg, near_leg = (left_arm, right_arm, left_leg, right_leg) if facing >= 0 else (right_arm, left_arm, right_leg, left_leg)
    hips, neck = (points[R_HIP] + points[L_HIP]) / 2, points[NECK]
    slim = 0.86 if facing else 1.0
    if figure.cut == "long":
        canvas.capsule(middle - (np.sin(figure.turn) * 0.25 * radius, 0), middle + (-np.sin(figure.turn) * 0.55 * radius, radius * 1.05), radius * 1.05, radius * 0.82, dim(figure.hair))
    if facing:
        arm(*far_arm, True)
    leg(*far_leg, bool(facing))
    leg(*near_leg, False)
    canvas.capsule(points[R_HIP] - (0, 0.012 * scale), points[L_HIP] - (0, 0.012 * scale), WAIST * 0.86 * slim * scale, WAIST * 0.86 * slim * scale, figure.trousers)
    canvas.capsule(neck, middle, 0.042 * scale, 0.042 * scale, dim(figure.skin), 0)
    if not facing:
        canvas.capsule(points[R_SHOULDER], points[L_SHOULDER], SLEEVE * 1.05 * scale, SLEEVE * 1.05 * scale, figure.shirt)
    canvas.capsule(neck + (hips - neck) * 0.32, neck + (hips - neck) * 0.8, CHEST * slim * scale, WAIST * 1.04 * slim * scale, figure.shirt)
    if not facing:
        arm(*far_arm, False)
    arm(*near_arm, False)
    face(canvas, figure, middle, radius, points)
    picture = (canvas.pixels + 0.5).astype(np.uint8)
    picture.flags.writeable = False
    return picture


def face(canvas: Canvas, figure: Figure, middle: np.ndarray, radius: float, points: np.ndarray) -> None:
    """Head, ears, hair, eyes, nose and mouth."""
    at = lambda longitude, height: middle + radius * np.array([np.sin(longitude + figure.turn), height])
    shows = lambda longitude: np.cos(longitude + figure.turn)
    back = -np.sin(figure.turn) * radius
    canvas.capsule(middle + (back * 0.22, -0.12 * radius), middle + (back * 0.22, -0.06 * radius), radius * 1.08, radius * 1.04, figure.hair, 0.35)
    if figure.cut == "bun":
        knot = middle + (back * 0.7, -1.0 * radius)
        canvas.capsule(knot, knot, radius * 0.4, radius * 0.4, figure.hair, 0.35)
    for ear in (-1.4, 1.4):
        if -0.2 < shows(ear) < 0.9:
            canvas.capsule(at(ear, 0.08), at(ear, 0.08), radius * 0.2, radius * 0.2, figure.skin)
    look = middle + (np.sin(figure.turn) * 0.12 * radius, 0.07 * radius)
    canvas.capsule(look, look, radius * 0.95, radius * 0.95, figure.skin, 0.3)
    fringe = middle + (np.sin(figure.turn) * -0.1 * radius, -0.1 * radius)
    canvas.capsule(fringe, fringe, radius * 1.06, radius * 1.06, figure.hair, 0.4, above=float(middle[1] - radius * 0.42))
    dark = (46, 34, 34)
    for eye in (-0.42, 0.42):
        wide = max(shows(eye), 0.0)
        if wide > 0.1:
            canvas.disc(at(eye, -0.02), radius * 0.12 * max(wide, 0.5), radius * 0.16, dark)
            canvas.disc(at(eye - 0.06, -0.08), radius * 0.04, radius * 0.05, (255, 255, 255))
    if shows(0) > 0.1:
        canvas.capsule(at(0, 0.22), at(0, 0.24), radius * 0.09, radius * 0.1, tuple(int(v * 0.92) for v in figure.skin))
        for a, b in (((-0.27, 0.45), (0.0, 0.55)), ((0.0, 0.55), (0.27, 0.45))):
            canvas.capsule(at(*a), at(*b), radius * 0.05, radius * 0.05, (150, 52, 52), 0)
