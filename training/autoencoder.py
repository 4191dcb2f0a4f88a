"""Train the f8, 8-channel auto-encoder: first both halves together, later (`--decoder-only`) the decoder alone on frozen latents."""
from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn

from common import Average, Run, base_parser, to_tensor, world_of
from critic import Contest
from feed import Arrays, Feed, Pool, cut, to_signed
from losses import LocalSpectrum, gradient_loss

CHANNELS = 8


class Block(nn.Module):
    """Two 3x3 convolutions and a skip; the second starts small."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.a, self.b = nn.Conv2d(width, width, 3, padding=1), nn.Conv2d(width, width, 3, padding=1)
        nn.init.kaiming_normal_(self.a.weight, nonlinearity="relu")
        nn.init.normal_(self.b.weight, std=0.3 * (1 / (width * 9)) ** 0.5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Residual."""
        return x + self.b(F.relu(self.a(F.relu(x))))


class Encoder(nn.Module):
    """Picture in -1..1 to normalised latent means."""

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.PixelUnshuffle(4), nn.Conv2d(48, 64, 3, padding=1), Block(64), nn.PixelUnshuffle(2), nn.Conv2d(256, 128, 1),
                                 Block(128), Block(128), nn.ReLU(), nn.Conv2d(128, CHANNELS, 3, padding=1))

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """[B,3,H,W] -> [B,8,H/8,W/8]."""
        return self.net(image)


class Decoder(nn.Module):
    """Latent to picture in -1..1 (not clamped)."""

    def __init__(self, widths: tuple[int, int, int] = (192, 96, 48), blocks: tuple[int, int, int] = (3, 3, 2)) -> None:
        super().__init__()
        a, b, c = widths
        self.net = nn.Sequential(nn.Conv2d(CHANNELS, a, 3, padding=1), *[Block(a) for _ in range(blocks[0])], nn.Conv2d(a, b * 4, 1), nn.PixelShuffle(2),
                                 *[Block(b) for _ in range(blocks[1])], nn.Conv2d(b, c * 4, 1), nn.PixelShuffle(2), *[Block(c) for _ in range(blocks[2])],
                                 nn.ReLU(), nn.Conv2d(c, 12, 3, padding=1), nn.PixelShuffle(2))

    def forward(self, latent: torch.Tensor) -> torch.Tensor:
        """[B,8,h,w] -> [B,3,8h,8w]."""
        return self.net(latent)


