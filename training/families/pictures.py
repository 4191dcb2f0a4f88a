"""Pictures of every family at its own size, as PNG without marks, and real ones of the same worlds: what the classifier learns their traces from.

From the exported graphs, with onnxruntime. `imprint corpus` writes what users get, enlarged to 512; these are the pixels that the networks made.
The text pipelines' are written at 128 (the decoder's), 512 (the super-resolution network's) and 256 (the latter resampled, as `--size 256` does); their prompts are
captions of (object, background) pairs that their training never saw, and `real-256` holds the very scenes that these captions tell.
"""
from __future__ import annotations

import json
from pathlib import Path
from typing import Callable, Iterator

import numpy as np
import onnxruntime
import torch
from PIL import Image

from captions import held_out
from data import Faces, world_of
from common import base_parser
from ddpm import SIZE as DDPM_SIZE
from ddpm import ddim
from golden import ancestral
from scenes import World
from sheet import Exported

TURBO = "imprint-tiny-ldm-turbo"
FACES_SEED = 777
Picture = tuple[str, np.ndarray, dict]  # folder, uint8 [h,w,3], label


def eight_bits(image: np.ndarray | torch.Tensor) -> np.ndarray:
    """[n,3,h,w] in -1..1 to uint8 [n,h,w,3]."""
    return (np.clip(np.asarray(image, dtype=np.float32), -1, 1) * 127.5 + 127.5).round().astype(np.uint8).transpose(0, 2, 3, 1)


class Families:
    """Batches of each family's samples, image i of seed i."""

    def __init__(self, models: Path, world: World, count: int, threads: int) -> None:
        self.models, self.world, self.count, self.threads = models, world, count, threads

    def session(self, name: str) -> Callable[..., np.ndarray]:
        """The first output of a graph as a function of its inputs."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self.threads
        session = onnxruntime.InferenceSession(str(self.models / f"family-{name}.onnx"), options, providers=["CPUExecutionProvider"])
        names = [i.name for i in session.get_inputs()]
        return lambda *values: session.run(None, dict(zip(names, map(np.asarray, values))))[0]

    def noise(self, size: int, batch: int = 50) -> Iterator[tuple[list[int], np.ndarray]]:
        """Seeds and their unit noise [n,size], as `imprint generate` draws it."""
        for start in range(0, self.count, batch):
            seeds = list(range(start, min(start + batch, self.count)))
            yield seeds, np.stack([torch.randn(size, generator=torch.Generator().manual_seed(s)).numpy() for s in seeds])

    def vae(self) -> Iterator[Picture]:
        """Samples of the prior."""
        decoder = self.session("vae-decoder")
        for seeds, latent in self.noise(64):
            yield from (("vae", image, {"seed": s}) for s, image in zip(seeds, eight_bits(decoder(latent))))

    def flow(self) -> Iterator[Picture]:
        """At the usual temperature."""
        inverse = self.session("flow-inverse")
        for seeds, noise in self.noise(3072):
            yield from (("flow", image, {"seed": s, "temperature": 0.7}) for s, image in zip(seeds, eight_bits(2 * inverse((noise * np.float32(0.7)).astype(np.float64)))))

    def gan(self) -> Iterator[Picture]:
        """At the usual truncation."""
        mapping, synthesis = self.session("gan-mapping"), self.session("gan-synthesis")
        for seeds, z in self.noise(128):
            style = mapping(z, np.full((len(z), 1), 0.8, np.float32))
            yield from (("gan", image, {"seed": s, "truncation": 0.8}) for s, image in zip(seeds, eight_bits(synthesis(np.repeat(style[:, None], 7, 1)))))

    def ddpm(self) -> Iterator[Picture]:
        """Three of four by DDIM in 50 steps, one by the ancestral sampler in 100."""
        run = self.session("ddpm")
        network = lambda sample, t: torch.from_numpy(run(sample.numpy(), t.expand(len(sample)).numpy()))
        for seeds, noise in self.noise(3 * DDPM_SIZE ** 2, 40):
            start, few = torch.from_numpy(noise).unflatten(1, (3, DDPM_SIZE, DDPM_SIZE)), len(seeds) // 4
            source = torch.Generator().manual_seed(10_000 + seeds[0])
            for sampler, which, made in (("ddpm", slice(few), ancestral(network, start[:few], 100, source)), ("ddim", slice(few, None), ddim(network, start[few:], 50))):
                yield from (("ddpm", image, {"seed": s, "sampler": sampler}) for s, image in zip(seeds[which], eight_bits(made)))

    def text(self, name: str, pipeline: str | None, steps: int) -> Iterator[Picture]:
        """Held-out captions, one seed each."""
        run, scenes = Exported(self.models, self.threads, pipeline), held_out(self.world, self.count)
        for start in range(0, self.count, 4):
            captions, seeds = [s.caption for s in scenes[start:start + 4]], list(range(start, min(start + 4, self.count)))
            small = run(captions, seeds, steps)
            large = np.concatenate([run.upscaler.run(None, {"image": image[None].transpose(0, 3, 1, 2).astype(np.float32) / 255})[0] for image in small])
            for seed, caption, own, upscaled in zip(seeds, captions, small, eight_bits(large * 2 - 1)):
                label = {"seed": seed, "prompt": caption, "steps": steps}
                yield f"{name}-128", own, label
                yield f"{name}-512", upscaled, label
                yield f"{name}-256", np.asarray(Image.fromarray(upscaled).resize((256, 256), Image.LANCZOS)), label

    def real(self, count: int) -> Iterator[Picture]:
        """Faces of a seed that no training had, at 64 px and at the flow's 32."""
        for folder, size in (("real", 64), ("real-32", 32)):
            for image in eight_bits(Faces(self.world, size, FACES_SEED).draw(count)[0]):
                yield folder, image, {}

    def scenes(self, count: int) -> Iterator[Picture]:
        """The scenes of the captions above, and as many again, rendered."""
        for scene in held_out(self.world, count):
            yield "real-256", self.world.render(scene, 256), {"prompt": scene.caption}


@torch.no_grad()
def main() -> None:
    """Write the folders that are asked for, each with labels.jsonl."""
    parser = base_parser(__doc__)
    parser.add_argument("--models", default="../../models")
    parser.add_argument("--out", required=True)
    parser.add_argument("--count", type=int, default=400, help="of each family; of real pictures twice as many")
    parser.add_argument("--only", nargs="*", default=["real", "real-256", "vae", "flow", "gan", "ddpm", "consistency", "latent-diffusion"])
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    families = Families(Path(args.models), world_of(args), args.count, args.threads)
    sources = {"real": lambda: families.real(2 * args.count), "real-256": lambda: families.scenes(2 * args.count), "latent-diffusion": lambda: families.text("latent-diffusion", None, 20),
               "consistency": lambda: families.text("consistency", TURBO, 4)}
    for name in args.only:
        counts: dict[str, int] = {}
        labels: dict[str, list[str]] = {}
        for folder, image, label in (sources[name] if name in sources else getattr(families, name))():
            n = counts[folder] = counts.get(folder, 0) + 1
            (Path(args.out) / folder).mkdir(parents=True, exist_ok=True)
            Image.fromarray(image).save(Path(args.out) / folder / f"{n}.png")
            labels.setdefault(folder, []).append(json.dumps({"file": f"{n}.png", "family": name} | label) + "\n")
        for folder, lines in labels.items():
            (Path(args.out) / folder / "labels.jsonl").write_text("".join(lines))
        print(counts, flush=True)


if __name__ == "__main__":
    main()
