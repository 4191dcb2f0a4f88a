"""Fit the last layer anew, the trunk as it is: pairs count fully, singles (crops without a twin) less.

Singles teach what their few sources are; pairs teach what decoders leave, and that carries over to generators that no training saw
(docs/detector.md). Features of crops are kept beside the result, so that fits with other weights, or without a source, cost seconds.
"""
from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from net import Classifier
from stream import PAIRS, Mix, Stream

RIDGE = 3e-4


@dataclass(frozen=True)
class Features:
    """Of crops of training."""
    values: torch.Tensor  # float32 [N, 256]
    labels: torch.Tensor  # [N]
    paired: torch.Tensor  # bool [N]
    origins: list[str]  # as in stream.py


def load(checkpoint: Path) -> Classifier:
    """The averaged weights, ready to run."""
    model = Classifier().eval().to(memory_format=torch.channels_last)
    model.load_state_dict(torch.load(checkpoint, map_location="cpu", weights_only=False)["parts"]["average"])
    return model


def collect(model: Classifier, stream: Stream, batches: int) -> Features:
    """Run the trunk over batches as training sees them."""
    rng = np.random.default_rng(31)
    values, labels, paired, origins = [], [], [], []
    for _ in range(batches):
        crops, label, _ = stream.batch(rng)
        values.append(model.features(crops))
        labels.append(label)
        paired.append(torch.arange(len(label)) < 4 * PAIRS)
        origins += stream.origins
    return Features(torch.cat(values), torch.cat(labels), torch.cat(paired), origins)


def fit(features: Features, head: torch.nn.Linear, singles: float, without: frozenset[str] = frozenset()) -> tuple[torch.Tensor, torch.Tensor]:
    """Weights [256] and bias by logistic regression, drawn to `head`; crops of the sources and decoders in `without` are not looked at."""
    kept = torch.tensor([without.isdisjoint(origin.split(" ")) for origin in features.origins])
    x, y = features.values[kept].double(), features.labels[kept].double() * 0.95 + 0.025
    weight = torch.where(features.paired[kept], 1.0, singles).double()
    start, scale = head.weight.detach()[0].double(), x.std(0) + 1e-6
    w, b = start.clone().requires_grad_(True), head.bias.detach()[0].double().requires_grad_(True)
    optimiser = torch.optim.LBFGS([w, b], max_iter=100, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        losses = F.binary_cross_entropy_with_logits(x @ w + b, y, weight, reduction="sum") / weight.sum()
        loss = losses + RIDGE * ((w - start) * scale).square().sum()
        loss.backward()
        return loss
    optimiser.step(closure)
    return w.detach(), b.detach()


def main() -> None:
    """Write a checkpoint that differs in its last layer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--start", required=True)
    parser.add_argument("--patches", required=True)
    parser.add_argument("--features", required=True, help="kept here; read when it is there")
    parser.add_argument("--out", required=True)
    parser.add_argument("--without", nargs="*", default=[])
    parser.add_argument("--singles", type=float, default=0.2, help="weight of a crop without a twin; 1 is a paired one's")
    parser.add_argument("--share", type=float, default=0.5, help="of the way from the old layer to the fitted one")
    parser.add_argument("--batches", type=int, default=200)
    parser.add_argument("--held", type=float, default=0.05)
    args = parser.parse_args()
    torch.set_num_threads(1)
    model = load(Path(args.start))
    kept = Path(args.features)
    if kept.exists():
        features = Features(**torch.load(kept, weights_only=False))
    else:
        stream = Stream(Path(args.patches), 31, Mix(without=frozenset(args.without), held_share=args.held))
        stream.open()
        features = collect(model, stream, args.batches)
        torch.save(vars(features), kept)
    head = model.trunk.head
    weights, bias = fit(features, head, args.singles, frozenset(args.without))
    with torch.no_grad():
        head.weight.lerp_(weights.float()[None], args.share)
        head.bias.lerp_(bias.float()[None], args.share)
    torch.save({"run": torch.load(args.start, map_location="cpu", weights_only=False).get("run"), "parts": {"average": model.state_dict()}}, args.out)


if __name__ == "__main__":
    main()
