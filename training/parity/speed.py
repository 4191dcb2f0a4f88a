"""
The Python half of the speed table: the same ONNX files, steps and threads with onnxruntime and the schedulers of diffusers,
as optimum's pipelines run them. Prints processor seconds of one picture (the first, which warms up, is left out) and the
peak memory of the process.

usage: speed.py folder DIR SIDE STEPS THREADS | speed.py bundled MODELS STEPS THREADS
"""

import json
import resource
import sys
import time
from pathlib import Path

import numpy as np
import onnxruntime as ort
import torch

PROMPT = "a photo of a red apple on a blue table"


def session(path, threads):
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def folder(directory, side, steps, threads):
    import diffusers
    from transformers import CLIPTokenizer

    root = Path(directory)
    tokenizer = CLIPTokenizer.from_pretrained(str(root / "tokenizer"))
    config = json.loads((root / "scheduler/scheduler_config.json").read_text())
    scheduler = diffusers.EulerDiscreteScheduler.from_config(config)
    text, unet, vae = (session(root / part / "model.onnx", threads) for part in ("text_encoder", "unet", "vae_decoder"))

    def draw(seed):
        ids = tokenizer(["", PROMPT], padding="max_length", max_length=77, return_tensors="np").input_ids
        hidden = text.run(None, {"input_ids": ids.astype(np.int64)})[0]
        scheduler.set_timesteps(steps)
        latents = torch.randn((1, 4, side // 8, side // 8), generator=torch.Generator().manual_seed(seed))
        latents = latents * scheduler.init_noise_sigma
        for t in scheduler.timesteps:
            model_input = scheduler.scale_model_input(torch.cat([latents] * 2), t)
            feeds = {"sample": model_input.numpy(), "timestep": np.array(t, np.float32), "encoder_hidden_states": hidden}
            free, wanted = torch.from_numpy(unet.run(None, feeds)[0]).chunk(2)
            latents = scheduler.step(free + 5.0 * (wanted - free), t, latents).prev_sample
        image = vae.run(None, {"latent_sample": (latents / 0.18215).numpy()})[0]
        return (np.clip(image / 2 + 0.5, 0, 1) * 255).round().astype(np.uint8)

    return draw


def bundled(directory, steps, threads):
    import diffusers
    from tokenizers import Tokenizer

    root = Path(directory)
    manifest = json.loads((root / "manifest.json").read_text())
    pipeline = manifest["pipelines"][0]
    files = {model["name"]: root / model["file"] for model in manifest["models"]}
    tokenizer = Tokenizer.from_file(str(files[pipeline["tokenizer"]]))
    parts = [session(files[pipeline[part]], threads) for part in ("textEncoder", "transformer", "vaeDecoder", "upscaler")]
    text, transformer, vae, upscaler = parts
    latent = pipeline["latent"]
    mean, std = (np.array(latent[name], np.float32)[None, :, None, None] for name in ("mean", "std"))
    scheduler = diffusers.FlowMatchEulerDiscreteScheduler(shift=pipeline["scheduler"].get("shift", 1.0))
    length, pad = pipeline.get("maxTokens", 32), pipeline.get("padId", 0)

    def fit(model, given):
        kinds = {"tensor(int64)": np.int64, "tensor(int32)": np.int32, "tensor(float)": np.float32, "tensor(bool)": bool}
        return {i.name: np.asarray(given[i.name]).astype(kinds[i.type]) for i in model.get_inputs() if i.name in given}

    def draw(seed):
        rows = [tokenizer.encode(prompt).ids for prompt in ("", PROMPT)]
        ids = [row + [pad] * (length - len(row)) for row in rows]
        mask = [[1] * len(row) + [0] * (length - len(row)) for row in rows]
        names = [o.name for o in text.get_outputs()]
        out = dict(zip(names, text.run(None, fit(text, {"input_ids": ids, "attention_mask": mask}))))
        hidden = next(out[n] for n in ("last_hidden_state", "hidden_states", "encoder_hidden_states") if n in out)
        pooled = next((out[n] for n in ("pooled", "pooled_projections", "pooler_output") if n in out), None)
        scheduler.set_timesteps(steps)
        size = latent["size"]
        sample = torch.randn((1, latent["channels"], size, size), generator=torch.Generator().manual_seed(seed))
        for t in scheduler.timesteps:
            both = torch.cat([sample] * 2).numpy()
            given = dict(sample=both, hidden_states=both, timestep=[float(t)] * 2, encoder_hidden_states=hidden)
            given |= dict(mask=mask, encoder_attention_mask=mask, pooled=pooled, pooled_projections=pooled)
            free, wanted = torch.from_numpy(transformer.run(None, fit(transformer, given))[0]).chunk(2)
            sample = scheduler.step(free + 3.5 * (wanted - free), t, sample).prev_sample
        image = vae.run(None, {vae.get_inputs()[0].name: (sample.numpy() * std + mean).astype(np.float32)})[0]
        image = np.clip(image / 2 + 0.5, 0, 1)
        image = upscaler.run(None, {upscaler.get_inputs()[0].name: image})[0]
        return (np.clip(image, 0, 1) * 255).round().astype(np.uint8)

    return draw


def main():
    kind, directory, *numbers = sys.argv[1:]
    threads = int(numbers[-1])
    torch.set_num_threads(threads)
    draw = (folder if kind == "folder" else bundled)(directory, *(int(n) for n in numbers))
    draw(0)
    start = time.process_time()
    for seed in range(1, 4):
        draw(seed)
    seconds = (time.process_time() - start) / 3
    print(json.dumps({"seconds": seconds, "bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}))


main()
