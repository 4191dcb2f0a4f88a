"""
Writes fixtures/pipelines: tiny pipelines of every family in the ONNX layout, and the pictures that diffusers itself
(PyTorch, not the exported graphs) draws with the same weights. Arguments: ids of cases, to draw these alone. LPW: folder with lpw_stable_diffusion.py of
examples/community of diffusers. See README.md beside this file.
"""

import json
import os
import shutil
import sys
from pathlib import Path

import diffusers
import numpy as np
import torch
import transformers
from diffusers import (
    DDIMScheduler,
    EulerAncestralDiscreteScheduler,
    EulerDiscreteScheduler,
    FlowMatchEulerDiscreteScheduler,
    FluxImg2ImgPipeline,
    FluxPipeline,
    LatentConsistencyModelImg2ImgPipeline,
    LatentConsistencyModelPipeline,
    LCMScheduler,
    PNDMScheduler,
    StableDiffusion3Img2ImgPipeline,
    StableDiffusion3Pipeline,
    StableDiffusionControlNetPipeline,
    StableDiffusionImg2ImgPipeline,
    StableDiffusionInpaintPipeline,
    StableDiffusionPipeline,
    StableDiffusionXLImg2ImgPipeline,
    StableDiffusionXLInpaintPipeline,
    StableDiffusionXLPipeline,
)
from onnx import TensorProto
from PIL import Image, ImageDraw

import graphs
import tiny
import words

