"""Compile what a training runs most where that works, changes nothing and is faster; elsewhere leave it as it is."""
from __future__ import annotations

import signal
import time
from collections.abc import Callable, Sequence

import torch
from torch import nn

ALLOWED = 0.03  # of the largest value: bfloat16 sums in another order


def compiled(modules: Sequence[nn.Module], trial: Callable[[], torch.Tensor], seconds: int = 40) -> bool:
    """Compile `modules`, which `trial` runs forwards and backwards. Gives up after `seconds`, on any error, on another result, and where it gains nothing."""
    def timed(count: int = 8) -> float:
        torch.cuda.synchronize()
        begin = time.time()
        for _ in range(count):
            trial()
        torch.cuda.synchronize()
        return (time.time() - begin) / count

    def late(*_: object) -> None:
        raise TimeoutError(f"not done after {seconds} s")

    before = signal.signal(signal.SIGALRM, late)
    begun = time.time()
    try:
        trial()
        plain, eager = trial(), timed()
        signal.alarm(seconds)
        for module in modules:
            module.compile(dynamic=False)
        made, _ = trial(), trial()
        signal.alarm(0)
        worst = float((made - plain).abs().max() / plain.abs().max().clamp(min=1e-6))
        now = timed()
        print(f"compiled in {time.time() - begun:.0f} s: {eager * 1e3:.1f} -> {now * 1e3:.1f} ms, differs by {worst:.4f}", flush=True)
        if worst < ALLOWED and now < eager:
            return True
    except Exception as error:  # whatever it is, the training goes on
        print(f"not compiled: {type(error).__name__}: {str(error)[:300]}", flush=True)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
    for module in modules:
        module._compiled_call_impl = None
    return False
