"""Relatives of TAEF2's decoder, trained on from its weights: another upsampler, and a critic of their own.

Small decoders that learn in minutes from nothing blur, and blur would be taught on. These start with weights that give the very pictures of a decoder
that is good already, so that what their training changes is the trace and not the quality. (Bilinear upsampling and another activation cannot express
what TAEF2 does: after five minutes they were still four times as far from the real as it is.)
"""
from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from adversarial import REALS, SIZE, Critic, coarse
from decoders import Decoder, taef2_parts


class Transposed(nn.ConvTranspose2d):
    """Nearest neighbours, then a 3x3 convolution, as one transposed convolution of 4x4: equal but for the border."""

    def __init__(self, conv: nn.Conv2d) -> None:
        super().__init__(conv.in_channels, conv.out_channels, 4, stride=2, padding=1, bias=False)
        with torch.no_grad():
            # Each tap of the small kernel falls on two of the large one, in both directions, mirrored as transposing mirrors.
            self.weight.copy_(F.conv2d(conv.weight.flip(2, 3).flatten(0, 1)[:, None], torch.ones(1, 1, 2, 2), padding=1).view(conv.out_channels, conv.in_channels, 4, 4).transpose(0, 1))


class Shuffled(nn.Module):
    """Nearest neighbours, then a 3x3 convolution, as one convolution with four times the channels and a pixel shuffle."""

    def __init__(self, conv: nn.Conv2d) -> None:
        super().__init__()
        wide = nn.Conv2d(conv.in_channels, 4 * conv.out_channels, 3, padding=1, bias=False)
        # Where the three taps of the fine grid lie on the coarse one, for even and for odd places.
        rows = torch.tensor([[[1.0, 0, 0], [0, 1, 1], [0, 0, 0]], [[0, 0, 0], [1, 1, 0], [0, 0, 1]]])
        with torch.no_grad():
            phases = torch.einsum("pyi,qxj,abij->apqbyx", rows, rows, conv.weight)
            wide.weight.copy_(phases.flatten(0, 2).view_as(wide.weight))
        self.body = nn.Sequential(wide, nn.PixelShuffle(2))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """[B,a,h,w] -> [B,b,2h,2w]."""
        return self.body(x)


VARIANTS = ("taef2-transposed", "taef2-shuffle")


def variant(decoder: nn.Sequential, name: str) -> nn.Sequential:
    """TAEF2's decoder with another upsampler."""
    layers, other = list(decoder), {"taef2-transposed": Transposed, "taef2-shuffle": Shuffled}[name]
    for k, layer in enumerate(layers):
        if isinstance(layer, nn.Upsample):
            layers[k], layers[k + 1] = nn.Identity(), other(layers[k + 1])
    return nn.Sequential(*layers)


def squash(z: torch.Tensor) -> torch.Tensor:
    """What TAEF2 does to a latent first."""
    return torch.tanh(z / 3) * 3


def load_variants(path: Path, weights: Path) -> dict[str, Decoder]:
    """Pictures in -1..1 through TAEF2's encoder and each variant of its decoder; none when the file is not there."""
    if not path.exists():
        return {}
    out: dict[str, Decoder] = {}
    for name, state in torch.load(path, map_location="cpu").items():
        encoder, decoder = taef2_parts(weights)
        decoder = variant(decoder, name).eval()
        decoder.load_state_dict(state["decoder"])
        out[name] = lambda image, encoder=encoder, decoder=decoder: decoder(squash(encoder(image.add(1).div(2)))).mul(2).sub(1)
    return out


def train(reals: list[np.ndarray], weights: Path, out: Path, minutes: float, batch: int) -> None:
    """All in turn: colours and edges held to the real, texture to what the critic accepts."""
    torch.manual_seed(5)
    rng = np.random.default_rng()
    encoder, plain = taef2_parts(weights)
    nets = {name: (variant(taef2_parts(weights)[1], name), Critic()) for name in VARIANTS}
    makers = {name: torch.optim.Adam(d.parameters(), 4e-4, betas=(0.5, 0.95)) for name, (d, _) in nets.items()}
    judges = {name: torch.optim.Adam(c.parameters(), 1e-3, betas=(0.0, 0.95)) for name, (_, c) in nets.items()}
    begin, step = time.time(), 0
    while (progress := (time.time() - begin) / (60 * minutes)) < 1:
        for name, (decoder, critic) in nets.items():
            source = reals[int(rng.integers(len(reals)))]
            y, x = (int(rng.integers(source.shape[1] - SIZE)) for _ in range(2))
            real = torch.from_numpy(source[rng.integers(len(source), size=batch), y:y + SIZE, x:x + SIZE]).permute(0, 3, 1, 2).float().div_(127.5).sub_(1)
            for group in makers[name].param_groups:
                group["lr"] = 4e-4 * min(1, (step + 1) / 20) * max(0.1, min(1, 2 * (1 - progress)))
            with torch.autocast("cpu", torch.bfloat16):
                with torch.no_grad():
                    z = squash(encoder(real.add(1).div(2)))
                fake = decoder(z).float().mul(2).sub(1)
                logits, features = critic(fake)
                with torch.no_grad():
                    _, wanted = critic(real)
                match = sum((a.float() - b.float()).abs().mean() for a, b in zip(features, wanted)) / len(features)
                loss = coarse(fake, real) + 0.25 * (fake - real).abs().mean() + 0.5 * match - (0.05 * logits.float().mean() if progress > 0.2 else 0)
            makers[name].zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(decoder.parameters(), 1.0)
            makers[name].step()
            with torch.autocast("cpu", torch.bfloat16):
                judged = F.relu(1 - critic(real)[0].float()).mean() + F.relu(1 + critic(fake.detach())[0].float()).mean()
            judges[name].zero_grad(set_to_none=True)
            judged.backward()
            judges[name].step()
            if step % 25 == 0:
                with torch.no_grad():
                    before = plain(z.float()).mul(2).sub(1)
                print(f"{name} {step} {progress:.2f} L1 {float((fake - real).abs().mean()):.4f}, TAEF2's own {float((before - real).abs().mean()):.4f}", flush=True)
        step += 1
        if step % 50 == 0:
            save(out, nets)
    save(out, nets)


def save(out: Path, nets: dict[str, tuple[nn.Sequential, Critic]]) -> None:
    """The decoders alone."""
    torch.save({name: {"decoder": decoder.state_dict()} for name, (decoder, _) in nets.items()}, out)


def main() -> None:
    """Train on the patches of photographs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patches", required=True)
    parser.add_argument("--weights", required=True, help="folder with taef2/")
    parser.add_argument("--out", required=True)
    parser.add_argument("--minutes", type=float, default=15, help="of all together")
    parser.add_argument("--batch", type=int, default=6)
    args = parser.parse_args()
    torch.set_num_threads(1)
    found = [Path(args.patches) / f"{name}.npy" for name in REALS]
    train([np.load(path, mmap_mode="r") for path in found if path.exists()], Path(args.weights) / "taef2", Path(args.out), args.minutes, args.batch)


if __name__ == "__main__":
    main()