OUT = Path(__file__).parents[2] / "fixtures/pipelines"
BETAS = dict(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", num_train_timesteps=1000)
STABLE = BETAS | dict(clip_sample=False, set_alpha_to_one=False, steps_offset=1)
PROMPT = "a photo of a red apple on a blue table"
OTHER = "an oil painting of a small house by the sea"
NEGATIVE = "blurry, low quality"


def write_config(folder, model):
    folder.mkdir(parents=True, exist_ok=True)
    if hasattr(model, "to_json_string"):
        config = json.loads(model.to_json_string())
    else:
        config = json.loads(model.config.to_json_string())
    config.pop("_name_or_path", None)
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n")


def parts():
    """Every model once, and its graph under graphs/NAME; the folders share them."""
    tok, tok_bang = words.clip_files(OUT / "words/clip", "<|endoftext|>"), words.clip_files(OUT / "words/clip-bang", "!")
    t5_tok = words.t5_files(OUT / "words/t5", 512)
    t5_short = words.t5_files(OUT / "words/t5-short", 256)
    made = dict(tok=tok, tok_bang=tok_bang, t5_tok=t5_tok, t5_short=t5_short)
    g = OUT / "graphs"
    made["clip"] = tiny.clip(1, tok)
    graphs.clip_graph(g / "clip/model.onnx", made["clip"])
    made["clip-words"] = tiny.clip_with_mean(7, tok)
    graphs.clip_graph(g / "clip-words/model.onnx", made["clip-words"])
    made["clip-bang"] = tiny.clip(2, tok_bang)
    graphs.clip_graph(g / "clip-bang/model.onnx", made["clip-bang"], integers={"input_ids": TensorProto.INT32})
    made["clip-hidden"] = tiny.clip(3, tok, True)
    graphs.clip_graph(g / "clip-hidden/model.onnx", made["clip-hidden"], hidden=True)
    made["clip-xl"] = tiny.clip(4, tok)
    graphs.clip_graph(g / "clip-xl/model.onnx", made["clip-xl"], hidden=True)
    made["clip-big"] = tiny.clip(5, tok_bang, True)
    graphs.clip_graph(g / "clip-big/model.onnx", made["clip-big"], hidden=True)
    made["t5"] = tiny.t5(6, len(t5_tok))
    graphs.t5_graph(g / "t5/model.onnx", made["t5"])
    made["unet"] = tiny.unet(10)
    graphs.unet_graph(g / "unet/model.onnx", made["unet"])
    made["unet-v"] = tiny.unet(11)
    graphs.unet_graph(
        g / "unet-v/model.onnx", made["unet-v"], external=True, integers={"timestep": TensorProto.INT64}
    )
    made["unet-xl"] = tiny.unet_xl(12)
    graphs.unet_graph(g / "unet-xl/model.onnx", made["unet-xl"])
    graphs.unet_graph(g / "unet-xl-half/model.onnx", made["unet-xl"], half_io=True)
    made["unet-lcm"] = tiny.unet(13, time_cond_proj_dim=16)
    graphs.unet_graph(g / "unet-lcm/model.onnx", made["unet-lcm"], timestep=torch.tensor([3, 3]))
    made["unet-inpaint"] = tiny.unet(14, in_channels=9)
    graphs.unet_graph(g / "unet-inpaint/model.onnx", made["unet-inpaint"])
    made["control"] = tiny.controlnet(15)
    graphs.control_graph(g / "unet-control/model.onnx", made["unet"], made["control"])
    made["sd3"] = tiny.sd3(16)
    graphs.sd3_graph(g / "sd3/model.onnx", made["sd3"])
    made["flux"] = tiny.flux(17, True)
    graphs.flux_graph(g / "flux/model.onnx", made["flux"])
    made["flux-fast"] = tiny.flux(18, False)
    graphs.flux_graph(g / "flux-fast/model.onnx", made["flux-fast"])
    made["vae"] = tiny.vae(20, 4, 0.18215)
    graphs.vae_graphs(g / "vae", made["vae"])
    made["vae-xl"] = tiny.vae(21, 4, 0.13025)
    graphs.vae_graphs(g / "vae-xl", made["vae-xl"], half_io=True)
    made["vae-shift"] = tiny.vae(22, 4, 0.3611, 0.1159, latent_quant=False)
    graphs.vae_graphs(g / "vae-shift", made["vae-shift"])
    return made


def scheduler(kind, **config):
    return kind(**config)


def families(m):
    """name -> (pipeline of diffusers, part of the layout -> (graph, model or tokenizer files))."""
    stable = dict(safety_checker=None, feature_extractor=None, requires_safety_checker=False)
    pndm = PNDMScheduler(**BETAS, skip_prk_steps=True, set_alpha_to_one=False, steps_offset=1)
    v = DDIMScheduler(**STABLE, prediction_type="v_prediction")
    euler = EulerDiscreteScheduler(**BETAS, steps_offset=1, timestep_spacing="leading")
    turbo = EulerDiscreteScheduler(**BETAS, timestep_spacing="trailing")
    xl_turbo = EulerAncestralDiscreteScheduler(**BETAS, steps_offset=1, timestep_spacing="trailing")
    lcm = LCMScheduler(**BETAS, clip_sample=False, set_alpha_to_one=True, original_inference_steps=50)
    vae4 = {"vae_encoder": ("vae/vae_encoder", "vae"), "vae_decoder": ("vae/vae_decoder", "vae")}
    vae_xl = {"vae_encoder": ("vae-xl/vae_encoder", "vae-xl"), "vae_decoder": ("vae-xl/vae_decoder", "vae-xl")}
    shift = {"vae_encoder": ("vae-shift/vae_encoder", "vae-shift"), "vae_decoder": ("vae-shift/vae_decoder", "vae-shift")}
    text = {"text_encoder": ("clip", "clip")}
    text_v = {"text_encoder": ("clip-bang", "clip-bang")}
    both = {"text_encoder": ("clip-xl", "clip-xl"), "text_encoder_2": ("clip-big", "clip-big")}
    sd = dict(vae=m["vae"], text_encoder=m["clip"], tokenizer=m["tok"])
    sd_v = dict(vae=m["vae"], text_encoder=m["clip-bang"], tokenizer=m["tok_bang"])
    xl = dict(
        vae=m["vae-xl"], text_encoder=m["clip-xl"], text_encoder_2=m["clip-big"], tokenizer=m["tok"],
        tokenizer_2=m["tok_bang"], unet=m["unet-xl"],
    )
    one, two = {"tokenizer": "clip"}, {"tokenizer": "clip", "tokenizer_2": "clip-bang"}
    bang = {"tokenizer": "clip-bang"}
    flux = dict(vae=m["vae-shift"], text_encoder=m["clip"], tokenizer=m["tok"], text_encoder_2=m["t5"])
    flux_text = {"text_encoder": ("clip", "clip"), "text_encoder_2": ("t5", "t5")}
    return {
        "sd15": (
            StableDiffusionPipeline(**sd, unet=m["unet"], scheduler=pndm, **stable),
            text | {"unet": ("unet", "unet")} | vae4, one,
        ),
        "sd15-words": (
            StableDiffusionPipeline(**(sd | {"text_encoder": m["clip-words"]}), unet=m["unet"], scheduler=pndm, **stable),
            {"text_encoder": ("clip-words", "clip-words"), "unet": ("unet", "unet")} | vae4, one,
        ),
        "sd2": (
            StableDiffusionPipeline(**sd_v, unet=m["unet-v"], scheduler=v, **stable),
            text_v | {"unet": ("unet-v", "unet-v")} | vae4, bang,
        ),
        "sd-turbo": (
            StableDiffusionPipeline(**sd_v, unet=m["unet-v"], scheduler=turbo, **stable),
            text_v | {"unet": ("unet-v", "unet-v")} | vae4, bang,
        ),
        "lcm": (
            LatentConsistencyModelPipeline(**sd, unet=m["unet-lcm"], scheduler=lcm, **stable),
            text | {"unet": ("unet-lcm", "unet-lcm")} | vae4, one,
        ),
        "inpaint": (
            StableDiffusionInpaintPipeline(**sd, unet=m["unet-inpaint"], scheduler=pndm, **stable),
            text | {"unet": ("unet-inpaint", "unet-inpaint")} | vae4, one,
        ),
        "controlnet": (
            StableDiffusionControlNetPipeline(
                **sd, unet=m["unet"], controlnet=m["control"], scheduler=pndm, **stable
            ),
            text | {"unet": ("unet-control", "unet")} | vae4, one,
        ),
        "sdxl": (
            StableDiffusionXLPipeline(**xl, scheduler=euler, add_watermarker=False),
            both | {"unet": ("unet-xl", "unet-xl")} | vae_xl, two,
        ),
        "sdxl-turbo": (
            StableDiffusionXLPipeline(**xl, scheduler=xl_turbo, add_watermarker=False),
            both | {"unet": ("unet-xl-half", "unet-xl")} | vae_xl, two,
        ),
        "sd3": (
            StableDiffusion3Pipeline(
                transformer=m["sd3"], scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0), vae=m["vae-shift"],
                text_encoder=m["clip-hidden"], tokenizer=m["tok"], text_encoder_2=m["clip-big"],
                tokenizer_2=m["tok_bang"], text_encoder_3=m["t5"], tokenizer_3=m["t5_tok"],
            ),
            {
                "text_encoder": ("clip-hidden", "clip-hidden"), "text_encoder_2": ("clip-big", "clip-big"),
                "text_encoder_3": ("t5", "t5"), "transformer": ("sd3", "sd3"),
            } | shift,
            two | {"tokenizer_3": "t5"},
        ),
        "flux": (
            FluxPipeline(
                **flux, tokenizer_2=m["t5_tok"], transformer=m["flux"],
                scheduler=FlowMatchEulerDiscreteScheduler(
                    shift=3.0, use_dynamic_shifting=True, base_shift=0.5, max_shift=1.15, base_image_seq_len=256,
                    max_image_seq_len=4096,
                ),
            ),
            flux_text | {"transformer": ("flux", "flux")} | shift, {"tokenizer": "clip", "tokenizer_2": "t5"},
        ),
        "flux-schnell": (
            FluxPipeline(
                **flux, tokenizer_2=m["t5_short"], transformer=m["flux-fast"],
                scheduler=FlowMatchEulerDiscreteScheduler(shift=1.0),
            ),
            flux_text | {"transformer": ("flux-fast", "flux-fast")} | shift, {"tokenizer": "clip", "tokenizer_2": "t5-short"},
        ),
    }


