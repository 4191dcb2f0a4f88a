"""Twins: real patches through decoders, with the real's own JPEG tables and its spectrum, so that neither codec nor sharpness tells them apart.

Frequency alignment (after DDA, NeurIPS 2025): the twin's mean radial spectrum is made that of its real, or bands of the real are put into it,
or both are mixed; a part stays as decoded. Pairs that differ too much are dropped. Each decoder writes
<out>/twins-<decoder>.npy (uint8 [N,224,224,3]) and a .json that names the real patch of each.
"""
from __future__ import annotations

import argparse
import io
import json
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from decoders import SMALL, load_decoders, shifts_colours
from kinds import load_zoo
from stream import PACKAGES

SIZE = 224
MAX_MSE = 0.02  # of pictures in 0..1, as in DDA's script
REALS = {"clothing": 0.26, "dreambooth": 0.22, "elementary": 0.06, "lomiri": 0.18, "mate": 0.08, "plasma": 0.09, "sprites": 0.03, "fluent-emoji": 0.04, "documents": 0.04,
         "packages": 0.4, "packages-2": 0.4, "packages-drawn": 0.03, "packages-drawn-2": 0.02}
HELD_OUT = ("imprint-upscaler",)
FREQUENCY = np.hypot(np.fft.fftfreq(SIZE)[:, None], np.fft.rfftfreq(SIZE)[None, :])
RING = np.minimum((FREQUENCY * 64).astype(int), 45)


def match_spectrum(real: np.ndarray, fake: np.ndarray) -> np.ndarray:
    """Scale each ring of the twin's spectrum so that its mean magnitude is the real's."""
    out = np.empty_like(fake)
    for c in range(3):
        a, b = np.fft.rfft2(real[..., c]), np.fft.rfft2(fake[..., c])
        gain = np.bincount(RING.ravel(), np.abs(a).ravel()) / (np.bincount(RING.ravel(), np.abs(b).ravel()) + 1e-6)
        out[..., c] = np.fft.irfft2(b * np.clip(gain, 0.4, 4)[RING], s=(SIZE, SIZE))
    return out


def borrow_band(real: np.ndarray, fake: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Put the real's frequencies above (or below) a cut into the twin, softly."""
    cut, width = rng.uniform(0.12, 0.4), 0.04
    mask = 1 / (1 + np.exp(-(FREQUENCY - cut) / width))
    if rng.random() < 0.3:
        cut = rng.uniform(0.03, 0.1)
        mask = 1 / (1 + np.exp((FREQUENCY - cut) / 0.01))
    out = np.empty_like(fake)
    for c in range(3):
        out[..., c] = np.fft.irfft2(np.fft.rfft2(fake[..., c]) * (1 - mask) + np.fft.rfft2(real[..., c]) * mask, s=(SIZE, SIZE))
    return out


def align(real: np.ndarray, fake: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """float32 [H,W,3] in 0..255, both."""
    choice = rng.random()
    if choice < 0.45:
        return match_spectrum(real, fake)
    if choice < 0.6:
        return borrow_band(real, fake, rng)
    if choice < 0.8:
        share = rng.uniform(0.5, 0.9)
        return share * fake + (1 - share) * real
    return fake


def keep_coarse(real: np.ndarray, fake: np.ndarray, cut: float) -> np.ndarray:
    """The twin with the real's lowest frequencies, so that brightness and colour are the real's."""
    mask = np.exp(-((FREQUENCY / cut) ** 2))
    out = np.empty_like(fake)
    for c in range(3):
        out[..., c] = np.fft.irfft2(np.fft.rfft2(fake[..., c]) * (1 - mask) + np.fft.rfft2(real[..., c]) * mask, s=(SIZE, SIZE))
    return out


def recompress(twin: np.ndarray, file: Path) -> np.ndarray:
    """The twin with the quantisation tables and chroma subsampling of the file that its real came from; as it is where that is JPEG by its name alone."""
    from PIL import JpegImagePlugin
    with Image.open(file) as source:
        if source.format not in ("JPEG", "MPO"):
            return twin
        tables, sampling = source.quantization, JpegImagePlugin.get_sampling(source)
    buffer = io.BytesIO()
    Image.fromarray(twin).save(buffer, "JPEG", qtables=tables, subsampling=max(sampling, 0))
    return np.asarray(Image.open(buffer).convert("RGB"))


def main() -> None:
    """Make `--each` twins per decoder, spread over the real sources; more on the next run with another `--round`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patches", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--small", required=True)
    parser.add_argument("--gans", default="/nonexistent", help="what adversarial.py wrote")
    parser.add_argument("--variants", default="/nonexistent", help="what variants.py wrote")
    parser.add_argument("--zoo", help="folder of zoo.py")
    parser.add_argument("--weights", required=True, help="folder with taef2/")
    parser.add_argument("--work", required=True, help="checkpoints of the generator's own parts")
    parser.add_argument("--packages", action="store_true", help="of the photographs and drawings of packages.py too, half of all twins")
    parser.add_argument("--of", nargs="*", default=list(REALS), help="real sources")
    parser.add_argument("--only", nargs="*", help="decoders to use; default: all")
    parser.add_argument("--each", type=int, default=300)
    parser.add_argument("--round", type=int, default=0)
    args = parser.parse_args()
    torch.set_num_threads(1)
    folder = Path(args.patches)
    wanted = {name: share for name, share in REALS.items() if name in args.of and (name not in PACKAGES or args.packages)}
    shares = np.array(list(wanted.values()))
    reals = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in wanted}
    facts = {name: json.loads((folder / f"{name}.json").read_text()) for name in wanted}
    decoders = load_decoders(Path(args.small), Path(args.weights), Path(args.work), Path(args.gans), Path(args.variants))
    if args.zoo:
        decoders |= load_zoo(Path(args.zoo), Path(args.weights) / "taef2", torch.device("cpu"))
    for d, (name, decoder) in enumerate(decoders.items()):
        if name in HELD_OUT or args.only and name not in args.only:
            continue
        rng = np.random.default_rng([7, args.round, d])
        twins, pairs = [], []
        while len(twins) < args.each:
            source = str(rng.choice(list(wanted), p=shares / shares.sum()))
            ids = [int(i) for i in rng.integers(len(reals[source]), size=4)]
            batch = np.stack([reals[source][i] for i in ids])
            with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=name not in SMALL):
                decoded = decoder(torch.from_numpy(batch).permute(0, 3, 1, 2).float().div_(127.5).sub_(1))
            decoded = decoded.float().clamp(-1, 1).add(1).mul(127.5).permute(0, 2, 3, 1).numpy()
            for i, real, fake in zip(ids, batch.astype(np.float32), decoded):
                if ((real - fake) ** 2).mean() / 255 ** 2 > MAX_MSE:
                    continue
                if shifts_colours(name):
                    fake = keep_coarse(real, fake, rng.uniform(0.02, 0.06))
                twin = np.clip(np.rint(align(real, fake, rng)), 0, 255).astype(np.uint8)
                if facts[source][i]["native"]:
                    twin = recompress(twin, Path(args.data) / facts[source][i]["file"])
                twins.append(twin)
                pairs.append([source, i])
        np.save(folder / f"twins-{name}-{args.round}.partial.npy", np.stack(twins))
        (folder / f"twins-{name}-{args.round}.json").write_text(json.dumps(pairs))
        (folder / f"twins-{name}-{args.round}.partial.npy").rename(folder / f"twins-{name}-{args.round}.npy")
        print(name, len(twins), flush=True)


if __name__ == "__main__":
    main()
