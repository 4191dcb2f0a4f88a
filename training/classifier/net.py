"""The classifier: a fixed residual front end, a shallow trunk, mean and spread pooling, one logit per crop.

Input is a crop at native resolution, uint8 [N,96,96,3]. What the picture shows hardly gets through the front end: the trunk sees residuals only.
What ships also judges the same crop saved as JPEG, and takes a share of that logit off: what the picture shows moves both, traces in its finest
detail move the first.
"""
from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from jpeg import jpeg, tables_of

Size = tuple[int, tuple[int, ...]]
CROP = 96
LIMIT = 12.0  # of 255: residuals beyond it are edges, and say nothing more
# Sorting network for eight values, the comparators that its middle pair needs (Batcher's odd-even merge sort).
COMPARATORS = ((0, 1), (2, 3), (4, 5), (6, 7), (0, 2), (1, 3), (4, 6), (5, 7), (1, 2), (5, 6), (0, 4), (1, 5), (2, 6), (3, 7), (2, 4), (3, 5), (3, 4))
# Spatial rich model (Fridrich and Kodovsky 2012): KV 5x5, edge 3x3, third-order line.
KV = ((-1, 2, -2, 2, -1), (2, -6, 8, -6, 2), (-2, 8, -12, 8, -2), (2, -6, 8, -6, 2), (-1, 2, -2, 2, -1))
EDGE = ((0, 0, 0, 0, 0), (0, -1, 2, -1, 0), (0, 2, -4, 2, 0), (0, 0, 0, 0, 0), (0, 0, 0, 0, 0))
LINE = ((0, 0, 0, 0, 0), (0, 0, 0, 0, 0), (0, 1, -3, 3, -1), (0, 0, 0, 0, 0), (0, 0, 0, 0, 0))


def planes(crops: torch.Tensor) -> torch.Tensor:
    """uint8 [N,96,96,3] -> float [N,3,96,96]."""
    return crops.permute(0, 3, 1, 2).float()


