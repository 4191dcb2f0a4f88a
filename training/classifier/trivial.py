"""What the label can be told from without looking at traces: shortcuts. Logistic regressions on file facts and on the mean spectrum.

On twins they should be near 0.5: whatever they reach above it, the classifier could have learnt without any trace of a decoder.
Writes an entry of bench/results/detect-extra.json.
"""
from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch

from stream import Mix, Stream
from train import auc


def spectrum(crop: np.ndarray) -> np.ndarray:
    """Sixteen rings of the log spectrum of luma, mean and deviation."""
    luma = crop @ np.array([0.299, 0.587, 0.114])
    size = luma.shape[0]
    window = np.hanning(size)[:, None] * np.hanning(size)[None, :]
    power = np.log(np.abs(np.fft.rfft2((luma - luma.mean()) * window)) + 1)
    ring = np.minimum((np.hypot(np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size)[None, :]) * 32).astype(int), 15)
    return np.concatenate([np.bincount(ring.ravel(), power.ravel(), 16) / np.bincount(ring.ravel(), minlength=16), [luma.mean() / 64, luma.std() / 64]])


def fit(train: np.ndarray, labels: np.ndarray, test: np.ndarray) -> np.ndarray:
    """Ridge logistic regression; scores of `test`."""
    mean, std = train.mean(0), train.std(0) + 1e-6
    x, t = (torch.tensor((v - mean) / std, dtype=torch.float32) for v in (train, test))
    weights, bias = torch.zeros(x.shape[1], requires_grad=True), torch.zeros(1, requires_grad=True)
    optimiser = torch.optim.LBFGS([weights, bias], max_iter=200)
    y = torch.tensor(labels, dtype=torch.float32)

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        loss = torch.nn.functional.binary_cross_entropy_with_logits(x @ weights + bias, y) + 1e-3 * weights.square().sum()
        loss.backward()
        return loss
    optimiser.step(closure)
    with torch.no_grad():
        return (t @ weights + bias).numpy()


def main() -> None:
    """Measure on training pairs and singles, fitted on one half of the sources' patches and judged on the held-out ones."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patches", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--batches", type=int, default=30)
    args = parser.parse_args()
    lines = ["| what is known | pairs: AUC | generators against reals, both encoded anew: AUC |", "|---|---|---|"]
    sets = []
    for held, seed in ((False, 1), (True, 2)):
        stream = Stream(Path(args.patches), seed, Mix(held=held))
        stream.open()
        rng = np.random.default_rng(seed)
        crops, labels, single = [], [], []
        for _ in range(args.batches):
            c, y, _ = stream.batch(rng)
            crops += [spectrum(v) for v in c.numpy()]
            labels += y.tolist()
            single += [k >= 40 for k in range(len(y))]
        sets.append((np.stack(crops), np.array(labels), np.array(single)))
    (a, ya, sa), (b, yb, sb) = sets
    for name, columns in (("mean spectrum, brightness and contrast of a crop", slice(0, 18)), ("brightness and contrast alone", slice(16, 18))):
        cells = [auc(fit(a[m][:, columns], ya[m], b[n][:, columns]), yb[n]) for m, n in ((~sa, ~sb), (sa, sb))]
        lines.append(f"| {name} | {cells[0]:.3f} | {cells[1]:.3f} |")
    lines += ["", "Size, format and metadata of twins and their reals are the same by construction (0.5). Degradations are sampled once per pair."]
    out = Path(args.out)
    extra = [e for e in json.loads(out.read_text()) if e["title"] != "Shortcuts"] if out.exists() else []
    out.write_text(json.dumps([*extra, {"title": "Shortcuts", "lines": lines}], indent=1) + "\n")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
