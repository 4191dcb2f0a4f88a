"""Fit the last layer anew, the trunk as it is: pairs count fully, singles (crops without a twin) less.

Singles teach what their few sources are; pairs teach what decoders leave, and that carries over to generators that no training saw
(docs/detector.md). Features of crops are kept beside the result, so that fits with other weights, or without a source, cost seconds.
"""
from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from net import Classifier, classifier_of
from stream import PAIRS, Mix, Stream

RIDGE = 3e-4


@dataclass(frozen=True)
class Features:
    """Of crops of training."""
    values: torch.Tensor  # float32 [N, 256]
    labels: torch.Tensor  # [N]
    paired: torch.Tensor  # bool [N]
    origins: list[str]  # as in stream.py
    moved: torch.Tensor  # float32 [M, 256]: how JPEG moves the middle of real and twin, of pairs that come in both formats


def load(checkpoint: Path) -> Classifier:
    """The averaged weights, ready to run."""
    weights = torch.load(checkpoint, map_location="cpu", weights_only=False)["parts"]["average"]
    return classifier_of(weights).eval().to(memory_format=torch.channels_last)


def collect(model: Classifier, stream: Stream, batches: int) -> Features:
    """Run the trunk over batches as training sees them."""
    rng = np.random.default_rng(31)
    values, labels, paired, origins, moved = [], [], [], [], []
    for _ in range(batches):
        crops, label, formats = stream.batch(rng)
        values.append(model.features(crops))
        four = values[-1][:4 * PAIRS].view(PAIRS, 4, -1)[formats > 0]
        moved.append(four[:, 2:].mean(1) - four[:, :2].mean(1))
        labels.append(label)
        paired.append(torch.arange(len(label)) < 4 * PAIRS)
        origins += stream.origins
    return Features(torch.cat(values), torch.cat(labels), torch.cat(paired), origins, torch.cat(moved))


def fit(features: Features, head: torch.nn.Linear, singles: float, without: frozenset[str] = frozenset(), pairs: float = 1, still: float = 0) -> tuple[torch.Tensor, torch.Tensor]:
    """Weights [256] and bias by logistic regression, drawn to `head`; crops of the sources and decoders in `without` are not looked at.

    `still` weighs the mean square by which JPEG moves the middle of real and twin."""
    kept = torch.tensor([without.isdisjoint(origin.split(" ")) for origin in features.origins])
    x, y = features.values[kept].double(), features.labels[kept].double() * 0.95 + 0.025
    weight = torch.where(features.paired[kept], pairs, singles).double()
    start, scale = head.weight.detach()[0].double(), x.std(0) + 1e-6
    w, b = start.clone().requires_grad_(True), head.bias.detach()[0].double().requires_grad_(True)
    optimiser = torch.optim.LBFGS([w, b], max_iter=100, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        losses = F.binary_cross_entropy_with_logits(x @ w + b, y, weight, reduction="sum") / weight.sum()
        loss = losses + RIDGE * ((w - start) * scale).square().sum()
        if still:
            loss = loss + still * (features.moved.double() @ w).square().mean()
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
    parser.add_argument("--pairs", type=float, default=1)
    parser.add_argument("--still", type=float, default=0, help="weight of how far JPEG may move the middle of real and twin")
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
        stream = Stream(Path(args.patches), 31, Mix(without=frozenset(args.without), held_share=args.held, formats=0.5 if args.still else 0))
        stream.open()
        features = collect(model, stream, args.batches)
        torch.save(vars(features), kept)
    head = model.head
    weights, bias = fit(features, head, args.singles, frozenset(args.without), args.pairs, args.still)
    with torch.no_grad():
        head.weight.lerp_(weights.float()[None], args.share)
        head.bias.lerp_(bias.float()[None], args.share)
    torch.save({"run": torch.load(args.start, map_location="cpu", weights_only=False).get("run"), "parts": {"average": model.state_dict()}}, args.out)
    log = Path(args.start).with_suffix(".json")
    if log.exists():
        about = {"crops": len(features.labels), "singles": args.singles, "pairs": args.pairs, "still": args.still, "share": args.share, "without": args.without}
        Path(args.out).with_suffix(".json").write_text(json.dumps(json.loads(log.read_text()) | {"head": about}))


if __name__ == "__main__":
    main()
