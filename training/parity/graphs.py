"""Export to ONNX with the names of optimum's layout, weights stored as float16 and cast when loaded."""

import contextlib
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from diffusers.models.transformers import transformer_flux
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
warnings.filterwarnings("ignore")


class Wrapped(torch.nn.Module):
    """Positional arguments in, a tuple out, as the tracer wants it."""

    def __init__(self, model, call):
        super().__init__()
        self.model = model
        self.call = call
        # The exporter puts everything below back into the mode that it finds here.
        self.eval()

    def forward(self, *args):
        return self.call(self.model, *args)


def export(path: Path, model, call, inputs, outputs, free, half_io=False, external=False, integers=None):
    """`inputs`: name -> example; `free`: name -> names of free dimensions; `integers`: name -> TensorProto type."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with torch.no_grad(), spelled_out():
        torch.onnx.export(
            Wrapped(model, call), tuple(inputs.values()), str(path), input_names=list(inputs),
            output_names=outputs, dynamic_axes=free, opset_version=OPSET, dynamo=False,
        )
    graph = onnx.load(str(path))
    fold(graph)
    halve(graph)
    if half_io:
        half_ports(graph)
    for name, kind in (integers or {}).items():
        retype(graph, name, kind)
    shorten(graph)
    if external:
        onnx.save_model(
            graph, str(path), save_as_external_data=True, all_tensors_to_one_file=True,
            location=f"{path.name}_data", size_threshold=64, convert_attribute=False,
        )
    else:
        onnx.save_model(graph, str(path))


@contextlib.contextmanager
def spelled_out():
    """This exporter knows no rms_norm and takes the example's length for every length: say both in other words."""
    own, own_rotary = torch.nn.functional.rms_norm, transformer_flux.apply_rotary_emb

    def rms_norm(x, shape, weight=None, eps=None):
        scaled = x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + (eps or torch.finfo(x.dtype).eps))
        return scaled if weight is None else scaled * weight

    def rotary(x, angles, sequence_dim=1):
        cos, sin = (part[None, :, None, :] for part in angles)
        turned = torch.stack([-x[..., 1::2], x[..., 0::2]], dim=-1).flatten(-2)
        return x * cos + turned * sin

    torch.nn.functional.rms_norm, transformer_flux.apply_rotary_emb = rms_norm, rotary
    try:
        yield
    finally:
        torch.nn.functional.rms_norm, transformer_flux.apply_rotary_emb = own, own_rotary


def fold(model):
    """Constants become initializers: fewer nodes and bytes."""
    keep = []
    for node in model.graph.node:
        if node.op_type == "Constant" and node.attribute[0].name == "value":
            tensor = onnx.TensorProto()
            tensor.CopyFrom(node.attribute[0].t)
            tensor.name = node.output[0]
            model.graph.initializer.append(tensor)
        else:
            keep.append(node)
    del model.graph.node[:]
    model.graph.node.extend(keep)
    alias = {n.output[0]: n.input[0] for n in model.graph.node if n.op_type == "Identity"}
    outputs = {o.name for o in model.graph.output}
    seen, unique = {}, []
    for tensor in model.graph.initializer:
        key = (tensor.data_type, tuple(tensor.dims), tensor.raw_data)
        if len(tensor.raw_data) <= 64 and key in seen:
            alias[tensor.name] = seen[key]
        else:
            seen[key] = tensor.name
            unique.append(tensor)
    del model.graph.initializer[:]
    model.graph.initializer.extend(unique)

    def real(name):
        while name in alias:
            name = alias[name]
        return name

    nodes = [n for n in model.graph.node if n.op_type != "Identity" or n.output[0] in outputs]
    for node in nodes:
        node.input[:] = [real(name) for name in node.input]
    del model.graph.node[:]
    model.graph.node.extend(nodes)


def halve(model):
    """Weights that float16 holds exactly are stored so, followed by a Cast: what many published exports do."""
    casts = []
    for tensor in model.graph.initializer:
        if tensor.data_type != TensorProto.FLOAT or len(tensor.raw_data) <= 64:
            continue
        values = numpy_helper.to_array(tensor)
        half = values.astype(np.float16)
        if not np.array_equal(half.astype(np.float32), values):
            continue
        name = tensor.name
        stored = numpy_helper.from_array(half, f"{name}_half")
        tensor.CopyFrom(stored)
        casts.append(helper.make_node("Cast", [f"{name}_half"], [name], to=TensorProto.FLOAT))
    nodes = list(model.graph.node)
    del model.graph.node[:]
    model.graph.node.extend(casts + nodes)


