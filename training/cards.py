"""The model cards: written from the training logs and from evaluation.json, never by hand."""
from __future__ import annotations

from pathlib import Path

ART = """Cut-outs of npm `@lobehub/fluent-emoji-3d` 1.1.0 (Microsoft Fluent emoji, MIT) with names from `emojibase-data` 17 (MIT), composed into captioned
scenes by `training/scenes.py` (own work)."""
PEOPLE = ART + "\nPeople are drawn from joints by `training/figures.py` (own work)."
PHOTOS = """A tenth of the crops come from 65 photographs: alexeygrigorev/clothing-dataset (CC0) and google/dreambooth (CC BY 4.0)."""
MORE = """Photographs on the GPU: 292 squares of 158 of google/dreambooth (CC BY 4.0), 80 of alexeygrigorev/clothing-dataset (CC0) and 9 of elementary/wallpapers
(free licences per image), made smaller until they are sharp (`training/photos.py`)."""
LIMITS = """It knows the 493 objects of `training/objects.json`, alone, in pairs, two to four of a kind, and small; what is finer than a sixteenth of the picture's side is soft: the text on a coin,
eyes of small animals, faces of people, which are often missing. People are figures drawn from joints (`training/figures.py`), in a shirt of a named colour; beyond the poses with a name
(standing, waving, running, ...) only a skeleton picture says how they stand. It draws in the look of one emoji set, on plain, two-colour or floor-and-wall backgrounds.
There is one drawing per object, so pictures of an object resemble its training drawing: this is memorised art recombined, and not the invention of new shapes. A colour that
an object never had in training is not drawn ("a blue cat" is an orange one), nor are three different things or more than four of a kind. Prompts outside the grammar give something inside it: no text, no photographs, no portraits.
Control pictures decide place and size, and outlines roughly; fine lines do not survive 16x16 latents. Shapes far from what an object looks like in training give broken objects."""

OTHER_LIMITS = """Made for the pictures of the bundled generator: flat and smooth areas with clean edges. Fine texture of photographs is softened."""
UPSCALER_LIMITS = """Sharp where a picture has edges. Fine texture that is lost in the small picture is not invented: hair and leaves come out smooth, like paint. Letters of a few
pixels become clearer or wrong. It learnt JPEG of quality 55 and more."""

ABOUT = {
    "text-encoder": ("Prompt to hidden states", "Two transformer layers over an own 2,048-entry byte-level BPE, trained together with the transformer.", PEOPLE, ["dit"]),
    "dit": ("Noisy latent, prompt, mask and control picture to velocity", "DiT with adaLN-zero, 64 tokens, cross-attention, normalised queries and keys; rectified flow, classifier-free guidance (one caption in ten dropped). `condition` holds a mask, the latent of what it leaves and that of a control picture, zeros where there is none.", PEOPLE, ["dit"]),
    "vae-decoder": ("Latent to picture", "Convolutional, f8, 8 channels; L1, gradient and local-spectrum losses, no pretrained network. Half of the way from the weights of `decoder` to those of `decoder-critic`, which went on against a small critic of patches (`training/blend.py`).", ART + "\n" + PHOTOS + "\n" + MORE, ["autoencoder", "decoder", "decoder-critic"]),
    "vae-encoder": ("Picture to latent", "Convolutional with a space-to-depth stem; it gives the mean, there is no variance.", ART + "\n" + PHOTOS, ["autoencoder"]),
    "upscaler-x4": ("Picture, four times larger", "SRVGG-compact (plain 3x3 convolutions, pixel shuffle, bicubic skip). Half of the way from the weights of `superres` to those of `superres-critic`, which went on against a small critic of patches (`training/blend.py`).", ART + "\nA third of its inputs went through the auto-encoder; nearly as many are photographs. What did not go through it is clean, a little blurred, noisy or JPEG. " + MORE, ["superres", "superres-critic"]),
    "dit-turbo": ("Noisy latent, prompt, mask and control picture to velocity, in 1 to 4 steps", "Student of `dit`, latent consistency distillation with guidance 3.5 inside (arXiv:2310.04378), masks and control pictures among its inputs as they are among the teacher's; no negative prompt.", PEOPLE, ["dit", "few"]),
}


def training_lines(logs: dict, names: list[str]) -> list[str]:
    """One line per run."""
    lines = []
    for name in names:
        if name in logs:
            log = logs[name]
            where = f"a shared {log['machine']}" if log["machine"].startswith("NVIDIA") else f"{log['threads']} thread(s) of a shared {log['machine']}"
            if before := log.get("before"):
                lines.append(f"- `{name}` before, whose averaged weights the next line began with: {before['samples']:,} samples in {before['steps']:,} steps, {before['seconds'] / 60:.0f} minutes.")
            lines.append(f"- `{name}`: {log['samples']:,} samples in {log['steps']:,} steps, {log['seconds'] / 60:.1f} minutes of wall time, {where}, seed {log['seed']}; last loss {log['losses'][-1][2] if log['losses'] else 'n/a'}.")
    return lines


