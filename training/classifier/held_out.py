"""Twins by a decoder that training never saw, of a real source that training never saw: pictures for the bench alone.

Each picture is cut to at most 768 px a side, saved as PNG, and made by the generator's own x4 upscaler from its quarter-size self.
"""
from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from decoders import load_decoders
from sources import SOURCES, pictures


def main() -> None:
    """Write <data>/heldout/upscaler/*.png."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--weights", required=True)
    parser.add_argument("--count", type=int, default=60)
    args = parser.parse_args()
    torch.set_num_threads(1)
    data = Path(args.data)
    out = data / "heldout" / "upscaler"
    out.mkdir(parents=True, exist_ok=True)
    decoder = load_decoders(Path("/nonexistent"), Path(args.weights), Path(args.work))["imprint-upscaler"]
    source = next(s for s in SOURCES if s.name == "open-images")
    for k, (path, image) in enumerate(pictures(source, data)):
        if k == args.count:
            break
        w, h = (min(768, side) // 8 * 8 for side in image.size)
        image = image.crop((0, 0, w, h))
        x = torch.from_numpy(np.asarray(image)).permute(2, 0, 1)[None].float().div(127.5).sub(1)
        with torch.no_grad():
            y = decoder(x)[0].clamp(-1, 1).add(1).mul(127.5).round().byte().permute(1, 2, 0).numpy()
        Image.fromarray(y).save(out / f"{path.stem}.png")


if __name__ == "__main__":
    main()
