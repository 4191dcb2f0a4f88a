"""Train the classifier: pairs of reals and twins first, then generator outputs as well. Resumes from <work>/classifier.pt.

At `--generators-from` of the time the averaged weights are kept as classifier-twins.pt: a model that never saw any generator's output. With
`--start` and `--without` another run goes on from there and leaves a generator or a real source out.
"""
from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Iterator

import numpy as np
import torch
import torch.nn.functional as F

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from common import Average, Run
from net import Classifier, classifier_of, planes
from stream import HELD, PAIRS, PARTS, Mix, Stream, parts_of


def own_session(_: int) -> None:
    """A shared machine's scheduler shares by session: the worker that prepares crops gets its own."""
    os.setsid()


def auc(score: np.ndarray, label: np.ndarray) -> float:
    """Area under the ROC curve by ranks."""
    order = score.argsort()
    rank = np.empty(len(score))
    rank[order] = np.arange(1, len(score) + 1)
    positive = label.sum()
    return float((rank[label == 1].sum() - positive * (positive + 1) / 2) / (positive * (len(label) - positive)))


def agree(model: torch.nn.Module) -> None:
    """Local SGD (Stich 2019): the processes take the mean of their weights."""
    flat = torch.cat([p.detach().flatten() for p in model.parameters()] + [b.flatten() for b in model.buffers() if b.is_floating_point()])
    torch.distributed.all_reduce(flat)
    flat /= torch.distributed.get_world_size()
    at = 0
    with torch.no_grad():
        for t in [*model.parameters(), *(b for b in model.buffers() if b.is_floating_point())]:
            t.copy_(flat[at:at + t.numel()].view_as(t))
            at += t.numel()


class Schedule(Run):
    """A run whose schedule may be counted in crops: the same on a machine that is shared."""

    @property
    def progress(self) -> float:
        """0..1 of the crops, or of the time."""
        return self.samples / self.args.crops if self.args.crops else super().progress


def middles_moved(logits: torch.Tensor, formats: torch.Tensor) -> torch.Tensor:
    """Mean square of how far JPEG moves the middle of real and twin, over the pairs that come in both formats.

    Traces that compression erases bring the two together, which is as it should be; a format must not move both."""
    four = logits.view(-1, 4)
    return ((four[:, 2:].mean(1) - four[:, :2].mean(1)).square() * formats).sum() / formats.sum().clamp(min=1)


def options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patches", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--name", default="classifier")
    parser.add_argument("--minutes", type=float, default=40)
    parser.add_argument("--crops", type=int, help="the whole schedule in crops, instead of --minutes")
    parser.add_argument("--generators-from", type=float, default=0.35)
    parser.add_argument("--start", help="a checkpoint whose averaged weights to begin with")
    parser.add_argument("--without", nargs="*", default=[])
    parser.add_argument("--wallpapers", action="store_true", help="more real sources")
    parser.add_argument("--wallpaper-pairs", action="store_true", help="of the wallpapers only pairs: they are smooth, and as single reals they teach that what is smooth is real")
    parser.add_argument("--packages", action="store_true", help="the photographs and drawings of packages.py")
    parser.add_argument("--wide", action="store_true", help="more and double JPEG, and retouching")
    parser.add_argument("--delivered", type=float, default=0, help="share of chains that make smaller and save as JPEG, as most sites do")
    parser.add_argument("--past", action="store_true", help="a JPEG past of half of the generated pictures")
    parser.add_argument("--families", action="store_true", help="what enlarged.py wrote")
    parser.add_argument("--formats", type=float, default=0, help="share of pairs that come twice, plain and as JPEG: their middle must not move")
    parser.add_argument("--formats-weight", type=float, default=0.3)
    parser.add_argument("--singles-weight", type=float, default=1, help="of crops without a twin: what tells them apart carries over less")
    parser.add_argument("--held", type=float, default=HELD, help="share of each source that is held back")
    parser.add_argument("--lr", type=float, default=2e-3)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--processes", type=int, default=2, help="each trains on its own crops; every fourth batch they average")
    parser.set_defaults(samples=None, until=None)  # of the other trainings (common.py)
    return parser.parse_args()


