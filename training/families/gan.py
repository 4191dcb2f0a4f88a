"""Style-based GAN (Karras et al. 2019, arXiv:1812.04948 and 2020, arXiv:1912.04958), 64 px: mapping network, modulated and demodulated
convolutions, style mixing; non-saturating loss with lazy R1 and averaged weights. No noise inputs: these pictures have no random detail."""
from __future__ import annotations

import json
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

from data import Faces, save_sheet, world_of
from common import Average, Run, base_parser

SIZE, STYLE = 64, 128
WIDTHS = (96, 96, 64, 32)  # at 4, 8, 16 and 32 px; the last picture is 32 px of 12 channels, unfolded to 64
LAYERS = 2 * len(WIDTHS) - 1  # modulated 3x3 convolutions
slope = lambda x: F.leaky_relu(x, 0.2)


class Even(nn.Module):
    """A linear layer or convolution whose weights are drawn with unit spread and scaled when used (equalised learning rate)."""

    def __init__(self, a: int, b: int, kernel: int = 0, gain: float = 1.0, bias: float = 0.0, rate: float = 1.0) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(b, a, kernel, kernel) / rate if kernel else torch.randn(b, a) / rate)
        self.bias = nn.Parameter(torch.full((b,), float(bias) / rate))
        self.rate, self.scale, self.kernel = rate, gain * rate / (a * max(1, kernel) ** 2) ** 0.5, kernel

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Linear or same-size convolution."""
        if not self.kernel:
            return F.linear(x, self.weight * self.scale, self.bias * self.rate)
        return F.conv2d(x, self.weight * self.scale, self.bias, padding=self.kernel // 2)


class Modulated(nn.Module):
    """Convolution with a style: scale the inputs, convolve, divide by the spread that this gives (weight demodulation, with static weights)."""

    def __init__(self, a: int, b: int, kernel: int, demodulate: bool = True) -> None:
        super().__init__()
        self.style, self.weight, self.bias = Even(STYLE, a, bias=1), nn.Parameter(torch.randn(b, a, kernel, kernel)), nn.Parameter(torch.zeros(b))
        self.scale, self.demodulate, self.kernel = 1 / (a * kernel * kernel) ** 0.5, demodulate, kernel

    def forward(self, x: torch.Tensor, w: torch.Tensor) -> torch.Tensor:
        """x [B,a,h,w], w [B,128]."""
        weight, style = self.weight * self.scale, self.style(w)
        x = F.conv2d(x * style[:, :, None, None], weight, padding=self.kernel // 2)
        if self.demodulate:
            x = x * torch.rsqrt(style.square() @ weight.square().sum((2, 3)).T + 1e-8)[:, :, None, None]
        return x + self.bias[:, None, None]


class Mapping(nn.Module):
    """z to w, drawn towards the mean of all w by `truncation`."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList([Even(STYLE, STYLE, gain=2 ** 0.5, rate=0.01 ** 0.5) for _ in range(4)])
        self.register_buffer("mean", torch.zeros(STYLE))

    def forward(self, z: torch.Tensor, truncation: torch.Tensor) -> torch.Tensor:
        """z [B,128], truncation [B,1] in 0..1 -> w [B,128]."""
        w = z * torch.rsqrt(z.square().mean(1, keepdim=True) + 1e-8)
        for layer in self.layers:
            w = slope(layer(w))
        return self.mean + truncation * (w - self.mean)


class Synthesis(nn.Module):
    """One w a layer to a picture; every size adds its share to the picture (skip connections)."""

    def __init__(self) -> None:
        super().__init__()
        self.constant = nn.Parameter(torch.randn(1, WIDTHS[0], 4, 4))
        pairs = [(WIDTHS[0], WIDTHS[0])] + [pair for a, b in zip(WIDTHS, WIDTHS[1:]) for pair in ((a, b), (b, b))]
        self.convolutions = nn.ModuleList([Modulated(a, b, 3) for a, b in pairs])
        self.pictures = nn.ModuleList([Modulated(w, 12 if w == WIDTHS[-1] else 3, 1, demodulate=False) for w in WIDTHS])

    def forward(self, w: torch.Tensor) -> torch.Tensor:
        """w [B,7,128] -> [B,3,64,64]."""
        larger = lambda t: F.interpolate(t, scale_factor=2, mode="bilinear", align_corners=False)
        x = self.constant.expand(w.shape[0], -1, -1, -1)
        x = slope(self.convolutions[0](x, w[:, 0])) * 2 ** 0.5
        picture = self.pictures[0](x, w[:, 1])
        for n in range(1, len(WIDTHS)):
            x = slope(self.convolutions[2 * n - 1](larger(x), w[:, 2 * n - 1])) * 2 ** 0.5
            x = slope(self.convolutions[2 * n](x, w[:, 2 * n])) * 2 ** 0.5
            more = self.pictures[n](x, w[:, min(2 * n + 1, LAYERS - 1)])
            last = n == len(WIDTHS) - 1
            picture = larger(larger(picture) if last else picture) + (F.pixel_shuffle(more, 2) if last else more)
        return picture


class Generator(nn.Module):
    """Both networks."""

    def __init__(self) -> None:
        super().__init__()
        self.mapping, self.synthesis = Mapping(), Synthesis()

    def forward(self, z: torch.Tensor, other: torch.Tensor | None = None, layer: int = LAYERS) -> torch.Tensor:
        """From `layer` on with the style of `other`."""
        whole = torch.ones(len(z), 1, device=z.device)
        w = self.mapping(z, whole)
        if self.training:
            self.mapping.mean.lerp_(w.detach().float().mean(0), 0.01)
        styles = w[:, None].expand(-1, LAYERS, -1)
        if other is not None:
            styles = torch.cat([styles[:, :layer], self.mapping(other, whole)[:, None].expand(-1, LAYERS - layer, -1)], 1)
        return self.synthesis(styles)


