"""The weighted mean of the averaged weights of two checkpoints of one network, of which the second began where the first had ended (network interpolation, Wang et al. 2018, arXiv:1809.00219)."""
from __future__ import annotations

import argparse
from pathlib import Path

import torch


def main() -> None:
    """Write it; run counters are those of what is written over, or else of the first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("first", help="name of a checkpoint in --work")
    parser.add_argument("second")
    parser.add_argument("--work", required=True)
    parser.add_argument("--share", type=float, default=0.5, help="of the second, 0..1")
    parser.add_argument("--out", required=True, help="name of the checkpoint to write; it may be one of the two")
    args = parser.parse_args()
    if not 0 <= args.share <= 1:
        parser.error("--share is 0..1")
    read = lambda name: torch.load(Path(args.work) / f"{name}.pt", map_location="cpu", weights_only=False)
    first, second = read(args.first), read(args.second)["parts"]["average"]
    mean = {name: torch.lerp(weight.float(), second[name].float(), args.share) for name, weight in first["parts"]["average"].items()}
    run = read(args.out)["run"] if (Path(args.work) / f"{args.out}.pt").exists() else first["run"]
    torch.save({"run": run, "parts": {"model": mean, "average": mean}}, Path(args.work) / f"{args.out}.pt")


if __name__ == "__main__":
    main()