def metric_lines(name: str, evaluation: dict) -> list[str]:
    """The numbers that belong to one model, with their floor and ceiling."""
    lines = []
    if name in ("dit", "text-encoder") and "retrieval" in evaluation:
        r = evaluation["retrieval"]
        lines += ["Retrieval among 50 held-out captions by an own dual encoder (`training/dual.py`, trained apart):", "",
                  "| pictures | R@1 | R@5 |", "|---|---|---|"] + [f"| {label} | {r[key][0]:.2f} | {r[key][1]:.2f} |" for key, label in
                  (("generated", "generated"), ("renders", "real renders (ceiling)"), ("shuffled", "generated, captions shuffled (floor)"), ("chance", "chance")) if key in r]
        if w := evaluation.get("wide"):
            lines += ["", "The same of 50 objects outside the core, by a second dual encoder that met them (`dual.py --name dual-wide`):", "", "| pictures | R@1 | R@5 |", "|---|---|---|"]
            lines += [f"| {label} | {w[key][0]:.2f} | {w[key][1]:.2f} |" for key, label in
                      (("before", "generated by the model before it saw a GPU"), ("generated", "generated"), ("renders", "real renders (ceiling)"), ("shuffled", "generated, captions shuffled (floor)")) if key in w]
    if name.startswith("vae") and "psnr" in evaluation:
        lines.append(f"PSNR of the round trip on 64 held-out renders at 128 px: {evaluation['psnr']:.2f} dB" + (f"; on 24 crops of photographs: {evaluation['psnr_photos']:.2f} dB." if "psnr_photos" in evaluation else "."))
    if name in evaluation.get("binding", {}):
        b = evaluation["binding"][name]
        share = lambda key, kind: f"{b[key][kind]['passed']} of {b[key][kind]['asked']}"
        lines += ["", "Does each thing get its own colour and place? 100 prompts that no training saw, judged by rules on the picture and by the dual encoder (`training/binding.py`):", "",
                  "| pictures | all | two objects | one at a place | one on a colour |", "|---|---|---|---|---|"]
        lines += [f"| {label} | " + " | ".join(share(key, kind) for kind in ("all", "two", "position", "plain")) + " |"
                  for label, key in (("generated", "generated"), ("real renders (what the judge can tell)", "renders"), ("generated, prompts shuffled (floor)", "shuffled"),
                                     ("generated, told by the second judge", "generated (second judge)"), ("real renders, told by the second judge", "renders (second judge)"),
                                     ("prompts shuffled, told by the second judge", "shuffled (second judge)")) if key in b]
    if name == "dit-turbo" and "steps" in evaluation:
        lines += ["Retrieval among 50 held-out captions, as on the card of `dit`:", "", "| way | R@1 | R@5 |", "|---|---|---|"]
        lines += [f"| {way} | {r1:.2f} | {r5:.2f} |" for way, (r1, r5) in evaluation["steps"].items()]
    if name == "upscaler-x4" and "superres" in evaluation:
        s = evaluation["superres"]
        lines.append(f"PSNR on 24 held-out renders, 128 to 512 px: {s['model']:.2f} dB; bicubic {s['bicubic']:.2f}, Lanczos {s['lanczos']:.2f}. One core: {s['seconds']:.2f} s.")
        if "superres_photos" in evaluation:
            p = evaluation["superres_photos"]
            lines.append(f"On 24 squares of photographs of other sources, 64 to 256 px: {p['model']:.2f} dB; bicubic {p['bicubic']:.2f}, Lanczos {p['lanczos']:.2f}.")
    return lines


def write_cards(folder: Path, models: list[dict], logs: dict, evaluation: dict) -> None:
    """One Markdown file per model."""
    folder.mkdir(parents=True, exist_ok=True)
    for model in models:
        if model["name"] not in ABOUT:
            continue
        title, how, data, runs = ABOUT[model["name"]]
        tensors = [f"- {way} `{t['name']}` {t['dtype']} [{', '.join(map(str, t['shape']))}]" for way in ("inputs", "outputs") for t in model[way]]
        text = [f"# {model['name']}", "", f"{title}. {how}", "", f"Version {model['version']}, {model['parameters']:,} parameters, {model['bytes'] / 1e6:.1f} MB with fp16 weights, licence {model['license']}.", "",
                "## Interface", "", *[t.replace("inputs", "input", 1).replace("outputs", "output", 1) for t in tensors], "", "## Data", "", data, "", "## Training", "", *training_lines(logs, runs), "",
                "## Measured", "", *(metric_lines(model["name"], evaluation) or ["Not measured yet."]), "", "## Limits", "", LIMITS if model["name"] in ("dit", "dit-turbo", "text-encoder") else UPSCALER_LIMITS if model["name"] == "upscaler-x4" else OTHER_LIMITS, ""]
        (folder / f"{model['name']}.md").write_text("\n".join(text))