def write_folders(m, made):
    shared = {}
    for name, (pipe, layout, texts) in made.items():
        folder = OUT / name
        folder.mkdir(parents=True, exist_ok=True)
        index = {"_class_name": type(pipe).__name__, "_diffusers_version": diffusers.__version__}
        for part in layout:
            library = "transformers" if part.startswith("text") else "diffusers"
            kind = "OnnxRuntimeModel"
            index[part] = [library, kind]
        for part in texts:
            index[part] = ["transformers", "CLIPTokenizer" if "t5" not in texts[part] else "T5TokenizerFast"]
        index["scheduler"] = ["diffusers", type(pipe.scheduler).__name__]
        if name.startswith("sdxl"):
            index["force_zeros_for_empty_prompt"] = True
        (folder / "model_index.json").write_text(json.dumps(index, indent=1) + "\n")
        pipe.scheduler.save_config(str(folder / "scheduler"))
        for part, (graph, model) in layout.items():
            write_config(folder / part, m[model])
        shared[name] = {part: f"graphs/{graph}" for part, (graph, _) in layout.items()} | {
            part: f"words/{kind}" for part, kind in texts.items()
        }
    return shared


def pictures():
    """Input of the editing modes: drawn here, so that nobody owns it."""
    side = 64
    y, x = np.mgrid[0:side, 0:side] / side
    base = np.stack([x, y, 1 - x * y], -1)
    init = Image.fromarray((base * 255).astype(np.uint8))
    draw = ImageDraw.Draw(init)
    draw.ellipse((14, 18, 46, 50), fill=(220, 40, 30))
    draw.rectangle((40, 8, 58, 24), fill=(250, 240, 90))
    mask = Image.new("L", (side, side), 0)
    ImageDraw.Draw(mask).rectangle((16, 24, 47, 55), fill=255)
    edges = Image.new("RGB", (side, side), 0)
    draw = ImageDraw.Draw(edges)
    draw.ellipse((14, 18, 46, 50), outline=(255, 255, 255), width=2)
    draw.line((0, 56, 63, 40), fill=(255, 255, 255), width=2)
    for name, image in dict(init=init, mask=mask, edges=edges).items():
        image.save(OUT / f"{name}.png", optimize=True)
    return init, mask, edges