class FrontEnd(nn.Module):
    """[N,3,H,W] in 0..255 to 9 residual channels in -1..1. No parameters."""

    def __init__(self) -> None:
        super().__init__()
        luma = torch.tensor([0.299, 0.587, 0.114])
        kernels = torch.stack([torch.tensor(k, dtype=torch.float32) / scale for k, scale in ((KV, 12.0), (EDGE, 4.0), (LINE, 3.0))])
        self.register_buffer("srm", kernels[:, None] * luma[None, :, None, None], persistent=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Masked 3x3 median (FerretNet), nearest-neighbour residual (NPR), SRM on luma; all clamped."""
        h, w = x.shape[-2], x.shape[-1]
        p = F.pad(x, (1, 1, 1, 1), mode="replicate")
        v = [p[..., dy:dy + h, dx:dx + w] for dy in range(3) for dx in range(3) if (dy, dx) != (1, 1)]
        for a, b in COMPARATORS:
            v[a], v[b] = torch.minimum(v[a], v[b]), torch.maximum(v[a], v[b])
        median = x - (v[3] + v[4]) / 2
        nearest = x - F.interpolate(x[..., ::2, ::2], scale_factor=2, mode="nearest")
        srm = F.conv2d(F.pad(x, (2, 2, 2, 2), mode="replicate"), self.srm)
        return torch.cat([median, nearest, srm], 1).clamp(-LIMIT, LIMIT).div(LIMIT)


def conv(a: int, b: int, stride: int = 1) -> nn.Sequential:
    """3x3 convolution and batch normalisation."""
    return nn.Sequential(nn.Conv2d(a, b, 3, stride=stride, padding=1, bias=False), nn.BatchNorm2d(b))


class Block(nn.Module):
    """Two convolutions and a skip, with `middle` channels between the two (as many as outside, or fewer: slimmer.py)."""

    def __init__(self, width: int, middle: int) -> None:
        super().__init__()
        self.a, self.b = conv(width, middle), conv(middle, width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Residual."""
        return F.relu(x + self.b(F.relu(self.a(x))))


class Trunk(nn.Module):
    """No pooling before the third stage: the traces are in the highest frequencies."""

    def __init__(self, width: int, middles: tuple[int, ...]) -> None:
        """`width` of the last stage; the channels in the middle of each block, of which the last stage has all but two."""
        super().__init__()
        s, a, b, c = 20, 40, 80, width
        first, second, *last = middles
        self.net = nn.Sequential(conv(9, s), nn.ReLU(), conv(s, a, 2), nn.ReLU(), Block(a, first), conv(a, b, 2), nn.ReLU(), Block(b, second), conv(b, c, 2), nn.ReLU(), *(Block(c, middle) for middle in last))

    def forward(self, residuals: torch.Tensor) -> torch.Tensor:
        """[N,9,H,W] -> [N,2 width]: the mean and the spread of every channel."""
        x = self.net(residuals).float().flatten(2)
        mean = x.mean(2)
        spread = ((x - mean[..., None]).square().mean(2) + 1e-4).sqrt()
        return torch.cat([mean, spread], 1)


class Classifier(nn.Module):
    """What is exported: uint8 crops in, logits out (positive = synthetic). One trunk, or several side by side under one last layer (committee.py)."""

    def __init__(self, sizes: tuple[Size, ...] = ((160, (40, 80, 160, 160)),), qualities: tuple[float, ...] = ()) -> None:
        """`sizes`: of each trunk the width of its last stage and the channels in the middle of each block. `qualities`: the last layer sees the crop
        and, behind that, the same saved as JPEG of each of them."""
        super().__init__()
        self.register_buffer("qualities", torch.tensor(qualities) if qualities else None)
        self.front, self.trunks = FrontEnd(), nn.ModuleList(Trunk(*size) for size in sizes)
        self.views = 1 + len(qualities)
        self.head = nn.Linear(self.views * 2 * sum(width for width, _ in sizes), 1)

    def residuals(self, x: torch.Tensor) -> torch.Tensor:
        """float [N,3,96,96] of whole numbers 0..255 -> [views N,9,96,96]: each crop, then the same as JPEG."""
        if self.qualities is not None:
            saved = [jpeg(x, tables) for tables in tables_of(self.qualities).split(1)]
            x = torch.stack([x, *saved], 1).flatten(0, 1)
        return self.front(x)

    def features_of(self, residuals: torch.Tensor) -> torch.Tensor:
        """What `residuals` gives -> [N,F], what the last layer sees."""
        return torch.cat([trunk(residuals) for trunk in self.trunks], 1).unflatten(0, (-1, self.views)).flatten(1)

    def judge(self, residuals: torch.Tensor) -> torch.Tensor:
        """What `residuals` gives -> [N] logits."""
        return self.head(self.features_of(residuals)).squeeze(1)

    def forward(self, crops: torch.Tensor) -> torch.Tensor:
        """uint8 [N,96,96,3] -> float32 [N]."""
        return self.judge(self.residuals(planes(crops)))

    @torch.no_grad()
    def features(self, crops: torch.Tensor) -> torch.Tensor:
        """uint8 [N,96,96,3] -> float32 [N,F]; in bfloat16, which is twice as fast and moves a logit by a hundredth."""
        residuals = self.residuals(planes(crops)).contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16):
            return self.features_of(residuals).float()


def classifier_of(weights: dict[str, torch.Tensor]) -> Classifier:
    """A classifier of the size that its weights have, with these weights; also of checkpoints from when there was one trunk, which held the last layer."""
    names = {name: name.replace("trunk.head.", "head.").replace("trunk.net.", "trunks.0.net.") for name in weights}
    named = {names[name]: weight for name, weight in weights.items()}
    sizes = []
    while any(name.startswith(f"trunks.{len(sizes)}.") for name in named):
        start = f"trunks.{len(sizes)}.net."
        blocks = sorted({int(name.removeprefix(start).split(".")[0]) for name in named if name.startswith(start) and ".a.0." in name})
        shapes = [named[f"{start}{block}.a.0.weight"].shape for block in blocks]
        sizes.append((shapes[-1][1], tuple(shape[0] for shape in shapes)))
    model = Classifier(tuple(sizes), tuple(named["qualities"].tolist()) if "qualities" in named else ())
    model.load_state_dict(named)
    return model


def shares_of(texts: list[str]) -> dict[float, float]:
    """`quality@share` of a command line as shares by quality."""
    return {float(quality): float(share) for quality, _, share in (text.partition("@") for text in texts)}


def compared(model: Classifier, shares: dict[float, float]) -> Classifier:
    """Its logit, less a share of that of the same crop saved as JPEG of a quality; `shares` by quality."""
    if model.views > 1:
        raise ValueError("this network compares already")
    weights = model.state_dict()
    weights["head.weight"] = torch.cat([model.head.weight.detach() * factor for factor in (1, *(-share for share in shares.values()))], 1)
    weights["head.bias"] = (1 - sum(shares.values())) * model.head.bias.detach()
    weights["qualities"] = torch.tensor(list(shares))
    return classifier_of(weights).eval()
