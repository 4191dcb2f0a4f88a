"""What a generator, a family of decoders or a source of photographs costs that training never saw: leave one out, on the same pictures.

A trunk that saw none of those in question stays as it is; the last layer is fitted (head.py) to everything, and to everything but one. The features
are collected once for each trunk, so nothing else differs. Writes bench/results/detect-left-out.json, of which bench/detect makes a table.
"""
from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from common import cpu_model
from development import GANS, OWN
from head import collect, fit, load
from score import HARD, Pooled, against, figures
from stream import Mix, Stream

# By group, which is by trunk: the names of what is left out, and which rows of the set that concerns.
GROUPS = {"made": {"gpt-4o": ["gpt-4o"], "sd-cheatsheet": ["sd-cheatsheet"], "nexora": ["nexora"]},
          "real": {"decoders": ["own-decoders", "gans"], "clothing": ["clothing"], "dreambooth": ["dreambooth"]}}
WITHOUT = {"decoders": frozenset(OWN + GANS)}
REAL = ("clothing", "dreambooth")
TRUNK_SAW = ("dreambooth",)  # held-back photographs that the trunk of "made" saw in part


def edge(pooled: Pooled, who: np.ndarray) -> float:
    """Above it lies at most 1 % of some pictures, saved as PNG."""
    return float(np.sort(pooled.at("png", who))[::-1][int(0.01 * who.sum())])


def generated(pooled: Pooled, name: str) -> dict[str, float]:
    """A generator against photographs; recall where 1 % of the reals lie above."""
    clean = (pooled.label == 0) & ~np.isin(pooled.source, TRUNK_SAW)
    who, photographs = pooled.source == name, clean & pooled.photograph
    return {"png": against(pooled.at("png", who), pooled.at("png", photographs)), "hard": against(pooled.at(HARD, who), pooled.at(HARD, photographs)),
            "recall": float((pooled.at("png", who) > edge(pooled, clean)).mean())}


def photographed(pooled: Pooled, name: str) -> dict[str, float]:
    """All generators against a source of photographs; recall where 1 % of its own pictures lie above; its pictures above the 1 % of the other reals."""
    real = pooled.source == name
    others = (pooled.label == 0) & ~real
    made = sorted(set(pooled.source[pooled.label == 1]))
    mean = lambda of: float(np.mean([of(pooled.source == m) for m in made]))
    return {"png": mean(lambda who: against(pooled.at("png", who), pooled.at("png", real))), "hard": mean(lambda who: against(pooled.at(HARD, who), pooled.at(HARD, real))),
            "recall": mean(lambda who: (pooled.at("png", who) > edge(pooled, real)).mean()), "above": float((pooled.at("png", real) > edge(pooled, others)).mean())}


def main() -> None:
    """Score every fit and write the pairs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", required=True, help="made by development.py with the same --share as --held")
    parser.add_argument("--patches", required=True)
    parser.add_argument("--made", required=True, help="checkpoint that saw no generator's output")
    parser.add_argument("--real", required=True, help="checkpoint that saw none of the photographs and decoders in question")
    parser.add_argument("--held", type=float, default=0.15)
    parser.add_argument("--batches", type=int, default=200)
    parser.add_argument("--singles", type=float, default=0.2)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    torch.set_num_threads(1)
    rows, crops = [], {}
    for group, runs in GROUPS.items():
        path = Path(args.made if group == "made" else args.real)
        model = load(path)
        stream = Stream(Path(args.patches), 31, Mix(wallpapers=group == "real", held_share=args.held))
        stream.open()
        features = collect(model, stream, args.batches)
        crops[group] = {"trunk": int(torch.load(path, map_location="cpu", weights_only=False)["run"][2]), "fit": len(features.labels)}
        pooled = Pooled(Path(args.set), model)
        for run, names in runs.items():
            of = photographed if run in REAL else generated
            for name in names:
                sides = {side: of(pooled.judge(*fit(features, model.head, args.singles, without)), name)
                         for side, without in (("in", frozenset()), ("out", WITHOUT.get(run, frozenset([run]))))}
                rows.append({"left out": name, "group": group, "label": int(run not in REAL), "pictures": int((pooled.source == name).sum()), **sides})
        print(group, {k: round(v, 3) for k, v in figures(pooled.judge(*fit(features, model.head, args.singles)))["mean"].items()}, flush=True)
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True, cwd=Path(__file__).parent).stdout.strip()
    result = {"commit": commit, "machine": cpu_model(), "torch": torch.__version__, "crops": crops, "rows": rows}
    Path(args.out).write_text(json.dumps(result, indent=1) + "\n")
    for row in rows:
        print(row["left out"], row["pictures"], *(f"{side}: " + " ".join(f"{k} {v:.3f}" for k, v in row[side].items()) for side in ("in", "out")))


if __name__ == "__main__":
    main()