def half_ports(model):
    """float16 inputs and outputs around the same computation."""
    for port in list(model.graph.input):
        if port.type.tensor_type.elem_type == TensorProto.FLOAT:
            retype(model, port.name, TensorProto.FLOAT16)
    for port in model.graph.output:
        inner = f"{port.name}_full"
        for node in model.graph.node:
            node.output[:] = [inner if name == port.name else name for name in node.output]
            node.input[:] = [inner if name == port.name else name for name in node.input]
        model.graph.node.append(helper.make_node("Cast", [inner], [port.name], to=TensorProto.FLOAT16))
        port.type.tensor_type.elem_type = TensorProto.FLOAT16


def retype(model, name, kind):
    """Exports disagree about types: give input `name` another one and cast it inside."""
    port = next(p for p in model.graph.input if p.name == name)
    inner = f"{name}_cast"
    for node in model.graph.node:
        node.input[:] = [inner if i == name else i for i in node.input]
    model.graph.node.insert(0, helper.make_node("Cast", [name], [inner], to=port.type.tensor_type.elem_type))
    port.type.tensor_type.elem_type = kind


def shorten(model):
    keep = {""} | {p.name for p in [*model.graph.input, *model.graph.output]}
    names = {}

    def short(name):
        return name if name in keep else names.setdefault(name, f"{len(names):x}")

    for node in model.graph.node:
        node.name = ""
        node.doc_string = ""
        del node.metadata_props[:]
        node.input[:] = [short(i) for i in node.input]
        node.output[:] = [short(o) for o in node.output]
    for tensor in model.graph.initializer:
        tensor.name = short(tensor.name)
    del model.graph.value_info[:]
    model.doc_string = ""


def clip_graph(path, model, hidden=False, **more):
    names = ["last_hidden_state", "pooler_output"]
    projected = hasattr(model, "text_projection")
    layers = model.config.num_hidden_layers

    def call(m, ids):
        out = m(input_ids=ids.long(), output_hidden_states=True)
        first = [out.text_embeds, out.last_hidden_state] if projected else [out.last_hidden_state, out.pooler_output]
        return tuple(first + (list(out.hidden_states) if hidden else []))

    if projected:
        names = ["text_embeds", "last_hidden_state"]
    if hidden:
        names += [f"hidden_states.{i}" for i in range(layers + 1)]
    ids = torch.randint(0, 100, (2, 77))
    free = {"input_ids": {0: "batch", 1: "length"}} | {name: {0: "batch"} for name in names}
    export(path, model, call, {"input_ids": ids}, names, free, **more)


def t5_graph(path, model):
    def call(m, ids):
        return (m(input_ids=ids).last_hidden_state,)

    free = {"input_ids": {0: "batch", 1: "length"}, "last_hidden_state": {0: "batch", 1: "length"}}
    export(path, model, call, {"input_ids": torch.randint(0, 50, (2, 24))}, ["last_hidden_state"], free)


def unet_graph(path, model, timestep=None, **more):
    config = model.config
    xl = config.addition_embed_type == "text_time"
    lcm = config.time_cond_proj_dim is not None
    inputs = {
        "sample": torch.randn(2, config.in_channels, 8, 8),
        "timestep": torch.tensor(3.0) if timestep is None else timestep,
        "encoder_hidden_states": torch.randn(2, 77, config.cross_attention_dim),
    }
    free = {
        "sample": {0: "batch", 2: "height", 3: "width"},
        "encoder_hidden_states": {0: "batch", 1: "length"},
        "out_sample": {0: "batch", 2: "height", 3: "width"},
    } | ({} if timestep is None else {"timestep": {0: "batch"}})
    extra = []
    if xl:
        inputs |= {"text_embeds": torch.randn(2, 8), "time_ids": torch.randn(2, 6)}
        free |= {"text_embeds": {0: "batch"}, "time_ids": {0: "batch"}}
        extra = ["text_embeds", "time_ids"]
    if lcm:
        inputs |= {"timestep_cond": torch.randn(2, config.time_cond_proj_dim)}
        free |= {"timestep_cond": {0: "batch"}}
        extra = ["timestep_cond"]

    def call(m, sample, t, text, *rest):
        given = dict(zip(extra, rest))
        if xl:
            given = {"added_cond_kwargs": given}
        return (m(sample, t, text, return_dict=False, **given)[0],)

    export(path, model, call, inputs, ["out_sample"], free, **more)


