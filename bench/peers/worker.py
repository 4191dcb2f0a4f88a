"""Encodes and decodes for the bench, one method per process, one thread.

A message is two little-endian uint32 (bytes of the JSON head, bytes of the body), the head, the body.
Request head: {"op": "encode" | "decode", "width", "height", "bits": [0, 1, ...] or "length": n}; the
body is RGB, row-major. Reply head: {"ms", "rss", "bits"?, "width"?, "height"?, "error"?}; the body is
the marked RGB picture. "ms" is processor time, "rss" the peak of the process in bytes.
"""

import json
import os
import resource
import struct
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import cv2  # noqa: E402
import numpy as np  # noqa: E402

cv2.setNumThreads(1)


def imwatermark(method):
    from imwatermark import WatermarkDecoder, WatermarkEncoder

    if method == "rivaGan":
        load_riva_gan()

    def encode(bgr, bits):
        encoder = WatermarkEncoder()
        encoder.set_watermark("bits", bits)
        return encoder.encode(bgr, method)

    def decode(bgr, length):
        return WatermarkDecoder("bits", length).decode(bgr, method)

    return encode, decode


def load_riva_gan():
    """As RivaWatermark.loadModel, with one thread; the weights are part of the package."""
    import onnxruntime
    import torch
    from imwatermark.rivaGan import RivaWatermark

    torch.set_num_threads(1)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    folder = os.path.dirname(sys.modules["imwatermark"].__file__)
    for part in ("encoder", "decoder"):
        path = os.path.join(folder, f"rivagan_{part}.onnx")
        setattr(RivaWatermark, part, onnxruntime.InferenceSession(path, options))


def blind_watermark():
    from blind_watermark import WaterMark, bw_notes

    bw_notes.close()

    def encode(bgr, bits):
        mark = WaterMark(password_wm=1, password_img=1)
        mark.read_img(img=bgr)
        mark.read_wm(np.array(bits, dtype=bool), "bit")
        return np.rint(mark.embed()).astype(np.uint8)

    def decode(bgr, length):
        mark = WaterMark(password_wm=1, password_img=1)
        return mark.extract(embed_img=bgr, wm_shape=length, mode="bit")

    return encode, decode


def read_exactly(stream, count):
    data = stream.read(count)
    return data if len(data) == count else None


def answer(head, body, encode, decode):
    rgb = np.frombuffer(body, dtype=np.uint8).reshape(head["height"], head["width"], 3)
    bgr = np.ascontiguousarray(rgb[:, :, ::-1])
    start = time.process_time()
    if head["op"] == "encode":
        marked = encode(bgr, head["bits"])
        ms = (time.process_time() - start) * 1000
        out = np.ascontiguousarray(marked[:, :, ::-1]).astype(np.uint8)
        return {"ms": ms, "height": out.shape[0], "width": out.shape[1]}, out.tobytes()
    bits = [int(bit) for bit in decode(bgr, head["length"])]
    return {"ms": (time.process_time() - start) * 1000, "bits": bits}, b""


def main():
    # Whatever a package prints must not mix with the messages.
    pipe = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    method = sys.argv[1]
    encode, decode = blind_watermark() if method == "blind-watermark" else imwatermark(method)
    while (lengths := read_exactly(sys.stdin.buffer, 8)) is not None:
        head_size, body_size = struct.unpack("<II", lengths)
        head = json.loads(sys.stdin.buffer.read(head_size))
        body = sys.stdin.buffer.read(body_size)
        try:
            reply, out = answer(head, body, encode, decode)
        except Exception as error:  # A peer that refuses a picture has not read it.
            reply, out = {"ms": 0, "error": f"{type(error).__name__}: {error}"[:300]}, b""
        reply["rss"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        text = json.dumps(reply).encode()
        pipe.write(struct.pack("<II", len(text), len(out)) + text + out)
        pipe.flush()


main()
