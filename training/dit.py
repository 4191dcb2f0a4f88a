"""Train the text encoder and the rectified-flow transformer together on latents of the frozen encoder."""
from __future__ import annotations

import math
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn

from autoencoder import CHANNELS
from common import Average, Muon, Run, base_parser, world_of
from latents import GRID, Latents, frozen_autoencoder, scene_options
from speed import compiled
from tokenizer import LENGTH, PAD, Captions

WIDTH, HEADS, PATCH = 256, 4, 2
EXTRA = 1 + CHANNELS + CHANNELS  # mask (1: made anew), known latents, latents of a control picture (condition.py); zero where there is none


def rms(x: torch.Tensor) -> torch.Tensor:
    """Root-mean-square normalisation of the last axis."""
    return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 1e-6)


def heads(x: torch.Tensor, count: int) -> torch.Tensor:
    """[B,N,D] -> [B,heads,N,D/heads]."""
    return x.unflatten(-1, (count, -1)).transpose(1, 2)


class Attention(nn.Module):
    """Self- or cross-attention with normalised queries and keys."""

    def __init__(self, width: int, count: int) -> None:
        super().__init__()
        self.count = count
        self.q, self.k, self.v, self.out = (nn.Linear(width, width, bias=False) for _ in range(4))
        self.q_scale, self.k_scale = nn.Parameter(torch.ones(width // count)), nn.Parameter(torch.ones(width // count))
        nn.init.zeros_(self.out.weight)

    def forward(self, x: torch.Tensor, context: torch.Tensor | None = None, bias: torch.Tensor | None = None) -> torch.Tensor:
        """`bias` is added to the scores, [B,1,1,keys]."""
        context = x if context is None else context
        q = rms(heads(self.q(x), self.count)) * self.q_scale
        k = rms(heads(self.k(context), self.count)) * self.k_scale
        v = heads(self.v(context), self.count)
        y = F.scaled_dot_product_attention(q.to(v.dtype), k.to(v.dtype), v, attn_mask=None if bias is None else bias.to(v.dtype))
        return self.out(y.transpose(1, 2).flatten(2))


class Mlp(nn.Module):
    """Two linear layers with GELU."""

    def __init__(self, width: int, ratio: int = 4) -> None:
        super().__init__()
        self.a, self.b = nn.Linear(width, width * ratio), nn.Linear(width * ratio, width)
        nn.init.zeros_(self.b.weight)
        nn.init.zeros_(self.b.bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Feed-forward."""
        return self.b(F.gelu(self.a(x), approximate="tanh"))


def key_bias(mask: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """0 for real tokens, a large negative number for padding."""
    return ((1 - mask.to(dtype)) * -1e4)[:, None, None, :]


class TextEncoder(nn.Module):
    """Token ids to hidden states and one pooled vector."""

    def __init__(self, vocabulary: int, layers: int = 2) -> None:
        super().__init__()
        self.token, self.position = nn.Embedding(vocabulary, WIDTH), nn.Parameter(torch.randn(LENGTH, WIDTH) * 0.02)
        nn.init.normal_(self.token.weight, std=0.3)
        self.layers = nn.ModuleList(nn.ModuleList([nn.LayerNorm(WIDTH), Attention(WIDTH, HEADS), nn.LayerNorm(WIDTH), Mlp(WIDTH)]) for _ in range(layers))
        self.norm, self.pool = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, WIDTH)

    def forward(self, ids: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """int64 [B,L] -> [B,L,256], [B,256]."""
        mask = (ids != PAD).to(self.position.dtype)
        bias = key_bias(mask, self.position.dtype)
        x = self.token(ids) + self.position[:ids.shape[1]]
        for norm1, attention, norm2, mlp in self.layers:
            x = x + attention(norm1(x), bias=bias)
            x = x + mlp(norm2(x))
        x = self.norm(x)
        pooled = (x * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        return x, self.pool(pooled)


class Block(nn.Module):
    """adaLN-zero self-attention and MLP, cross-attention to the text between them."""

    def __init__(self) -> None:
        super().__init__()
        self.attention, self.cross, self.mlp = Attention(WIDTH, HEADS), Attention(WIDTH, HEADS), Mlp(WIDTH)
        self.norm1, self.norm2, self.norm3 = nn.LayerNorm(WIDTH, elementwise_affine=False), nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH, elementwise_affine=False)
        self.modulation = nn.Linear(WIDTH, 6 * WIDTH)
        nn.init.zeros_(self.modulation.weight)
        nn.init.zeros_(self.modulation.bias)
        for module in (self.attention, self.mlp):  # the gates start at zero, so these need not
            nn.init.xavier_uniform_(module.out.weight if isinstance(module, Attention) else module.b.weight)

    def forward(self, x: torch.Tensor, condition: torch.Tensor, text: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        """One layer."""
        s1, b1, g1, s2, b2, g2 = self.modulation(condition)[:, None].chunk(6, dim=-1)
        x = x + g1 * self.attention(self.norm1(x) * (1 + s1) + b1)
        x = x + self.cross(self.norm2(x), text, bias)
        return x + g2 * self.mlp(self.norm3(x) * (1 + s2) + b2)


class Transformer(nn.Module):
    """Noisy latent, timestep (0..1000) and text to the velocity noise - data."""

    def __init__(self, depth: int = 8) -> None:
        super().__init__()
        self.patch = nn.Linear(CHANNELS * PATCH * PATCH, WIDTH)
        self.extra = nn.Linear(EXTRA * PATCH * PATCH, WIDTH, bias=False)
        nn.init.zeros_(self.extra.weight)
        self.position = nn.Parameter(grid_positions())
        self.time = nn.Sequential(nn.Linear(WIDTH, WIDTH), nn.SiLU(), nn.Linear(WIDTH, WIDTH))
        self.blocks = nn.ModuleList(Block() for _ in range(depth))
        self.norm, self.modulation, self.out = nn.LayerNorm(WIDTH, elementwise_affine=False), nn.Linear(WIDTH, 2 * WIDTH), nn.Linear(WIDTH, CHANNELS * PATCH * PATCH)
        for layer in (self.modulation, self.out):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)
        self.register_buffer("frequencies", torch.exp(-math.log(10000) * torch.arange(WIDTH // 2) / (WIDTH // 2)))

    def patches(self, x: torch.Tensor) -> torch.Tensor:
        """[B,C,16,16] -> [B,64,4C]."""
        b, c = x.shape[:2]
        n = GRID // PATCH
        return x.reshape(b, c, n, PATCH, n, PATCH).permute(0, 2, 4, 1, 3, 5).reshape(b, n * n, c * PATCH * PATCH)

    def forward(self, sample: torch.Tensor, timestep: torch.Tensor, text: torch.Tensor, pooled: torch.Tensor, mask: torch.Tensor,
                extra: torch.Tensor | None = None) -> torch.Tensor:
        """Velocity, the shape of `sample`."""
        x = self.patch(self.patches(sample)) + self.position
        if extra is not None:
            x = x + self.extra(self.patches(extra))
        angle = timestep[:, None] * self.frequencies[None]
        condition = F.silu(self.time(torch.cat([angle.cos(), angle.sin()], dim=1)) + pooled)
        bias = key_bias(mask, sample.dtype)
        for block in self.blocks:
            x = block(x, condition, text, bias)
        scale, shift = self.modulation(condition)[:, None].chunk(2, dim=-1)
        x = self.out(self.norm(x) * (1 + scale) + shift)
        n = GRID // PATCH
        return x.reshape(x.shape[0], n, n, CHANNELS, PATCH, PATCH).permute(0, 3, 1, 4, 2, 5).reshape(x.shape[0], CHANNELS, GRID, GRID)


def grid_positions() -> torch.Tensor:
    """Two-dimensional sine table for the 8x8 tokens, the start of a learned one."""
    n = GRID // PATCH
    f = torch.exp(-math.log(100.0) * torch.arange(WIDTH // 4) / (WIDTH // 4))
    line = torch.arange(n)[:, None] * f[None]
    line = torch.cat([line.sin(), line.cos()], dim=1)
    return torch.cat([line[:, None].expand(n, n, -1), line[None].expand(n, n, -1)], dim=-1).reshape(n * n, WIDTH) * 0.5


class Generator(nn.Module):
    """Both trained parts and the latent statistics."""

    def __init__(self, vocabulary: int, depth: int = 8) -> None:
        super().__init__()
        self.text, self.transformer = TextEncoder(vocabulary), Transformer(depth)
        self.register_buffer("mean", torch.zeros(CHANNELS))
        self.register_buffer("std", torch.ones(CHANNELS))


def sigmas(steps: int, shift: float) -> list[float]:
    """Noise levels from 1 to 0, as diffusers' FlowMatchEulerDiscreteScheduler makes them (its smallest level is shifted twice)."""
    least = shift * 0.001 / (1 + (shift - 1) * 0.001)
    line = np.linspace(1, least, steps)
    return [*(shift * line / (1 + (shift - 1) * line)), 0.0]


@torch.no_grad()
def generate(model: Generator, captions: Captions, prompts: list[str], seeds: list[int], steps: int = 24, guidance: float = 3.5, shift: float = 2.0) -> torch.Tensor:
    """Normalised latents for prompts; the noise of each comes from its own seed on the CPU."""
    device = model.mean.device
    ids = torch.from_numpy(captions.encode([*prompts, *[""] * len(prompts)])).to(device)
    text, pooled = model.text(ids)
    mask = ids != PAD
    x = torch.stack([torch.randn(CHANNELS, GRID, GRID, generator=torch.Generator().manual_seed(s)) for s in seeds]).to(device)
    levels = sigmas(steps, shift)
    for now, following in zip(levels, levels[1:]):
        both = model.transformer(torch.cat([x, x]), torch.full((2 * len(x),), now * 1000.0, device=device), text, pooled, mask)
        wanted, free = both.float().chunk(2)
        x = x + (following - now) * (free + guidance * (wanted - free))
    return x


def matrices_of(module: nn.Module) -> list[nn.Parameter]:
    """What Muon is for: the hidden matrices of attention and MLP."""
    return [p for n, p in module.named_parameters() if p.ndim == 2 and ("blocks." in n or "layers." in n) and "modulation" not in n]


def main() -> None:
    """Train, checkpoint, resume, preview."""
    parser = base_parser(__doc__)
    scene_options(parser, pool=24576, core_share=0.88)
    parser.add_argument("--depth", type=int, default=8)
    parser.add_argument("--easy-until", type=float, default=0.45, help="fraction of the time during which most scenes hold one object")
    parser.add_argument("--muon-lr", type=float, default=0.02)
    parser.add_argument("--average", type=float, default=0.9992, help="decay of the averaged weights")
    parser.add_argument("--noisier", type=float, default=1.0, help="shift of the times towards noise, where the layout is decided")
    parser.add_argument("--start", help="checkpoint whose averaged weights are begun with, on a schedule of its own")
    parser.add_argument("--compile", action="store_true", help="on a GPU: compile the blocks, if that works and is faster")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    import prompts
    world, captions = world_of(args), Captions(args.tokenizer)
    scenes = Latents(world, captions, args, [args.seed, 23, int(time.time())], args.easy_until > 0)
    autoencoder = frozen_autoencoder(args.work, args.device)
    torch.set_float32_matmul_precision("high")
    model = Generator(captions.size, args.depth).to(args.device)
    matrices = matrices_of(model)
    chosen = {id(p) for p in matrices}
    adam_of = lambda parameters: torch.optim.AdamW(parameters, lr=args.lr, betas=(0.9, 0.98), weight_decay=0.0, fused=args.device != "cpu")
    muon, adam = Muon(matrices, args.muon_lr), adam_of([p for n, p in model.named_parameters() if id(p) not in chosen and ".extra." not in n])
    extra = adam_of(model.transformer.extra.parameters())
    run = Run("dit", args, every=60 if args.until else 180)
    if args.start:
        start = torch.load(args.start, map_location="cpu", weights_only=False)
        model.load_state_dict(start["parts"]["average"])
        run.before = {"seconds": round(start["run"][0]), "steps": start["run"][1], "samples": start["run"][2]}
    average = Average(model, args.average)
    parts = {"model": model, "average": average.module, "muon": muon, "adam": adam, "extra": extra}
    resumed = run.restore(**parts) or bool(args.start)
    average.updates = run.steps
    torch.manual_seed(args.seed + run.steps)
    scenes.ready(autoencoder.encoder)
    if not resumed:
        z = scenes.pool.parts[0][:scenes.pool.count].float()
        for target in (model, average.module):
            target.mean.copy_(z.mean((0, 2, 3)))
            target.std.copy_(z.std((0, 2, 3)))
        print("latent mean", model.mean.tolist(), "std", model.std.tolist(), flush=True)
    print(sum(p.numel() for p in model.transformer.parameters()) / 1e6, "M transformer", sum(p.numel() for p in model.text.parameters()) / 1e6, "M text", flush=True)
    mean, std = model.mean[:, None, None], model.std[:, None, None]

    def preview() -> None:
        """A sheet of 32 demo prompts, so that a person can look."""
        with torch.no_grad():
            z = generate(average.module, captions, prompts.DEMO[::2], list(range(32)), steps=16)
            images = autoencoder.decoder(z * std + mean).clamp(-1, 1).add(1).mul(127.5).byte().permute(0, 2, 3, 1).cpu().numpy()
        Image.fromarray(np.vstack([np.hstack(images[i * 8:i * 8 + 8]) for i in range(4)])).save(Path(args.work) / "dit.png")

    def forward() -> tuple[torch.Tensor, torch.Tensor]:
        """Velocity and the loss of a new batch."""
        ids, data, beside = scenes.batch(args.batch, mean, std)
        ids = scenes.trimmed(torch.where(torch.rand(args.batch, 1, device=args.device) < 0.1, scenes.empty, ids.long()))
        noise = torch.randn_like(data)
        t = torch.sigmoid(torch.randn(args.batch, device=args.device))
        t = torch.where(torch.rand(args.batch, device=args.device) < 0.1, torch.rand(args.batch, device=args.device), t)
        t = args.noisier * t / (1 + (args.noisier - 1) * t)
        noisy = torch.lerp(data, noise, t[:, None, None, None])
        with torch.autocast(args.device, torch.bfloat16):
            text, pooled = model.text(ids)
            velocity = model.transformer(noisy, t * 1000, text, pooled, ids != PAD, beside)
        return velocity, F.mse_loss(velocity.float(), noise - data)

    def trial() -> torch.Tensor:
        """The same batch every time, forwards and backwards."""
        torch.manual_seed(1)
        velocity, loss = forward()
        model.zero_grad(set_to_none=True)
        loss.backward()
        return velocity.detach()

    if args.compile and args.device != "cpu":
        compiled([model.text, *model.transformer.blocks], trial)
        torch.manual_seed(args.seed + run.steps)
    run.tick = time.time()
    since, careful, loss = 0, 1.0, torch.zeros(())
    while run.progress < 1:
        factor = run.lr() * careful
        for group in muon.param_groups:
            group["lr"] = args.muon_lr * factor
        for group in (*adam.param_groups, *extra.param_groups):
            group["lr"] = args.lr * factor
        scenes.easy.value = run.progress < args.easy_until
        since += args.batch
        if args.workers or since >= 512:  # without workers a scene is drawn for every eight samples
            scenes.renew()
            since = 0
        _, loss = forward()
        model.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        muon.step()
        adam.step()
        if scenes.shows:
            extra.step()
        average.update(model)
        run.count(args.batch, loss)
        if run.due():
            if not torch.isfinite(loss):  # back to the last checkpoint, more carefully
                careful /= 2
                print(f"the loss is not a number: restored {run.restore(**parts)}", flush=True)
                continue
            preview()
            run.save(**parts)
    if torch.isfinite(loss):
        preview()
        run.save(**parts)
    scenes.feed.close()


if __name__ == "__main__":
    main()
