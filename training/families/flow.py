"""Normalizing flow: Glow (Kingma & Dhariwal 2018, arXiv:1807.03039) of 32 px pictures, three sizes of six steps each."""
from __future__ import annotations

import copy
import math
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

from data import Faces, save_sheet, world_of
from common import Average, Run, base_parser
from descent import descend

SIZE, LEVELS, STEPS, HIDDEN = 32, 3, 6, 64
VALUES = 3 * SIZE * SIZE
BOUND = 1.5  # of a coupling's log-scale: keeps the inverse well conditioned


def mixed(x: torch.Tensor, matrix: torch.Tensor) -> torch.Tensor:
    """Channels of [B,C,h,w] mixed by a matrix [C,C]."""
    return (matrix @ x.flatten(2)).unflatten(2, x.shape[2:])


class Step(nn.Module):
    """Per-channel scale and shift, a mixing of channels, and an affine coupling."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.half = channels // 2
        self.log_scale, self.shift = nn.Parameter(torch.zeros(channels)), nn.Parameter(torch.zeros(channels))
        p, lower, upper = torch.linalg.lu(torch.linalg.qr(torch.randn(channels, channels))[0])
        self.register_buffer("permutation", p)
        self.register_buffer("sign", upper.diagonal().sign())
        self.lower, self.upper, self.log_diagonal = nn.Parameter(lower.tril(-1)), nn.Parameter(upper.triu(1)), nn.Parameter(upper.diagonal().abs().log())
        self.net = nn.Sequential(nn.Conv2d(self.half, HIDDEN, 3, padding=1), nn.ReLU(), nn.Conv2d(HIDDEN, HIDDEN, 1), nn.ReLU(), nn.Conv2d(HIDDEN, 2 * (channels - self.half), 3, padding=1))
        nn.init.zeros_(self.net[-1].weight)
        self.register_buffer("started", torch.tensor(False))
        self.baked: nn.Parameter | None = None  # the mixing matrix, once there is nothing more to learn

    def matrix(self) -> torch.Tensor:
        """The mixing matrix: permutation, unit lower and upper triangle."""
        eye = torch.eye(len(self.sign), device=self.sign.device)
        return self.permutation @ (self.lower.tril(-1) + eye) @ (self.upper.triu(1) + torch.diag(self.sign * self.log_diagonal.exp()))

    def mixing(self) -> torch.Tensor:
        """The mixing matrix, or what it was fixed at."""
        return self.matrix() if self.baked is None else self.baked

    def affine(self, kept: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Log-scale and shift of the other half."""
        raw, shift = self.net(kept).chunk(2, 1)
        return BOUND * torch.tanh(raw / BOUND), shift

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Towards noise: the new values and the log-determinant [B]."""
        if self.training and not self.started:  # data-dependent start: unit spread
            with torch.no_grad():
                self.shift.copy_(-x.mean((0, 2, 3)))
                self.log_scale.copy_(-(x.std((0, 2, 3)) + 1e-6).log())
                self.started.fill_(True)
        x = (x + self.shift[:, None, None]) * self.log_scale.exp()[:, None, None]
        x = mixed(x, self.mixing())
        kept, other = x[:, :self.half], x[:, self.half:]
        scale, shift = self.affine(kept)
        pixels = x.shape[2] * x.shape[3]
        return torch.cat([kept, (other + shift) * scale.exp()], 1), scale.sum((1, 2, 3)) + pixels * (self.log_scale.sum() + self.log_diagonal.sum())


class Prior(nn.Module):
    """Mean and log-spread of the half that leaves, told by the half that stays (or by nothing, at the end)."""

    def __init__(self, channels: int, told: bool) -> None:
        super().__init__()
        self.told = told
        self.net = nn.Conv2d(channels, 2 * channels, 3, padding=1)
        nn.init.zeros_(self.net.weight)
        nn.init.zeros_(self.net.bias)

    def forward(self, stays: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Both of the shape of `stays`."""
        mean, spread = self.net(stays if self.told else torch.zeros_like(stays)).chunk(2, 1)
        return mean, 2 * torch.tanh(spread / 2)


