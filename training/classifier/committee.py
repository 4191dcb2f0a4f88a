"""Several checkpoints as one network: their trunks side by side on the one front end, their logits weighed and summed by one last layer.

    python committee.py a.pt@0.4 b.pt@0.6 --set <folder of development.py> --out classifier.pt

Networks that learnt from different twins are wrong about different pictures. The shares are of logits that deviate alike over the development set.
With `--beside Q@S` each crop is judged beside itself saved as JPEG of quality Q, and S of that logit is taken off.
"""
from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch

from head import load
from net import Classifier, classifier_of, compared, shares_of
from score import Pooled

DEVIATION = 1.5  # of the sum's logits over the development set


def joined(models: list[Classifier], gains: list[float]) -> Classifier:
    """The sum of their logits, each times its gain."""
    qualities = [model.state_dict().get("qualities", torch.tensor([])) for model in models]
    if any(not torch.equal(one, qualities[0]) for one in qualities):
        raise ValueError("they are not compared with the same qualities of JPEG")
    weights = {"qualities": qualities[0]} if len(qualities[0]) else {}
    trunks = [trunk for model in models for trunk in model.trunks]
    for k, trunk in enumerate(trunks):
        weights |= {f"trunks.{k}.{name}": value for name, value in trunk.state_dict().items()}
    # All that the last layer sees of the crop, then all that it sees of the same as JPEG.
    views = zip(*(model.head.weight.detach().mul(gain).chunk(model.views, 1) for model, gain in zip(models, gains)))
    weights["head.weight"] = torch.cat([part for view in views for part in view], 1)
    weights["head.bias"] = sum(model.head.bias.detach() * gain for model, gain in zip(models, gains))
    return classifier_of(weights).eval()


def main() -> None:
    """Write the checkpoint, with a log that tells of all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoints", nargs="+", help="path@share")
    parser.add_argument("--set", required=True)
    parser.add_argument("--beside", nargs="*", default=[], help="quality@share: what of the logit of the same crop as JPEG is taken off")
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    torch.set_num_threads(1)
    named = [(Path(path), float(share)) for path, _, share in (text.partition("@") for text in args.checkpoints)]
    beside = shares_of(args.beside)
    models = [compared(load(path), beside) if beside else load(path) for path, _ in named]
    pooled = [Pooled(Path(args.set), model).pooled for model in models]
    gains = [share / mean.std() for (_, share), mean in zip(named, pooled)]
    scale = DEVIATION / sum(gain * mean for gain, mean in zip(gains, pooled)).std()
    model = joined(models, [gain * scale for gain in gains])
    logs = [json.loads(path.with_suffix(".json").read_text()) for path, _ in named]
    torch.save({"run": (sum(log["seconds"] for log in logs), sum(log["steps"] for log in logs), sum(log["samples"] for log in logs), []), "parts": {"average": model.state_dict()}}, args.out)
    about = {"script": "training/classifier/committee.py", "steps": sum(log["steps"] for log in logs), "samples": sum(log["samples"] for log in logs), "seconds": sum(log["seconds"] for log in logs),
             "beside": beside, "members": [log | {"share": share} for log, (_, share) in zip(logs, named)]}
    Path(args.out).with_suffix(".json").write_text(json.dumps(about))


if __name__ == "__main__":
    main()
