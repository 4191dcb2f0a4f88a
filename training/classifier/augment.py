"""The degradations of the web, sampled once per pair and applied to both sides alike."""
from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

FILTERS = (Image.NEAREST, Image.BILINEAR, Image.BICUBIC, Image.LANCZOS, Image.BOX)
WEIGHTS = (0.05, 0.25, 0.3, 0.3, 0.1)


@dataclass(frozen=True)
class Degradation:
    """One sampled chain: resize, blur, noise, one or two encodings."""
    scale: float
    filter: int
    blur: float
    noise: float
    noise_seed: int
    encodings: tuple[tuple[str, int, int], ...]  # codec, quality, chroma subsampling
    gain: float

    @staticmethod
    def sample(rng: np.random.Generator) -> "Degradation":
        """Four in ten stay clean; the others follow the published settings of Sieve and Rajan."""
        if rng.random() < 0.4:
            return Degradation(1, Image.BICUBIC, 0, 0, 0, (), 1)
        scale = 1.0
        if rng.random() < 0.35:
            scale = float(np.exp(rng.uniform(np.log(0.45), np.log(1.6))))
        encodings = []
        for chance in (0.7, 0.2):
            if rng.random() < chance:
                codec = "WEBP" if rng.random() < 0.25 else "JPEG"
                encodings.append((codec, int(rng.integers(30, 99) if rng.random() < 0.35 else rng.integers(70, 97)), int(rng.choice((0, 2, 2)))))
        return Degradation(scale, int(rng.choice(FILTERS, p=WEIGHTS)), float(rng.uniform(0.2, 1.2)) if rng.random() < 0.1 else 0.0,
                           float(rng.uniform(0.5, 4)) if rng.random() < 0.1 else 0.0, int(rng.integers(1 << 30)), tuple(encodings), float(rng.uniform(0.8, 1.2)) if rng.random() < 0.15 else 1.0)

    def apply(self, patch: np.ndarray) -> np.ndarray:
        """uint8 [H,W,3] to uint8 [h,w,3]."""
        image = Image.fromarray(patch)
        if self.gain != 1:
            image = image.point([min(255, round(v * self.gain)) for v in range(256)] * 3)
        if self.scale != 1:
            image = image.resize((round(image.width * self.scale), round(image.height * self.scale)), self.filter)
        if self.blur:
            image = image.filter(ImageFilter.GaussianBlur(self.blur))
        if self.noise:
            noisy = np.asarray(image) + np.random.default_rng(self.noise_seed).normal(0, self.noise, (image.height, image.width, 3))
            image = Image.fromarray(np.clip(np.rint(noisy), 0, 255).astype(np.uint8))
        for codec, quality, subsampling in self.encodings:
            buffer = io.BytesIO()
            image.save(buffer, codec, quality=quality, **({"subsampling": subsampling} if codec == "JPEG" else {"method": 1}))
            image = Image.open(buffer).convert("RGB")
        return np.asarray(image)
