"""Variational auto-encoder (Kingma & Welling 2013, arXiv:1312.6114) of 64 px pictures with a 64-d latent."""
from __future__ import annotations

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

from data import Faces, save_sheet, world_of
from common import Average, Muon, Run, base_parser
from descent import descend
from losses import gradient_loss

SIZE, LATENT = 64, 64
WIDE, NARROW = 128, 64


class Block(nn.Module):
    """Two 3x3 convolutions and a skip."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.a, self.b = nn.Conv2d(width, width, 3, padding=1), nn.Conv2d(width, width, 3, padding=1)
        nn.init.normal_(self.b.weight, std=0.3 * (1 / (width * 9)) ** 0.5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Residual."""
        return x + self.b(F.silu(self.a(F.silu(x))))


class Encoder(nn.Module):
    """Picture in -1..1 to mean and log-variance of its latent."""

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.PixelUnshuffle(4), nn.Conv2d(48, NARROW, 3, padding=1), Block(NARROW), nn.PixelUnshuffle(2), nn.Conv2d(NARROW * 4, WIDE, 1), Block(WIDE),
                                 nn.PixelUnshuffle(2), nn.Conv2d(WIDE * 4, WIDE, 1), nn.SiLU(), nn.Flatten())
        self.out = nn.Linear(WIDE * 16, 2 * LATENT)

    def forward(self, image: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """[B,64] each."""
        both = self.out(self.net(image)).unflatten(1, (2, LATENT))
        return both[:, 0], both[:, 1].clamp(-12, 4)


class Decoder(nn.Module):
    """Latent to picture."""

    def __init__(self) -> None:
        super().__init__()
        self.inside = nn.Sequential(nn.Linear(LATENT, 512), nn.SiLU(), nn.Linear(512, WIDE * 16))
        self.net = nn.Sequential(Block(WIDE), nn.Conv2d(WIDE, WIDE * 4, 1), nn.PixelShuffle(2), Block(WIDE), nn.Conv2d(WIDE, NARROW * 4, 1), nn.PixelShuffle(2), Block(NARROW),
                                 nn.SiLU(), nn.Conv2d(NARROW, 96, 3, padding=1), nn.PixelShuffle(2), nn.SiLU(), nn.Conv2d(24, 12, 3, padding=1), nn.PixelShuffle(2))

    def forward(self, latent: torch.Tensor) -> torch.Tensor:
        """[B,3,64,64], about -1..1."""
        return self.net(self.inside(latent).unflatten(1, (WIDE, 4, 4)))


class Vae(nn.Module):
    """Both halves, and where the latents of the training pictures lie: what is shipped has latents of zero mean and unit covariance (`fit`)."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder, self.decoder = Encoder(), Decoder()
        self.register_buffer("centre", torch.zeros(LATENT))
        self.register_buffer("factor", torch.eye(LATENT))

    @torch.no_grad()
    def fit(self, images: torch.Tensor) -> None:
        """Fit a normal distribution to all latents of these pictures, each with its own spread (Ghosh et al. 2020, arXiv:1903.12436, section 4): minutes of training leave it far from
        the prior, and samples of the prior would be pictures of nothing."""
        mean, log_variance = self.encoder(images)
        self.centre.copy_(mean.mean(0))
        covariance = torch.cov(mean.T.double()) + torch.diag(log_variance.double().exp().mean(0))
        self.factor.copy_(torch.linalg.cholesky(covariance))


class Recognition(nn.Module):
    """Picture in -1..1 to the mean of its latent, in units in which the training pictures have zero mean and unit covariance."""

    def __init__(self, vae: Vae) -> None:
        super().__init__()
        self.encoder = vae.encoder
        inverse = torch.linalg.inv(vae.factor.double())
        self.turn, self.shift = nn.Parameter(inverse.float(), requires_grad=False), nn.Parameter(-(inverse @ vae.centre.double()).float(), requires_grad=False)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """[B,64]."""
        return F.linear(self.encoder(image)[0], self.turn, self.shift)


class Imagination(nn.Module):
    """Latent in those units to a picture."""

    def __init__(self, vae: Vae) -> None:
        super().__init__()
        self.decoder = vae.decoder
        self.turn, self.shift = nn.Parameter(vae.factor.clone(), requires_grad=False), nn.Parameter(vae.centre.clone(), requires_grad=False)

    def forward(self, latent: torch.Tensor) -> torch.Tensor:
        """[B,3,64,64], about -1..1."""
        return self.decoder(F.linear(latent, self.turn, self.shift))


def main() -> None:
    """Train, checkpoint, resume."""
    parser = base_parser(__doc__)
    parser.add_argument("--name", default="family-vae")
    parser.add_argument("--muon-lr", type=float, default=0.02)
    parser.add_argument("--beta", type=float, default=1.0, help="weight of the divergence from the prior, after its warm-up")
    parser.add_argument("--scale", type=float, default=0.08, help="spread of the Laplace distribution that the decoder's output stands for, where values are -1..1")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    model = Vae().to(args.device).to(memory_format=torch.channels_last)
    matrices = [p for n, p in model.named_parameters() if p.ndim == 2 and "inside.0" not in n]
    chosen = {id(p) for p in matrices}
    muon, adam = Muon(matrices, args.muon_lr), torch.optim.AdamW([p for p in model.parameters() if id(p) not in chosen], lr=args.lr, betas=(0.9, 0.98), weight_decay=0.0)
    run, average = Run(args.name, args), Average(model, 0.997)
    run.restore(model=model, average=average.module, muon=muon, adam=adam)
    average.updates = run.steps
    torch.manual_seed(args.seed + run.steps)
    faces = Faces(world_of(args), SIZE, args.seed + run.steps, args.device)
    fixed = torch.randn(24, LATENT, generator=torch.Generator().manual_seed(1)).to(args.device)

    @torch.no_grad()
    def save() -> None:
        real = Faces.draw(faces, 12)[0]
        net = average.module
        net.fit(faces.draw(4096)[0])
        save_sheet(torch.cat([real, net.decoder(net.encoder(real)[0]), Imagination(net)(fixed)]), Path(args.work) / f"{args.name}.png")
        run.save(model=model, average=average.module, muon=muon, adam=adam)

    def loss_of() -> torch.Tensor:
        image = faces.draw(args.batch)[0].to(memory_format=torch.channels_last)
        with torch.autocast(args.device, torch.bfloat16):
            mean, log_variance = model.encoder(image)
            mean, log_variance = mean.float(), log_variance.float()
            made = model.decoder(mean + (log_variance / 2).exp() * torch.randn_like(mean)).float()
        # In units of one value, so that the number says the same at every size.
        divergence = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(1).mean() / (3 * SIZE * SIZE)
        return ((made - image).abs().mean() + gradient_loss(made, image)) / args.scale + args.beta * min(1, run.progress / 0.25) * divergence

    descend(run, model, average, loss_of, [(muon, args.muon_lr), (adam, args.lr)], save, clip=5.0)


if __name__ == "__main__":
    main()
