"""Static 8-bit quantisation of the exported classifier (Jacob et al. 2018): the convolutions in integers, where nearly all of its time goes.

Activations are uint8, each tensor with the range that it has over crops as training sees them. Weights are int8, each output channel with a scale of
its own, of seven bits: pairs of products then fit 16 bits, so that nothing saturates on processors without VNNI or dot products (AVX2).
Up to the first block of each trunk all stays in floating point: rare crops (noise, above all) have values there many times those of the others, and
one grid of eight bits is too coarse for both, or clips.
"""
from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from stream import Mix, Stream

BATCH = 48
FLOATS = ("/net/net.0/", "/net/net.2/", "/net/net.4/")  # of each trunk two convolutions and the first block
MEAN, MOST = 0.06, 0.5  # that the logits of crops may move by


class Batches(CalibrationDataReader):
    """The crops in batches, once."""

    def __init__(self, crops: np.ndarray) -> None:
        self.parts = iter(crops[at:at + BATCH] for at in range(0, len(crops), BATCH))

    def get_next(self) -> dict[str, np.ndarray] | None:
        part = next(self.parts, None)
        return None if part is None else {"crops": part}


def crops_of_training(patches: Path, batches: int = 40) -> np.ndarray:
    """uint8 [N,96,96,3]: pairs and singles, degraded as in training."""
    stream = Stream(patches, 41, Mix(wallpapers=True, packages=(patches / "packages.npy").exists(), wide=True, past=True))
    stream.open()
    rng = np.random.default_rng(41)
    return np.concatenate([stream.batch(rng)[0].numpy() for _ in range(batches)])


def logits_of(path: Path, crops: np.ndarray) -> np.ndarray:
    """float32 [N]."""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return np.concatenate([session.run(None, {"crops": crops[at:at + BATCH]})[0].ravel() for at in range(0, len(crops), BATCH)])


def quantise(path: Path, crops: np.ndarray) -> None:
    """Replace the graph at `path` by its quantised form. `crops`: uint8 [N,96,96,3]; the last fifth judges.

    Ends the program, and leaves the graph as it is, where logits move by more than MEAN and MOST or the trunks' convolutions are not found.
    """
    known, unseen = crops[:len(crops) * 4 // 5], crops[len(crops) * 4 // 5:]
    with tempfile.TemporaryDirectory() as folder:
        ready, done = Path(folder) / "ready.onnx", Path(folder) / "done.onnx"
        quant_pre_process(str(path), str(ready), skip_symbolic_shape=True)
        convolutions = [node.name for node in onnx.load(str(ready)).graph.node if node.op_type == "Conv"]
        whole = [name for name in convolutions if "/trunks." not in name or any(part in name for part in FLOATS)]
        if not 0 < len(whole) < len(convolutions) / 2:
            raise SystemExit(f"{path.name}: the exporter names its nodes in another way")
        quantize_static(str(ready), str(done), Batches(known), quant_format=QuantFormat.QDQ, activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8,
                        per_channel=True, reduce_range=True, op_types_to_quantize=["Conv"], nodes_to_exclude=whole)
        before, after = logits_of(path, unseen), logits_of(done, unseen)
        moved = np.abs(after - before)
        print(f"{path.name}: {len(convolutions) - len(whole)} of {len(convolutions)} convolutions in integers, {done.stat().st_size / 1e6:.2f} MB; "
              f"logits of crops move by {moved.mean():.3f}, at most {moved.max():.2f}, of a deviation of {before.std():.2f}; correlation {np.corrcoef(before, after)[0, 1]:.4f}")
        if not (moved.mean() < MEAN and moved.max() < MOST):
            raise SystemExit(f"{path.name}: quantisation moves logits by too much")
        path.write_bytes(done.read_bytes())
