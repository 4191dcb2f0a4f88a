"""Train the f8, 8-channel auto-encoder: first both halves together, later (`--decoder-only`) the decoder alone on frozen latents."""
from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn

from common import Average, Run, base_parser, to_tensor, world_of
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


def main() -> None:
    """Train, checkpoint, resume."""
    parser = base_parser(__doc__)
    parser.add_argument("--photos", nargs="*", default=[], help="folders of photographs, a tenth of the crops")
    parser.add_argument("--decoder-only", action="store_true", help="encoder frozen; starts from autoencoder.pt, writes decoder.pt")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    world, photos = world_of(args), load_photos(args.photos)
    rng = np.random.default_rng([args.seed, 11])
    model = AutoEncoder().to(args.device).to(memory_format=torch.channels_last)
    spectrum = LocalSpectrum().to(args.device)
    run = Run("decoder" if args.decoder_only else "autoencoder", args)
    average = Average(model, 0.998)
    if args.decoder_only:
        model.encoder.requires_grad_(False)
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=args.lr, betas=(0.9, 0.98), weight_decay=1e-4)
    if run.restore(model=model, average=average.module, optimizer=optimizer):
        average.updates = run.steps
        rng = np.random.default_rng([args.seed, 11, run.steps])
    elif args.decoder_only:
        state = torch.load(Path(args.work) / "autoencoder.pt", map_location=args.device, weights_only=False)["parts"]
        model.load_state_dict(state["average"])
        average.module.load_state_dict(state["average"])
    held = np.random.default_rng(777)
    test = to_tensor([world.render(world.sample(held, 0.7, held=True), 128) for _ in range(64)]).to(args.device)

    def report() -> None:
        with torch.no_grad():
            out = average.module.decoder(average.module.encoder(test))
            print(f"{run.name} held-out PSNR {psnr(out, test):.2f} dB", flush=True)
            show = torch.cat([test[:8], out[:8]]).clamp(-1, 1).add(1).mul(127.5).byte().permute(0, 2, 3, 1).cpu().numpy()
            Image.fromarray(np.vstack([np.hstack(show[:8]), np.hstack(show[8:])])).save(Path(args.work) / f"{run.name}.png")

    while run.progress < 1:
        for group in optimizer.param_groups:
            group["lr"] = args.lr * run.lr()
        images = to_tensor([crop(rng, photos[int(rng.integers(len(photos)))], 128) if photos and rng.random() < 0.1
                            else world.render(world.sample(rng, 0.6), 128) for _ in range(args.batch)]).to(args.device).contiguous(memory_format=torch.channels_last)
        with torch.autocast(args.device, torch.bfloat16):
            z = model.encoder(images)
            z = z.float()
            penalty = z.square().mean() if not args.decoder_only else z.new_zeros(())
            if args.decoder_only:
                z = z + 0.1 * torch.rand(z.shape[0], 1, 1, 1, device=z.device) * torch.randn_like(z)
            else:
                z = z + 0.12 * torch.randn_like(z)
                if rng.random() < 0.2:  # latents keep their meaning when they are scaled
                    z, images = F.avg_pool2d(z, 2), F.avg_pool2d(images, 2)
            out = model.decoder(z)
        out = out.float()
        loss = (out - images).abs().mean() + gradient_loss(out, images) + 0.08 * spectrum(out, images)
        total = loss + 0.002 * penalty
        optimizer.zero_grad(set_to_none=True)
        total.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        average.update(model)
        run.count(args.batch, float(loss.detach()))
        if run.due():
            report()
            run.save(model=model, average=average.module, optimizer=optimizer)
    report()
    run.save(model=model, average=average.module, optimizer=optimizer)


if __name__ == "__main__":
    main()
