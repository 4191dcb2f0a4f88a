"""Train the classifier with everything resident on one GPU: pictures of pack.py, twins by the decoders of zoo.py, degradations of chain.py. Minutes, for millions of crops.

A twin keeps the place, the JPEG tables and mostly the spectrum of its real, as in twins.py. What ends up in classifier.pt are averaged weights, and some
of them on the way, because the best ones are chosen on pictures that are not here (development.py, score.py).
"""
from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from common import Average
from decoders import Decoder, load_decoders, shifts_colours
from chain import MILD, Chain, Chances
from formulas import formulas
from jpeg import jpeg, tables_of
from kinds import load_zoo
from net import CROP, Classifier, classifier_of, compared, shares_of
from shelf import Shelf, windows
from train import auc

SIZE = 224
MAX_MSE = 0.02  # of pictures in 0..1, as in DDA's script
TWINS = {"clothing": 0.2, "dreambooth": 0.3, "elementary": 0.1, "lomiri": 0.13, "mate": 0.06, "plasma": 0.08, "sprites": 0.04, "fluent-emoji": 0.05, "documents": 0.04,
         "packages": 0.5, "packages-2": 0.5, "packages-drawn": 0.04, "packages-drawn-2": 0.03}
# Of the wallpapers pairs alone: they are smooth, and as single reals they teach that what is smooth is real.
REALS = {"clothing": 0.3, "dreambooth": 0.3, "elementary": 0.1, "sprites": 0.09, "fluent-emoji": 0.09, "documents": 0.12, "packages": 0.35, "packages-2": 0.35, "packages-drawn": 0.05, "packages-drawn-2": 0.04}
FORMULAS = 0.2  # of single reals
MADE = {"sd-cheatsheet": 0.38, "nexora": 0.32, "gpt-4o": 0.3}
AGAIN = Chances(clean=0, resize=0, tone=0, sharpen=0, noise=0.15, encode=(0.9, 0.2))  # how the second view of a crop is delivered
OLD = ("taef2", "taef2-noise", "imprint-vae", "gan-transposed", "gan-sinc", "gan-shuffle", "taef2-transposed", "taef2-shuffle", "nearest-f4", "bilinear-f4-fsq", "transposed-f4")


def rings(device: torch.device) -> tuple[torch.Tensor, torch.Tensor]:
    """Frequency [224,113] in cycles per pixel, and the number of its ring."""
    frequency = torch.hypot(torch.fft.fftfreq(SIZE)[:, None], torch.fft.rfftfreq(SIZE)[None]).to(device)
    return frequency, (frequency * 64).long().clamp(max=45)


def aligned(real: torch.Tensor, fake: torch.Tensor, keep_coarse: bool, generator: torch.Generator) -> torch.Tensor:
    """float [N,3,224,224], each by chance: rings of the real's strength, a band of the real, a mixture, as decoded (twins.py: align). `keep_coarse`: the lowest frequencies are the real's."""
    n, device = len(real), real.device
    column = lambda low, high: (low + (high - low) * torch.rand(n, 1, 1, 1, device=device, generator=generator))
    frequency, ring = rings(device)
    a, b = torch.fft.rfft2(real), torch.fft.rfft2(fake)
    if keep_coarse:
        mask = torch.exp(-(frequency / column(0.02, 0.06)).square())
        b = b * (1 - mask) + a * mask
    total = lambda z: torch.zeros(n * 3, 46, device=device).index_add_(1, ring.flatten(), z.abs().reshape(n * 3, -1))
    gain = (total(a) / (total(b) + 1e-6)).clamp(0.4, 4)[:, ring.flatten()].view_as(a.real)
    above = torch.sigmoid((frequency - column(0.12, 0.4)) / 0.04)
    below = torch.sigmoid((column(0.03, 0.1) - frequency) / 0.01)
    band = torch.where(column(0, 1) < 0.3, below, above)
    share = column(0.5, 0.9)
    choice = column(0, 1)
    out = torch.where(choice < 0.45, b * gain, torch.where(choice < 0.6, b * (1 - band) + a * band, torch.where(choice < 0.8, share * b + (1 - share) * a, b)))
    return torch.fft.irfft2(out, s=(SIZE, SIZE)).clamp(0, 255).round()


