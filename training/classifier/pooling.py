"""The logits of a picture's crops -> one number, as src/detect/signals/classifier/pooling.ts."""
from __future__ import annotations

import numpy as np

CROPS_PER_DROPPED = 5


def pool(logits: np.ndarray) -> float:
    """[crops] -> their mean without the lowest ones, of every full five one."""
    return float(np.sort(logits)[len(logits) // CROPS_PER_DROPPED:].mean())