def train(rank: int, args: argparse.Namespace, meeting: str) -> None:
    """One of the processes: train, validate, checkpoint, resume. Rank 0 keeps the clock and the checkpoints."""
    if args.processes > 1:
        if rank > 0:
            os.setsid()
        torch.distributed.init_process_group("gloo", init_method=f"file://{meeting}", rank=rank, world_size=args.processes)
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    folder = Path(args.patches)
    model = Classifier().to(memory_format=torch.channels_last)
    if args.start:
        model = classifier_of(torch.load(args.start, map_location="cpu", weights_only=False)["parts"]["average"]).to(memory_format=torch.channels_last)
    run = Schedule(args.name, args, every=180)
    average = Average(model, 0.997)
    optimizer = torch.optim.AdamW(model.parameters(), lr=args.lr, weight_decay=1e-2)
    if run.restore(model=model, average=average.module, optimizer=optimizer):
        average.updates = run.steps
    mix = Mix(without=frozenset(args.without), wallpapers=args.wallpapers or args.wallpaper_pairs, wallpaper_singles=not args.wallpaper_pairs, packages=args.packages, wide=args.wide, delivered=args.delivered, past=args.past, families=args.families, formats=args.formats, held_share=args.held)
    held = Stream(folder, 999, replace(mix, held=True, formats=0))
    held.open()
    rng = np.random.default_rng(99)
    test = [held.batch(rng) for _ in range(8)]

    def validate() -> None:
        with torch.no_grad():
            scores = np.concatenate([average.module(crops).numpy() for crops, *_ in test])
        labels = np.concatenate([label.numpy() for _, label, _ in test])
        single = np.concatenate([np.arange(len(label)) >= 4 * PAIRS for _, label, _ in test])
        print(f"{run.name} held-out crops: AUC pairs {auc(scores[~single], labels[~single]):.4f}, generators {auc(scores[single], labels[single]):.4f}", flush=True)

    def stream(seed: int, generators: float) -> Iterator:
        return iter(torch.utils.data.DataLoader(Stream(folder, seed, replace(mix, generators=generators)), batch_size=None, num_workers=1, prefetch_factor=4, worker_init_fn=own_session))

    phase, judged = -1, run.steps
    batches: Iterator = iter(())
    seen: list[tuple[float, np.ndarray, np.ndarray]] = []
    while True:
        if args.processes > 1 and run.steps % 4 == 0:
            agree(model)
            clock = torch.tensor([run.elapsed], dtype=torch.float64)
            torch.distributed.broadcast(clock, 0)
            run.elapsed = float(clock)
        if run.progress >= 1 and run.steps % 4 == 0:
            break
        now = int(run.progress >= args.generators_from)
        if now != phase:
            if now == 1 and phase == 0 and rank == 0:
                torch.save({"parts": {"average": average.module.state_dict()}, "steps": run.steps, "seconds": run.elapsed}, Path(args.work) / f"{args.name}-twins.pt")
            phase, batches = now, stream((args.seed * 8 + rank) * 100_000 + run.steps, float(now))
        for group in optimizer.param_groups:
            group["lr"] = args.lr * run.lr(decay_from=0.5, floor=0.02)
        crops, labels, formats = next(batches)
        model.train()
        for k, part in enumerate(parts_of(len(labels))):
            with torch.no_grad():
                residuals = model.residuals(planes(crops[part])).contiguous(memory_format=torch.channels_last)
            with torch.autocast("cpu", torch.bfloat16):
                logits = model.judge(residuals)
            each = PAIRS // PARTS
            weight = torch.ones(len(part))
            weight[4 * each:] = args.singles_weight
            loss = F.binary_cross_entropy_with_logits(logits.float(), labels[part] * 0.95 + 0.025, weight, reduction="sum") / weight.sum()
            if args.formats:
                loss = loss + args.formats_weight * middles_moved(logits[:4 * each].float(), formats[k * each:(k + 1) * each])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 2.0)
            optimizer.step()
            average.update(model)
            seen.append((float(loss.detach()), logits.detach().float().numpy(), labels[part].numpy()))
        run.count(len(crops) * args.processes, float(np.mean([loss for loss, _, _ in seen[-PARTS:]])))
        if rank > 0:
            continue
        if run.steps % 25 == 0:
            print(f"{run.steps} {run.elapsed / 60:.1f}min AUC {auc(*(np.concatenate(v) for v in list(zip(*seen))[1:])):.3f}", flush=True)
            seen.clear()
        if run.due():
            if run.steps - judged >= 400:
                validate()
                judged = run.steps
            run.save(model=model, average=average.module, optimizer=optimizer)
    if rank == 0:
        validate()
        run.save(model=model, average=average.module, optimizer=optimizer)


def main() -> None:
    """Start the processes."""
    args = options()
    if args.processes == 1:
        train(0, args, "")
        return
    with tempfile.TemporaryDirectory() as folder:
        torch.multiprocessing.spawn(train, (args, str(Path(folder) / "meeting")), nprocs=args.processes)


if __name__ == "__main__":
    main()
