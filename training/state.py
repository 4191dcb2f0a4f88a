"""Pack the checkpoints of a work folder into small files under training/state/, or unpack them to resume elsewhere.

Packed: the averaged weights in fp16 (of a GAN the critic too), and the run's counters. Not packed: optimiser moments (they recover within minutes).
A resumed run therefore starts with fresh moments and a short warm-up. Files are deflated, which torch.load reads and torch.save does not write.
"""
from __future__ import annotations

import argparse
import io
import zipfile
from pathlib import Path

import torch

NAMES = ("autoencoder", "decoder", "dit", "superres", "decoder-critic", "superres-critic", "dual", "dual-wide", "classifier", "classifier-crisp", "classifier-crisp-3", "family-gan", "family-ddpm")


def deflated(state: dict, path: Path) -> None:
    """torch.save, a twelfth smaller."""
    plain = io.BytesIO()
    torch.save(state, plain)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target:
        for entry in source.infolist():
            target.writestr(zipfile.ZipInfo(entry.filename), source.read(entry), zipfile.ZIP_DEFLATED)


def main() -> None:
    """`save` or `restore`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["save", "restore"])
    parser.add_argument("--work", required=True)
    parser.add_argument("--state", default="state")
    parser.add_argument("--names", nargs="*", default=NAMES, help="other checkpoints than those that are kept here; the student's is called few")
    args = parser.parse_args()
    work, folder = Path(args.work), Path(args.state)
    source, target = (work, folder) if args.what == "save" else (folder, work)
    target.mkdir(parents=True, exist_ok=True)
    for name in args.names:
        if (source / f"{name}.json").exists():
            (target / f"{name}.json").write_text((source / f"{name}.json").read_text())
        if not (source / f"{name}.pt").exists():
            continue
        state = torch.load(source / f"{name}.pt", map_location="cpu", weights_only=False)
        kind = torch.float16 if args.what == "save" else torch.float32
        wanted = {"average", "critic"} if args.what == "save" else {"model", "average", "critic"}
        parts = {k: {n: v.to(kind) if v.is_floating_point() else v for n, v in part.items()} for k, part in state["parts"].items() if k in wanted}
        parts.setdefault("model", parts["average"]) if args.what == "restore" else None
        (deflated if args.what == "save" else torch.save)({"run": state["run"], "parts": parts}, target / f"{name}.pt")
        print(target / f"{name}.pt", (target / f"{name}.pt").stat().st_size)


if __name__ == "__main__":
    main()
