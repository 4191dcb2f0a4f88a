"""Measure the exported set: retrieval with floor and ceiling, round-trip and upscaling PSNR; writes evaluation.json for the cards."""
from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from PIL import Image

import prompts
from autoencoder import crop, load_photos, psnr
from common import base_parser, to_tensor, world_of
from dual import Dual, recall_at_1
from sheet import Exported
from superres import pair
from tokenizer import Captions


def judge(work: Path, name: str, captions: Captions) -> Dual:
    """A trained dual encoder."""
    dual = Dual(captions.size)
    dual.load_state_dict(torch.load(work / f"{name}.pt", map_location="cpu", weights_only=False)["parts"]["average"])
    return dual.eval()


def main() -> None:
    """Run every measurement."""
    parser = base_parser(__doc__)
    parser.add_argument("--models", default="../models")
    parser.add_argument("--photos", nargs="*", default=[], help="photographs that the training did not see")
    parser.add_argument("--sweep", action="store_true", help="also try guidance, steps and shift")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    models, work = Path(args.models), Path(args.work)
    world, captions = world_of(args), Captions(models / "tokenizer.json")
    dual = judge(work, "dual", captions)
    pipeline = Exported(models, args.threads)
    scenes = prompts.retrieval(world)
    texts, seeds = [s.caption for s in scenes], list(range(1000, 1000 + len(scenes)))
    truth = to_tensor([world.render(s, 128) for s in scenes])
    draw = lambda **settings: to_tensor(list(np.concatenate([pipeline(texts[i:i + 10], seeds[i:i + 10], **settings) for i in range(0, len(texts), 10)])))
    result: dict = {}
    if args.sweep:
        result["sweep"] = []
        for guidance, steps, shift in ((1.0, 24, 2.0), (2.0, 24, 2.0), (3.5, 24, 2.0), (5.0, 24, 2.0), (3.5, 24, 1.0), (3.5, 24, 3.0), (3.5, 12, 2.0)):
            score = recall_at_1(dual, captions, draw(guidance=guidance, steps=steps, shift=shift), texts)
            result["sweep"].append({"guidance": guidance, "steps": steps, "shift": shift, "r1": score[0], "r5": score[1]})
            print(result["sweep"][-1], flush=True)
    images = draw()
    result["retrieval"] = {"generated": recall_at_1(dual, captions, images, texts), "renders": recall_at_1(dual, captions, truth, texts),
                           "shuffled": recall_at_1(dual, captions, images.roll(7, 0), texts), "chance": (1 / len(texts), 5 / len(texts))}
    if (work / "dual-wide.pt").exists():  # the first judge has hardly met the objects outside of the core
        rare = prompts.wide(world)
        words = [s.caption for s in rare]
        made = to_tensor(list(np.concatenate([pipeline(words[i:i + 10], list(range(3000 + i, 3010 + i))) for i in range(0, len(words), 10)])))
        second = judge(work, "dual-wide", captions)
        result["wide"] = {"generated": recall_at_1(second, captions, made, words), "renders": recall_at_1(second, captions, to_tensor([world.render(s, 128) for s in rare]), words),
                          "shuffled": recall_at_1(second, captions, made.roll(7, 0), words)}
    session = lambda name: onnxruntime.InferenceSession(str(models / f"{name}.onnx"), providers=["CPUExecutionProvider"])
    encoder, decoder = session("vae-encoder"), session("vae-decoder")

    def round_trip(batch: torch.Tensor) -> float:
        out = decoder.run(None, {"latent": encoder.run(None, {"image": batch.numpy()})[0]})[0]
        return psnr(torch.from_numpy(out), batch)

    held = np.random.default_rng(777)
    result["psnr"] = round_trip(to_tensor([world.render(world.sample(held, 0.7, held=True), 128) for _ in range(64)]))
    photos = load_photos(args.photos)
    if photos:
        result["psnr_photos"] = round_trip(to_tensor([crop(held, photos[i % len(photos)], 128) for i in range(24)]))
    held = np.random.default_rng(778)
    highs = [pair(world, held, True)[0] for _ in range(24)]
    lows = [np.asarray(Image.fromarray(h).resize((128, 128), Image.BOX)) for h in highs]
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    upscaler = onnxruntime.InferenceSession(str(models / "upscaler-x4.onnx"), options, providers=["CPUExecutionProvider"])
    inputs, started = ((to_tensor(lows) + 1) / 2).numpy(), time.time()
    out = np.concatenate([upscaler.run(None, {"image": inputs[i:i + 1]})[0] for i in range(len(inputs))])
    seconds = (time.time() - started) / len(inputs)
    resized = lambda how: to_tensor([np.asarray(Image.fromarray(low).resize((512, 512), how)) for low in lows])
    target = to_tensor(highs)
    result["superres"] = {"model": psnr(torch.from_numpy(out) * 2 - 1, target), "bicubic": psnr(resized(Image.BICUBIC), target), "lanczos": psnr(resized(Image.LANCZOS), target), "seconds": seconds}
    path = work / "evaluation.json"
    evaluation = json.loads(path.read_text()) if path.exists() else {}
    path.write_text(json.dumps({**evaluation, **result}, indent=1))
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
