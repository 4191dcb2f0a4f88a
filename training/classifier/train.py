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
from pathlib import Path
from typing import Iterator

import numpy as np
import torch
import torch.nn.functional as F

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from augment import Degradation, jpeg
from common import Average, Run
from net import CROP, Classifier

REALS = {"clothing": 0.32, "dreambooth": 0.32, "elementary": 0.1, "sprites": 0.08, "fluent-emoji": 0.08, "documents": 0.1, "procedural": 0.12}
WIDE_REALS = {"clothing": 0.28, "dreambooth": 0.28, "elementary": 0.1, "pop-os": 0.08, "lomiri": 0.07, "mate": 0.03, "plasma": 0.02, "sprites": 0.07,
              "fluent-emoji": 0.07, "documents": 0.1, "procedural": 0.1}
GENERATORS = {"sd-cheatsheet": 0.36, "nexora": 0.3, "gpt-4o": 0.34}
PAIRS, SINGLES, PARTS = 8, 8, 4  # per batch; it is learnt from in four parts, since more steps beat larger ones
HELD = 0.05  # the last patches of each source are for validation


def two_crops(rng: np.random.Generator, *patches: np.ndarray) -> list[np.ndarray]:
    """Two crops, at the same places of all patches, flipped and turned alike."""
    out = []
    for _ in range(2):
        y, x = (int(rng.integers(side - CROP + 1)) for side in patches[0].shape[:2])
        turn, flip = int(rng.integers(4)), rng.random() < 0.5
        for patch in patches:
            crop = np.rot90(patch[y:y + CROP, x:x + CROP], turn)
            out.append(np.ascontiguousarray(crop[:, ::-1] if flip else crop))
    return out