ALIASES = {
    "ddim": ("DDIMScheduler", {}),
    "ddpm": ("DDPMScheduler", {}),
    "pndm": ("PNDMScheduler", {}),
    "euler": ("EulerDiscreteScheduler", {}),
    "euler-karras": ("EulerDiscreteScheduler", {"use_karras_sigmas": True}),
    "euler-ancestral": ("EulerAncestralDiscreteScheduler", {}),
    "heun": ("HeunDiscreteScheduler", {}),
    "dpm++-2m": ("DPMSolverMultistepScheduler", {"algorithm_type": "dpmsolver++"}),
    "dpm++-2m-karras": ("DPMSolverMultistepScheduler", {"algorithm_type": "dpmsolver++", "use_karras_sigmas": True}),
    "dpm++-2m-sde": ("DPMSolverMultistepScheduler", {"algorithm_type": "sde-dpmsolver++"}),
    "unipc": ("UniPCMultistepScheduler", {}),
    "lcm": ("LCMScheduler", {}),
    "tcd": ("TCDScheduler", {}),
    "flow-euler": ("FlowMatchEulerDiscreteScheduler", {}),
}
EPSILON = [
    "pndm", "ddim", "ddpm", "euler", "euler-karras", "euler-ancestral", "heun", "dpm++-2m", "dpm++-2m-karras",
    "dpm++-2m-sde", "unipc",
]


