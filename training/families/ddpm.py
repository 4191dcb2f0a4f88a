"""Denoising diffusion (Ho et al. 2020, arXiv:2006.11239): 1,000 steps of the cosine schedule (Nichol & Dhariwal 2021), noise prediction, 64 px.
The network says velocities (Salimans & Ho 2022, arXiv:2202.00512, appendix D), from which the noise follows: so it need not carry all the noise of its input to its
output, which 48 channels cannot (trained on the noise itself, it drew noise after 45,000 pictures). It is a U-Net with convolutions outside and transformer blocks at its bottom (Hoogeboom et al. 2023, arXiv:2301.11093, section 3.4)."""
from __future__ import annotations

import math
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

from data import Faces, save_sheet, world_of
from common import Average, Muon, Run, base_parser
from descent import descend

SIZE, TRAIN = 64, 1000
OUTER, INNER, DEPTH, HEADS = 64, 160, 4, 5


def alphas() -> torch.Tensor:
    """Cumulated, float32 [1000]: `squaredcos_cap_v2` of diffusers."""
    bar = lambda t: math.cos((t + 0.008) / 1.008 * math.pi / 2) ** 2
    betas = torch.tensor([min(1 - bar((i + 1) / TRAIN) / bar(i / TRAIN), 0.999) for i in range(TRAIN)], dtype=torch.float32)
    return torch.cumprod(1 - betas, 0)


