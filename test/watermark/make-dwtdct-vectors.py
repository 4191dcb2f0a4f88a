"""Golden files for test/watermark/foreign*.test.ts, by the Python package that wrote the marks itself.

    pip install invisible-watermark==0.2.0 opencv-python-headless==5.0.0.93 PyWavelets==1.9.0 numpy pillow
    python test/watermark/make-dwtdct-vectors.py

Writes fixtures/images/dwtdct-*.webp (textures from a formula, marked) and fixtures/vectors/dwtdct.json (what the
package's own decoder reads from each of them, and from altered copies, under every reading).
"""
import json
from pathlib import Path

import numpy as np
from imwatermark import WatermarkDecoder, WatermarkEncoder
from PIL import Image

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
LENGTHS = (32, 46, 48, 136)


def text_bits(text):
    return [int(bit) for letter in text.encode() for bit in f"{letter:08b}"]


SDXL = [int(bit) for bit in f"{0xB3EC907BB19E:048b}"]
FLUX = 0x2AFE879CF52E
# name: bits, width, height, array handed to the encoder, red and blue exchanged, texture
CASES = {
    "sd1": (text_bits("StableDiffusionV1"), 264, 280, np.uint8, False, 1),
    "sd2": (text_bits("SDV2"), 264, 264, np.uint8, False, 2),
    "sdxl": (SDXL, 264, 264, np.float32, False, 3),
    "sdxl-swapped": (SDXL, 264, 280, np.float32, True, 4),
    "flux": ([int(bit) for bit in bin(FLUX)[2:]], 264, 264, np.float32, False, 5),
    "flux-48": ([int(bit) for bit in f"{FLUX:048b}"], 269, 263, np.uint8, True, 6),
}


def texture(width, height, seed):
    """Slow waves of colour (files stay small), RGB, 8 bits."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    planes = []
    for c in range(3):
        wave = np.sin(0.007 * (seed + c) * x + 0.5 * seed) * np.cos(0.009 * (7 - seed + 2 * c) * y + c)
        planes.append(118 + 12 * c + 50 * wave)
    return np.round(np.stack(planes, axis=-1)).astype(np.uint8)


def given(rgb, dtype, swapped):
    """The array that OpenCV code gets: BGR, or RGB by mistake."""
    return np.ascontiguousarray(rgb if swapped else rgb[..., ::-1]).astype(dtype)


def marked(name):
    bits, width, height, dtype, swapped, seed = CASES[name]
    encoder = WatermarkEncoder()
    encoder.set_watermark("bits", bits)
    out = encoder.encode(given(texture(width, height, seed), dtype, swapped), "dwtDct")
    out = np.clip(np.round(out), 0, 255).astype(np.uint8)
    return np.ascontiguousarray(out if swapped else out[..., ::-1])


def noisy(rgb):
    """Up to 3 grey levels of noise from a linear congruential generator."""
    out, state = rgb.astype(np.int64).ravel(), 1
    for i in range(out.size):
        state = (state * 1103515245 + 12345) % 2**31
        out[i] += (state >> 16) % 7 - 3
    return np.clip(out, 0, 255).astype(np.uint8).reshape(rgb.shape)


# Integer arithmetic only: the tests make the same copies.
COPIES = {
    "same": lambda rgb: rgb,
    "brighter": lambda rgb: np.minimum(255, rgb.astype(np.int64) * 9 >> 3).astype(np.uint8),
    "noisy": noisy,
    "mirrored": lambda rgb: rgb[:, ::-1],
    "rows-cut": lambda rgb: rgb[3:],
}


def hexadecimal(bits):
    """Four bits a digit, first bit highest, padded with zeros at the end."""
    bits = [int(bit) for bit in bits]
    bits += [0] * (-len(bits) % 4)
    return "".join(f"{int(''.join(map(str, bits[i:i + 4])), 2):x}" for i in range(0, len(bits), 4))


def decoded(array, length):
    return WatermarkDecoder("bits", length).decode(array, "dwtDct")


def main():
    vectors = []
    for name in CASES:
        rgb = marked(name)
        Image.fromarray(rgb).save(FIXTURES / "images" / f"dwtdct-{name}.webp", lossless=True, quality=100, method=6)
        for copy, change in COPIES.items():
            changed = np.ascontiguousarray(change(rgb))
            height, width = changed.shape[:2]
            for dtype, arithmetic in ((np.uint8, "bytes"), (np.float32, "floats")):
                for swapped in (False, True):
                    array = given(changed, dtype, swapped)
                    vectors.append({
                        "image": f"dwtdct-{name}.webp", "copy": copy, "arithmetic": arithmetic, "swapped": swapped,
                        # A word as long as there are blocks is the raw bits.
                        "blocks": hexadecimal(decoded(array, (width // 8) * (height // 8))),
                        "words": {str(n): hexadecimal(decoded(array, n)) for n in LENGTHS},
                    })
    lines = ",\n".join(json.dumps(vector) for vector in vectors)
    (FIXTURES / "vectors" / "dwtdct.json").write_text(f"[\n{lines}\n]\n")


main()
