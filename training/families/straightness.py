"""How straight the paths of the bundled rectified flow are (Liu et al. 2022, arXiv:2209.03003, section 2.2), from the exported graphs."""
from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch

import data  # noqa: F401  (puts the folder above on the path)
import prompts
from dit import EXTRA, sigmas
from sheet import Exported


def main() -> None:
    """Follow the paths of the demo prompts in small steps; print the mean over time of |v - (x1 - x0)|^2 / |x1 - x0|^2."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", default="../../models")
    parser.add_argument("--out", default="../../docs/families/straightness.json")
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--count", type=int, default=12)
    args = parser.parse_args()
    pipeline = Exported(Path(args.models), 1)
    texts, n = prompts.DEMO[:args.count], args.count
    ids = pipeline.captions.encode([*texts, *[""] * n])
    hidden, pooled = pipeline.text.run(None, {"input_ids": ids})
    feeds = {"encoder_hidden_states": hidden, "pooled": pooled, "encoder_attention_mask": (ids != 0).astype(np.int64), "condition": np.zeros((2 * n, EXTRA, 16, 16), np.float32)}
    result = {"steps": args.steps, "prompts": n, "seed": 1}
    for guidance in (1.0, 3.5):
        x = np.stack([torch.randn(8, 16, 16, generator=torch.Generator().manual_seed(1 + s)).numpy() for s in range(n)])
        start, velocities, lengths = x.copy(), [], []
        levels = [float(v) for v in sigmas(args.steps, 1.0)]
        for now, following in zip(levels, levels[1:]):
            v = pipeline.dit.run(None, {"sample": np.concatenate([x, x]), "timestep": np.full(2 * n, now * 1000, np.float32)} | feeds)[0]
            v = v[n:] + guidance * (v[:n] - v[n:])
            velocities.append(v)
            lengths.append(now - following)
            x = (x + (following - now) * v).astype(np.float32)
        whole = start - x  # time runs from noise at 1 to the picture at 0, and so does v
        size = np.square(whole).sum((1, 2, 3))
        bends = np.stack([np.square(v - whole).sum((1, 2, 3)) / size for v in velocities])
        weights = np.array(lengths) / sum(lengths)
        result[f"guidance {guidance}"] = {"mean": round(float((bends.mean(1) * weights).sum()), 4), "first": round(float(bends[0].mean()), 4), "middle": round(float(bends[len(bends) // 2].mean()), 4), "last": round(float(bends[-1].mean()), 4)}
    Path(args.out).parent.mkdir(parents=True, exist_ok=True)
    Path(args.out).write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
