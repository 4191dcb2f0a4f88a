"""Teach many small decoders of different kinds (kinds.py), on a GPU or on a processor. Run it as `--part k/n` side by side.

With `--donor` a decoder learns behind the encoder of another one that loses little, which stays as it is: minutes of a processor core suffice.
"""
from __future__ import annotations

import argparse
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

from adversarial import Critic, coarse
from kinds import KIN, KINDS, Kin, Model, Rebuilder, build
from shelf import Shelf

SIZE = 96


def teach(name: str, model: Model, shelf: Shelf, seconds: float, batch: int) -> Model:
    """Train one for some seconds: a third without its critic."""
    device, kind, kin = shelf.device, model.kind, isinstance(model, Kin)
    critic, rate = Critic(32).to(device), 4e-4 if kin else 1.5e-3
    maker = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], rate, betas=(0.5, 0.95), fused=device.type == "cuda")
    judge = torch.optim.Adam(critic.parameters(), 1e-3, betas=(0.0, 0.95), fused=device.type == "cuda")
    begin, step = time.time(), 0
    while (progress := (time.time() - begin) / seconds) < 1:
        real = shelf.photographs(batch, SIZE).div(127.5).sub(1).contiguous(memory_format=torch.channels_last)
        for group in maker.param_groups:
            group["lr"] = rate * min(1, (step + 1) / 50) * max(0.03, min(1, 2 * (1 - progress)))
        with torch.autocast(device.type, torch.bfloat16):
            fake = model(real).float()
        if kind.critic and progress > 0.3:
            with torch.autocast(device.type, torch.bfloat16):
                logits, features = critic(fake)
                with torch.no_grad():
                    _, wanted = critic(real)
            match = sum((a.float() - b.float()).abs().mean() for a, b in zip(features, wanted)) / len(features)
            loss = coarse(fake, real) + (0.25 if kin else kind.held) * (fake - real).abs().mean() + 0.5 * match - kind.critic * logits.float().mean()
        else:
            loss = (fake - real).abs().mean() + sum((fake.diff(dim=d) - real.diff(dim=d)).abs().mean() for d in (2, 3))
        maker.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        maker.step()
        if kind.critic and progress > 0.25:
            with torch.autocast(device.type, torch.bfloat16):
                judged = F.relu(1 - critic(real)[0].float()).mean() + F.relu(1 + critic(fake.detach())[0].float()).mean()
            judge.zero_grad(set_to_none=True)
            judged.backward()
            judge.step()
        step += 1
    with torch.no_grad():
        error = (fake.clamp(-1, 1) - real).square().mean().item() / 4
    print(f"{name}: {step} steps, {step * batch} crops, {-10 * torch.tensor(error + 1e-9).log10().item():.1f} dB", flush=True)
    return model.eval()


def take_encoder(model: Rebuilder, donor: str) -> None:
    """Give a decoder the encoder of `FILE:NAME`, which learns no more."""
    file, name = donor.rsplit(":", 1)
    state = torch.load(file, map_location="cpu", weights_only=True)[name]
    model.encoder.load_state_dict({key.removeprefix("encoder."): v.float() for key, v in state.items() if key.startswith("encoder.")})
    model.encoder.requires_grad_(False)


def main() -> None:
    """Train every n-th kind, from the k-th on, and write <work>/zoo-<k>.pt."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--packs", required=True, help="folder of pack.py")
    parser.add_argument("--work", required=True)
    parser.add_argument("--weights", required=True, help="folder with taef2/")
    parser.add_argument("--part", default="0/1")
    parser.add_argument("--only", nargs="*", default=[*(f"kin-{way}" for way in KIN), *KINDS], help="kinds to teach")
    parser.add_argument("--until", type=float, required=True, help="seconds since the epoch at which all are written")
    parser.add_argument("--donor", help="file of zoo.py and name in it, as zoo-7.pt:dcgan-w: its encoder goes before all; --only kinds with as many halvings and channels")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--most", type=int, help="regions to open")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    args = parser.parse_args()
    torch.set_num_threads(1 if args.device == "cpu" else 2)
    torch.backends.cudnn.benchmark = True
    k, n = (int(v) for v in args.part.split("/"))
    shelf = Shelf(Path(args.packs), torch.device(args.device), seed=k, most=args.most, only_paired=True)
    names = args.only[k::n]
    done: dict[str, dict[str, torch.Tensor]] = {}
    for order, name in enumerate(names):
        left = args.until - 2 - time.time()
        if left < 1:
            print(f"{name}: no time left", flush=True)
            continue
        try:
            torch.manual_seed(k * 100 + order)
            begun = build(name, Path(args.weights) / "taef2")
            if args.donor:
                take_encoder(begun, args.donor)
            model = teach(name, begun.to(shelf.device).to(memory_format=torch.channels_last).train(), shelf, left / (len(names) - order), args.batch)
        except Exception as error:  # one kind must not cost the others
            print(f"{name}: {error}", flush=True)
            continue
        done[name] = {key: v.half() if v.is_floating_point() else v for key, v in model.state_dict().items()}
        torch.save(done, Path(args.work) / f"zoo-{k}.partial")
        (Path(args.work) / f"zoo-{k}.partial").rename(Path(args.work) / f"zoo-{k}.pt")


if __name__ == "__main__":
    main()
