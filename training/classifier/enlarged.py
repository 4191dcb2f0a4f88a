"""Pictures of the families and of the renderer that they learnt from, as 224 px patches: small ones enlarged alike, so that enlarging says nothing.

Writes <patches>/families.npy and <patches>/renders.npy for `train.py --families`. The folders are those of `imprint corpus` (or any others with pictures).
"""
from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from PIL import Image

SIZE, WHOLE = 224, 256
FILTERS, WEIGHTS = (Image.LANCZOS, Image.BICUBIC, Image.BILINEAR), (0.6, 0.25, 0.15)


def patches(folder: Path, each: int, rng: np.random.Generator) -> list[np.ndarray]:
    """`each` per picture; at 256 px it is cut, below that enlarged first."""
    out = []
    for path in sorted(folder.glob("*.png")):
        picture = Image.open(path).convert("RGB")
        for _ in range(each):
            filter_ = int(rng.choice(FILTERS, p=WEIGHTS))
            whole = picture if picture.width >= WHOLE else picture.resize((WHOLE, WHOLE), filter_)
            x, y = (int(rng.integers(side - SIZE + 1)) for side in whole.size)
            out.append(np.asarray(whole.crop((x, y, x + SIZE, y + SIZE))))
    return out


def main() -> None:
    """Both classes, shuffled: the last ones are held back."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patches", required=True)
    parser.add_argument("--made", nargs="+", required=True, help="folders of pictures of the families")
    parser.add_argument("--real", nargs="+", required=True, help="folders of renders")
    parser.add_argument("--most", type=int, default=300, help="patches of each folder of the families")
    args = parser.parse_args()
    rng = np.random.default_rng(31)
    for name, folders, most in (("families", args.made, args.most), ("renders", args.real, 10_000)):
        found = [(patch, folder) for folder in folders for patch in patches(Path(folder), 1, rng)[:most]]
        order = rng.permutation(len(found))
        np.save(Path(args.patches) / f"{name}.partial.npy", np.stack([found[i][0] for i in order]))
        (Path(args.patches) / f"{name}.json").write_text(json.dumps([{"file": Path(found[i][1]).name, "native": False} for i in order]))
        (Path(args.patches) / f"{name}.partial.npy").rename(Path(args.patches) / f"{name}.npy")
        print(name, len(found))


if __name__ == "__main__":
    main()
