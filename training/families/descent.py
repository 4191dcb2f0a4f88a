"""The training loop of the families that descend on one loss."""
from __future__ import annotations

from typing import Callable, Sequence

import torch
from torch import nn

import data  # noqa: F401  (puts the folder above on the path)
from common import Average, Run


def descend(run: Run, model: nn.Module, average: Average, loss_of: Callable[[], torch.Tensor], rates: Sequence[tuple[torch.optim.Optimizer, float]], save: Callable[[], None], clip: float = 1.0) -> None:
    """Until the run's time is over: one batch's loss, its slopes cut to the length `clip`, a step of each optimizer at its rate times the schedule's factor; `save` now and then and at the end."""
    while run.progress < 1:
        factor = run.lr()
        for optimizer, rate in rates:
            optimizer.param_groups[0]["lr"] = rate * factor
        loss = loss_of()
        model.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), clip)
        for optimizer, _ in rates:
            optimizer.step()
        average.update(model)
        run.count(run.args.batch, float(loss.detach()))
        if run.due():
            save()
    save()
