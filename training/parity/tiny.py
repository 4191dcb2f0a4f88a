"""Tiny pipelines with random weights, one of every family, built with the classes of diffusers and transformers."""

import torch
from diffusers import (
    AutoencoderKL,
    ControlNetModel,
    FluxTransformer2DModel,
    SD3Transformer2DModel,
    UNet2DConditionModel,
)
from transformers import (
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTextModelWithProjection,
    T5Config,
    T5EncoderModel,
)

TEXT = 8
"""Width of the CLIP encoders."""
PROJECTED = 8
T5_WIDTH = 16


def seeded(seed, make):
    """The same weights at every run, on the float16 grid, so that they can be stored in half the bytes."""
    torch.manual_seed(seed)
    model = make().eval().requires_grad_(False)
    for parameter in model.parameters():
        parameter.copy_(parameter.half().float())
    return model


def stronger(model, factors):
    """Random weights hardly move the picture; `factors` make it depend on prompt, sampler and seed."""
    for name, parameter in model.named_parameters():
        for part, factor in factors.items():
            if part in name:
                parameter.copy_((parameter * factor).half().float())
    return model


def unet(seed, **more):
    config = dict(
        block_out_channels=(4, 8),
        layers_per_block=1,
        sample_size=8,
        in_channels=4,
        out_channels=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=TEXT,
        attention_head_dim=4,
        norm_num_groups=2,
    )
    model = seeded(seed, lambda: UNet2DConditionModel(**(config | more)))
    return stronger(model, {"conv_out.weight": 6, "attn2.to_out": 6, "attn2.to_v": 6, "attn2.to_q": 4})


def unet_xl(seed):
    return unet(
        seed,
        cross_attention_dim=2 * TEXT,
        addition_embed_type="text_time",
        addition_time_embed_dim=4,
        projection_class_embeddings_input_dim=6 * 4 + PROJECTED,
        transformer_layers_per_block=(1, 1),
        use_linear_projection=True,
    )


def controlnet(seed):
    config = dict(
        block_out_channels=(4, 8),
        layers_per_block=1,
        in_channels=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        cross_attention_dim=TEXT,
        attention_head_dim=4,
        norm_num_groups=2,
        conditioning_embedding_out_channels=(4, 4, 8, 8),
    )
    model = seeded(seed, lambda: ControlNetModel(**config))
    # Its outputs start at zero by design.
    for name, parameter in model.named_parameters():
        if "controlnet_" in name and parameter.ndim == 4:
            parameter.copy_((torch.randn_like(parameter) * 0.4).half().float())
    return model


def vae(seed, channels, scaling, shift=None, latent_quant=True):
    config = dict(
        block_out_channels=(4, 4, 8, 8),
        layers_per_block=1,
        sample_size=64,
        latent_channels=channels,
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        norm_num_groups=2,
        scaling_factor=scaling,
        shift_factor=shift,
        use_quant_conv=latent_quant,
        use_post_quant_conv=latent_quant,
    )
    model = seeded(seed, lambda: AutoencoderKL(**config))
    return stronger(
        model,
        {"decoder.conv_in.weight": 4, "decoder.conv_out.weight": 2, "encoder.conv_out.weight": 4},
    )


def clip(seed, tokenizer, projected=False):
    config = CLIPTextConfig(
        vocab_size=len(tokenizer),
        hidden_size=TEXT,
        intermediate_size=16,
        num_hidden_layers=3,
        num_attention_heads=2,
        projection_dim=PROJECTED,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    kind = CLIPTextModelWithProjection if projected else CLIPTextModel
    return stronger(seeded(seed, lambda: kind(config)), {"token_embedding": 20})


def clip_with_mean(seed, tokenizer):
    """Trained encoders have a mean that is not 0, which prompt weights keep; fresh ones do not."""
    model = clip(seed, tokenizer)
    for name, parameter in model.named_parameters():
        if name.endswith("final_layer_norm.bias"):
            parameter.copy_((torch.rand_like(parameter)).half().float())
    return model


def t5(seed, vocabulary):
    config = T5Config(
        vocab_size=vocabulary, d_model=T5_WIDTH, d_kv=8, d_ff=16, num_layers=2, num_heads=2,
        feed_forward_proj="gated-gelu",
    )
    return seeded(seed, lambda: T5EncoderModel(config))


def sd3(seed):
    config = dict(
        sample_size=8,
        patch_size=2,
        in_channels=4,
        num_layers=2,
        attention_head_dim=8,
        num_attention_heads=2,
        joint_attention_dim=T5_WIDTH,
        caption_projection_dim=16,
        pooled_projection_dim=TEXT + PROJECTED,
        out_channels=4,
        pos_embed_max_size=16,
    )
    return stronger(seeded(seed, lambda: SD3Transformer2DModel(**config)), {"proj_out.weight": 8, "context_embedder": 3})


def flux(seed, guided):
    config = dict(
        patch_size=1,
        in_channels=16,
        num_layers=1,
        num_single_layers=1,
        attention_head_dim=16,
        num_attention_heads=1,
        joint_attention_dim=T5_WIDTH,
        pooled_projection_dim=TEXT,
        axes_dims_rope=(4, 4, 8),
        guidance_embeds=guided,
    )
    return stronger(seeded(seed, lambda: FluxTransformer2DModel(**config)), {"proj_out.weight": 8, "context_embedder": 3})
