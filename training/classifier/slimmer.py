"""Take channels out of the middle of a trunk's last blocks, where half of the weights are, and fit what follows to what they gave.

    python slimmer.py a.pt --patches $P --share 0.625 --out a-slim.pt

Of a block's middle channels those stay that weigh most in what the block adds (mean square of the channel times that of the weights that read it); the
second convolution is then fitted by least squares, over crops as a training sees them, to what it gave when all were there. The two blocks before the
last stage are left alone: seven tenths of their channels keep 99 % of the variance, and yet logits move by a third of their deviation.
"""
from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from head import load
from net import Block, Classifier, Trunk, classifier_of, planes
from stream import Mix, Stream


def crops_of(patches: Path, batches: int) -> torch.Tensor:
    """uint8 [N,96,96,3]."""
    stream = Stream(patches, 17, Mix(wallpapers=True))
    stream.open()
    rng = np.random.default_rng(17)
    found = [stream.pick(rng, stream.reals if k % 2 else stream.makers)[1] for k in range(48 * batches)]
    return torch.from_numpy(np.stack([patch[y:y + 96, x:x + 96] for patch in found for y, x in [rng.integers(0, 128, 2)]]))


def inputs_of(trunk: Trunk, block: Block, residuals: torch.Tensor) -> torch.Tensor:
    """What the block is given."""
    x = residuals
    for layer in trunk.net:
        if layer is block:
            break
        x = layer(x)
    return x


def slim(block: Block, x: torch.Tensor, middle: int) -> tuple[dict[str, torch.Tensor], float]:
    """Weights of the block with fewer channels in its middle, and the share of the variance of its second convolution that they leave out."""
    hidden = F.relu(block.a(x))
    second = block.b[0]
    weight = hidden.square().mean((0, 2, 3)) * second.weight.square().sum((0, 2, 3))
    kept = weight.argsort(descending=True)[:middle].sort().values
    columns = second.in_channels * 9
    gram, wanted, energy = torch.zeros(middle * 9, middle * 9, dtype=torch.float64), torch.zeros(middle * 9, second.out_channels, dtype=torch.float64), 0.0
    rows = (kept[:, None] * 9 + torch.arange(9)).flatten()
    full = second.weight.flatten(1).T.double()
    for part in hidden.split(16):
        seen = F.unfold(part, 3, padding=1).transpose(1, 2).reshape(-1, columns).double()
        target = seen @ full
        some = seen[:, rows]
        gram += some.T @ some
        wanted += some.T @ target
        energy += float(target.square().sum())
    gram += 1e-4 * gram.diagonal().mean() * torch.eye(len(gram), dtype=torch.float64)
    fitted = torch.linalg.solve(gram, wanted)
    left = 1 - float((fitted * wanted).sum()) / energy
    state = block.state_dict()
    for name in ("a.0.weight", "a.1.weight", "a.1.bias", "a.1.running_mean", "a.1.running_var"):
        state[name] = state[name][kept]
    state["b.0.weight"] = fitted.T.reshape(second.out_channels, middle, 3, 3).float()
    return state, left


@torch.no_grad()
def slimmed(model: Classifier, crops: torch.Tensor, share: float) -> Classifier:
    """The last stage of all trunks; a share of the channels stays, a multiple of four."""
    weights = model.state_dict()
    residuals = model.residuals(planes(crops))
    for t, trunk in enumerate(model.trunks):
        blocks = [(k, layer) for k, layer in enumerate(trunk.net) if isinstance(layer, Block)]
        for k, block in blocks[2:]:
            middle = round(share * block.a[0].out_channels / 4) * 4
            state, left = slim(block, inputs_of(trunk, block, residuals), middle)
            weights |= {f"trunks.{t}.net.{k}.{name}": value for name, value in state.items()}
            print(f"trunk {t}, layer {k}: {middle} channels, {left:.2%} of the second convolution is lost", flush=True)
    return classifier_of(weights).eval()


def main() -> None:
    """Write the checkpoint, and its log with one entry more."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint")
    parser.add_argument("--patches", required=True)
    parser.add_argument("--share", type=float, default=0.625)
    parser.add_argument("--batches", type=int, default=8)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    torch.set_num_threads(1)
    crops, model = crops_of(Path(args.patches), args.batches), load(Path(args.checkpoint))
    smaller = slimmed(model, crops, args.share)
    with torch.no_grad():
        before, after = model(crops), smaller(crops)
    print(f"logits of crops move by {float((after - before).square().mean().sqrt()):.3f}, of a deviation of {float(before.std()):.3f}")
    state = torch.load(args.checkpoint, map_location="cpu", weights_only=False)
    state["parts"] = {"average": smaller.state_dict()}
    torch.save(state, args.out)
    log = json.loads(Path(args.checkpoint).with_suffix(".json").read_text())
    Path(args.out).with_suffix(".json").write_text(json.dumps(log | {"slim": args.share}))


if __name__ == "__main__":
    main()
