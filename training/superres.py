"""Train the compact x4 upscaler (128 -> 512) on renders, half of which went through the auto-encoder, and on photographs."""
from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn

from autoencoder import AutoEncoder, load_photos, photo_pool, psnr, squares
from common import Average, Run, base_parser, to_tensor, world_of
from critic import Contest
from degrade import smaller, worn
from feed import Arrays, Feed, Pool, cut, to_signed
from losses import LocalSpectrum, gradient_loss
from scenes import DEFAULT_KINDS, Scene, World


class Upscaler(nn.Module):
    """SRVGG-compact: a plain stack at low resolution, pixel shuffle, plus the bicubic enlargement."""

    def __init__(self, width: int = 56, depth: int = 8) -> None:
        super().__init__()
        layers: list[nn.Module] = [nn.Conv2d(3, width, 3, padding=1), nn.PReLU(width)]
        for _ in range(depth):
            layers += [nn.Conv2d(width, width, 3, padding=1), nn.PReLU(width)]
        for layer in layers:  # without this the signal fades in a plain stack and nothing is learnt
            if isinstance(layer, nn.Conv2d):
                nn.init.kaiming_normal_(layer.weight, a=0.25)
                nn.init.zeros_(layer.bias)
        self.body, self.tail = nn.Sequential(*layers), nn.Conv2d(width, 48, 3, padding=1)
        nn.init.zeros_(self.tail.weight)
        nn.init.zeros_(self.tail.bias)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """[B,3,H,W] in 0..1 -> [B,3,4H,4W], not clamped."""
        detail = F.pixel_shuffle(self.tail(self.body(image)), 4)
        return detail + F.interpolate(image, scale_factor=4, mode="bicubic", align_corners=False)


def upscaler_of(weights: dict[str, torch.Tensor]) -> Upscaler:
    """An upscaler of the width and depth that its weights have, with these weights."""
    depth = sum(name.startswith("body.") and weight.ndim == 4 for name, weight in weights.items()) - 1
    model = Upscaler(weights["tail.weight"].shape[1], depth)
    model.load_state_dict(weights)
    return model


def pair(world: World, rng: np.random.Generator, held: bool = False, core_share: float = 0.6) -> tuple[np.ndarray, Scene]:
    """A 512 px render whose cut-outs are not enlarged much, so that it is truly sharp."""
    scene = world.sample(rng, core_share, DEFAULT_KINDS, held)
    for item in scene.items:
        item.size = min(item.size, float(rng.uniform(0.4, 0.58)))
    return world.render(scene, 512), scene


SMALL, CROP, CROPS = 128, 48, 4


def renders(world: World, rng: np.random.Generator, count: int, core_share: float) -> Arrays:
    """`count` pictures of 512 px, and four places of things in each, which may be one: row, column, size as shares."""
    pictures, places = [], []
    for _ in range(count):
        high, scene = pair(world, rng, core_share=core_share)
        items = [scene.items[n % len(scene.items)] for n in range(CROPS)]
        pictures.append(high)
        places.append([(item.y, item.x, item.size) for item in items])
    return np.stack(pictures), np.array(places, np.float32)