def cases():
    """What is drawn: options as imprint names them; `mode` picks the class of diffusers."""
    out = []

    def case(family, name=None, mode="text", **options):
        given = dict(prompt=PROMPT, negative=NEGATIVE, seed=7, steps=6, guidance=5.0) | options
        out.append(dict(id=f"{family}-{name or given.get('scheduler', 'own')}", family=family, mode=mode, **given))

    for alias in EPSILON:
        case("sd15", scheduler=alias)
    case("sd15", "own")
    case("sd15", "lcm", scheduler="lcm", steps=4, guidance=1.0)
    case("sd15", "tcd", scheduler="tcd", steps=4, guidance=1.0)
    case("sd15", "wide", size=[96, 64], prompt=OTHER, scheduler="dpm++-2m")
    weighted = "a photo of a (red:1.4) apple on a [blue] table, ((misty) morning), \\(still life\\)"
    case("sd15-words", "weights", "weighted", prompt=weighted, negative="(blurry:1.3), text", scheduler="euler")
    case("sd15-words", "long", "weighted", prompt=", ".join(words.CORPUS), scheduler="euler")
    case("sd15-words", "long-negative", "weighted", negative=", ".join(words.CORPUS[5:]) + ", (watermark:1.5)", scheduler="ddim")
    case("sd15", "tiled", "tiled", size=[160, 112], prompt=OTHER, scheduler="euler", steps=4)
    case("sd15", "unguided", guidance=1.0, negative="", prompt=OTHER, scheduler="euler")
    case("sd15", "no-negative", negative="", seed=2**32 + 5, scheduler="ddim")
    for alias in ["ddim", "pndm", "euler", "euler-ancestral", "heun", "dpm++-2m-karras", "unipc", "ddpm"]:
        case("sd15", f"image-{alias}", "image", scheduler=alias, steps=8, strength=0.6, init="init.png")
    case("sd15", "image-strong", "image", scheduler="ddim", strength=1.0, init="init.png")
    for alias in ["ddim", "euler-ancestral", "dpm++-2m"]:
        case("sd15", f"inpaint-{alias}", "inpaint", scheduler=alias, strength=1.0, init="init.png", mask="mask.png")
    case("sd15", "inpaint-part", "inpaint", scheduler="euler", steps=8, strength=0.7, init="init.png", mask="mask.png")
    for alias in ["ddim", "euler", "dpm++-2m", "unipc", "pndm", "ddpm"]:
        case("sd2", scheduler=alias, guidance=3.0)
    case("sd2", "image-ddim", "image", scheduler="ddim", guidance=3.0, strength=0.5, steps=8, init="init.png")
    case("sd-turbo", "one", steps=1, guidance=0.0, negative="")
    case("sd-turbo", "four", steps=4, guidance=0.0, negative="", prompt=OTHER)
    case("lcm", "own", steps=4, guidance=8.5, negative="")
    case("lcm", "one", steps=1, guidance=2.0, negative="", prompt=OTHER)
    case("lcm", "image", "image", steps=4, guidance=8.5, negative="", strength=0.6, init="init.png")
    for alias in ["pndm", "ddim", "euler", "dpm++-2m"]:
        case("inpaint", scheduler=alias, mode="inpaint", strength=1.0, init="init.png", mask="mask.png")
    case("inpaint", "part", "inpaint", scheduler="ddim", strength=0.6, steps=8, init="init.png", mask="mask.png")
    for alias in ["pndm", "ddim", "unipc"]:
        case("controlnet", scheduler=alias, mode="control", control="edges.png")
    case("controlnet", "half", "control", scheduler="ddim", control="edges.png", controlScale=0.5)
    for alias in ["euler", "ddim", "dpm++-2m-karras", "unipc"]:
        case("sdxl", scheduler=alias)
    case("sdxl", "no-negative", negative="", prompt=OTHER)
    case("sdxl", "image", "image", strength=0.6, steps=8, init="init.png")
    case("sdxl", "inpaint", "inpaint", strength=0.8, steps=6, init="init.png", mask="mask.png")
    case("sdxl-turbo", "one", steps=1, guidance=0.0, negative="")
    case("sdxl-turbo", "four", steps=4, guidance=0.0, negative="", prompt=OTHER)
    case("sd3", "own")
    case("sd3", "wide", size=[96, 64], prompt=OTHER, negative="")
    case("sd3", "image", "image", strength=0.6, steps=8, init="init.png")
    case("flux", "own", size=[64, 64], guidance=3.5, negative="")
    case("flux", "wide", size=[96, 64], prompt=OTHER, guidance=2.0, negative="")
    case("flux", "image", "image", guidance=3.5, negative="", strength=0.6, steps=8, init="init.png")
    case("flux-schnell", "own", size=[64, 64], steps=4, guidance=0.0, negative="")
    return out


MODES = {
    ("StableDiffusionPipeline", "image"): StableDiffusionImg2ImgPipeline,
    ("StableDiffusionPipeline", "inpaint"): StableDiffusionInpaintPipeline,
    ("LatentConsistencyModelPipeline", "image"): LatentConsistencyModelImg2ImgPipeline,
    ("StableDiffusionXLPipeline", "image"): StableDiffusionXLImg2ImgPipeline,
    ("StableDiffusionXLPipeline", "inpaint"): StableDiffusionXLInpaintPipeline,
    ("StableDiffusion3Pipeline", "image"): StableDiffusion3Img2ImgPipeline,
    ("FluxPipeline", "image"): FluxImg2ImgPipeline,
}


