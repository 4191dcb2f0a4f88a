"""Train the compact x4 upscaler (128 -> 512) on renders; half of its inputs went through the auto-encoder."""
from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn

from autoencoder import AutoEncoder, psnr
from common import Average, Run, base_parser, to_tensor, world_of
from losses import LocalSpectrum, gradient_loss
from scenes import DEFAULT_KINDS, Scene, World


class Upscaler(nn.Module):
    """SRVGG-compact: a plain stack at low resolution, pixel shuffle, plus the bicubic enlargement."""

    def __init__(self, width: int = 40, depth: int = 8) -> None:
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


def pair(world: World, rng: np.random.Generator, held: bool = False) -> tuple[np.ndarray, Scene]:
    """A 512 px render whose cut-outs are not enlarged much, so that it is truly sharp."""
    scene = world.sample(rng, 0.6, DEFAULT_KINDS, held)
    for item in scene.items:
        item.size = min(item.size, float(rng.uniform(0.4, 0.58)))
    return world.render(scene, 512), scene


def degrade(rng: np.random.Generator, low: np.ndarray) -> np.ndarray:
    """Light noise or JPEG."""
    choice = rng.random()
    if choice < 0.4:
        buffer = io.BytesIO()
        Image.fromarray(low).save(buffer, "JPEG", quality=int(rng.integers(60, 96)))
        return np.asarray(Image.open(buffer).convert("RGB"))
    if choice < 0.6:
        return np.clip(low + rng.normal(0, rng.uniform(1, 6), low.shape), 0, 255).astype(np.uint8)
    return low


def main() -> None:
    """Train, checkpoint, resume."""
    args = base_parser(__doc__).parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    world = world_of(args)
    autoencoder = AutoEncoder()
    autoencoder.load_state_dict(torch.load(Path(args.work) / "autoencoder.pt", map_location="cpu", weights_only=False)["parts"]["average"])
    autoencoder = autoencoder.to(args.device).eval().requires_grad_(False).to(memory_format=torch.channels_last)
    model = Upscaler().to(args.device).to(memory_format=torch.channels_last)
    spectrum = LocalSpectrum().to(args.device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=args.lr, betas=(0.9, 0.98), weight_decay=0)
    run, average = Run("superres", args), Average(model, 0.997)
    run.restore(model=model, average=average.module, optimizer=optimizer)
    average.updates = run.steps
    rng = np.random.default_rng([args.seed, 31, run.steps])

    def low_of(high: np.ndarray, through: bool) -> np.ndarray:
        low = np.asarray(Image.fromarray(high).resize((128, 128), Image.BOX if rng.random() < 0.5 else Image.LANCZOS))
        if not through:
            return degrade(rng, low)
        with torch.no_grad(), torch.autocast(args.device, torch.bfloat16):
            z = autoencoder.encoder(to_tensor([low]).to(args.device))
            z = z + rng.uniform(0, 0.15) * torch.randn_like(z)
            out = autoencoder.decoder(z).float()
        return out[0].clamp(-1, 1).add(1).mul(127.5).round().byte().permute(1, 2, 0).cpu().numpy()

    held = np.random.default_rng(778)
    highs = [pair(world, held, True)[0] for _ in range(24)]
    lows = [np.asarray(Image.fromarray(h).resize((128, 128), Image.BOX)) for h in highs]
    test_high, test_low = to_tensor(highs), to_tensor(lows)
    bicubic = to_tensor([np.asarray(Image.fromarray(low).resize((512, 512), Image.BICUBIC)) for low in lows])
    lanczos = to_tensor([np.asarray(Image.fromarray(low).resize((512, 512), Image.LANCZOS)) for low in lows])

    def report() -> None:
        with torch.no_grad():
            out = average.module((test_low.to(args.device) + 1) / 2).cpu() * 2 - 1
        print(f"held-out PSNR {psnr(out, test_high):.2f} dB, bicubic {psnr(bicubic, test_high):.2f}, lanczos {psnr(lanczos, test_high):.2f}", flush=True)
        show = torch.cat([out[:2], bicubic[:2]]).clamp(-1, 1).add(1).mul(127.5).byte().permute(0, 2, 3, 1).numpy()
        Image.fromarray(np.hstack(show)).save(Path(args.work) / "superres.png")

    crops, size = 8, 32
    while run.progress < 1:
        for group in optimizer.param_groups:
            group["lr"] = args.lr * run.lr()
        low_crops, high_crops = [], []
        while len(low_crops) < args.batch:
            high, scene = pair(world, rng)
            low = low_of(high, rng.random() < 0.5)
            for _ in range(crops):
                item = scene.items[int(rng.integers(len(scene.items)))]
                y, x = (int(np.clip(round(c * 128 + rng.uniform(-0.5, 0.5) * item.size * 128) - size // 2, 0, 128 - size)) for c in (item.y, item.x))
                low_crops.append(low[y:y + size, x:x + size])
                high_crops.append(high[4 * y:4 * (y + size), 4 * x:4 * (x + size)])
        inputs = ((to_tensor(low_crops) + 1) / 2).to(args.device).contiguous(memory_format=torch.channels_last)
        target = to_tensor(high_crops).to(args.device)
        with torch.autocast(args.device, torch.bfloat16):
            out = model(inputs)
        out = out.float() * 2 - 1
        loss = (out - target).abs().mean() + gradient_loss(out, target) + 0.006 * spectrum(out, target)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
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
