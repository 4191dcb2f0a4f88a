"""The logits of a picture's crops -> one number, as src/detect/signals/classifier/pooling.ts."""
from __future__ import annotations

import numpy as np


def pool(logits: np.ndarray) -> float:
    """[crops] -> the mean of the higher half, of an odd number one more than half."""
    return float(np.sort(logits)[len(logits) // 2:].mean())
