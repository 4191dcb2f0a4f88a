"""Train the small text-image dual encoder that measures retrieval; it never sees a held-out caption and no generated image."""
from __future__ import annotations

import json
import time

import torch
import torch.nn.functional as F
from torch import nn

from common import Average, Run, base_parser, to_tensor, world_of
from feed import Feed, Pool, to_signed, upload
from latents import DRAWN, draw, frozen_autoencoder, recipe_of, scene_options
from tokenizer import LENGTH, PAD, Captions

WIDTH = 128


class Residual(nn.Module):
    """Two 3x3 convolutions with group normalisation."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.GroupNorm(8, width), nn.ReLU(), nn.Conv2d(width, width, 3, padding=1), nn.ReLU(), nn.Conv2d(width, width, 3, padding=1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Residual."""
        return x + self.net(x)


class Dual(nn.Module):
    """A picture tower for 64 px and a caption tower into one 128-d sphere."""

    def __init__(self, vocabulary: int) -> None:
        super().__init__()
        self.picture = nn.Sequential(nn.Conv2d(3, 32, 4, 2, 1), Residual(32), nn.Conv2d(32, 64, 2, 2), Residual(64), nn.Conv2d(64, 128, 2, 2), Residual(128), nn.GroupNorm(8, 128), nn.ReLU())
        self.picture_out = nn.Sequential(nn.Linear(128 * 16, 256), nn.ReLU(), nn.Linear(256, WIDTH))
        self.token, self.position = nn.Embedding(vocabulary, WIDTH), nn.Parameter(torch.randn(LENGTH, WIDTH) * 0.02)
        layer = nn.TransformerEncoderLayer(WIDTH, 4, 256, dropout=0.0, activation="gelu", batch_first=True, norm_first=True)
        self.text = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.text_out = nn.Linear(WIDTH, WIDTH)
        self.temperature = nn.Parameter(torch.tensor(2.5))

    def see(self, image: torch.Tensor) -> torch.Tensor:
        """[B,3,64,64] in -1..1 -> unit vectors."""
        x = self.picture(image)
        return F.normalize(self.picture_out(F.adaptive_avg_pool2d(x, 4).flatten(1)).float(), dim=1)

    def read(self, ids: torch.Tensor) -> torch.Tensor:
        """int64 [B,L] -> unit vectors."""
        pad = ids == PAD
        x = self.text(self.token(ids) + self.position[:ids.shape[1]], src_key_padding_mask=pad)
        keep = (~pad)[..., None].to(x.dtype)
        return F.normalize(self.text_out((x * keep).sum(1) / keep.sum(1)).float(), dim=1)


def small(images: torch.Tensor) -> torch.Tensor:
    """128 px pictures in -1..1 to the 64 px that the picture tower sees."""
    return F.avg_pool2d(images, images.shape[-1] // 64)


@torch.no_grad()
def recall_at_1(model: Dual, captions: Captions, images: torch.Tensor, texts: list[str]) -> tuple[float, float]:
    """Share of pictures whose nearest caption is their own, and the same within the first five."""
    device = next(model.parameters()).device
    scores = model.see(small(images).to(device)) @ model.read(torch.from_numpy(captions.encode(texts)).to(device)).T
    rank = (scores > scores.diagonal()[:, None]).sum(1)
    return float((rank == 0).float().mean()), float((rank < 5).float().mean())


def main() -> None:
    """Train, checkpoint, resume."""
    parser = base_parser(__doc__)
    scene_options(parser, pool=8192, core_share=0.9)
    parser.add_argument("--name", default="dual")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed + 99)
    import prompts
    world, captions = world_of(args), Captions(args.tokenizer)
    world.spread = args.spread
    recipe = recipe_of(args)
    feed = Feed(lambda rng: draw(world, captions, recipe, rng)[:2], args.workers, [args.seed + 99, 41, int(time.time())])
    autoencoder = frozen_autoencoder(args.work, args.device)
    model = Dual(captions.size).to(args.device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=args.lr, betas=(0.9, 0.98), weight_decay=0.01)
    run, average = Run(args.name, args, every=60 if args.until else 180), Average(model, 0.995)
    run.restore(model=model, average=average.module, optimizer=optimizer)
    average.updates = run.steps
    sets = {name: [(world.render(s, 128), s.caption) for s in scenes] for name, scenes in (("core", prompts.retrieval(world)), ("wide", prompts.wide(world)))}
    pool = Pool(args.pool // DRAWN * DRAWN, args.device)

    def renew(wait: bool = False) -> None:
        for pictures, ids in feed.take(wait):
            pool.add([small(to_signed(upload(pictures, args.device))).half(), upload(ids, args.device)])

    @torch.no_grad()
    def report() -> None:
        for name, pairs in sets.items():
            truth, texts = to_tensor([p for p, _ in pairs]), [t for _, t in pairs]
            through = autoencoder.decoder(autoencoder.encoder(truth.to(args.device))).cpu()
            print(name, "R@1, R@5: renders", recall_at_1(average.module, captions, truth, texts), "round trip", recall_at_1(average.module, captions, through, texts),
                  "shuffled", recall_at_1(average.module, captions, truth.roll(7, 0), texts), flush=True)

    while pool.count < min(args.first or args.batch, pool.capacity):
        renew(wait=True)
    run.tick = time.time()
    target = torch.arange(args.batch, device=args.device)
    while run.progress < 1:
        for group in optimizer.param_groups:
            group["lr"] = args.lr * run.lr()
        renew()
        images, ids = pool.draw(args.batch)
        images = images.float()
        random = lambda: torch.rand(args.batch, 1, 1, 1, device=args.device)
        with torch.no_grad():  # soft, noisy and slightly recoloured pictures, so that artefacts do not matter
            blurred = F.interpolate(F.avg_pool2d(images, 2), scale_factor=2, mode="bilinear")
            images = torch.lerp(images, blurred, random())
            images = images * (1 + 0.1 * torch.randn_like(images[:, :1, :1, :1])) + 0.05 * torch.randn_like(images[:, :, :1, :1])
            images = images + 0.08 * random() * torch.randn_like(images)
        with torch.autocast(args.device, torch.bfloat16):
            a, b = model.see(images), model.read(ids.long())
        scores = a @ b.T * model.temperature.clamp(max=4.2).exp()
        loss = (F.cross_entropy(scores, target) + F.cross_entropy(scores.T, target)) / 2
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        average.update(model)
        run.count(args.batch, loss)
        if run.due():
            report()
            run.save(model=model, average=average.module, optimizer=optimizer)
    run.save(model=model, average=average.module, optimizer=optimizer)
    report()
    feed.close()
    print(json.dumps({"parameters": sum(p.numel() for p in model.parameters())}))


if __name__ == "__main__":
    main()
