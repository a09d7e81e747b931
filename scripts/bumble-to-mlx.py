#!/usr/bin/env python3
"""Write the bundled model as a folder that mlx-lm reads: configuration, tokenizer, chat template, weights in F16.

For the tests of the MLX backend: bumble-to-mlx.py OUT. Needs the packages gguf, numpy and safetensors.
"""
import argparse
import json
import shutil
from pathlib import Path

import gguf
import numpy as np
from safetensors.numpy import save_file

MODEL = Path(__file__).resolve().parent.parent / "Models" / "bumble"
NAMES = {
    "attn_norm": "input_layernorm",
    "ffn_norm": "post_attention_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}


def half_split(matrix: np.ndarray, heads: int) -> np.ndarray:
    """Rows of a query or key matrix, from the interleaved RoPE of llama.cpp to the half-split order."""
    return matrix.reshape(heads, -1, 2, matrix.shape[1]).swapaxes(1, 2).reshape(matrix.shape)


def weights(reader: gguf.GGUFReader, heads: int, kv_heads: int) -> dict[str, np.ndarray]:
    """All tensors under the names that the llama architecture has in safetensors files."""
    found = {}
    for tensor in reader.tensors:
        values = gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype(np.float16)
        name = tensor.name.removesuffix(".weight")
        if name.startswith("blk."):
            _, layer, part = name.split(".")
            if part == "attn_q":
                values = half_split(values, heads)
            if part == "attn_k":
                values = half_split(values, kv_heads)
            found[f"model.layers.{layer}.{NAMES[part]}.weight"] = np.ascontiguousarray(values)
        else:
            found[{"token_embd": "model.embed_tokens", "output_norm": "model.norm"}[name] + ".weight"] = values
    return found


def convert(out: Path) -> None:
    """Write the folder."""
    reader = gguf.GGUFReader(MODEL / "bumble-q8_0.gguf")

    def value(key: str):
        return reader.fields[f"llama.{key}"].contents()

    heads, kv_heads = value("attention.head_count"), value("attention.head_count_kv")
    out.mkdir(parents=True, exist_ok=True)
    save_file(weights(reader, heads, kv_heads), str(out / "model.safetensors"), metadata={"format": "mlx"})
    config = {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "hidden_size": value("embedding_length"),
        "num_hidden_layers": value("block_count"),
        "intermediate_size": value("feed_forward_length"),
        "num_attention_heads": heads,
        "num_key_value_heads": kv_heads,
        "rms_norm_eps": value("attention.layer_norm_rms_epsilon"),
        "vocab_size": value("vocab_size"),
        "rope_theta": value("rope.freq_base"),
        "max_position_embeddings": value("context_length"),
        "tie_word_embeddings": True,
        "torch_dtype": "float16",
        "bos_token_id": reader.fields["tokenizer.ggml.bos_token_id"].contents(),
        "eos_token_id": reader.fields["tokenizer.ggml.eos_token_id"].contents(),
    }
    (out / "config.json").write_text(json.dumps(config, indent=2))
    shutil.copy(MODEL / "tokenizer.json", out / "tokenizer.json")
    template = (MODEL / "chat_template.jinja").read_text(encoding="utf-8")
    tokenizer = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "eos_token": "<|im_end|>",
        "pad_token": "<|endoftext|>",
        "model_max_length": value("context_length"),
        "chat_template": template,
    }
    (out / "tokenizer_config.json").write_text(json.dumps(tokenizer, indent=2, ensure_ascii=False))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Write the bundled model as a folder for mlx-lm.")
    parser.add_argument("out", type=Path, help="the folder to write")
    convert(parser.parse_args().out)


if __name__ == "__main__":
    main()
