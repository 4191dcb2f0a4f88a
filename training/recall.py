"""Retrieval of the pictures that `npm run bench:latent` kept: does the mark in the noise cost what the prompt asked for? Prints R@1, R@5 and their mean over the seeds."""
from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from PIL import Image

from common import base_parser, to_tensor
from dual import Dual, recall_at_1
from tokenizer import Captions


def main() -> None:
    """Read the pictures that there are of both kinds, seed by seed."""
    parser = base_parser(__doc__)
    parser.add_argument("--models", default="../models")
    parser.add_argument("--pictures", required=True, help="the --work folder of the bench")
    args = parser.parse_args()
    folder, captions = Path(args.pictures), Captions(Path(args.models) / "tokenizer.json")
    torch.set_num_threads(args.threads)
    dual = Dual(captions.size)
    dual.load_state_dict(torch.load(Path(args.work) / "dual.pt", map_location="cpu", weights_only=False)["parts"]["average"])
    dual.eval()
    prompts = (folder / "prompts.txt").read_text().splitlines()
    for kind in ("unmarked", "marked"):
        scores = []
        for seed in range(4):
            rows = [i for i in range(len(prompts)) if all((folder / f"{k}-{seed}-{i}.png").exists() for k in ("marked", "unmarked"))]
            if not rows:
                continue
            images = to_tensor([np.asarray(Image.open(folder / f"{kind}-{seed}-{i}.png").convert("RGB")) for i in rows])
            scores.append(recall_at_1(dual, captions, images, [prompts[i] for i in rows]))
            print(kind, "seed", seed, len(rows), "pictures R@1 %.3f R@5 %.3f" % scores[-1])
        print(kind, "mean R@1 %.3f R@5 %.3f" % tuple(np.mean(scores, axis=0)))


if __name__ == "__main__":
    main()