class Norm(nn.Module):
    """Root mean square over the channels of a map or of tokens."""

    def __init__(self, width: int, axis: int) -> None:
        super().__init__()
        self.weight, self.axis = nn.Parameter(torch.ones(width)), axis

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Same shape."""
        x = x * torch.rsqrt(x.square().mean(self.axis, keepdim=True) + 1e-6)
        return x * (self.weight[:, None, None] if self.axis == 1 else self.weight)


class Convolutional(nn.Module):
    """Two 3x3 convolutions, scaled and shifted by the step."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm, self.a, self.b, self.time = Norm(width, 1), nn.Conv2d(width, width, 3, padding=1), nn.Conv2d(width, width, 3, padding=1), nn.Linear(INNER, 2 * width)
        nn.init.zeros_(self.b.weight)
        nn.init.zeros_(self.time.weight)

    def forward(self, x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        """x [B,w,h,w], t [B,160]."""
        scale, shift = self.time(t)[:, :, None, None].chunk(2, 1)
        return x + self.b(F.silu(self.a(F.silu(self.norm(x))) * (1 + scale) + shift))


class Transformer(nn.Module):
    """Attention and a two-layer network, scaled and shifted by the step."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second, self.q, self.k = Norm(INNER, -1), Norm(INNER, -1), Norm(INNER // HEADS, -1), Norm(INNER // HEADS, -1)
        self.qkv, self.out, self.up, self.down = nn.Linear(INNER, 3 * INNER), nn.Linear(INNER, INNER), nn.Linear(INNER, 4 * INNER), nn.Linear(4 * INNER, INNER)
        self.time = nn.Linear(INNER, 4 * INNER)
        for layer in (self.out, self.down, self.time):
            nn.init.zeros_(layer.weight)

    def forward(self, x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        """x [B,64,160]."""
        a, b, c, d = self.time(t)[:, None].chunk(4, 2)
        q, k, v = self.qkv(self.first(x) * (1 + a) + b).unflatten(2, (3, HEADS, -1)).permute(2, 0, 3, 1, 4)
        weights = (self.q(q) @ self.k(k).transpose(-1, -2) * (INNER // HEADS) ** -0.5).softmax(-1)
        x = x + self.out((weights @ v).transpose(1, 2).flatten(2))
        return x + self.down(F.gelu(self.up(self.second(x) * (1 + c) + d), approximate="tanh"))


class Denoiser(nn.Module):
    """Noisy picture and step to the noise in it."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("bars", alphas())
        self.register_buffer("frequencies", torch.exp(-math.log(10000) * torch.arange(64) / 64))
        self.time = nn.Sequential(nn.Linear(128, INNER), nn.SiLU(), nn.Linear(INNER, INNER), nn.SiLU())
        self.enter = nn.Conv2d(48, OUTER, 3, padding=1)
        self.down, self.up = nn.ModuleList([Convolutional(OUTER) for _ in range(2)]), nn.ModuleList([Convolutional(OUTER) for _ in range(2)])
        self.narrow, self.widen = nn.Conv2d(OUTER, INNER, 2, 2), nn.Conv2d(INNER, 4 * OUTER, 1)
        self.place = nn.Parameter(torch.randn(64, INNER) * 0.02)
        self.blocks = nn.ModuleList([Transformer() for _ in range(DEPTH)])
        self.join, self.norm, self.leave = nn.Conv2d(2 * OUTER, OUTER, 1), Norm(OUTER, 1), nn.Conv2d(OUTER, 48, 3, padding=1)
        nn.init.zeros_(self.leave.weight)

    def forward(self, sample: torch.Tensor, timestep: torch.Tensor) -> torch.Tensor:
        """sample [B,3,64,64], timestep [B] in 0..999 -> noise of the same shape."""
        a = self.bars[timestep.long()][:, None, None, None]
        return (1 - a).sqrt() * sample + a.sqrt() * self.velocity(sample, timestep)

    def velocity(self, sample: torch.Tensor, timestep: torch.Tensor) -> torch.Tensor:
        """sqrt(a) noise - sqrt(1 - a) picture, of the same shape."""
        angle = timestep[:, None].float() * self.frequencies
        t = self.time(torch.cat([angle.cos(), angle.sin()], 1))
        x = self.enter(F.pixel_unshuffle(sample, 4))
        for block in self.down:
            x = block(x, t)
        tokens = self.narrow(x).flatten(2).transpose(1, 2) + self.place
        for block in self.blocks:
            tokens = block(tokens, t)
        inside = F.pixel_shuffle(self.widen(tokens.transpose(1, 2).unflatten(2, (8, 8))), 2)
        x = self.join(torch.cat([x, inside], 1))
        for block in self.up:
            x = block(x, t)
        return F.pixel_shuffle(self.leave(F.silu(self.norm(x))), 4)


@torch.no_grad()
def ddim(model: nn.Module, noise: torch.Tensor, steps: int) -> torch.Tensor:
    """Song et al. 2020 (arXiv:2010.02502) with eta 0 on evenly spaced steps (`leading`), predicted pictures clipped, as DDIMScheduler of diffusers."""
    bars, stride, x = alphas().to(noise.device), TRAIN // steps, noise
    for t in range((steps - 1) * stride, -1, -stride):
        e = model(x, torch.full((len(x),), float(t), device=x.device)).float()
        a, before = bars[t], bars[t - stride] if t >= stride else torch.tensor(1.0)
        picture = ((x - (1 - a).sqrt() * e) / a.sqrt()).clamp(-1, 1)
        x = before.sqrt() * picture + (1 - before).sqrt() * e
    return x


def main() -> None:
    """Train, checkpoint, resume."""
    parser = base_parser(__doc__)
    parser.add_argument("--muon-lr", type=float, default=0.02)
    parser.add_argument("--average", type=float, default=0.997)
    parser.add_argument("--compile", action="store_true", help="fuse what can be fused (needs a C++ compiler): minutes at first, then half the time a step")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    model = Denoiser().to(args.device).to(memory_format=torch.channels_last)
    matrices = [p for n, p in model.named_parameters() if p.ndim == 2 and "blocks." in n and "time" not in n]
    chosen = {id(p) for p in matrices}
    muon, adam = Muon(matrices, args.muon_lr), torch.optim.AdamW([p for p in model.parameters() if id(p) not in chosen], lr=args.lr, betas=(0.9, 0.98), weight_decay=0.0)
    run, average = Run("family-ddpm", args), Average(model, args.average)
    run.restore(model=model, average=average.module, muon=muon, adam=adam)
    average.updates = run.steps
    torch.manual_seed(args.seed + run.steps)
    faces, bars = Faces(world_of(args), SIZE, args.seed + run.steps, args.device), alphas().to(args.device)
    velocity = torch.compile(model.velocity) if args.compile else model.velocity
    fixed = torch.randn(24, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(1)).to(args.device)

    @torch.no_grad()
    def save() -> None:
        with torch.autocast(args.device, torch.bfloat16):
            save_sheet(ddim(average.module, fixed, 25), Path(args.work) / "family-ddpm.png")
        run.save(model=model, average=average.module, muon=muon, adam=adam)

    def loss_of() -> torch.Tensor:
        image = faces.draw(args.batch)[0]
        # One step of each stratum: the mean over a batch is quieter.
        t = ((torch.arange(args.batch) + torch.rand(args.batch)) / args.batch * TRAIN).long().clamp(max=TRAIN - 1).to(args.device)
        a, noise = bars[t][:, None, None, None], torch.randn_like(image)
        with torch.autocast(args.device, torch.bfloat16):
            made = velocity((a.sqrt() * image + (1 - a).sqrt() * noise).contiguous(memory_format=torch.channels_last), t.float())
        return F.mse_loss(made.float(), a.sqrt() * noise - (1 - a).sqrt() * image)

    descend(run, model, average, loss_of, [(muon, args.muon_lr), (adam, args.lr)], save)


if __name__ == "__main__":
    main()