class AutoEncoder(nn.Module):
    """Both halves."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder, self.decoder = Encoder(), Decoder()


def load_photos(folders: list[str], limit: int = 160) -> list[np.ndarray]:
    """Photographs with a short side of 256, as arrays."""
    photos = []
    for path in [p for folder in folders for p in sorted(Path(folder).rglob("*.jpg"))[:limit]]:
        image = Image.open(path).convert("RGB")
        scale = 256 / min(image.size)
        photos.append(np.asarray(image.resize((round(image.width * scale), round(image.height * scale)), Image.LANCZOS)))
    return photos


def crop(rng: np.random.Generator, photo: np.ndarray, size: int) -> np.ndarray:
    """A random square of a photograph."""
    y, x = int(rng.integers(photo.shape[0] - size + 1)), int(rng.integers(photo.shape[1] - size + 1))
    return photo[y:y + size, x:x + size]


def psnr(a: torch.Tensor, b: torch.Tensor) -> float:
    """Mean PSNR in dB of pictures in -1..1."""
    error = (a.clamp(-1, 1) - b).square().flatten(1).mean(1) / 4
    return float((-10 * error.clamp_min(1e-10).log10()).mean())


def decode(decoder: Decoder, latent: torch.Tensor) -> torch.Tensor:
    """The picture, its last convolution in float32: rounded to bfloat16 it would be off by half a grey level."""
    with torch.autocast(latent.device.type, torch.bfloat16):
        hidden = decoder.net[:-2](latent)
    return decoder.net[-2:](hidden.float())


def photo_pool(photos: list[np.ndarray], device: str, size: int = 256, seed: int = 3) -> torch.Tensor | None:
    """One square of each photograph, uint8 [n, size, size, 3] on the device; None without any."""
    rng = np.random.default_rng(seed)
    return torch.from_numpy(np.stack([crop(rng, p, size) for p in photos])).to(device) if photos else None


def squares(pool: torch.Tensor, count: int, size: int) -> torch.Tensor:
    """Random squares out of random entries of [n, H, W, 3], half of them mirrored: uint8 [count, size, size, 3]."""
    which = torch.randint(len(pool), (count,), device=pool.device)
    y, x = (torch.randint(length - size + 1, (count,), device=pool.device) for length in pool.shape[1:3])
    found = cut(pool.permute(0, 3, 1, 2), which, y, x, size).permute(0, 2, 3, 1)
    return torch.where(torch.rand(count, 1, 1, 1, device=pool.device) < 0.5, found.flip(2), found)


def main() -> None:
    """Train, checkpoint, resume."""
    parser = base_parser(__doc__)
    parser.add_argument("--photos", nargs="*", default=[], help="folders of photographs, a tenth of the crops")
    parser.add_argument("--decoder-only", action="store_true", help="encoder frozen; starts from autoencoder.pt, writes decoder.pt")
    parser.add_argument("--name", help="of the checkpoint, where it is another one")
    parser.add_argument("--start", help="checkpoint whose averaged weights to start from, of those in --work")
    parser.add_argument("--core-share", type=float, default=0.6, help="share of scenes with objects of the core")
    parser.add_argument("--average", type=float, default=0.998, help="decay of the averaged weights")
    parser.add_argument("--critic", type=float, default=0.0, help="weight of an adversarial critic of patches")
    parser.add_argument("--pool", type=int, default=4096, help="renders that are kept to choose from")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    torch.backends.cudnn.benchmark = True
    world, photos = world_of(args), load_photos(args.photos, 400)
    held = np.random.default_rng(777)
    tests = [world.render(world.sample(held, 0.7, held=True), 128) for _ in range(64)]

    def make(rng: np.random.Generator) -> Arrays:
        return (np.stack([world.render(world.sample(rng, args.core_share), 128) for _ in range(args.batch)]),)

    feed = Feed(make, args.workers, [args.seed, 11, int(time.time()) if args.workers else 0])
    model = AutoEncoder().to(args.device).to(memory_format=torch.channels_last)
    spectrum = LocalSpectrum().to(args.device)
    run = Run(args.name or ("decoder" if args.decoder_only else "autoencoder"), args)
    average = Average(model, args.average)
    if args.decoder_only:
        model.encoder.requires_grad_(False)
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=args.lr, betas=(0.9, 0.98), weight_decay=1e-4, fused=args.device == "cuda")
    if run.restore(model=model, average=average.module, optimizer=optimizer):
        average.updates = run.steps
        feed.rng = np.random.default_rng([args.seed, 11, run.steps])
    elif args.decoder_only or args.start:
        state = torch.load(Path(args.work) / f"{args.start or 'autoencoder'}.pt", map_location=args.device, weights_only=False)["parts"]
        model.load_state_dict(state["average"])
        average.module.load_state_dict(state["average"])
    contest = Contest(args.device) if args.critic else None
    test, pool, shots = to_tensor(tests).to(args.device), Pool(args.pool, args.device), photo_pool(photos, args.device)

    def report() -> None:
        with torch.no_grad():
            out = average.module.decoder(average.module.encoder(test))
            print(f"{run.name} held-out PSNR {psnr(out, test):.2f} dB", flush=True)
            show = torch.cat([test[:8], out[:8]]).clamp(-1, 1).add(1).mul(127.5).byte().permute(0, 2, 3, 1).cpu().numpy()
            Image.fromarray(np.vstack([np.hstack(show[:8]), np.hstack(show[8:])])).save(Path(args.work) / f"{run.name}.png")

    report()
    while run.progress < 1:
        for group in optimizer.param_groups:
            group["lr"] = args.lr * run.lr()
        for arrays in feed.take(wait=pool.count < min(args.pool, 8 * args.batch) and bool(args.workers)):
            pool.add(arrays)
        images = pool.draw(args.batch)[0]
        if shots is not None:
            part = max(1, args.batch // 10)
            images[:part] = squares(shots, part, 128)
        images = to_signed(images)
        with torch.autocast(args.device, torch.bfloat16, enabled=not args.decoder_only):
            z = model.encoder(images)
        z = z.float()
        penalty = z.square().mean() if not args.decoder_only else z.new_zeros(())
        if args.decoder_only:
            z = z + 0.1 * torch.rand(z.shape[0], 1, 1, 1, device=z.device) * torch.randn_like(z)
        else:
            z = z + 0.12 * torch.randn_like(z)
            if run.steps % 5 == 4:  # latents keep their meaning when they are scaled
                z, images = F.avg_pool2d(z, 2), F.avg_pool2d(images, 2)
        out = decode(model.decoder, z)
        loss = (out - images).abs().mean() + gradient_loss(out, images) + 0.08 * spectrum(out, images)
        total = loss + 0.002 * penalty
        if contest is not None:
            contest.learn(out, images)
            total = total + args.critic * contest.loss(out, images)
        optimizer.zero_grad(set_to_none=True)
        total.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        average.update(model)
        run.count(args.batch, loss.detach())
        if run.due():
            report()
            run.save(model=model, average=average.module, optimizer=optimizer)
    feed.close()
    report()
    run.save(model=model, average=average.module, optimizer=optimizer)


if __name__ == "__main__":
    main()
