"""The degradations of augment.py on batches of tensors, for a trainer whose data stays on a GPU: JPEG, resizing, blur, noise, retouching."""
from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F

from jpeg import jpeg, tables_of

KERNELS = ("nearest", "bilinear", "bicubic", "lanczos", "box")
SHARES = (0.05, 0.25, 0.3, 0.3, 0.1)


def kernel(name: str, x: torch.Tensor) -> torch.Tensor:
    """Pillow's resampling kernels at |x|."""
    x = x.abs()
    if name == "bilinear":
        return (1 - x).clamp(min=0)
    if name == "bicubic":
        return torch.where(x < 1, (1.5 * x - 2.5) * x * x + 1, torch.where(x < 2, ((-0.5 * x + 2.5) * x - 4) * x + 2, torch.zeros_like(x)))
    if name == "lanczos":
        return torch.where(x < 3, torch.sinc(x) * torch.sinc(x / 3), torch.zeros_like(x))
    return (x <= 0.5).to(x.dtype)


def resizing(size: int, target: int, name: str, device: torch.device) -> torch.Tensor:
    """[target,size] weights, widened by the scale when it shrinks, as Pillow does."""
    scale = size / target
    centre = (torch.arange(target, device=device, dtype=torch.float32) + 0.5) * scale
    if name == "nearest":
        return F.one_hot(centre.long().clamp(max=size - 1), size).float()
    place = torch.arange(size, device=device, dtype=torch.float32) + 0.5
    weights = kernel(name, (place[None] - centre[:, None]) / max(scale, 1))
    return weights / weights.sum(1, keepdim=True)


def resized(image: torch.Tensor, target: int, name: str) -> torch.Tensor:
    """float [N,3,S,S] to [N,3,T,T], rounded."""
    matrix = resizing(image.shape[-1], target, name, image.device)
    return (matrix @ image @ matrix.T).round().clamp(0, 255)


def blurred(image: torch.Tensor, sigma: torch.Tensor, reach: int = 6) -> torch.Tensor:
    """Gaussian of its own width [N] for each; 0 leaves a picture as it is."""
    n, c = image.shape[:2]
    place = torch.arange(-reach, reach + 1, device=image.device, dtype=torch.float32)
    taps = torch.exp(-place.square() / (2 * sigma.clamp(min=0.05)[:, None].square()))
    taps = (taps / taps.sum(1, keepdim=True)).repeat_interleave(c, 0)[:, None]
    x = F.pad(image.reshape(1, n * c, *image.shape[2:]), (reach,) * 4, mode="replicate")
    x = F.conv2d(F.conv2d(x, taps[:, :, None], groups=n * c), taps[..., None], groups=n * c)
    return x.view_as(image)


@dataclass(frozen=True)
class Chances:
    """How often what happens; the defaults are near those of `Degradation.sample(wide=True)`, with JPEG in the place of WebP."""
    clean: float = 0.35
    resize: float = 0.4
    tone: float = 0.1
    sharpen: float = 0.08
    blur: float = 0.1
    noise: float = 0.1
    encode: tuple[float, float] = (0.85, 0.3)
    rough: float = 0.3  # of encodings with a quality of 30 to 98, not 60 to 98
    bare: float = 0.4  # of what was resized: no encoding after it, even where there is always one
    grain: float = 0.1  # noise after everything else
    largest: float = 2.1  # of the scales, which begin at 0.45
    gains: tuple[float, float] = (0.7, 1.3)  # of retouching
    curves: bool = True  # retouching has gamma and contrast too
    delivered: float = 0  # share of chains that are DELIVERED instead


# Near `Degradation.sample()` without `wide`.
MILD = Chances(clean=0.4, resize=0.35, tone=0.09, sharpen=0, encode=(0.7, 0.2), rough=0.35, grain=0.08, largest=1.6, gains=(0.8, 1.2), curves=False)
# Near `Degradation.delivered()`: scales from 0.45 on, qualities of 60 to 98.
DELIVERED = Chances(clean=0, resize=1, tone=0, sharpen=0, blur=0, noise=0, encode=(1, 0), rough=0, bare=0, grain=0, largest=1)


