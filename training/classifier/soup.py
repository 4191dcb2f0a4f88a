"""The weighted mean of the averaged weights of runs that began alike (Wortsman et al. 2022), with batch statistics taken anew.

The statistics must be: a mean of networks has less spread inside than each of them has.
"""
from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from torch import nn

from net import Classifier, classifier_of
from stream import Mix, Stream


def renew(model: Classifier, stream: Stream, batches: int) -> None:
    """Cumulative mean of the batch statistics over crops as training sees them."""
    norms = [module for module in model.modules() if isinstance(module, nn.BatchNorm2d)]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None
    model.train()
    rng = np.random.default_rng(17)
    with torch.no_grad():
        for _ in range(batches):
            crops, *_ = stream.batch(rng)
            model(crops)
    model.eval()


def main() -> None:
    """Write the mean, whose counters are those of the first checkpoint, and a log that tells of all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoints", nargs="+", help="path or path@weight")
    parser.add_argument("--patches", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--wallpapers", action="store_true", help="as in train.py")
    parser.add_argument("--packages", action="store_true", help="as in train.py")
    parser.add_argument("--past", action="store_true", help="as in train.py")
    parser.add_argument("--batches", type=int, default=90)
    args = parser.parse_args()
    torch.set_num_threads(1)
    named = [(path, float(weight or 1)) for path, _, weight in (text.partition("@") for text in args.checkpoints)]
    total = sum(weight for _, weight in named)
    logs = [json.loads(Path(path).with_suffix(".json").read_text()) for path, _ in named]
    states = [torch.load(path, map_location="cpu", weights_only=False) for path, _ in named]
    parts = [classifier_of(state["parts"]["average"]).state_dict() for state in states]
    if any("qualities" in part and not torch.equal(part["qualities"], parts[0]["qualities"]) for part in parts):
        raise ValueError("they are not compared with the same qualities of JPEG")
    mean = {key: sum(part[key] * (weight / total) for part, (_, weight) in zip(parts, named)) if value.is_floating_point() else value for key, value in parts[0].items()}
    model = classifier_of(mean)
    stream = Stream(Path(args.patches), 5, Mix(wallpapers=args.wallpapers, packages=args.packages, past=args.past))
    stream.open()
    renew(model, stream, args.batches)
    torch.save({"run": states[0].get("run"), "parts": {"average": model.state_dict()}}, args.out)
    sums = {key: sum(log[key] for log in logs) for key in ("steps", "samples", "seconds")}
    about = {"name": Path(args.out).stem, "script": "training/classifier/soup.py", **sums, "mean of": [log | {"weight": weight} for log, (_, weight) in zip(logs, named)]}
    Path(args.out).with_suffix(".json").write_text(json.dumps(about))


if __name__ == "__main__":
    main()
