"""The degradations of the web, sampled once per pair and applied to both sides alike."""
from __future__ import annotations

import io
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, ImageFilter

FILTERS = (Image.NEAREST, Image.BILINEAR, Image.BICUBIC, Image.LANCZOS, Image.BOX)
WEIGHTS = (0.05, 0.25, 0.3, 0.3, 0.1)


def curve(gain: float, gamma: float, contrast: float) -> list[int]:
    """Table of 256 levels: gamma, gain, then a blend with the S curve 3x^2 - 2x^3."""
    x = np.clip(gain * np.linspace(0, 1, 256) ** gamma, 0, 1)
    return np.rint(255 * ((1 - contrast) * x + contrast * x * x * (3 - 2 * x))).astype(int).tolist()


def jpeg(patch: np.ndarray, quality: int, subsampling: int) -> np.ndarray:
    """uint8 [H,W,3] after one JPEG encoding."""
    buffer = io.BytesIO()
    Image.fromarray(patch).save(buffer, "JPEG", quality=quality, subsampling=subsampling)
    return np.asarray(Image.open(buffer).convert("RGB"))


def noisy(patch: np.ndarray, strength: float, seed: int) -> np.ndarray:
    """uint8 [H,W,3] with Gaussian noise of a deviation in grey levels; the same seed gives a pair the same noise."""
    return np.clip(np.rint(patch + np.random.default_rng(seed).normal(0, strength, patch.shape)), 0, 255).astype(np.uint8)


@dataclass(frozen=True)
class Degradation:
    """One sampled chain: retouching, resize, blur, noise, one or two encodings, grain."""
    scale: float
    filter: int
    blur: float
    noise: float
    noise_seed: int
    encodings: tuple[tuple[str, int, int], ...]  # codec, quality, chroma subsampling
    tone: tuple[float, float, float]  # gain, gamma, strength of an S curve
    sharpen: tuple[float, int]  # radius and percent of an unsharp mask
    grain: float  # noise after everything else

    @staticmethod
    def sample(rng: np.random.Generator, wide: bool = False) -> "Degradation":
        """Four in ten stay clean; the others follow the published settings of Sieve and Rajan. `wide`: fewer clean ones, more and double JPEG, and
        the retouching of photographs."""
        tone, sharpen = (1.0, 1.0, 0.0), (0.0, 0)
        grain, noise_seed = float(rng.uniform(0.5, 4)) if rng.random() < 0.08 else 0.0, int(rng.integers(1 << 30))
        if wide and rng.random() < 0.1:
            tone = float(rng.uniform(0.7, 1.3)), float(np.exp(rng.uniform(-0.5, 0.5))), float(rng.uniform(0, 0.8))
        if wide and rng.random() < 0.08:
            sharpen = float(rng.uniform(0.5, 2.5)), int(rng.integers(30, 180))
        if rng.random() < (0.35 if wide else 0.4):
            return Degradation(1, Image.BICUBIC, 0, 0, noise_seed, (), tone, sharpen, grain)
        scale = 1.0
        if rng.random() < (0.4 if wide else 0.35):
            scale = float(np.exp(rng.uniform(np.log(0.45), np.log(1.6))))
        encodings = []
        for chance in (0.85, 0.3) if wide else (0.7, 0.2):
            if rng.random() < chance:
                codec = "WEBP" if rng.random() < (0.2 if wide else 0.25) else "JPEG"
                usual = rng.integers(60, 99) if wide else rng.integers(70, 97)
                encodings.append((codec, int(rng.integers(30, 99) if rng.random() < (0.3 if wide else 0.35) else usual), int(rng.choice((0, 2, 2)))))
        filter_ = int(rng.choice(FILTERS, p=WEIGHTS))
        blur = float(rng.uniform(0.2, 1.2)) if rng.random() < 0.1 else 0.0
        noise = float(rng.uniform(0.5, 4)) if rng.random() < 0.1 else 0.0
        if not wide and rng.random() < 0.15:
            tone = (float(rng.uniform(0.8, 1.2)), 1.0, 0.0)
        return Degradation(scale, filter_, blur, noise, noise_seed, tuple(encodings), tone, sharpen, grain)

    @staticmethod
    def delivered(rng: np.random.Generator) -> "Degradation":
        """As most sites hand pictures out: made smaller, then JPEG of the usual qualities."""
        scale = float(np.exp(rng.uniform(np.log(0.5), 0)))
        filter_ = int(rng.choice((Image.BILINEAR, Image.BICUBIC, Image.LANCZOS, Image.BOX)))
        encoding = ("JPEG", int(rng.integers(55, 93)), int(rng.choice((0, 2, 2))))
        return Degradation(scale, filter_, 0, 0, 0, (encoding,), (1.0, 1.0, 0.0), (0.0, 0), 0)

    def plain(self) -> "Degradation":
        """The same without the encodings."""
        return replace(self, encodings=())

    def apply(self, patch: np.ndarray) -> np.ndarray:
        """uint8 [H,W,3] to uint8 [h,w,3]."""
        image = Image.fromarray(patch)
        if self.tone != (1.0, 1.0, 0.0):
            image = image.point(curve(*self.tone) * 3)
        if self.sharpen[1]:
            image = image.filter(ImageFilter.UnsharpMask(self.sharpen[0], self.sharpen[1], 0))
        if self.scale != 1:
            image = image.resize((round(image.width * self.scale), round(image.height * self.scale)), self.filter)
        if self.blur:
            image = image.filter(ImageFilter.GaussianBlur(self.blur))
        if self.noise:
            image = Image.fromarray(noisy(np.asarray(image), self.noise, self.noise_seed))
        for codec, quality, subsampling in self.encodings:
            buffer = io.BytesIO()
            image.save(buffer, codec, quality=quality, **({"subsampling": subsampling} if codec == "JPEG" else {"method": 1}))
            image = Image.open(buffer).convert("RGB")
        return noisy(np.asarray(image), self.grain, self.noise_seed + 1) if self.grain else np.asarray(image)
