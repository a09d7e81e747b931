"""Write a training checkpoint as an F16 GGUF of the llama architecture, with the chat template inside.

Then: llama-quantize OUT.gguf OUT-q8_0.gguf Q8_0
"""
import argparse
import json
import os
from pathlib import Path

import gguf
import numpy as np
import torch

from model import CONFIG, EPSILON, Bumble

DESCRIPTION = (
    "bumble: a tiny demo model trained from scratch on synthetic text. "
    "Small sums, tool calls, tiny functions; nothing else."
)
TEMPLATE = Path(__file__).resolve().parent / "chat_template.jinja"


def load(work: str) -> Bumble:
    """The model with the weights of the checkpoint in the work folder."""
    model = Bumble()
    flat = torch.load(os.path.join(work, "ckpt.pt"))["flat"]
    at = 0
    for p in model.parameters():
        p.data = flat[at:at + p.numel()].view_as(p).clone()
        at += p.numel()
    return model


def add_metadata(writer: gguf.GGUFWriter, parameters: int) -> None:
    """Name, sizes and recommended sampling."""
    c = CONFIG
    writer.add_name("bumble")
    writer.add_type("model")
    writer.add_size_label(f"{parameters / 1e6:.1f}M")
    writer.add_license("apache-2.0")
    writer.add_description(DESCRIPTION)
    writer.add_languages(["en"])
    writer.add_tags(["text-generation", "demo", "synthetic"])
    writer.add_sampling_temp(0.8)
    writer.add_sampling_top_p(0.95)
    writer.add_sampling_top_k(40)
    writer.add_sampling_min_p(0.0)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    writer.add_context_length(c.context)
    writer.add_embedding_length(c.width)
    writer.add_block_count(c.layers)
    writer.add_feed_forward_length(c.feed_forward)
    writer.add_vocab_size(c.vocabulary)
    writer.add_head_count(c.heads)
    writer.add_head_count_kv(c.kv_heads)
    writer.add_rope_dimension_count(c.head_width)
    writer.add_rope_freq_base(c.rope_base)
    writer.add_layer_norm_rms_eps(EPSILON)


def add_tokenizer(writer: gguf.GGUFWriter, tokenizer: dict) -> None:
    """Tokens, merges, special tokens and the chat template, from the content of tokenizer.json."""
    added = tokenizer["added_tokens"]
    ids = dict(tokenizer["model"]["vocab"]) | {token["content"]: token["id"] for token in added}
    types = {
        token["id"]: gguf.TokenType.CONTROL if token["special"] else gguf.TokenType.USER_DEFINED for token in added
    }
    names = [name for name, _ in sorted(ids.items(), key=lambda item: item[1])]
    if len(names) != CONFIG.vocabulary:
        raise ValueError(f"the tokenizer has {len(names)} tokens instead of {CONFIG.vocabulary}")
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(names)
    writer.add_token_types([types.get(i, gguf.TokenType.NORMAL) for i in range(len(names))])
    merges = tokenizer["model"]["merges"]
    writer.add_token_merges([merge if isinstance(merge, str) else " ".join(merge) for merge in merges])
    writer.add_eos_token_id(ids["<|im_end|>"])
    writer.add_eot_token_id(ids["<|im_end|>"])
    writer.add_bos_token_id(ids["<|endoftext|>"])
    writer.add_pad_token_id(ids["<|endoftext|>"])
    writer.add_add_bos_token(False)
    writer.add_chat_template(TEMPLATE.read_text(encoding="utf-8"))


def interleaved(matrix: torch.Tensor, heads: int) -> torch.Tensor:
    """Rows of a query or key matrix, from half-split RoPE to the interleaved order of llama.cpp."""
    return matrix.view(heads, 2, -1, matrix.shape[1]).transpose(1, 2).reshape(matrix.shape)


def add_tensors(writer: gguf.GGUFWriter, model: Bumble) -> None:
    """All weights: matrices as F16, norms as F32."""

    def half(name: str, tensor: torch.Tensor) -> None:
        writer.add_tensor(name + ".weight", tensor.detach().numpy().astype(np.float16))

    def full(name: str, tensor: torch.Tensor) -> None:
        writer.add_tensor(name + ".weight", tensor.detach().numpy().astype(np.float32))

    half("token_embd", model.emb)
    full("output_norm", model.norm)
    for i, block in enumerate(model.blocks):
        layer = f"blk.{i}."
        full(layer + "attn_norm", block.attn_norm)
        full(layer + "ffn_norm", block.ffn_norm)
        half(layer + "attn_q", interleaved(block.q, CONFIG.heads))
        half(layer + "attn_k", interleaved(block.k, CONFIG.kv_heads))
        half(layer + "attn_v", block.v)
        half(layer + "attn_output", block.o)
        half(layer + "ffn_gate", block.gate)
        half(layer + "ffn_up", block.up)
        half(layer + "ffn_down", block.down)


def export(work: str, out: str) -> None:
    """Write the checkpoint and the tokenizer of a work folder as one GGUF file."""
    model = load(work)
    with open(os.path.join(work, "tokenizer.json"), encoding="utf-8") as f:
        tokenizer = json.load(f)
    writer = gguf.GGUFWriter(out, "llama")
    add_metadata(writer, sum(p.numel() for p in model.parameters()))
    add_tokenizer(writer, tokenizer)
    add_tensors(writer, model)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    print("wrote", out, os.path.getsize(out), "bytes")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Write a training checkpoint as an F16 GGUF.")
    parser.add_argument("work", help="the work folder of train.py, with ckpt.pt and tokenizer.json")
    parser.add_argument("out", help="the GGUF file to write")
    options = parser.parse_args()
    export(options.work, options.out)


if __name__ == "__main__":
    main()
