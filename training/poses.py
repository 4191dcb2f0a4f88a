"""People for bench/pose.ts: prompts, keypoints as OpenPose writes them, and the silhouettes of the people that were drawn from them."""
from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from PIL import Image

import figures
from scenes import COLOURS, article

COUNT, SIDE, CANVAS, SEED = 32, 128, 512, 7171


def main() -> None:
    """Write keypoints.json and silhouettes.png (eight to a row). Every second pose has a name, none is told by the prompt."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", default="../bench/poses")
    args = parser.parse_args()
    rng = np.random.default_rng(SEED)
    names, frames, cells = list(figures.POSES), [], []
    for n in range(COUNT):
        shirt, ground = rng.permutation(list(COLOURS))[:2]
        figure = figures.posed(rng, names[n // 2 % len(names)] if n % 2 == 0 else "", COLOURS[str(shirt)])
        size, centre = rng.uniform(0.7, 0.85), rng.uniform(0.44, 0.56, 2)
        joints = figures.keypoints(figure)
        joints[:, :2] = ((joints[:, :2] - 0.5) * size + centre) * CANVAS * joints[:, 2:]
        frames.append({"prompt": f"a person in {article(str(shirt))} shirt on {article(str(ground))} background", "canvas_width": CANVAS, "canvas_height": CANVAS,
                       "people": [{"pose_keypoints_2d": [round(float(v), 1) for v in joints.ravel()]}]})
        side = round(size * SIDE)
        cell = Image.new("L", (SIDE, SIDE))
        cell.paste(Image.fromarray(figures.draw(figure, side)[..., 3]), tuple(int(v) for v in np.round(centre * SIDE - side / 2)))
        cells.append(np.asarray(cell) > 127)
    out = Path(args.out)
    (out / "keypoints.json").write_text("[\n" + ",\n".join(json.dumps(frame) for frame in frames) + "\n]\n")
    sheet = np.vstack([np.hstack(cells[row:row + 8]) for row in range(0, COUNT, 8)])
    Image.fromarray(sheet).save(out / "silhouettes.png", optimize=True)


if __name__ == "__main__":
    main()
