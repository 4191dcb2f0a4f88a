"""Small generators trained against a critic: what separates the pictures of GANs from those of plain auto-encoders.

Each rebuilds a photograph from a latent of a quarter of its side. Only the coarse half of the picture is held to its real; the fine half is what the
critic accepts, so texture is invented, as GANs do. The upsamplers are those of the families: transposed convolution with instance normalisation
(CycleGAN), windowed-sinc upsampling and summed RGB outputs (StyleGAN3), pixel shuffle. A modulated generator with noise (StyleGAN2) and one of an
eighth of the side with a quantised latent (VQGAN) were tried too: in minutes of a shared core they only learn blur, which would be taught on.
"""
from __future__ import annotations

import argparse
import time
from functools import cache
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm

SIZE = 64
REALS = ("dreambooth", "clothing", "elementary", "lomiri")


@cache
def upsampler(size: int, taps: tuple[float, ...]) -> torch.Tensor:
    """[2 size, size]: zeros between the samples, then a low-pass filter, ends repeated; as a matrix, which is fast on a processor."""
    matrix = torch.zeros(2 * size, size)
    middle, total = (len(taps) - 1) // 2, sum(taps)
    for row in range(2 * size):
        for k, tap in enumerate(taps):
            place = row + k - middle
            if place % 2 == 0:
                matrix[row, min(max(place // 2, 0), size - 1)] += 2 * tap / total
    return matrix


@cache
def resident(size: int, taps: tuple[float, ...], device: torch.device, dtype: torch.dtype) -> torch.Tensor:
    """The same where the picture is."""
    return upsampler(size, taps).to(device, dtype)


def fir_up(x: torch.Tensor, taps: tuple[float, ...]) -> torch.Tensor:
    """[B,C,h,w] -> [B,C,2h,2w]."""
    tall, wide = (resident(side, taps, x.device, x.dtype) for side in x.shape[2:])
    return tall @ (x @ wide.T)


def sinc_taps(count: int = 12) -> tuple[float, ...]:
    """Windowed sinc that passes half the band, Kaiser window, as in StyleGAN3."""
    n = torch.arange(count, dtype=torch.float32) - (count - 1) / 2
    return tuple((torch.sinc(n / 2) * torch.kaiser_window(count, periodic=False, beta=6.0)).tolist())


class Stage(nn.Module):
    """Twice larger, in the way of one family, then a convolution."""

    def __init__(self, family: str, a: int, b: int) -> None:
        super().__init__()
        self.family = family
        self.taps = sinc_taps()
        if family == "transposed":
            self.up: nn.Module = nn.ConvTranspose2d(a, b, 3, stride=2, padding=1, output_padding=1)
        else:
            self.up = nn.Conv2d(a, b * 4 if family == "shuffle" else b, 3, padding=1)
        self.conv = nn.Conv2d(b, b, 3, padding=1)
        self.norm = nn.InstanceNorm2d(b, affine=True) if family == "transposed" else nn.Identity()
        self.rgb = nn.Conv2d(b, 3, 1) if family == "sinc" else None

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """[B,a,h,w] -> [B,b,2h,2w]."""
        if self.family == "sinc":
            x = self.up(fir_up(x, self.taps))
        elif self.family == "transposed":
            x = self.up(x)
        else:
            x = F.pixel_shuffle(self.up(x), 2)
        x = F.leaky_relu(self.norm(x), 0.2)
        return F.leaky_relu(self.conv(x), 0.2)


class Generator(nn.Module):
    """Encoder and decoder with `steps` halvings."""

    def __init__(self, family: str, steps: int = 2, channels: int = 12, widths: tuple[int, ...] = (64, 40, 24)) -> None:
        super().__init__()
        self.encoder = nn.Sequential(nn.PixelUnshuffle(2 ** steps), nn.Conv2d(3 * 4 ** steps, 96, 3, padding=1), nn.SiLU(), nn.Conv2d(96, 96, 3, padding=1), nn.SiLU(), nn.Conv2d(96, channels, 1))
        self.middle = nn.Sequential(nn.Conv2d(channels, widths[0], 3, padding=1), nn.LeakyReLU(0.2), nn.Conv2d(widths[0], widths[0], 3, padding=1), nn.LeakyReLU(0.2))
        self.stages = nn.ModuleList(Stage(family, widths[k], widths[k + 1]) for k in range(steps))
        last = widths[steps]
        self.out = nn.Conv2d(last, 3, 7 if family == "transposed" else 3, padding=3 if family == "transposed" else 1)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """[B,3,H,W] in -1..1, sides multiples of 8."""
        z = torch.tanh(self.encoder(image))
        if self.training:
            z = z + 0.05 * torch.randn_like(z)
        x, rgb = self.middle(z), None
        for stage in self.stages:
            x = stage(x)
            if stage.rgb is not None:
                rgb = stage.rgb(x) if rgb is None else fir_up(rgb, stage.taps) + stage.rgb(x)
        y = self.out(x)
        return y if rgb is None else y + rgb


class Critic(nn.Module):
    """Patches of 22 px: local texture only. Returns the logits and the features on the way."""

    def __init__(self, width: int = 24) -> None:
        super().__init__()
        sizes = ((3, width, 4, 2), (width, width * 2, 4, 2), (width * 2, width * 3, 3, 1))
        self.layers = nn.ModuleList(spectral_norm(nn.Conv2d(a, b, k, stride=s, padding=1)) for a, b, k, s in sizes)
        self.last = spectral_norm(nn.Conv2d(width * 3, 1, 3, padding=1))

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, list[torch.Tensor]]:
        """[B,3,H,W] -> logits [B,1,h,w], features."""
        features = []
        for layer in self.layers:
            x = F.leaky_relu(layer(x), 0.2)
            features.append(x)
        return self.last(x), features


GANS = {"gan-transposed": "transposed", "gan-sinc": "sinc", "gan-shuffle": "shuffle"}


def coarse(fake: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
    """L1 of the pictures at half size, and a little at full size."""
    return (F.avg_pool2d(fake, 2) - F.avg_pool2d(real, 2)).abs().mean() + 0.25 * (fake - real).abs().mean()


def train(reals: list[np.ndarray], out: Path, minutes: float, batch: int) -> None:
    """All families in turn, a third of the time without the critic; goes on from `out` if it is there."""
    torch.manual_seed(4)
    rng = np.random.default_rng()
    nets = {name: (Generator(family), Critic()) for name, family in GANS.items()}
    elapsed = {name: 0.0 for name in GANS}
    if out.exists():
        state = torch.load(out, map_location="cpu")
        for name, (generator, critic) in nets.items():
            generator.load_state_dict(state[name]["generator"])
            critic.load_state_dict(state[name]["critic"])
            elapsed[name] = state[name]["seconds"]
    makers = {name: torch.optim.Adam(g.parameters(), 2e-3, betas=(0.5, 0.95)) for name, (g, _) in nets.items()}
    judges = {name: torch.optim.Adam(c.parameters(), 1e-3, betas=(0.0, 0.95)) for name, (_, c) in nets.items()}
    limit, step = minutes * 60 / len(nets), 0
    while min(elapsed.values()) < limit:
        for name, (generator, critic) in nets.items():
            begin = time.time()
            source = reals[int(rng.integers(len(reals)))]
            ids = rng.integers(len(source), size=batch)
            y, x = (int(rng.integers(source.shape[1] - SIZE)) for _ in range(2))
            real = torch.from_numpy(source[ids, y:y + SIZE, x:x + SIZE]).permute(0, 3, 1, 2).float().div_(127.5).sub_(1)
            progress = elapsed[name] / limit
            for group in makers[name].param_groups:
                group["lr"] = 2e-3 * min(1, (step + 1) / 30) * max(0.1, min(1, 2 * (1 - progress)))
            with torch.autocast("cpu", torch.bfloat16):
                fake = generator(real).float()
                loss = coarse(fake, real)
                if progress > 0.33:
                    logits, features = critic(fake)
                    with torch.no_grad():
                        _, wanted = critic(real)
                    match = sum((a.float() - b.float()).abs().mean() for a, b in zip(features, wanted)) / len(features)
                    loss = loss - 0.1 * logits.float().mean() + 0.5 * match
            makers[name].zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(generator.parameters(), 1.0)
            makers[name].step()
            if progress > 0.3:
                with torch.autocast("cpu", torch.bfloat16):
                    judged = F.relu(1 - critic(real)[0].float()).mean() + F.relu(1 + critic(fake.detach())[0].float()).mean()
                judges[name].zero_grad(set_to_none=True)
                judged.backward()
                judges[name].step()
            elapsed[name] += time.time() - begin
            if step % 50 == 0:
                print(f"{name} {step} {progress:.2f} loss {float(loss.detach()):.4f} coarse {float(coarse(fake.detach(), real)):.4f}", flush=True)
        step += 1
        if step % 100 == 0:
            save(out, nets, elapsed)
    save(out, nets, elapsed)


def save(out: Path, nets: dict[str, tuple[Generator, Critic]], elapsed: dict[str, float]) -> None:
    """Both networks of every family."""
    torch.save({name: {"generator": g.state_dict(), "critic": c.state_dict(), "seconds": elapsed[name]} for name, (g, c) in nets.items()}, out)


def load_gans(path: Path) -> dict[str, Generator]:
    """Generators by name, ready to run; none when the file is not there."""
    if not path.exists():
        return {}
    out = {}
    state = torch.load(path, map_location="cpu")
    for name, family in GANS.items():
        out[name] = Generator(family).eval()
        out[name].load_state_dict(state[name]["generator"])
    return out


def main() -> None:
    """Train on the patches of photographs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patches", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--minutes", type=float, default=15, help="of all families together")
    parser.add_argument("--batch", type=int, default=8)
    args = parser.parse_args()
    torch.set_num_threads(1)
    found = [Path(args.patches) / f"{name}.npy" for name in REALS]
    train([np.load(path, mmap_mode="r") for path in found if path.exists()], Path(args.out), args.minutes, args.batch)


if __name__ == "__main__":
    main()
