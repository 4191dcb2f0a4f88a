"""The families' cards, from the logs and from what measure.py wrote; never by hand."""
from __future__ import annotations

from pathlib import Path

DATA = """Pictures made while training by `training/families/data.py`: 8 animal faces of the 3-D emoji set of @lobehub/fluent-emoji-3d (MIT; art by Microsoft, Fluent Emoji), each in front of one
plain colour (14 of them, varied a little), at three sizes, mirrored or not. There is one drawing per animal: a narrow world on purpose, because these networks saw it for minutes."""

LIMITS = """Made to show how the family works and to have its traces in test sets, not to draw. It knows these 8 faces and nothing else, and combines what it has seen: nearest training
pictures are reported above. Pictures have {size} pixels a side; `imprint generate` enlarges them to 512 (Lanczos) before the watermark goes in, which adds no detail."""

ABOUT = {
    "vae": ("Variational auto-encoder", "Kingma & Welling 2013 (arXiv:1312.6114). Convolutions; 64 normal latents; absolute and gradient differences, and the divergence from the prior. After the training a normal distribution was fitted to the latents of "
            "the training pictures (Ghosh et al. 2020, arXiv:1903.12436), and both graphs speak of latents in its units: there unit noise is what the decoder expects. "
            "Its first 36,256 training pictures were of a wider set: 18 animals, six sizes, moved by up to 4 %.", 64),
    "gan": ("Style-based GAN", "Karras et al. 2019 and 2020 (arXiv:1812.04948, 1912.04958). Four-layer mapping network, seven modulated convolutions with demodulation, skip connections to the picture; non-saturating "
            "loss, gradient penalty R1 every 16 steps, styles of two seeds mixed in half of the batches, averaged weights. No noise inputs: these pictures have no random detail.", 64),
    "flow": ("Normalizing flow", "Glow (Kingma & Dhariwal 2018, arXiv:1807.03039): three sizes of six steps (scale and shift, mixing of channels by a triangular factorisation, affine coupling with a bounded scale). "
             "The inverse graph holds the inverses of the mixing matrices. Both graphs calculate in double precision (convolutions as matrix products): in single precision the way back from the noise of an impossible picture lost up to a third of its range, and more.", 32),
    "ddpm": ("Denoising diffusion", "Ho et al. 2020 (arXiv:2006.11239), 1,000 steps of the cosine schedule, prediction of the noise, by way of velocities (Salimans & Ho 2022, arXiv:2202.00512). A U-Net with convolutions at 16x16 and transformer blocks at 8x8 "
             "(Hoogeboom et al. 2023, arXiv:2301.11093), on pictures folded 4x4.", 64),
}


def measured_lines(family: str, measured: dict) -> list[str]:
    """Tables of what there is."""
    if family not in measured:
        return ["Not measured yet."]
    own, reference = measured[family], measured["reference"][str(ABOUT[family][2])]
    rows = [("samples of this model", own), ("other real pictures (floor)", reference["real"]), ("real pictures, blurred", reference["blurred"]), ("noise (ceiling)", reference["noise"])]
    lines = [f"On {measured['count']} pictures against {measured['count']} real ones. KID (Binkowski et al. 2018, arXiv:1801.01401: polynomial kernel of degree 3, unbiased) on the 128 features of the picture tower of "
             "`training/dual.py`; sliced Wasserstein distance (256 directions, squared, times 1,000) on the same features. These features are our own: the figures compare with each other and with nothing outside this page.",
             "", "| pictures | KID x 1000 | sliced Wasserstein x 1000 |", "| --- | --- | --- |", *[f"| {name} | {row['kid']:.1f} | {row['sliced']:.2f} |" for name, row in rows], "",
             f"- Nearest of {measured['neighbours']:,} training pictures, root mean square difference in grey levels: {own['nearest']:.1f} for samples, {reference['real']['nearest']:.1f} for other real pictures.",
             f"- Animals that occur among the samples, by the nearest real picture in those features: {own['kinds']} of 8; the most frequent one is {own['most'] * 100:.0f} % of them ({reference['real']['most'] * 100:.0f} % for real ones).",
             f"- Energy of fine detail (differences of neighbours, squared) relative to real pictures: {own['detail']:.2f}."]
    if "psnr" in own:
        lines.append(f"- PSNR of reconstructions of {measured['count']} pictures that it did not see: {own['psnr']:.2f} dB.")
    if "bits" in own:
        lines += [f"- Bits per dimension of held-out pictures of its world: {own['bits']:.3f}; of the same blurred: {own['bitsBlurred']:.3f}, upside down: {own['bitsFlipped']:.3f}; of evenly distributed noise: {own['bitsNoise']:.2f} (8 would be a coder that knows nothing).",
                  f"- Picture, noise, picture again: largest difference {own['roundTrip']:.1e} of the range of values over {measured['count']} pictures of its world, {own['roundTripNoise']:.1e} over as many of evenly distributed noise."]
    return lines


def write_cards(folder: Path, models: list[dict], logs: dict, measured: dict) -> None:
    """One Markdown file per family."""
    for family, log in logs.items():
        title, how, size = ABOUT[family]
        graphs = [m for m in models if m["card"] == f"cards/family-{family}.md"]
        tensors = [f"- `{m['name']}`: {way} `{t['name']}` {t['dtype']} [{', '.join(map(str, t['shape']))}]" for m in graphs for way in ("inputs", "outputs") for t in m[way]]
        tensors = [t.replace(": inputs ", ": input ").replace(": outputs ", ": output ") for t in tensors]
        last = f"; last loss {log['losses'][-1][2]}" if log["losses"] else ""
        text = [f"# family-{family}", "", f"{title}. {how}", "", f"Version {graphs[0]['version']}, {sum(m['parameters'] for m in graphs):,} parameters, {sum(m['bytes'] for m in graphs) / 1e6:.1f} MB with fp16 weights, "
                f"licence {graphs[0]['license']}.", "", "## Interface", "", *tensors, "", "## Data", "", DATA, "", "## Training", "",
                f"`training/families/{family}.py`: {log['samples']:,} samples in {log['steps']:,} steps of {log['batch']}, {log['seconds'] / 60:.0f} minutes of wall time, {log['threads']} thread(s) of a busy {log['machine']}, "
                f"seed {log['seed']}{last}.", "", "## Measured", "", *measured_lines(family, measured), "", "## Limits", "", LIMITS.format(size=size), ""]
        (folder / f"family-{family}.md").write_text("\n".join(text))