def control_graph(path, unet, control):
    """One graph of U-Net and ControlNet, as scripts/convert_stable_diffusion_controlnet_to_onnx.py of diffusers names it."""
    both = torch.nn.ModuleDict({"unet": unet, "control": control})

    def call(m, sample, t, text, pictures, scales):
        down, mid = m["control"](
            sample, t, encoder_hidden_states=text, controlnet_cond=pictures[0],
            conditioning_scale=scales[0], return_dict=False,
        )
        return (
            m["unet"](
                sample, t, encoder_hidden_states=text, down_block_additional_residuals=down,
                mid_block_additional_residual=mid, return_dict=False,
            )[0],
        )

    inputs = {
        "sample": torch.randn(2, 4, 8, 8),
        "timestep": torch.tensor(3.0),
        "encoder_hidden_states": torch.randn(2, 77, unet.config.cross_attention_dim),
        "controlnet_conds": torch.randn(1, 2, 3, 64, 64),
        "conditioning_scales": torch.ones(1, 1),
    }
    free = {
        "sample": {0: "batch", 2: "height", 3: "width"},
        "encoder_hidden_states": {0: "batch", 1: "length"},
        "controlnet_conds": {1: "batch", 3: "pixels_high", 4: "pixels_wide"},
        "noise_pred": {0: "batch", 2: "height", 3: "width"},
    }
    export(path, both, call, inputs, ["noise_pred"], free)


def sd3_graph(path, model):
    inputs = {
        "hidden_states": torch.randn(2, model.config.in_channels, 8, 8),
        "encoder_hidden_states": torch.randn(2, 85, model.config.joint_attention_dim),
        "pooled_projections": torch.randn(2, model.config.pooled_projection_dim),
        "timestep": torch.tensor([3.0, 3.0]),
    }

    def call(m, sample, text, pooled, t):
        return (m(sample, text, pooled, t, return_dict=False)[0],)

    free = {name: {0: "batch"} for name in [*inputs, "out_hidden_states"]}
    free["hidden_states"] |= {2: "height", 3: "width"}
    free["out_hidden_states"] |= {2: "height", 3: "width"}
    free["encoder_hidden_states"] |= {1: "length"}
    export(path, model, call, inputs, ["out_hidden_states"], free)


def flux_graph(path, model):
    inputs = {
        "hidden_states": torch.randn(1, 16, 16),
        "encoder_hidden_states": torch.randn(1, 12, model.config.joint_attention_dim),
        "pooled_projections": torch.randn(1, model.config.pooled_projection_dim),
        "timestep": torch.tensor([0.3]),
        "img_ids": torch.randn(16, 3),
        "txt_ids": torch.randn(12, 3),
    }
    if model.config.guidance_embeds:
        inputs["guidance"] = torch.tensor([3.5])

    def call(m, sample, text, pooled, t, places, words, guidance=None):
        return (
            m(
                hidden_states=sample, encoder_hidden_states=text, pooled_projections=pooled, timestep=t,
                img_ids=places, txt_ids=words, guidance=guidance, return_dict=False,
            )[0],
        )

    free = {name: {0: "batch"} for name in [*inputs, "out_hidden_states"]}
    free["hidden_states"] |= {1: "patches"}
    free["out_hidden_states"] |= {1: "patches"}
    free["encoder_hidden_states"] |= {1: "words"}
    free["img_ids"] = {0: "patches"}
    free["txt_ids"] = {0: "words"}
    export(path, model, call, inputs, ["out_hidden_states"], free)


def vae_graphs(folder, model, half_io=False):
    channels = model.config.latent_channels

    def encode(m, sample):
        return (m.encode(sample).latent_dist.parameters,)

    def decode(m, latent):
        return (m.decode(latent, return_dict=False)[0],)

    sides = {0: "batch", 2: "height", 3: "width"}
    export(
        folder / "vae_encoder/model.onnx", model, encode, {"sample": torch.randn(1, 3, 64, 64)},
        ["latent_parameters"], {"sample": sides, "latent_parameters": sides}, half_io=half_io,
    )
    export(
        folder / "vae_decoder/model.onnx", model, decode, {"latent_sample": torch.randn(1, channels, 8, 8)},
        ["sample"], {"latent_sample": sides, "sample": sides}, half_io=half_io,
    )