def draw(pipe, case, folder):
    pipe = MODES.get((type(pipe).__name__, case["mode"]), type(pipe))(
        **{k: v for k, v in pipe.components.items() if k not in ("image_encoder",)},
        **({"requires_safety_checker": False} if "safety_checker" in pipe.components else {}),
        **({"add_watermarker": False} if "XL" in type(pipe).__name__ else {}),
    )
    pipe.set_progress_bar_config(disable=True)
    config = json.loads((folder / "scheduler/scheduler_config.json").read_text())
    if case.get("scheduler"):
        kind, more = ALIASES[case["scheduler"]]
        pipe.scheduler = getattr(diffusers, kind).from_config(config | more)
    call = dict(
        prompt=case["prompt"], num_inference_steps=case["steps"], guidance_scale=case["guidance"],
        generator=torch.Generator().manual_seed(case["seed"]), output_type="np",
    )
    if case["negative"] and "Latent" not in type(pipe).__name__ and "Flux" not in type(pipe).__name__:
        call["negative_prompt"] = case["negative"]
    if case["mode"] == "weighted":
        # The community pipeline that brings webui's prompt weights and long prompts to diffusers.
        sys.path.insert(0, os.environ["LPW"])
        from lpw_stable_diffusion import get_weighted_text_embeddings

        # It looks for the parts of the encoder where transformers 4 had them.
        object.__setattr__(pipe.text_encoder, "text_model", pipe.text_encoder)
        texts = call.pop("prompt"), call.pop("negative_prompt")
        call["prompt_embeds"], call["negative_prompt_embeds"] = get_weighted_text_embeddings(pipe, *texts, 8)
    width, height = case.get("size", [64, 64])
    if case["mode"] in ("text", "control", "weighted", "tiled"):
        call |= dict(width=width, height=height)
    if case["mode"] in ("image", "inpaint"):
        call |= dict(image=Image.open(OUT / case["init"]), strength=case["strength"])
    if case["mode"] == "inpaint" or (case["mode"] == "image" and "Flux" in type(pipe).__name__):
        call |= dict(width=64, height=64)
    if case["mode"] == "inpaint":
        call["mask_image"] = Image.open(OUT / case["mask"])
    if case["mode"] == "control":
        call |= dict(image=Image.open(OUT / case["control"]), controlnet_conditioning_scale=case.get("controlScale", 1.0))
    if case["family"] == "flux-schnell":
        call["max_sequence_length"] = 256
    if case["mode"] == "tiled":
        pipe.vae.enable_tiling()
    image = pipe(**call).images[0]
    pipe.vae.disable_tiling()
    return image


def main():
    only = sys.argv[1:]
    if not only:
        shutil.rmtree(OUT, ignore_errors=True)
    (OUT / "golden").mkdir(parents=True, exist_ok=True)
    m = parts()
    made = families(m)
    shared = write_folders(m, made)
    pictures()
    drawn, listed = {}, cases()
    for case in listed:
        if only and case["id"] not in only:
            continue
        image = draw(made[case["family"]][0], case, OUT / case["family"])
        levels = (image * 255).round().astype(np.uint8)
        Image.fromarray(levels).save(OUT / f"golden/{case['id']}.png", optimize=True)
        near = [(np.abs(levels - other).mean(), name) for name, other in drawn.items() if other.shape == levels.shape]
        nearest = min(near, default=(0, ""))
        drawn[case["id"]] = levels.astype(int)
        print(f"{case['id']:28} mean {levels.mean():6.1f} std {levels.std():5.1f} nearest {nearest[0]:.2f} {nearest[1]}", flush=True)
    versions = {lib.__name__: lib.__version__ for lib in (diffusers, transformers, torch)}
    lines = ",\n  ".join(json.dumps(case, ensure_ascii=False) for case in listed)
    (OUT / "cases.json").write_text(
        f'{{\n "madeWith": {json.dumps(versions)},\n "folders": {json.dumps(shared, indent=1)},\n "cases": [\n  {lines}\n ]\n}}\n'
    )


if __name__ == "__main__":
    main()
