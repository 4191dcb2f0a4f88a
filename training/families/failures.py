"""How families fail, on runs of our own: a GAN without the penalty on its critic's slopes beside one with it, and a VAE under three weights of the divergence.

Reads what these wrote (README): gan-plain and gan-penalty (`gan.py --samples 16000 --gamma 0 or 1 --name ...`), beta-1, beta-15, beta-200 (`vae.py --samples 4096 --beta ... --name ...`,
each begun from the shipped one). Writes docs/families/gan-failure.png, vae-blur.jpg and failures.json.
"""
from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont

from data import Faces, world_of
from measure import detail
from vae import LATENT, Imagination, Recognition, Vae

PLAIN, PENALTY, REAL = (200, 40, 40), (30, 90, 200), (120, 120, 120)
BETAS = (1, 15, 200)
WIDE, HIGH, EDGE = 380, 200, 44
FONT = ImageFont.load_default(13)


def chart(title: str, curves: list[tuple[str, tuple[int, int, int], list[tuple[float, float]]]], top: float) -> Image.Image:
    """Lines over thousands of pictures; what exceeds `top` is drawn at it."""
    image = Image.new("RGB", (WIDE, HIGH), "white")
    draw = ImageDraw.Draw(image)
    most = max(x for _, _, points in curves for x, _ in points)
    at = lambda x, y: (EDGE + x / most * (WIDE - EDGE - 12), HIGH - 30 - min(y, top) / top * (HIGH - 62))
    for share in (0, 0.5, 1):
        draw.line([at(0, share * top), at(most, share * top)], fill=(225, 225, 225))
        draw.text((4, at(0, share * top)[1] - 8), f"{share * top:g}", fill="black", font=FONT)
        draw.text((at(share * most, 0)[0] - 12, HIGH - 26), f"{share * most / 1000:g}k", fill="black", font=FONT)
    draw.text((EDGE, 4), title, fill="black", font=FONT)
    for n, (name, colour, points) in enumerate(curves):
        draw.line([at(x, y) for x, y in points], fill=colour, width=2)
        draw.text((EDGE + 4 + 128 * n, 20), name, fill=colour, font=FONT)
    return image


def cells(images: torch.Tensor, columns: int) -> Image.Image:
    """Pictures in -1..1 in rows."""
    values = images.clamp(-1, 1).add(1).mul(127.5).round().byte().permute(0, 2, 3, 1).numpy()
    return Image.fromarray(np.vstack([np.hstack(list(values[i:i + columns])) for i in range(0, len(values), columns)]))


def beside(images: list[Image.Image], down: bool = False) -> Image.Image:
    """Side by side, or one below the other, on white."""
    size = (max(i.width for i in images), sum(i.height for i in images)) if down else (sum(i.width for i in images), max(i.height for i in images))
    sheet, at = Image.new("RGB", size, "white"), 0
    for image in images:
        sheet.paste(image, (0, at) if down else (at, 0))
        at += image.height if down else image.width
    return sheet


def gan_failure(work: Path, faces: Faces) -> tuple[Image.Image, dict]:
    """Losses and spread of both runs, and their samples at the end."""
    runs = {name: (json.loads((work / f"{name}.json").read_text()), json.loads((work / f"{name}-spread.json").read_text())) for name in ("gan-plain", "gan-penalty")}
    real = float(faces.draw(256)[0].std(0).mean()) * 127.5
    lines = lambda of: [(label, colour, of(*runs[name])) for label, colour, name in (("no penalty", PLAIN, "gan-plain"), ("penalty (R1)", PENALTY, "gan-penalty"))]
    end = max(rows[-1][0] for _, rows in runs.values())
    charts = [chart("critic's loss (2 ln 2 = 1.39: it cannot tell)", lines(lambda log, _: [(step * log["batch"], loss) for step, _, loss in log["losses"]]), 1.5),
              chart("generator's loss", lines(lambda _, rows: [(n, loss) for n, loss, _ in rows]), 12),
              chart("spread of the samples, grey levels", [*lines(lambda _, rows: [(n, spread) for n, _, spread in rows]), ("real", REAL, [(0, real), (end, real)])], 80)]
    samples = [Image.open(work / f"{name}.png").convert("RGB").crop((0, 0, 570, 192)) for name in runs]
    tail = lambda values: round(float(np.mean(values[-5:])), 3)
    facts = {name: {"pictures": rows[-1][0], "critic": tail([loss for *_, loss in log["losses"]]), "generator": tail([loss for _, loss, _ in rows]), "spread": tail([s for *_, s in rows])} for name, (log, rows) in runs.items()}
    return beside([beside(charts), beside(samples)], down=True), facts | {"real spread": round(real, 2)}


@torch.no_grad()
def vae_blur(work: Path, faces: Faces) -> tuple[Image.Image, dict]:
    """Rows: real pictures, then what each weight makes of them; right of them, samples of the prior (no fitted one)."""
    images = faces.draw(256)[0]
    noise = torch.randn(8, LATENT, generator=torch.Generator().manual_seed(1))
    rows, facts = [torch.cat([images[:8], images[8:16]])], {}
    for beta in BETAS:
        vae = Vae()
        vae.load_state_dict(torch.load(work / f"beta-{beta}.pt", map_location="cpu", weights_only=False)["parts"]["average"])
        vae.eval()
        mean, log_variance = vae.encoder(images)
        made = vae.decoder(mean).clamp(-1, 1)
        nats = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(1).mean()
        error = (made - images).square().mean((1, 2, 3)) / 4
        facts[str(beta)] = {"psnr": round(float((-10 * error.log10()).mean()), 2), "detail": round(detail(made) / detail(images), 3), "nats": round(float(nats), 1)}
        rows.append(torch.cat([made[:8], vae.decoder(noise)]))
    return cells(torch.cat(rows), 16), facts


def main() -> None:
    """Write pictures and figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--art", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--out", default="../../docs/families")
    args = parser.parse_args()
    torch.set_num_threads(1)
    work, out = Path(args.work), Path(args.out)
    faces = Faces(world_of(args), 64, 424242)
    gan, gan_facts = gan_failure(work, faces)
    gan.quantize(255, dither=Image.Dither.NONE).save(out / "gan-failure.png", optimize=True)
    vae, vae_facts = vae_blur(work, faces)
    vae.save(out / "vae-blur.jpg", quality=90)
    facts = {"gan": gan_facts, "vae": vae_facts}
    (out / "failures.json").write_text(json.dumps(facts, indent=2) + "\n")
    print(json.dumps(facts))


if __name__ == "__main__":
    main()