@dataclass
class Twins:
    """Of one decoder: pixels uint8 [M,3,224,224], the region of each and its corner there."""
    pixels: torch.Tensor
    region: torch.Tensor
    y: torch.Tensor
    x: torch.Tensor


@torch.no_grad()
def twins_of(name: str, decoder: Decoder, shelf: Shelf, count: int, jitter: float, chunk: int = 48) -> Twins:
    """About `count` twins; those too far from their reals are dropped."""
    kept: list[tuple[torch.Tensor, ...]] = []
    chance = shelf.among(TWINS)
    for _ in range(-(-count // chunk)):
        which = shelf.draw(chance, chunk)
        y, x = shelf.places(which, SIZE, 16)
        real = windows(shelf.pixels, which, y, x, SIZE)
        with torch.autocast(shelf.device.type, torch.bfloat16):
            made = decoder(real.div(127.5).sub(1), jitter) if jitter else decoder(real.div(127.5).sub(1))
        fake = made.float().clamp(-1, 1).add(1).mul(127.5)
        near = (real - fake).square().mean((1, 2, 3)) / 255 ** 2 < MAX_MSE
        fake = aligned(real, fake, shifts_colours(name), shelf.generator)
        again = jpeg(fake, shelf.tables[which], shelf.halved[which])
        fake = torch.where(shelf.is_jpeg[which][:, None, None, None], again, fake)
        kept.append(tuple(t[near] for t in (fake.to(torch.uint8), which, y, x)))
    return Twins(*(torch.cat(parts) for parts in zip(*kept)))


class Batches:
    """Crops of pairs, then of single pictures, in groups that share a scale."""

    def __init__(self, shelf: Shelf, twins: list[Twins], seed: int, again: bool, chances: Chances = Chances()) -> None:
        self.shelf, self.twins, self.again, self.chances = shelf, twins, again, chances
        self.cpu = torch.Generator().manual_seed(seed)
        self.reals, self.makers = shelf.among(REALS), shelf.among(MADE)
        self.made_here = formulas(512, shelf.generator)

    def number(self, limit: int) -> int:
        """0..limit-1."""
        return int(torch.randint(limit, (), generator=self.cpu))

    def cut(self, pictures: list[torch.Tensor], count: int) -> list[torch.Tensor]:
        """`count` crops of each of the tensors, at the same places, turned alike: [count*N,3,96,96]."""
        side, n = pictures[0].shape[-1], len(pictures[0])
        turn, mirror = self.number(4), self.number(2)
        which = torch.arange(n, device=self.shelf.device).repeat(count)
        y, x = (torch.randint(side - CROP + 1, (n * count,), device=self.shelf.device, generator=self.shelf.generator) for _ in range(2))
        crops = [windows(picture, which, y, x, CROP).rot90(turn, (2, 3)) for picture in pictures]
        return [crop.flip(3) if mirror else crop for crop in crops]

    def pairs(self, count: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Two crops of each of `count` reals, and the same of their twins; with `again` the second is the first one, delivered once more. Many decoders in one group."""
        chain = Chain(count, self.cpu, self.shelf.device, self.chances)
        side, parts = chain.window, []
        share = count // 8
        for _ in range(8):
            twins = self.twins[self.number(len(self.twins))]
            k = torch.randint(len(twins.pixels), (share,), device=self.shelf.device, generator=self.shelf.generator)
            y, x = (torch.randint(SIZE - side + 1, (share,), device=self.shelf.device, generator=self.shelf.generator) for _ in range(2))
            parts.append((windows(self.shelf.pixels, twins.region[k], twins.y[k] + y, twins.x[k] + x, side), windows(twins.pixels, k, y, x, side)))
        real, fake = (torch.cat(side_) for side_ in zip(*parts))
        seed = self.number(1 << 30)
        real, fake = chain.apply(real, seed), chain.apply(fake, seed)
        if not self.again:
            return tuple(self.cut([real, fake], 2))
        delivery = Chain(share * 8, self.cpu, self.shelf.device, AGAIN)
        views = self.cut([real, fake, delivery.apply(real, seed), delivery.apply(fake, seed)], 1)
        return tuple(torch.stack(views[k::2], 1).flatten(0, 1) for k in range(2))

    def single(self, count: int, made: bool) -> torch.Tensor:
        """One crop of each of `count` pictures of one class: always encoded anew, since the codec of a source must not tell the class."""
        chain = Chain(count, self.cpu, self.shelf.device, self.chances, always_encoded=True)
        side = chain.window
        which = self.shelf.draw(self.makers if made else self.reals, count)
        x = windows(self.shelf.pixels, which, *self.shelf.places(which, side), side)
        if made:
            # Photographs come as JPEG: generated pictures must not be told by having no such past.
            quality = torch.randint(65, 99, (count,), generator=self.cpu).float().to(self.shelf.device)
            past = jpeg(x, tables_of(quality), torch.rand(count, generator=self.cpu).to(self.shelf.device) < 2 / 3)
            x = torch.where((torch.rand(count, generator=self.cpu) < 0.5).to(self.shelf.device)[:, None, None, None], past, x)
        else:
            some = torch.rand(count, generator=self.cpu).to(self.shelf.device) < FORMULAS
            k = torch.randint(len(self.made_here), (count,), device=self.shelf.device, generator=self.shelf.generator)
            corner = torch.zeros(count, dtype=torch.long, device=self.shelf.device)
            x = torch.where(some[:, None, None, None], windows(self.made_here, k, corner, corner, side), x)
        return self.cut([chain.apply(x, self.number(1 << 30))], 1)[0]

    @torch.no_grad()
    def batch(self, groups: int, pairs: int, singles: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Crops [N,3,96,96], labels and whether each has a twin; every group has a scale of its own. A pair stands together when the rows are read in twos."""
        if self.number(8) == 0:
            self.made_here = formulas(512, self.shelf.generator)
        made = [self.pairs(pairs) for _ in range(groups)]
        crops = torch.stack([torch.cat(side) for side in zip(*made)], 1)
        crops = crops.unflatten(0, (-1, 2))  # two of one picture stay together
        rows = [crops[torch.randperm(len(crops), device=crops.device)].flatten(0, 2)]
        labels = [torch.tensor([0.0, 1.0], device=crops.device).repeat(2 * len(crops))]
        both = torch.cat([torch.stack([self.single(singles, False), self.single(singles, True)], 1) for _ in range(max(1, groups // 2))])
        rows.append(both[torch.randperm(len(both), device=both.device)].flatten(0, 1))
        labels.append(torch.tensor([0.0, 1.0], device=crops.device).repeat(len(both)))
        paired = torch.cat([torch.full((len(part),), k == 0, device=crops.device) for k, part in enumerate(labels)])
        return torch.cat(rows), torch.cat(labels), paired


def options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--packs", required=True, help="folder of pack.py")
    parser.add_argument("--zoo", required=True, help="folder of zoo.py")
    parser.add_argument("--zoos", type=int, default=0, help="files that have to be there: as many as zoo.py has parts, which end some seconds apart")
    parser.add_argument("--work", required=True)
    parser.add_argument("--name", default="classifier")
    parser.add_argument("--weights", required=True, help="folder with taef2/")
    parser.add_argument("--parts", required=True, help="folder with autoencoder.pt, superres.pt, small.pt, gans.pt, variants.pt")
    parser.add_argument("--start", type=float, default=0, help="seconds since the epoch at which zoo.py is done, at the earliest")
    parser.add_argument("--until", type=float, required=True, help="seconds since the epoch at which the last weights are written")
    parser.add_argument("--each", type=int, default=3000, help="twins by each decoder")
    parser.add_argument("--without", nargs="*", default=[], help="decoders to leave out")
    parser.add_argument("--from", dest="origin", help="a checkpoint whose averaged weights to begin with")
    parser.add_argument("--trunk", nargs=2, type=int, default=(160, 2), metavar=("WIDTH", "BLOCKS"), help="of a network from nothing")
    parser.add_argument("--lr", type=float, default=2e-3)
    parser.add_argument("--groups", type=int, default=8)
    parser.add_argument("--pairs", type=int, default=48, help="in each group, a multiple of 8")
    parser.add_argument("--singles", type=int, default=64, help="of each class in every second group")
    parser.add_argument("--singles-weight", type=float, default=0.35)
    parser.add_argument("--again", type=float, default=0, help="how much it counts that the second view of a crop, delivered once more, has another logit")
    parser.add_argument("--mild", action="store_true", help="the degradations of train.py without --wide")
    parser.add_argument("--delivered", type=float, default=0, help="share of groups that are made smaller and saved as JPEG, as most sites do")
    parser.add_argument("--beside", nargs="*", default=[], help="quality@share: the last layer sees the same crop as JPEG too, and begins by taking this share of its logit off")
    parser.add_argument("--steps", type=int, default=4, help="steps on each batch")
    parser.add_argument("--average", type=float, default=0.999)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--most", type=int)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    return parser.parse_args()


def resident(decoder: Decoder, device: torch.device) -> Decoder:
    """Modules move; closures find theirs."""
    if isinstance(decoder, torch.nn.Module):
        return decoder.to(device)
    for cell in decoder.__closure__ or ():
        if isinstance(cell.cell_contents, torch.nn.Module):
            cell.cell_contents.to(device)
    return decoder


def wait_for(zoo: Path, count: int, start: float, until: float) -> None:
    """Until `start`, and until `count` files of zoo.py are there; an error where they never come."""
    there = lambda: len(list(zoo.glob("zoo-*.pt")))
    while time.time() < start or there() < count and time.time() < until:
        time.sleep(0.5)
    if there() < count:
        raise SystemExit(f"{zoo} holds {there()} of {count} files of zoo.py")


def main() -> None:
    """Wait for the decoders, make the twins, train, write."""
    args = options()
    device = torch.device(args.device)
    torch.manual_seed(args.seed)
    width, blocks = args.trunk
    model = Classifier(((width, (40, 80, *[width] * blocks)),))
    if args.origin:
        model = classifier_of(torch.load(args.origin, map_location="cpu", weights_only=False)["parts"]["average"])
    if args.beside:
        model = compared(model, shares_of(args.beside))
    model = model.to(device).to(memory_format=torch.channels_last)
    shelf = Shelf(Path(args.packs), device, args.seed, args.most)
    print(f"{len(shelf.source)} regions: " + ", ".join(f"{name} {shelf.source.count(name)}" for name in dict.fromkeys(shelf.source)), flush=True)
    parts = Path(args.parts)
    known = load_decoders(parts / "small.pt", Path(args.weights), parts, parts / "gans.pt", parts / "variants.pt")
    decoders = {name: (resident(decoder, device), 0.0) for name, decoder in known.items() if name in OLD and name not in args.without}
    wait_for(Path(args.zoo), args.zoos, args.start, args.until)
    decoders |= {name: (model, model.kind.jitter) for name, model in load_zoo(Path(args.zoo), Path(args.weights) / "taef2", device).items() if name not in args.without}
    shelves: dict[str, Twins] = {}
    for name, (decoder, jitter) in decoders.items():
        try:
            made = twins_of(name, decoder, shelf, args.each if name not in ("taef2", "taef2-noise") else 2 * args.each, jitter)
        except Exception as error:  # one decoder must not cost the rest
            print(f"{name}: {error}", flush=True)
            continue
        print(f"{name}: {len(made.pixels)} twins", flush=True)
        if len(made.pixels) >= min(200, args.each // 2):
            shelves[name] = made
    count = {name: len(made.pixels) for name, made in shelves.items()}
    weighted = [shelves[name] for name in shelves for _ in range(2 if name.startswith(("taef2", "imprint", "ldm", "kin")) else 1)]
    batches = Batches(shelf, weighted, args.seed, args.again > 0, replace(MILD if args.mild else Chances(), delivered=args.delivered))
    average = Average(model, args.average)
    optimizer = torch.optim.AdamW(model.parameters(), lr=args.lr, weight_decay=1e-2, fused=device.type == "cuda")
    begin, steps, samples, logged, told = time.time(), 0, 0, 0, time.time()
    marks = [0.25, 0.5, 0.75, 2.0]
    seen: list[tuple[torch.Tensor, torch.Tensor, torch.Tensor]] = []
    recent = torch.zeros((), device=device)
    log: list[list[float]] = []

    how = {"began": args.origin and f"`{Path(args.origin).stem}`", "delivered": args.delivered, "beside": shares_of(args.beside)}

    def save(tag: str) -> None:
        state = {"run": (time.time() - begin, steps, samples, log), "parts": {"average": average.module.state_dict()}}
        torch.save(state, Path(args.work) / f"{args.name}{tag}.partial")
        (Path(args.work) / f"{args.name}{tag}.partial").rename(Path(args.work) / f"{args.name}{tag}.pt")
        name = torch.cuda.get_device_name() if device.type == "cuda" else "CPU"
        about = {"name": args.name, "steps": steps, "samples": samples, "seconds": round(time.time() - begin), "machine": name, "seed": args.seed, "lr": args.lr, "losses": log, "twins": count,
                 "script": "training/classifier/resident.py"} | {key: value for key, value in how.items() if value}
        (Path(args.work) / f"{args.name}{tag}.json").write_text(json.dumps(about))

    while (progress := (time.time() - begin) / max(1.0, args.until - 4 - begin)) < 1:
        crops, labels, paired = batches.batch(args.groups, args.pairs, args.singles)
        model.train()
        # Rows stand in twos, one of each class: a part takes whole ones, of both kinds.
        pairs = int(paired.sum()) // 2
        kinds = torch.arange(pairs), torch.arange(pairs, len(paired) // 2)
        for k in range(args.steps):
            twos = torch.cat([kind.chunk(args.steps)[k] for kind in kinds]).to(device)
            rows = torch.stack([2 * twos, 2 * twos + 1], 1).flatten()
            rate = args.lr * min(1, (steps + 1) / 200) * (0.5 + 0.5 * np.cos(np.pi * min(1, progress)) + 0.01)
            for group in optimizer.param_groups:
                group["lr"] = rate
            with torch.no_grad():
                residuals = model.residuals(crops[rows]).contiguous(memory_format=torch.channels_last)
            with torch.autocast(device.type, torch.bfloat16):
                logits = model.judge(residuals).float()
            weight = torch.where(paired[rows], 1.0, args.singles_weight)
            # Of one colour: nothing to see, and the detector leaves such crops out.
            weight = weight * (crops[rows, 1].flatten(1).std(1) > 1.5)
            loss = F.binary_cross_entropy_with_logits(logits, labels[rows] * 0.95 + 0.025, weight, reduction="sum") / weight.sum().clamp(min=1)
            if args.again:
                # Of each four rows: real and twin, then both delivered once more. What the first say is the target.
                first, second = logits[:int(paired[rows].sum())].view(-1, 2, 2).unbind(1)
                loss = loss + args.again * F.smooth_l1_loss(second, first.detach())
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 2.0)
            optimizer.step()
            average.update(model)
            steps += 1
            samples += len(rows)
            recent += loss.detach()
            if k == 0:
                seen.append((logits.detach(), labels[rows], paired[rows]))
        if time.time() - told > 15:
            score, label, pair = (torch.cat(part).cpu().numpy() for part in zip(*seen))
            log.append([steps, round(time.time() - begin), round(float(recent) / (steps - logged), 5)])
            print(f"{args.name} {steps} {samples} {samples / (time.time() - begin):.0f}/s loss {log[-1][2]:.4f} AUC pairs {auc(score[pair], label[pair]):.4f} singles {auc(score[~pair], label[~pair]):.4f}", flush=True)
            seen.clear()
            recent.zero_()
            logged, told = steps, time.time()
        seen = seen[-200:]
        if progress >= marks[0]:
            save(f"-{int(100 * marks.pop(0))}")
    save("")


if __name__ == "__main__":
    main()
