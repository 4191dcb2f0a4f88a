"""Captions of (object, background) pairs that no training shows, for `imprint corpus`: models/corpus-prompts.json."""
from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np

from data import world_of
from export import LICENSE  # the script of the folder above
from prompts import RETRIEVAL_KINDS
from scenes import Scene, World

SEED, COUNT = 6161, 400


def held_out(world: World, count: int) -> list[Scene]:
    """Scenes of core objects, all captions different and none of those that tests use; a longer list begins as a shorter one."""
    rng, scenes, seen = np.random.default_rng(SEED), [], set(world.forbidden)
    while len(scenes) < count:
        scene = world.draw(rng, 1.0, RETRIEVAL_KINDS, True)
        if scene.caption not in seen:
            seen.add(scene.caption)
            scenes.append(scene)
    return scenes


def main() -> None:
    """Write the captions and their entry in the manifest."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--art", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--out", default="../../models")
    parser.add_argument("--version", default="0.1.0")
    args = parser.parse_args()
    path = Path(args.out) / "corpus-prompts.json"
    path.write_text(json.dumps([scene.caption for scene in held_out(world_of(args), COUNT)], indent=0) + "\n")
    data = path.read_bytes()
    entry = {"name": "corpus-prompts", "file": path.name, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data), "license": LICENSE, "version": args.version, "inputs": [], "outputs": []}
    manifest = json.loads((Path(args.out) / "manifest.json").read_text())
    manifest["models"] = [m for m in manifest["models"] if m["name"] != entry["name"]] + [entry]
    (Path(args.out) / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    print(path, len(data))


if __name__ == "__main__":
    main()