class Flow(nn.Module):
    """Picture in -0.5..0.5 to unit noise and its log-density; `Inverse` goes back."""

    def __init__(self) -> None:
        super().__init__()
        channels, levels, priors = 3, [], []
        for level in range(LEVELS):
            channels *= 4
            levels.append(nn.ModuleList([Step(channels) for _ in range(STEPS)]))
            if level < LEVELS - 1:
                channels //= 2
            priors.append(Prior(channels, level < LEVELS - 1))
        self.levels, self.priors = nn.ModuleList(levels), nn.ModuleList(priors)

    def forward(self, image: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """[B,3,32,32] -> noise [B,3072], log-density [B] in nats for these units."""
        x, total, noises = image, image.new_zeros(image.shape[0]), []
        for level, (steps, prior) in enumerate(zip(self.levels, self.priors)):
            x = F.pixel_unshuffle(x, 2)
            for step in steps:
                x, change = step(x)
                total = total + change
            leaves = x
            if level < LEVELS - 1:
                x, leaves = x.chunk(2, 1)
            mean, log_spread = prior(x)
            noise = (leaves - mean) * torch.exp(-log_spread)
            total = total - log_spread.sum((1, 2, 3)) - 0.5 * noise.square().sum((1, 2, 3))
            noises.append(noise.flatten(1))
        return torch.cat(noises, 1), total - 0.5 * VALUES * math.log(2 * math.pi)


@torch.no_grad()
def bake(flow: Flow) -> None:
    """Fix every mixing matrix at what it is now, so that the forward graph and the inverse hold the very same one."""
    for steps in flow.levels:
        for step in steps:
            step.baked = nn.Parameter(step.mixing().clone(), requires_grad=False)


class Inverse(nn.Module):
    """Unit noise to a picture, through the matrices' inverses, which are computed once in double precision."""

    def __init__(self, flow: Flow) -> None:
        super().__init__()
        self.flow = flow
        matrices = [torch.linalg.inv(step.mixing().double()).to(step.shift.dtype) for steps in flow.levels for step in steps]
        self.inverses = nn.ParameterList([nn.Parameter(m, requires_grad=False) for m in matrices])

    def forward(self, noise: torch.Tensor) -> torch.Tensor:
        """[B,3072] -> [B,3,32,32], about -0.5..0.5."""
        shapes, side, channels = [], SIZE, 3
        for level in range(LEVELS):
            side, channels = side // 2, channels * 4
            channels = channels // 2 if level < LEVELS - 1 else channels
            shapes.append((channels, side, side))
        parts = noise.split([math.prod(s) for s in shapes], 1)
        x = torch.zeros(())
        for level in reversed(range(LEVELS)):
            own = parts[level].unflatten(1, shapes[level])
            last = level == LEVELS - 1
            mean, log_spread = self.flow.priors[level](own if last else x)
            leaves = own * log_spread.exp() + mean
            x = leaves if last else torch.cat([x, leaves], 1)
            for n in reversed(range(STEPS)):
                step = self.flow.levels[level][n]
                kept, other = x[:, :step.half], x[:, step.half:]
                scale, shift = step.affine(kept)
                x = mixed(torch.cat([kept, other * torch.exp(-scale) - shift], 1), self.inverses[level * STEPS + n])
                x = x * (-step.log_scale).exp()[:, None, None] - step.shift[:, None, None]
            x = F.pixel_shuffle(x, 2)
        return x


class Products(nn.Module):
    """A 3x3 or 1x1 convolution as one matrix product, for onnxruntime has no convolutions in double precision."""

    def __init__(self, convolution: nn.Conv2d) -> None:
        super().__init__()
        self.size = convolution.kernel_size[0]
        # Rows of the product are places in the kernel, then channels.
        self.weight, self.bias = nn.Parameter(convolution.weight.permute(0, 2, 3, 1).flatten(1), requires_grad=False), nn.Parameter(convolution.bias[:, None, None].clone(), requires_grad=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Same size."""
        if self.size > 1:
            high, wide, edge = *x.shape[2:], self.size // 2
            padded = F.pad(x, (edge,) * 4)
            x = torch.cat([padded[:, :, row:row + high, column:column + wide] for row in range(self.size) for column in range(self.size)], 1)
        return mixed(x, self.weight) + self.bias


@torch.no_grad()
def precise(flow: Flow) -> Flow:
    """A baked flow in double precision. For pictures that it thinks impossible the noise reaches thousands, and what float32 cannot hold of that becomes a third of the picture or more on the way back."""
    flow = copy.deepcopy(flow).double()
    for module in [m for m in flow.modules() if isinstance(m, nn.Sequential)]:
        for n, layer in enumerate(module):
            if isinstance(layer, nn.Conv2d):
                module[n] = Products(layer)
    for prior in flow.priors:
        prior.net = Products(prior.net)
    return flow


def bits_per_dimension(log_density: torch.Tensor) -> torch.Tensor:
    """Of an 8-bit picture, from the log-density of its dequantised values in units of 256 grey levels."""
    return 8 - log_density / (VALUES * math.log(2))


def dequantised(image: torch.Tensor) -> torch.Tensor:
    """-1..1 of 8 bits to -0.5..0.5, each value spread evenly over its step."""
    return ((image + 1) * 127.5 + torch.rand_like(image)) / 256 - 0.5


def main() -> None:
    """Train, checkpoint, resume."""
    parser = base_parser(__doc__)
    parser.add_argument("--average", type=float, default=0.998)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    model = Flow().to(args.device)
    faces = Faces(world_of(args), SIZE, args.seed, args.device)
    adam = torch.optim.AdamW(model.parameters(), lr=args.lr, betas=(0.9, 0.98), weight_decay=0.0)
    if not (Path(args.work) / "family-flow.pt").exists():
        with torch.no_grad():
            model(dequantised(faces.draw(256)[0]))
    run, average = Run("family-flow", args), Average(model, args.average)
    run.restore(model=model, average=average.module, adam=adam)
    average.updates = run.steps
    torch.manual_seed(args.seed + run.steps)
    faces.random.manual_seed(args.seed + run.steps)
    fixed = torch.randn(24, VALUES, generator=torch.Generator().manual_seed(1)).to(args.device)

    @torch.no_grad()
    def save() -> None:
        inverse = Inverse(average.module).eval()
        save_sheet(F.interpolate(torch.cat([inverse(fixed * 0.7), inverse(fixed)]) * 2, scale_factor=2), Path(args.work) / "family-flow.png")
        held = Faces(world_of(args), SIZE, 12345).draw(64)[0]
        print("held-out bits per dimension", float(bits_per_dimension(average.module(dequantised(held))[1]).mean()), flush=True)
        run.save(model=model, average=average.module, adam=adam)

    loss_of = lambda: bits_per_dimension(model(dequantised(faces.draw(args.batch)[0]))[1]).mean()
    descend(run, model, average, loss_of, [(adam, args.lr)], save)


if __name__ == "__main__":
    main()
