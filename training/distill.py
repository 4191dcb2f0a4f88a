"""Few-step student of the transformer: latent consistency distillation with the guidance baked in (Luo et al. 2023, arXiv:2310.04378), along a rectified flow."""
from __future__ import annotations

import copy
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn

from common import Average, Muon, Run, base_parser, world_of
from dit import Generator, matrices_of, sigmas
from latents import Latents, frozen_autoencoder, scene_options
from speed import compiled
from tokenizer import PAD, Captions

HUBER = 0.05  # per value: where the loss turns from squares to sizes


def clean(model: Generator, x: torch.Tensor, t: torch.Tensor, text: tuple[torch.Tensor, torch.Tensor, torch.Tensor], beside: torch.Tensor | None = None) -> torch.Tensor:
    """The consistency function: the data that the straight line from `x` at level `t` [B] ends in. At 0 it is `x` itself."""
    velocity = model.transformer(x, t * 1000, *text, beside).float()
    return x - t[:, None, None, None] * velocity


@torch.no_grad()
def few_steps(model: Generator, captions: Captions, prompts: list[str], seeds: list[int], steps: int, shift: float = 2.0) -> torch.Tensor:
    """Multistep consistency sampling (Song et al. 2023, algorithm 1) at the levels of the scheduler, as FlowMatchLCMScheduler of diffusers does."""
    ids = torch.from_numpy(captions.encode(prompts)).to(model.mean.device)
    text = (*model.text(ids), ids != PAD)
    generators = [torch.Generator().manual_seed(s) for s in seeds]
    draw = lambda: torch.stack([torch.randn(model.mean.numel(), 16, 16, generator=g) for g in generators]).to(model.mean.device)
    levels = sigmas(steps, shift)
    x = draw()
    for now, following in zip(levels, levels[1:]):
        data = clean(model, x, torch.full((len(x),), now, device=x.device), text)
        x = torch.lerp(data, draw(), following) if following > 0 else data
    return x


def main() -> None:
    """Train, checkpoint, resume, preview."""
    parser = base_parser(__doc__)
    scene_options(parser, pool=16384, core_share=0.9)
    parser.add_argument("--depth", type=int, default=6)
    parser.add_argument("--guidance", type=float, default=3.5)
    parser.add_argument("--intervals", type=int, default=24, help="levels of the teacher between noise and data")
    parser.add_argument("--muon-lr", type=float, default=0.004)
    parser.add_argument("--average", type=float, default=0.998)
    parser.add_argument("--compile", action="store_true", help="on a GPU: compile the blocks, if that works and is faster")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    import prompts
    world, captions = world_of(args), Captions(args.tokenizer)
    scenes = Latents(world, captions, args, [args.seed + 1, 23, int(time.time())])
    autoencoder = frozen_autoencoder(args.work, args.device)
    torch.set_float32_matmul_precision("high")
    teacher = Generator(captions.size, args.depth).to(args.device)
    teacher.load_state_dict(torch.load(Path(args.work) / "dit.pt", map_location="cpu", weights_only=False)["parts"]["average"])
    teacher.eval().requires_grad_(False)
    student = copy.deepcopy(teacher).train()
    student.transformer.requires_grad_(True)  # the text encoder stays that of the teacher: one file serves both
    if not scenes.shows:
        student.transformer.extra.requires_grad_(False)
    matrices = matrices_of(student.transformer)
    chosen = {id(p) for p in matrices}
    others = [p for p in student.transformer.parameters() if id(p) not in chosen and p.requires_grad]
    muon, adam = Muon(matrices, args.muon_lr), torch.optim.AdamW(others, lr=args.lr, betas=(0.9, 0.98), weight_decay=0.0, fused=args.device != "cpu")
    run, average = Run("few", args, every=60 if args.until else 180), Average(student, args.average)
    parts = {"model": student, "average": average.module, "muon": muon, "adam": adam}
    run.restore(**parts)
    average.updates = run.steps
    torch.manual_seed(args.seed + run.steps)
    scenes.ready(autoencoder.encoder)
    mean, std = teacher.mean[:, None, None], teacher.std[:, None, None]
    levels = torch.tensor(sigmas(args.intervals, 2.0), dtype=torch.float32, device=args.device)

    def preview() -> None:
        """Two rows of 4 steps, two of 1."""
        rows = []
        for steps in (4, 1):
            z = few_steps(average.module, captions, prompts.DEMO[:16], list(range(16)), steps)
            images = autoencoder.decoder(z * std + mean).clamp(-1, 1).add(1).mul(127.5).byte().permute(0, 2, 3, 1).cpu().numpy()
            rows += [np.hstack(images[:8]), np.hstack(images[8:])]
        Image.fromarray(np.vstack(rows)).save(Path(args.work) / "few.png")

    def forward() -> tuple[torch.Tensor, torch.Tensor]:
        """What the student makes of a new batch, and its loss."""
        ids, data, beside = scenes.batch(args.batch, mean, std)
        ids = scenes.trimmed(torch.cat([ids.long(), scenes.empty.expand(args.batch, -1)]))
        index = torch.randint(args.intervals, (args.batch,), device=args.device)
        index = torch.where(torch.rand(args.batch, device=args.device) < 0.15, 0, index)  # pure noise is where one step begins
        t, s = levels[index], levels[index + 1]
        x = torch.lerp(data, torch.randn_like(data), t[:, None, None, None])
        with torch.autocast(args.device, torch.bfloat16):
            with torch.no_grad():
                hidden, pooled = teacher.text(ids)
                both = teacher.transformer(torch.cat([x, x]), torch.cat([t, t]) * 1000, hidden, pooled, ids != PAD, None if beside is None else torch.cat([beside, beside])).float()
                wanted, free = both.chunk(2)
                following = x + (s - t)[:, None, None, None] * (free + args.guidance * (wanted - free))
                text = (hidden[:args.batch], pooled[:args.batch], ids[:args.batch] != PAD)
                target = clean(average.module, following, s, text, beside)
            made = clean(student, x, t, text, beside)
        return made, (((made - target).square() + HUBER ** 2).sqrt() - HUBER).mean()

    def trial() -> torch.Tensor:
        """The same batch every time, forwards and backwards."""
        torch.manual_seed(1)
        made, loss = forward()
        student.zero_grad(set_to_none=True)
        loss.backward()
        return made.detach()

    if args.compile and args.device != "cpu":
        compiled([*teacher.transformer.blocks, *student.transformer.blocks], trial)
        torch.manual_seed(args.seed + run.steps)
    run.tick = time.time()
    since, careful, loss = 0, 1.0, torch.zeros(())
    while run.progress < 1:
        factor = run.lr() * careful
        muon.param_groups[0]["lr"], adam.param_groups[0]["lr"] = args.muon_lr * factor, args.lr * factor
        since += args.batch
        if args.workers or since >= 512:
            scenes.renew()
            since = 0
        _, loss = forward()
        student.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(student.transformer.parameters(), 1.0)
        muon.step()
        adam.step()
        average.update(student)
        run.count(args.batch, loss)
        if run.due():
            if not torch.isfinite(loss):  # back to the last checkpoint, more carefully
                careful /= 2
                print(f"the loss is not a number: restored {run.restore(**parts)}", flush=True)
                continue
            preview()
            run.save(**parts)
    if torch.isfinite(loss):
        preview()
        run.save(**parts)
    scenes.feed.close()


if __name__ == "__main__":
    main()
