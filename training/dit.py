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

from autoencoder import CHANNELS, AutoEncoder
from common import Average, Muon, Run, base_parser, to_tensor, world_of
from condition import choose_kind, control_picture, random_masks, scattered
from scenes import DEFAULT_KINDS, EASY_KINDS, World
from tokenizer import BOS, EOS, LENGTH, PAD, Captions

WIDTH, HEADS, GRID, PATCH = 256, 4, 16, 2
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


class Pool:
    """Encoded scenes and their token ids in memory, renewed piece by piece."""

    def __init__(self, world: World, encoder: nn.Module, captions: Captions, size: int, seed: int, device: str, controls: bool = False,
                 scatter: float = 0.0) -> None:
        self.controls = torch.zeros(size if controls else 0, CHANNELS, GRID, GRID, dtype=torch.float16)
        self.world, self.encoder, self.captions, self.size, self.device = world, encoder, captions, size, device
        self.latents = torch.zeros(size, CHANNELS, GRID, GRID, dtype=torch.float16)
        self.scatter, self.is_scattered = scatter, np.zeros(size, bool)
        self.ids = torch.zeros(size, LENGTH, dtype=torch.int32)
        self.rng = np.random.default_rng([seed, 23, int(time.time())])
        self.next = 0

    @torch.no_grad()
    def renew(self, count: int, core_share: float, kinds: dict[str, float]) -> None:
        """Replace the oldest `count` entries."""
        for _ in range(count // 64):
            scenes = [self.world.sample(self.rng, core_share, kinds) for _ in range(64)]
            where = slice(self.next, self.next + 64)
            self.is_scattered[where] = self.rng.random(64) < self.scatter
            scenes = [scattered(self.rng, s) if away else s for s, away in zip(scenes, self.is_scattered[where])]
            pictures = [self.world.render(s, 128) for s in scenes]
            self.latents[where] = self.encoded(pictures)
            if len(self.controls):
                self.controls[where] = self.encoded([control_picture(self.world, s, p, choose_kind(self.rng, s), self.rng) for s, p in zip(scenes, pictures)])
            self.ids[where] = torch.from_numpy(self.captions.encode([s.caption for s in scenes])).int()
            self.next = (self.next + 64) % self.size


    def encoded(self, pictures: list[np.ndarray]) -> torch.Tensor:
        """float16 [n,8,16,16]."""
        with torch.autocast(self.device, torch.bfloat16):
            return self.encoder(to_tensor(pictures).to(self.device).contiguous(memory_format=torch.channels_last)).float().cpu().half()


def conditions(rng: np.random.Generator, data: torch.Tensor, control: torch.Tensor, masked: float, controlled: float, is_scattered: np.ndarray) -> torch.Tensor:
    """EXTRA channels for a batch: of `masked` a mask and what it leaves, of `controlled` the control latents (normalised), else zeros; scattered ones have one or both."""
    count = len(data)
    mask = random_masks(rng, count, GRID).to(data.device)
    which = rng.random(count)
    on = lambda chosen: torch.from_numpy(chosen).to(data.device)[:, None, None, None]
    has_mask = on((rng.random(count) < masked) | (is_scattered & (which < 0.4)))
    has_control = on((rng.random(count) < controlled) | (is_scattered & (which > 0.3)))
    return torch.cat([mask * has_mask, data * (1 - mask) * has_mask, control * has_control], dim=1)


def main() -> None:
    """Train, checkpoint, resume, preview."""
    parser = base_parser(__doc__)
    parser.add_argument("--tokenizer", default="../models/tokenizer.json")
    parser.add_argument("--depth", type=int, default=8)
    parser.add_argument("--pool", type=int, default=24576)
    parser.add_argument("--core-share", type=float, default=0.88)
    parser.add_argument("--easy-until", type=float, default=0.45, help="fraction of the time during which most scenes hold one object")
    parser.add_argument("--muon-lr", type=float, default=0.02)
    parser.add_argument("--average", type=float, default=0.9992, help="decay of the averaged weights")
    parser.add_argument("--spread", type=float, default=1.0, help="0..1, how much place and size vary where the caption does not name them")
    parser.add_argument("--masked", type=float, default=0.0, help="share of samples that are shown a part of the answer (inpainting)")
    parser.add_argument("--controlled", type=float, default=0.0, help="share of samples that are shown a control picture")
    parser.add_argument("--noisier", type=float, default=1.0, help="shift of the times towards noise, where the layout is decided")
    parser.add_argument("--scattered", type=float, default=0.0, help="share of scenes with things where no caption puts them; always shown with a mask or a control picture")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    import prompts
    world, captions = world_of(args), Captions(args.tokenizer)
    world.spread = args.spread
    autoencoder = AutoEncoder()
    autoencoder.load_state_dict(torch.load(Path(args.work) / "autoencoder.pt", map_location="cpu", weights_only=False)["parts"]["average"])
    autoencoder = autoencoder.to(args.device).eval().requires_grad_(False).to(memory_format=torch.channels_last)
    model = Generator(captions.size, args.depth).to(args.device)
    matrices = [p for n, p in model.named_parameters() if p.ndim == 2 and (".blocks." in n or ".layers." in n) and "modulation" not in n]
    chosen = {id(p) for p in matrices}
    others = [p for n, p in model.named_parameters() if id(p) not in chosen and ".extra." not in n]
    muon, adam = Muon(matrices, args.muon_lr), torch.optim.AdamW(others, lr=args.lr, betas=(0.9, 0.98), weight_decay=0.0)
    run, average = Run("dit", args), Average(model, args.average)
    extra = torch.optim.AdamW(model.transformer.extra.parameters(), lr=args.lr, betas=(0.9, 0.98), weight_decay=0.0)
    pool = Pool(world, autoencoder.encoder, captions, args.pool, args.seed, args.device, args.controlled > 0, args.scattered)
    kinds = lambda: EASY_KINDS if run.progress < args.easy_until else DEFAULT_KINDS
    resumed = run.restore(model=model, average=average.module, muon=muon, adam=adam, extra=extra)
    average.updates = run.steps
    torch.manual_seed(args.seed + run.steps)
    pool.renew(args.pool // 3 // 64 * 64, args.core_share, kinds())
    filled = pool.next
    if not resumed:
        z = pool.latents[:filled].float()
        for target in (model, average.module):
            target.mean.copy_(z.mean((0, 2, 3)))
            target.std.copy_(z.std((0, 2, 3)))
        print("latent mean", model.mean.tolist(), "std", model.std.tolist(), flush=True)
    print(sum(p.numel() for p in model.transformer.parameters()) / 1e6, "M transformer", sum(p.numel() for p in model.text.parameters()) / 1e6, "M text", flush=True)
    run.tick = time.time()
    empty = torch.full((LENGTH,), PAD)
    empty[0], empty[1] = BOS, EOS
    mean, std = model.mean[:, None, None], model.std[:, None, None]

    def preview() -> None:
        """A sheet of 32 demo prompts, so that a person can look."""
        with torch.no_grad():
            z = generate(average.module, captions, prompts.DEMO[::2], list(range(32)), steps=16)
            images = autoencoder.decoder(z * std + mean).clamp(-1, 1).add(1).mul(127.5).byte().permute(0, 2, 3, 1).cpu().numpy()
        Image.fromarray(np.vstack([np.hstack(images[i * 8:i * 8 + 8]) for i in range(4)])).save(Path(args.work) / "dit.png")

    since = 0
    while run.progress < 1:
        factor = run.lr()
        for group in muon.param_groups:
            group["lr"] = args.muon_lr * factor
        for group in (*adam.param_groups, *extra.param_groups):
            group["lr"] = args.lr * factor
        if since >= 4096:
            pool.renew(512, args.core_share, kinds())
            filled, since = max(filled, pool.next), 0
        rows = torch.randint(filled, (args.batch,))
        ids = pool.ids[rows].long()
        ids[torch.rand(args.batch) < 0.1] = empty
        ids = ids[:, :int((ids != PAD).sum(1).max())].to(args.device)
        data = (pool.latents[rows].float().to(args.device) - mean) / std
        noise = torch.randn_like(data)
        t = torch.sigmoid(torch.randn(args.batch, device=args.device))
        t = torch.where(torch.rand(args.batch, device=args.device) < 0.1, torch.rand(args.batch, device=args.device), t)
        t = args.noisier * t / (1 + (args.noisier - 1) * t)
        noisy = torch.lerp(data, noise, t[:, None, None, None])
        beside = None
        if args.masked or args.controlled:
            control = (pool.controls[rows].float().to(args.device) - mean) / std if len(pool.controls) else torch.zeros_like(data)
            beside = conditions(pool.rng, data, control, args.masked, args.controlled, pool.is_scattered[rows.numpy()])
        with torch.autocast(args.device, torch.bfloat16):
            text, pooled = model.text(ids)
            velocity = model.transformer(noisy, t * 1000, text, pooled, ids != PAD, beside)
        loss = F.mse_loss(velocity.float(), noise - data)
        model.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        muon.step()
        adam.step()
        if beside is not None:
            extra.step()
        average.update(model)
        since += args.batch
        run.count(args.batch, float(loss.detach()))
        if run.due():
            preview()
            run.save(model=model, average=average.module, muon=muon, adam=adam, extra=extra)
    preview()
    run.save(model=model, average=average.module, muon=muon, adam=adam, extra=extra)


if __name__ == "__main__":
    main()
