"""Few-step student of the transformer: latent consistency distillation with the guidance baked in (Luo et al. 2023, arXiv:2310.04378), along a rectified flow."""
from __future__ import annotations

import copy
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn

from autoencoder import AutoEncoder
from common import Average, Muon, Run, base_parser, world_of
from dit import Generator, Pool, sigmas
from scenes import DEFAULT_KINDS
from tokenizer import BOS, EOS, LENGTH, PAD, Captions

HUBER = 0.05  # per value: where the loss turns from squares to sizes


def clean(model: Generator, x: torch.Tensor, t: torch.Tensor, text: tuple[torch.Tensor, torch.Tensor, torch.Tensor]) -> torch.Tensor:
    """The consistency function: the data that the straight line from `x` at level `t` [B] ends in. At 0 it is `x` itself."""
    velocity = model.transformer(x, t * 1000, *text).float()
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
    parser.add_argument("--tokenizer", default="../models/tokenizer.json")
    parser.add_argument("--depth", type=int, default=6)
    parser.add_argument("--pool", type=int, default=16384)
    parser.add_argument("--core-share", type=float, default=0.9)
    parser.add_argument("--guidance", type=float, default=3.5)
    parser.add_argument("--intervals", type=int, default=24, help="levels of the teacher between noise and data")
    parser.add_argument("--muon-lr", type=float, default=0.004)
    parser.add_argument("--average", type=float, default=0.998)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    import prompts
    world, captions = world_of(args), Captions(args.tokenizer)
    load = lambda name: torch.load(Path(args.work) / f"{name}.pt", map_location="cpu", weights_only=False)["parts"]["average"]
    autoencoder = AutoEncoder()
    autoencoder.load_state_dict(load("autoencoder"))
    autoencoder = autoencoder.to(args.device).eval().requires_grad_(False).to(memory_format=torch.channels_last)
    teacher = Generator(captions.size, args.depth).to(args.device)
    teacher.load_state_dict(load("dit"))
    teacher.eval().requires_grad_(False)
    student = copy.deepcopy(teacher).train()
    student.transformer.requires_grad_(True)  # the text encoder stays that of the teacher: one file serves both
    matrices = [p for n, p in student.transformer.named_parameters() if p.ndim == 2 and "blocks." in n and "modulation" not in n]
    chosen = {id(p) for p in matrices}
    others = [p for n, p in student.transformer.named_parameters() if id(p) not in chosen and "extra." not in n]
    muon, adam = Muon(matrices, args.muon_lr), torch.optim.AdamW(others, lr=args.lr, betas=(0.9, 0.98), weight_decay=0.0)
    run, average = Run("few", args), Average(student, args.average)
    run.restore(model=student, average=average.module, muon=muon, adam=adam)
    average.updates = run.steps
    torch.manual_seed(args.seed + run.steps)
    pool = Pool(world, autoencoder.encoder, captions, args.pool, args.seed + 1, args.device)
    pool.renew(args.pool // 3 // 64 * 64, args.core_share, DEFAULT_KINDS)
    filled, since = pool.next, 0
    run.tick = time.time()
    empty = torch.full((LENGTH,), PAD)
    empty[0], empty[1] = BOS, EOS
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

    while run.progress < 1:
        factor = run.lr()
        muon.param_groups[0]["lr"], adam.param_groups[0]["lr"] = args.muon_lr * factor, args.lr * factor
        if since >= 4096:
            pool.renew(512, args.core_share, DEFAULT_KINDS)
            filled, since = max(filled, pool.next), 0
        rows = torch.randint(filled, (args.batch,))
        ids = torch.cat([pool.ids[rows].long(), empty[None].expand(args.batch, -1)])
        ids = ids[:, :int((ids != PAD).sum(1).max())].to(args.device)
        data = (pool.latents[rows].float().to(args.device) - mean) / std
        index = torch.randint(args.intervals, (args.batch,), device=args.device)
        index[torch.rand(args.batch, device=args.device) < 0.15] = 0  # pure noise is where one step begins
        t, s = levels[index], levels[index + 1]
        x = torch.lerp(data, torch.randn_like(data), t[:, None, None, None])
        with torch.autocast(args.device, torch.bfloat16):
            with torch.no_grad():
                hidden, pooled = teacher.text(ids)
                both = teacher.transformer(torch.cat([x, x]), torch.cat([t, t]) * 1000, hidden, pooled, ids != PAD).float()
                wanted, free = both.chunk(2)
                following = x + (s - t)[:, None, None, None] * (free + args.guidance * (wanted - free))
                text = (hidden[:args.batch], pooled[:args.batch], ids[:args.batch] != PAD)
                target = clean(average.module, following, s, text)
            made = clean(student, x, t, text)
        loss = (((made - target).square() + HUBER ** 2).sqrt() - HUBER).mean()
        student.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(student.transformer.parameters(), 1.0)
        muon.step()
        adam.step()
        average.update(student)
        since += args.batch
        run.count(args.batch, float(loss.detach()))
        if run.due():
            preview()
            run.save(model=student, average=average.module, muon=muon, adam=adam)
    preview()
    run.save(model=student, average=average.module, muon=muon, adam=adam)


if __name__ == "__main__":
    main()