class Critic(nn.Module):
    """Residual, with the spread of the batch as one more channel."""

    def __init__(self) -> None:
        super().__init__()
        up = WIDTHS[::-1]
        self.first = Even(12, up[0], 3, 2 ** 0.5)
        self.a = nn.ModuleList([Even(w, w, 3, 2 ** 0.5) for w in up[:-1]])
        self.b = nn.ModuleList([Even(a, b, 3, 2 ** 0.5) for a, b in zip(up, up[1:])])
        self.skip = nn.ModuleList([Even(a, b, 1) for a, b in zip(up, up[1:])])
        self.last, self.hidden, self.out = Even(up[-1] + 1, up[-1], 3, 2 ** 0.5), Even(up[-1] * 16, 128, gain=2 ** 0.5), Even(128, 1)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """[B] logits."""
        x = slope(self.first(F.pixel_unshuffle(image, 2)))
        for a, b, skip in zip(self.a, self.b, self.skip):
            x = (F.avg_pool2d(slope(b(slope(a(x)))), 2) + skip(F.avg_pool2d(x, 2))) * 0.5 ** 0.5
        groups = x.float().unflatten(0, (-1, 4)) if len(x) % 4 == 0 else x.float()[None]
        spread = (groups.var(1, unbiased=False) + 1e-8).sqrt().mean((1, 2, 3)).repeat_interleave(groups.shape[1])
        x = torch.cat([x, spread[:, None, None, None].to(x.dtype).expand(-1, 1, *x.shape[2:])], 1)
        return self.out(slope(self.hidden(slope(self.last(x)).flatten(1))))[:, 0].float()


def main() -> None:
    """Train, checkpoint, resume."""
    parser = base_parser(__doc__)
    parser.add_argument("--gamma", type=float, default=1.0, help="weight of the gradient penalty; 0 shows what happens without")
    parser.add_argument("--name", default="family-gan")
    parser.add_argument("--average", type=float, default=0.998)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    generator, critic = (m.to(args.device).to(memory_format=torch.channels_last) for m in (Generator(), Critic()))
    g_adam, d_adam = (torch.optim.Adam(m.parameters(), lr=args.lr, betas=(0.0, 0.99)) for m in (generator, critic))
    run, average = Run(args.name, args), Average(generator, args.average)
    run.restore(model=generator, critic=critic, average=average.module, g_adam=g_adam, d_adam=d_adam)
    average.updates = run.steps
    torch.manual_seed(args.seed + run.steps)
    faces = Faces(world_of(args), SIZE, args.seed + run.steps, args.device)
    fixed = torch.randn(36, STYLE, generator=torch.Generator().manual_seed(1)).to(args.device)
    every = 16
    spreads: list[list[float]] = []  # pictures seen, loss of the generator, spread of its samples

    def look(loss: float) -> None:
        """How different the samples are: the spread of each value over them, in grey levels; 0 is one picture for all seeds."""
        with torch.no_grad(), torch.autocast(args.device, torch.bfloat16):
            made = generator.synthesis(generator.mapping(fixed, torch.ones(len(fixed), 1, device=args.device))[:, None].expand(-1, LAYERS, -1))
        spreads.append([run.samples, round(loss, 4), round(float(made.float().clamp(-1, 1).std(0).mean()) * 127.5, 2)])

    @torch.no_grad()
    def save() -> None:
        save_sheet(average.module(fixed), Path(args.work) / f"{args.name}.png")
        (Path(args.work) / f"{args.name}-spread.json").write_text(json.dumps(spreads))
        run.save(model=generator, critic=critic, average=average.module, g_adam=g_adam, d_adam=d_adam)

    while run.progress < 1:
        for optimizer in (g_adam, d_adam):
            optimizer.param_groups[0]["lr"] = args.lr * run.lr(decay_from=0.7, floor=0.1)
        draw = lambda: torch.randn(args.batch, STYLE, device=args.device)
        layer = int(torch.randint(1, LAYERS, ()))
        other = draw() if torch.rand(()) < 0.5 else None  # half of the batches are mixed
        real = faces.draw(args.batch)[0].to(memory_format=torch.channels_last)
        with torch.autocast(args.device, torch.bfloat16):
            made = generator(draw(), other, layer)
            critic.requires_grad_(False)
            g_loss = F.softplus(-critic(made)).mean()
            generator.zero_grad(set_to_none=True)
            g_loss.backward()
            g_adam.step()
            average.update(generator)
            critic.requires_grad_(True)
            scores = critic(torch.cat([made.detach().float(), real]))
            d_loss = F.softplus(scores[:args.batch]).mean() + F.softplus(-scores[args.batch:]).mean()
        critic.zero_grad(set_to_none=True)
        d_loss.backward()
        if args.gamma > 0 and run.steps % every == 0:
            some = real[:args.batch // 2].clone().requires_grad_(True)
            (slopes,) = torch.autograd.grad(critic(some).sum(), some, create_graph=True)
            (args.gamma / 2 * every * slopes.square().sum((1, 2, 3)).mean()).backward()
        d_adam.step()
        run.count(args.batch, float(d_loss.detach()))
        if run.steps % 50 == 0:
            look(float(g_loss.detach()))
        if run.due():
            save()
    save()


if __name__ == "__main__":
    main()
