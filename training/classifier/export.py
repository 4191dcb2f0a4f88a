"""Write models/classifier.onnx, its entry in models/manifest.json, its card, and the golden vector for the tests."""
from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime
import torch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from export import LICENSE, export as export_graph
from net import CROP, classifier_of
from pooling import pool
from quantise import crops_of_training, logits_of, quantise
from sources import SOURCES

ROOT = Path(__file__).resolve().parents[2]


def golden_crop(seed: int) -> np.ndarray:
    """A texture from a formula, so that only numbers are stored: integers throughout, the same in any language."""
    y, x, c = np.meshgrid(np.arange(CROP, dtype=np.int64), np.arange(CROP, dtype=np.int64), np.arange(3, dtype=np.int64), indexing="ij")
    h = (x * 374761393 + y * 668265263 + c * 2147483647 + seed * 1274126177) & 0xFFFFFFFF
    h = ((h ^ (h >> 13)) * 1274126177) & 0xFFFFFFFF
    noise = (h >> 16) % (4 + 8 * seed)
    return ((x * (2 + seed) + y * 3 + c * 20 + ((x // 8 + y // 8) % 2) * 30 * seed + noise) % 256).astype(np.uint8)


def trainings(log: dict) -> list[dict]:
    """Of a log, or of those that a committee or a mean was made of, every training once: a log names those `before` it."""
    found: dict[str, dict] = {}

    def add(part: dict) -> None:
        parts = part.get("members") or part.get("mean of")
        for one in parts or part.get("before", []):
            add(one)
        if not parts:
            found[part["name"]] = found.get(part["name"], {}) | part
    add(log)
    return list(found.values())


def about(part: dict) -> list[str]:
    """One training, what it began with, and what was done to its weights."""
    last = part["losses"][-1][2] if part["losses"] else "n/a"
    line = f"- `{part['name']}`: {part['samples']:,} crops in {part['steps']:,} steps, {part['seconds'] / 60:.0f} minutes of wall time, a shared {part['machine']}, seed {part['seed']}; last loss {last}."
    head = part.get("head")
    return [line, *([f"  It began with {part['began']}."] if part.get("began") else []),
            *([f"  {beside(part['beside'], 'at first; then learnt')}"] if part.get("beside") else []),
            *([f"  Then the last layer anew (`head.py`): {head['share']:.0%} of the way to a fit on {head['crops']:,} crops in which a crop without a twin counts {head['singles']}."] if head else []),
            *([f"  Of the channels in the middle of its last block {part['slim']:.1%} stayed (`slimmer.py`)."] if part.get("slim") else [])]


def beside(shares: dict[str, float], how: str) -> str:
    """A line on the comparison with JPEG."""
    return "Each crop is judged beside the same saved as JPEG: " + ", ".join(f"of quality {float(quality):g}, {share:g} of whose logit is taken off" for quality, share in shares.items()) + f" ({how})."


def what_ships(log: dict) -> list[str]:
    """What of the trainings ships, and how."""
    members, lines = log.get("members", []), []
    for member in members:
        if parts := member.get("mean of"):
            lines.append(f"- `{member['name']}`: mean weights of " + ", ".join(f"`{part['name']}` ({part['weight']:g})" for part in parts) + " (`soup.py`).")
            lines += [f"  Of the channels in the middle of its last block {member['slim']:.1%} stayed (`slimmer.py`)."] if member.get("slim") else []
    if len(members) > 1:
        lines.append("- What ships: " + ", ".join(f"`{member['name']}` ({member['share']:g})" for member in members) + " side by side, a trunk each; the shares are of logits that deviate alike (`committee.py`).")
    if shares := log.get("beside"):
        lines.append(f"- {beside(shares, '`committee.py`')}")
    return lines


def card(entry: dict, log: dict, pairs: dict[str, int], evaluation: str) -> str:
    """The model card."""
    rows = [f"| {s.name} | {s.kind} | {'synthetic' if s.label else 'not synthetic'} | {s.origin} | {s.licence} |" for s in SOURCES if s.split == "train"]
    held = [f"| {s.name} | {s.kind} | {'synthetic' if s.label else 'not synthetic'} | {s.origin} | {s.licence} |" for s in SOURCES if s.split == "test"]
    head = ["| source | kind | class | origin | licence |", "|---|---|---|---|---|"]
    tensors = [f"- {way} `{t['name']}` {t['dtype']} [{', '.join(map(str, t['shape']))}]" for way in ("inputs", "outputs") for t in entry[way]]
    return "\n".join([
        "# classifier", "", "Crops at native resolution to the log-odds that a learned decoder made them. A fixed front end (3x3 masked median residual, "
        "nearest-neighbour residual, three SRM filters, clamped) and shallow residual trunks side by side with mean and spread pooling, each over the crop and over the same saved as JPEG (docs/decisions/0012); `training/classifier/net.py`.", "",
        f"Version {entry['version']}, {entry['parameters']:,} parameters, {entry['bytes'] / 1e6:.1f} MB, most convolutions in 8-bit integers (`quantise.py`), licence {entry['license']}.", "", "## Interface", "",
        *[t.replace("inputs", "input", 1).replace("outputs", "output", 1) for t in tensors], "",
        "A logit means nothing by itself: `classifier-calibration.json` turns what a picture's crops say together (`pooling.py`) into log-odds.", "",
        "## Data", "", "Trained on:", "", *head, *rows, "",
        f"and on twins of the reals, {sum(pairs.values()):,} in all, through decoders: " + ", ".join(f"{name} ({count:,})" for name, count in sorted(pairs.items())) + ". TAEF2 is madebyollin/taesd (MIT); the others are own work "
        "(`training/classifier/decoders.py`, `adversarial.py`, `variants.py`, `kinds.py`, `training/autoencoder.py`). A twin has the content, the size, the JPEG tables and mostly the spectrum of its real.", "",
        *(["`long` also saw 1,500 pictures of the small families, of the bundled model and of its student, enlarged to 256 px, beside 1,600 renders enlarged alike.", ""] if any(part["name"] == "long" for part in trainings(log)) else []),
        "Never trained on, used for calibration and for the tables in docs/detector.md:", "", *head, *held, "", "## Training", "",
        *[line for part in trainings(log) for line in about(part)], *what_ships(log), "",
        "## Measured", "", evaluation, "", "## Limits", "",
        "A few hours of shared processor cores, some minutes of a GPU, few generators, few cameras. It finds traces of upsampling decoders; strong compression, down-scaling and retouching remove them, "
        "AI features of phones may add them. It must not be the only ground for a claim about anyone's picture; the report never lets it be.", ""])


def main() -> None:
    """Export, check against PyTorch, register."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", required=True)
    parser.add_argument("--patches", required=True)
    parser.add_argument("--version", default="1")
    parser.add_argument("--out", default=str(ROOT / "models"))
    args = parser.parse_args()
    work, out = Path(args.work), Path(args.out)
    state = torch.load(work / "classifier.pt", map_location="cpu", weights_only=False)
    model = classifier_of(state["parts"]["average"]).eval()
    log = json.loads((work / "classifier.json").read_text())
    some = lambda n: {"crops": torch.from_numpy(np.stack([golden_crop(s) for s in range(n)]))}
    path = out / "classifier.onnx"
    signature = export_graph(model, path, some(2), ["logits"], {"crops": {0: "crops"}, "logits": {0: "crops"}}, some(5))
    quantise(path, crops_of_training(Path(args.patches)))
    manifest_path = out / "manifest.json"
    manifest = json.loads(manifest_path.read_text())
    sha = hashlib.sha256(path.read_bytes()).hexdigest()
    training = {"script": log.get("script", "training/classifier/train.py"), **{key: sum(part[key] for part in trainings(log)) for key in ("samples", "seconds")}}
    entry = {"name": "classifier", "file": path.name, "sha256": sha, "bytes": path.stat().st_size, "license": LICENSE, "version": args.version, **signature,
             "parameters": sum(p.numel() for p in model.parameters()), "training": training, "card": "cards/classifier.md"}
    entries = [entry]
    calibration = out / "classifier-calibration.json"
    if calibration.exists():
        data = calibration.read_bytes()
        entries.append({"name": "classifier-calibration", "file": calibration.name, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data), "license": LICENSE, "version": args.version,
                        "inputs": [], "outputs": [], "training": {"script": "bench/detect/calibrate.ts"}, "card": "cards/classifier.md"})
    fresh = {e["name"]: e for e in entries}
    manifest["models"] = [fresh.pop(m["name"], m) for m in manifest["models"]] + list(fresh.values())
    manifest_path.write_text(json.dumps(manifest, indent=2) + "\n")
    pairs: dict[str, int] = {}
    for part in trainings(log):
        for name, count in part.get("twins", {}).items():
            pairs[name] = pairs.get(name, 0) + count
    for shard in sorted(Path(args.patches).glob("twins-*.json")):
        name = shard.stem.removeprefix("twins-").rsplit("-", 1)[0]
        pairs[name] = pairs.get(name, 0) + len(json.loads(shard.read_text()))
    (out / "cards" / "classifier.md").write_text(card(entry, log, pairs, "See docs/detector.md, made by `npm run bench:detect`."))
    crops = some(4)["crops"]
    with torch.no_grad():
        exact = model(crops).tolist()
    rounded = lambda values: [round(float(v), 5) for v in values]
    logits = rounded(logits_of(path, crops.numpy()))
    vector = {"torch": torch.__version__, "onnxruntime": onnxruntime.__version__, "model": sha, "seeds": [0, 1, 2, 3], "logits": logits, "pooled": [round(pool(np.array(logits[:n])), 5) for n in (1, 2, 3, 4)],
              "unquantised": rounded(exact)}
    (ROOT / "fixtures" / "vectors" / "classifier.json").write_text(json.dumps(vector, indent=1) + "\n")


if __name__ == "__main__":
    main()
