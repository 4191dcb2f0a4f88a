"""Scores of weights on the development set, side by side: AUC by generator, recall at 1 and 5 %, what a change of format does.

    python score.py --set <folder of development.py> --out scores.json ships=classifier.pt other=other.pt
"""
from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch

from development import CROPS, NEVER_TRAINED
from head import load
from net import Classifier
from pooling import pool
from train import auc

HARD = "resize75-jpeg75"


class Pooled:
    """What every picture of a set gets in every variant under one network: features of its crops, and their pooled logit."""

    def __init__(self, folder: Path, model: Classifier) -> None:
        index = json.loads((folder / "index.json").read_text())
        self.names: list[str] = index["variants"]
        self.source = np.array([p["source"] for p in index["pictures"]])
        self.label = np.array([p["label"] for p in index["pictures"]])
        self.photograph = np.array([p["kind"] == "photograph" for p in index["pictures"]])
        counts = np.array([p["crops"] for p in index["pictures"]])
        self.enough = counts >= CROPS  # what has fewer is not judged, and decides no threshold
        self.features: list[list[torch.Tensor]] = []
        for k, row in enumerate(np.load(folder / "crops.npy", mmap_mode="r")):
            found = model.features(torch.from_numpy(np.concatenate([row[v, :n] for v, n in enumerate(counts[k])])))
            self.features.append(list(found.split(counts[k].tolist())))
        self.judge(model.head.weight.detach()[0], model.head.bias.detach())

    def judge(self, weights: torch.Tensor, bias: torch.Tensor) -> "Pooled":
        """Pooled logits by a last layer."""
        self.pooled = np.array([[pool((part.double() @ weights.double() + bias.double()).numpy()) for part in row] for row in self.features])
        return self

    def at(self, variant: str, who: np.ndarray) -> np.ndarray:
        """The pooled logits of some pictures."""
        return self.pooled[who, self.names.index(variant)]


def against(made: np.ndarray, real: np.ndarray) -> float:
    """AUC of two lists."""
    return auc(np.concatenate([made, real]), np.concatenate([np.ones(len(made)), np.zeros(len(real))]))


def threshold(pooled: Pooled, share: float, variant: str = "png") -> float:
    """Above it lies at most `share` of all that is real."""
    v = pooled.names.index(variant)
    real = np.sort(pooled.pooled[(pooled.label == 0) & pooled.enough[:, v], v])[::-1]
    return float(real[int(share * len(real))])


def boundary(pooled: Pooled) -> float:
    """Where calibrated log-odds would be 0: a logistic regression on all variants, a source of n pictures counting as sqrt(n), classes alike."""
    x = torch.tensor(pooled.pooled, dtype=torch.float64)
    counts = {name: (pooled.source == name).sum() for name in set(pooled.source)}
    weight = np.array([counts[name] ** -0.5 for name in pooled.source])
    for label in (0, 1):
        weight[pooled.label == label] /= weight[pooled.label == label].sum()
    w, y = torch.tensor(weight)[:, None], torch.tensor(pooled.label, dtype=torch.float64)[:, None].expand_as(x)
    line = torch.tensor([0.6, 0.0], dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([line], max_iter=100)

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        loss = (torch.nn.functional.binary_cross_entropy_with_logits(line[0] * x + line[1], y, reduction="none") * w).sum()
        loss.backward()
        return loss
    optimiser.step(closure)
    slope, bias = line.detach().tolist()
    return -bias / slope


def balanced(pooled: Pooled, real: str, made: str, cut: float) -> float:
    """Accuracy at `cut`, both classes counting alike, each in its own format."""
    return float(((pooled.at(made, pooled.label == 1) > cut).mean() + (pooled.at(real, pooled.label == 0) <= cut).mean()) / 2)


def figures(pooled: Pooled) -> dict:
    """All that is reported of one network."""
    photographs = (pooled.label == 0) & pooled.photograph
    at1, at5, cut = threshold(pooled, 0.01), threshold(pooled, 0.05), boundary(pooled)
    generators = {}
    for name in dict.fromkeys(pooled.source[pooled.label == 1]):
        who = pooled.source == name
        generators[str(name)] = {
            "pictures": int(who.sum()), "png": against(pooled.at("png", who), pooled.at("png", photographs)), "hard": against(pooled.at(HARD, who), pooled.at(HARD, photographs)),
            "recall1": float((pooled.at("png", who) > at1).mean()), "recall5": float((pooled.at("png", who) > at5).mean())}
    reals = {str(name): float((pooled.at("png", pooled.source == name) > at1).mean()) for name in dict.fromkeys(pooled.source[pooled.label == 0])}
    swap = [balanced(pooled, "png", "jpeg95", cut), balanced(pooled, "jpeg95", "png", cut)]
    keys = ("png", "hard", "recall1", "recall5")
    means = {key: float(np.mean([g[key] for g in generators.values()])) for key in keys}
    never = {key: float(np.mean([generators[name][key] for name in NEVER_TRAINED])) for key in keys}
    return {"mean": means, "never trained": never, "generators": generators, "above 1 %": reals, "swap": swap, "swap change": abs(swap[0] - swap[1])}


def main() -> None:
    """Print a line per network and keep everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", nargs="+", help="name=checkpoint")
    parser.add_argument("--set", required=True)
    parser.add_argument("--out")
    args = parser.parse_args()
    torch.set_num_threads(1)
    results = {}
    for name, _, path in (text.partition("=") for text in args.weights):
        results[name] = result = figures(Pooled(Path(args.set), load(Path(path))))
        m, n = result["mean"], result["never trained"]
        print(f"{name}: AUC png {m['png']:.3f} hard {m['hard']:.3f} recall 1 % {m['recall1']:.3f} 5 % {m['recall5']:.3f} | never trained {n['png']:.3f} {n['hard']:.3f} {n['recall1']:.3f} | "
              f"swap {result['swap'][0]:.3f} {result['swap'][1]:.3f} ({100 * result['swap change']:.1f} points)", flush=True)
        print("  " + ", ".join(f"{g} {v['png']:.3f}/{v['hard']:.3f}/{v['recall1']:.2f}" for g, v in result["generators"].items()), flush=True)
        print("  above 1 %: " + ", ".join(f"{s} {v:.3f}" for s, v in result["above 1 %"].items() if v), flush=True)
    if args.out:
        kept = json.loads(Path(args.out).read_text()) if Path(args.out).exists() else {}
        Path(args.out).write_text(json.dumps(kept | results, indent=1) + "\n")


if __name__ == "__main__":
    main()