class Stream(torch.utils.data.IterableDataset):
    """Endless batches (crops uint8 [N,96,96,3], labels [N]). New shards of twins are picked up every 50 batches."""

    def __init__(self, folder: Path, seed: int, generators: float, without: list[str], held: bool = False, wide: bool = False) -> None:
        self.folder, self.seed, self.generators, self.without, self.held, self.wide = folder, seed, generators, set(without), held, wide
        self.reals = {k: v for k, v in (WIDE_REALS if wide else REALS).items() if k not in self.without}
        self.makers = {k: v for k, v in GENERATORS.items() if k not in self.without}

    def open(self) -> None:
        """Memory-map what is there."""
        self.arrays = {name: np.load(self.folder / f"{name}.npy", mmap_mode="r") for name in (*self.reals, *self.makers)}
        self.twins = []
        for path in sorted(self.folder.glob("twins-*.npy")):
            if "partial" in path.name or any(path.name.startswith(f"twins-{name}-") for name in self.without):
                continue
            pairs = json.loads(path.with_suffix(".json").read_text())
            self.twins.append((np.load(path, mmap_mode="r"), [(k, s, i) for k, (s, i) in enumerate(pairs) if s in self.reals and self.wanted(s, i)]))

    def wanted(self, source: str, index: int) -> bool:
        """Whether a patch is on this side of the split."""
        return (index >= len(self.arrays[source]) * (1 - HELD)) == self.held

    def pick(self, rng: np.random.Generator, weights: dict[str, float]) -> np.ndarray:
        """A patch of one of the sources."""
        names = list(weights)
        shares = np.array([weights[n] for n in names])
        array = self.arrays[names[int(rng.choice(len(names), p=shares / shares.sum()))]]
        edge = int(len(array) * (1 - HELD))
        return array[int(rng.integers(edge, len(array)) if self.held else rng.integers(edge))]

    def batch(self, rng: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor]:
        """Pairs, then singles of both classes; two crops of each."""
        crops: list[np.ndarray] = []
        labels: list[int] = []
        for _ in range(PAIRS):
            twins, pairs = self.twins[int(rng.integers(len(self.twins)))]
            k, source, i = pairs[int(rng.integers(len(pairs)))]
            how = Degradation.sample(rng, self.wide)
            crops += two_crops(rng, how.apply(self.arrays[source][i]), how.apply(twins[k]))
            labels += [0, 1, 0, 1]
        singles = SINGLES if rng.random() < self.generators else 0
        for kind in [0] * SINGLES + [1] * singles:
            # Singles are always encoded anew: the codec of their source must not tell the class.
            how = Degradation.sample(rng, self.wide)
            while not how.encodings:
                how = Degradation.sample(rng, self.wide)
            patch = self.pick(rng, self.makers if kind else self.reals)
            if self.wide and kind and rng.random() < 0.5:
                # Photographs come as JPEG: generated pictures must not be told by having no such past.
                patch = jpeg(patch, int(rng.integers(65, 99)), int(rng.choice((0, 2, 2))))
            crops += two_crops(rng, how.apply(patch))
            labels += [kind, kind]
        return torch.from_numpy(np.stack(crops)), torch.tensor(labels, dtype=torch.float32)

    def __iter__(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        info = torch.utils.data.get_worker_info()
        rng = np.random.default_rng([self.seed, 0 if info is None else info.id])
        count = 0
        while True:
            if count % 50 == 0:
                self.open()
            count += 1
            yield self.batch(rng)


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


def parts_of(count: int) -> list[torch.Tensor]:
    """Indices of PARTS equal shares of a batch, pairs whole: two pairs, then singles of both classes in each."""
    edges = [0, 4 * PAIRS, 4 * PAIRS + 2 * SINGLES, count]
    return [torch.cat([torch.arange(a, b).chunk(PARTS)[k] for a, b in zip(edges, edges[1:]) if b > a]) for k in range(PARTS)]


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


def options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patches", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--name", default="classifier")
    parser.add_argument("--minutes", type=float, default=40)
    parser.add_argument("--generators-from", type=float, default=0.35)
    parser.add_argument("--start", help="a checkpoint whose averaged weights to begin with")
    parser.add_argument("--without", nargs="*", default=[])
    parser.add_argument("--wide", action="store_true", help="more real sources, retouching, and a JPEG past of generated pictures")
    parser.add_argument("--lr", type=float, default=2e-3)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--processes", type=int, default=2, help="each trains on its own crops; every fourth batch they average")
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
        model.load_state_dict(torch.load(args.start, map_location="cpu", weights_only=False)["parts"]["average"])
    run = Run(args.name, args, every=180)
    average = Average(model, 0.997)
    optimizer = torch.optim.AdamW(model.parameters(), lr=args.lr, weight_decay=1e-2)
    if run.restore(model=model, average=average.module, optimizer=optimizer):
        average.updates = run.steps
    held = Stream(folder, 999, 1.0, args.without, held=True, wide=args.wide)
    held.open()
    rng = np.random.default_rng(99)
    test = [held.batch(rng) for _ in range(8)]

    def validate() -> None:
        with torch.no_grad():
            scores = np.concatenate([average.module(crops).numpy() for crops, _ in test])
        labels = np.concatenate([label.numpy() for _, label in test])
        single = np.concatenate([np.arange(len(label)) >= 4 * PAIRS for _, label in test])
        print(f"{run.name} held-out crops: AUC pairs {auc(scores[~single], labels[~single]):.4f}, generators {auc(scores[single], labels[single]):.4f}", flush=True)

    def stream(seed: int, generators: float) -> Iterator:
        return iter(torch.utils.data.DataLoader(Stream(folder, seed, generators, args.without, wide=args.wide), batch_size=None, num_workers=1, prefetch_factor=4, worker_init_fn=own_session))

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
        crops, labels = next(batches)
        model.train()
        for part in parts_of(len(labels)):
            with torch.no_grad():
                residuals = model.front(crops[part].permute(0, 3, 1, 2).float()).contiguous(memory_format=torch.channels_last)
            with torch.autocast("cpu", torch.bfloat16):
                logits = model.trunk(residuals)
            loss = F.binary_cross_entropy_with_logits(logits.float(), labels[part] * 0.95 + 0.025)
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