class Chain:
    """One sampled chain for each of N pictures; `apply` gives the same to the pictures and to their twins. The size after resizing is common to all N."""

    def __init__(self, count: int, generator: torch.Generator, device: torch.device, chances: Chances = Chances(), always_encoded: bool = False) -> None:
        self.count, self.device, self.generator = count, device, generator
        one = lambda: float(torch.rand((), generator=generator))
        if chances.delivered and one() < chances.delivered:
            chances = DELIVERED
        self.scale, self.kernel = 1.0, "bicubic"
        if one() < chances.resize * (1 - chances.clean):
            self.scale = math.exp(math.log(0.45) + one() * math.log(chances.largest / 0.45))
            self.kernel = KERNELS[int(torch.multinomial(torch.tensor(SHARES), 1, generator=generator))]
            # What was resized has lost the marks of its codec: nothing tells the class when it stays without a new one.
            always_encoded = always_encoded and one() >= chances.bare
        many = lambda: torch.rand(count, generator=generator)
        dirty = many() >= (0 if always_encoded or self.scale != 1 else chances.clean)
        happens = lambda chance: (many() < chance) & dirty
        toned, sharp = many() < chances.tone, many() < chances.sharpen
        darkest, brightest = chances.gains
        self.gain = torch.where(toned, darkest + (brightest - darkest) * many(), 1.0)
        self.gamma = torch.where(toned & torch.tensor(chances.curves), torch.exp(many() - 0.5), 1.0)
        self.contrast = torch.where(toned & torch.tensor(chances.curves), 0.8 * many(), 0.0)
        self.radius, self.amount = 0.5 + 2 * many(), torch.where(sharp, 0.3 + 1.5 * many(), 0.0)
        self.blur = torch.where(happens(chances.blur), 0.2 + many(), 0.0)
        self.noise = torch.where(happens(chances.noise), 0.5 + 3.5 * many(), 0.0)
        self.grain = torch.where(many() < chances.grain, 0.5 + 3.5 * many(), 0.0)
        self.encodings = []
        for order, chance in enumerate(chances.encode):
            used = happens(1.0 if always_encoded and order == 0 else chance)
            low = torch.where(many() < chances.rough, 30.0, 60.0)
            self.encodings.append((used, (low + many() * (98 - low)).floor(), many() < 2 / 3))

    @property
    def window(self) -> int:
        """The side that is to be given, so that 96 px and a random start remain; at most 224."""
        return min(224, math.ceil(112 / self.scale) + 8)

    def apply(self, image: torch.Tensor, seed: int) -> torch.Tensor:
        """float [N,3,S,S] of whole numbers 0..255; `seed` names the noise."""
        on = lambda t: t.to(self.device)[:, None, None, None]
        x = image
        if bool((self.gain != 1).any()) or bool((self.contrast != 0).any()):
            y = (on(self.gain) * (x / 255) ** on(self.gamma)).clamp(0, 1)
            y = (1 - on(self.contrast)) * y + on(self.contrast) * y * y * (3 - 2 * y)
            x = torch.where(on(self.gain) != 1, (y * 255).round(), x)
        if bool((self.amount > 0).any()):
            rows = self.amount.nonzero()[:, 0].to(self.device)
            some = x[rows]
            x = x.index_copy(0, rows, (some + on(self.amount)[rows] * (some - blurred(some, self.radius.to(self.device)[rows]))).round().clamp(0, 255))
        if self.scale != 1:
            x = resized(x, round(x.shape[-1] * self.scale), self.kernel)
        if bool((self.blur > 0).any()):
            rows = self.blur.nonzero()[:, 0].to(self.device)
            x = x.index_copy(0, rows, blurred(x[rows], self.blur.to(self.device)[rows]).round())
        x = self.noisy(x, self.noise, seed)
        for used, quality, halved in self.encodings:
            rows = used.nonzero()[:, 0].to(self.device)
            if len(rows):
                x = x.index_copy(0, rows, jpeg(x[rows], tables_of(quality.to(self.device)[rows]), halved.to(self.device)[rows]))
        return self.noisy(x, self.grain, seed + 1)

    def noisy(self, x: torch.Tensor, strength: torch.Tensor, seed: int) -> torch.Tensor:
        """Gaussian noise of its own deviation [N] for each, in grey levels; 0 leaves a picture as it is."""
        if not bool((strength > 0).any()):
            return x
        rows = strength.nonzero()[:, 0].to(self.device)
        draw = torch.randn(len(rows), *x.shape[1:], device=self.device, generator=torch.Generator(self.device).manual_seed(seed))
        return x.index_copy(0, rows, (x[rows] + strength.to(self.device)[rows][:, None, None, None] * draw).round().clamp(0, 255))
