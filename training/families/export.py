"""Write the trained families as ONNX (fp16 weights, fp32 inputs and outputs), and their entries in models/manifest.json and cards. What has no checkpoint is left alone."""
from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path

import torch

import data  # noqa: F401  (puts the folder above on the path)
from export import LICENSE, export  # the script of the folder above
from family_cards import write_cards
from parts import parts_of

def main() -> None:
    """Export everything that there is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", required=True)
    parser.add_argument("--out", default="../../models")
    parser.add_argument("--version", default="0.1.0")
    args = parser.parse_args()
    work, out = Path(args.work), Path(args.out)
    torch.manual_seed(0)
    made, logs = [], {}
    for family in ("vae", "gan", "flow", "ddpm"):
        if not (work / f"family-{family}.pt").exists():
            continue
        log = logs[family] = json.loads((work / f"family-{family}.json").read_text())
        for part, module, inputs, outputs in parts_of(work, family):
            name = f"family-{family}" + (f"-{part}" if part else "")
            path = out / f"{name}.onnx"
            axes = {tensor: {0: "batch"} for tensor in (*inputs, *outputs)}
            two = {tensor: torch.cat([value, value.flip(-1)]) for tensor, value in inputs.items()}
            # The mixing matrices of the flow stay fp32: a rounded inverse would be none.
            signature = export(module, path, inputs, outputs, axes, two, whole=("baked", "inverses"))
            made.append({"name": name, "file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "bytes": path.stat().st_size, "license": LICENSE, "version": args.version, **signature,
                         "parameters": sum(p.numel() for p in module.parameters()), "training": {"script": f"training/families/{family}.py", "samples": log["samples"], "seconds": log["seconds"]},
                         "card": f"cards/family-{family}.md"})
    manifest = json.loads((out / "manifest.json").read_text())
    names = {m["name"] for m in made}
    manifest["models"] = [m for m in manifest["models"] if m["name"] not in names] + made
    (out / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    measured = json.loads((work / "families.json").read_text()) if (work / "families.json").exists() else {}
    write_cards(out / "cards", made, logs, measured)
    print(f"{len(made)} graphs, {sum(m['bytes'] for m in made) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