def rendered_pairs(pool: Pool, autoencoder: AutoEncoder, count: int, way: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Crops [4 * count, 3, 48, 48] and what they should become, [4 * count, 3, 192, 192], in -1..1: near things, where there is something to see."""
    pictures, places = pool.draw(count)
    high = to_signed(pictures)
    low = smaller(high, 4, way)
    through = count // 2
    with torch.no_grad(), torch.autocast(high.device.type, torch.bfloat16):
        z = autoencoder.encoder(low[:through]).float()
        made = autoencoder.decoder(z + 0.15 * torch.rand(through, 1, 1, 1, device=z.device) * torch.randn_like(z)).float()
    low = torch.cat([made.clamp(-1, 1).add(1).mul(127.5).round().div(127.5).sub(1), worn(low[through:])])
    spots = places.flatten(0, 1)
    corner = spots[:, :2] + (torch.rand_like(spots[:, :2]) - 0.5) * spots[:, 2:]
    y, x = (corner * SMALL - CROP / 2).round().long().clamp(0, SMALL - CROP).unbind(1)
    which = torch.arange(count, device=high.device).repeat_interleave(CROPS)
    return cut(low, which, y, x, CROP), cut(high, which, 4 * y, 4 * x, 4 * CROP)


def photo_pairs(shots: torch.Tensor, count: int, way: float) -> tuple[torch.Tensor, torch.Tensor]:
    """The same of photographs, which no auto-encoder touched: [count, 3, 48, 48] and [count, 3, 192, 192]."""
    high = to_signed(squares(shots, count, 4 * CROP))
    return worn(smaller(high, 4, way)), high


def main() -> None:
    """Train, checkpoint, resume."""
    parser = base_parser(__doc__)
    parser.add_argument("--photos", nargs="*", default=[], help="folders of photographs, three crops in ten")
    parser.add_argument("--name", default="superres", help="of the checkpoint")
    parser.add_argument("--start", help="checkpoint whose averaged weights to start from, of those in --work")
    parser.add_argument("--core-share", type=float, default=0.6, help="share of scenes with objects of the core")
    parser.add_argument("--average", type=float, default=0.997, help="decay of the averaged weights")
    parser.add_argument("--spectrum", type=float, default=0.006, help="weight of the local spectrum")
    parser.add_argument("--critic", type=float, default=0.0, help="weight of an adversarial critic of patches")
    parser.add_argument("--pool", type=int, default=64, help="renders that are kept to choose from, 0.8 MB each")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    torch.backends.cudnn.benchmark = True
    world, photos = world_of(args), load_photos(args.photos, 400)
    held = np.random.default_rng(778)
    highs = [pair(world, held, True)[0] for _ in range(24)]
    lows = [np.asarray(Image.fromarray(h).resize((128, 128), Image.BOX)) for h in highs]
    test_high, test_low = to_tensor(highs), to_tensor(lows)
    bicubic = to_tensor([np.asarray(Image.fromarray(low).resize((512, 512), Image.BICUBIC)) for low in lows])
    lanczos = to_tensor([np.asarray(Image.fromarray(low).resize((512, 512), Image.LANCZOS)) for low in lows])

    made_at_once = 4
    feed = Feed(lambda rng: renders(world, rng, made_at_once, args.core_share), args.workers, [args.seed, 31, int(time.time()) if args.workers else 0])
    autoencoder = AutoEncoder()
    trained = [Path(args.work) / f"{name}.pt" for name in ("decoder", "autoencoder")]
    autoencoder.load_state_dict(torch.load(next(p for p in trained if p.exists()), map_location="cpu", weights_only=False)["parts"]["average"])
    autoencoder = autoencoder.to(args.device).eval().requires_grad_(False).to(memory_format=torch.channels_last)
    model = Upscaler().to(args.device).to(memory_format=torch.channels_last)
    spectrum = LocalSpectrum().to(args.device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=args.lr, betas=(0.9, 0.98), weight_decay=0, fused=args.device == "cuda")
    run, average = Run(args.name, args), Average(model, args.average)
    if not run.restore(model=model, average=average.module, optimizer=optimizer) and args.start:
        weights = torch.load(Path(args.work) / f"{args.start}.pt", map_location=args.device, weights_only=False)["parts"]["average"]
        model.load_state_dict(weights)
        average.module.load_state_dict(weights)
    average.updates = run.steps
    rng = np.random.default_rng([args.seed, 31, run.steps])
    contest = Contest(args.device) if args.critic else None
    pool, shots = Pool(args.pool, args.device), photo_pool(photos, args.device)

    def report() -> None:
        with torch.no_grad():
            out = torch.cat([average.module((low[None].to(args.device) + 1) / 2).cpu() for low in test_low]) * 2 - 1
        print(f"{run.name} held-out PSNR {psnr(out, test_high):.2f} dB, bicubic {psnr(bicubic, test_high):.2f}, lanczos {psnr(lanczos, test_high):.2f}", flush=True)
        show = torch.cat([out[:2], bicubic[:2]]).clamp(-1, 1).add(1).mul(127.5).byte().permute(0, 2, 3, 1).numpy()
        Image.fromarray(np.hstack(show)).save(Path(args.work) / f"{run.name}.png")

    images = max(2, args.batch // CROPS)
    shown = max(1, 3 * args.batch // 7) if shots is not None else 0
    while run.progress < 1:
        for group in optimizer.param_groups:
            group["lr"] = args.lr * run.lr()
        for arrays in feed.take(wait=pool.count < min(args.pool, 4 * images) and bool(args.workers)):
            pool.add(arrays)
        low, high = rendered_pairs(pool, autoencoder, images, rng.random())
        if shots is not None:
            low, high = (torch.cat(both) for both in zip((low, high), photo_pairs(shots, shown, rng.random())))
        if rng.random() < 0.5:
            low, high = low.flip(3), high.flip(3)
        if rng.random() < 0.5:
            low, high = low.transpose(2, 3), high.transpose(2, 3)
        inputs, target = ((t.contiguous(memory_format=torch.channels_last)) for t in ((low + 1) / 2, high))
        with torch.autocast(args.device, torch.bfloat16):
            out = model(inputs)
        out = out.float() * 2 - 1
        loss = (out - target).abs().mean() + gradient_loss(out, target) + args.spectrum * spectrum(out, target)
        total = loss
        if contest is not None:
            contest.learn(out, target)
            total = loss + args.critic * contest.loss(out, target)
        optimizer.zero_grad(set_to_none=True)
        total.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        average.update(model)
        run.count(len(low), loss.detach())
        if run.due():
            report()
            run.save(model=model, average=average.module, optimizer=optimizer)
    feed.close()
    report()
    run.save(model=model, average=average.module, optimizer=optimizer)


if __name__ == "__main__":
    main()
