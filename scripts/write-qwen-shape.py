#!/usr/bin/env python3
"""Write a GGUF with the tensor shapes and metadata of Qwen2.5-0.5B, or of its sister with 1.5B, and random weights.

Its speed and memory are those of the real model; its words mean nothing. Benchmarks use it to have an honest size
without downloading anything. The vocabulary comes from a GGUF of the same family, such as
models/ggml-vocab-qwen2.gguf in llama.cpp's source. Needs numpy and gguf.

Shapes: config.json of Qwen/Qwen2.5-0.5B-Instruct (494,032,768 parameters) and Qwen/Qwen2.5-1.5B-Instruct
(1,543,714,304 parameters); embeddings are tied.
"""
import argparse
import math
import os
from typing import Iterator, NamedTuple

import gguf
import numpy as np

VOCABULARY = 151_936
CONTEXT = 32_768
ROPE_BASE = 1_000_000.0
EPSILON = 1e-6

# ChatML with tools as Qwen2.5 speaks it: one JSON object per call between <tool_call> tags, results as a user turn.
TEMPLATE = """
{%- set system = messages[0].content if messages[0].role == 'system' else 'You are a helpful assistant.' %}
{{- '<|im_start|>system\\n' + system }}
{%- if tools %}
    {{- '\\n\\nTools you may call, one JSON signature per line:\\n<tools>' }}
    {%- for tool in tools %}{{- '\\n' + (tool | tojson) }}{%- endfor %}
    {{- '\\n</tools>\\n\\nTo call one, write:\\n<tool_call>\\n' }}
    {{- '{"name": <name>, "arguments": <object>}\\n</tool_call>' }}
{%- endif %}
{{- '<|im_end|>\\n' }}
{%- for message in messages %}
    {%- if message.role == 'system' and loop.first %}
    {%- elif message.role == 'assistant' and message.tool_calls %}
        {{- '<|im_start|>assistant' }}
        {%- if message.content %}{{- '\\n' + message.content }}{%- endif %}
        {%- for call in message.tool_calls %}
            {%- set function = call.function if call.function is defined else call %}
            {{- '\\n<tool_call>\\n{"name": "' + function.name + '", "arguments": ' }}
            {{- function.arguments | tojson }}
            {{- '}\\n</tool_call>' }}
        {%- endfor %}
        {{- '<|im_end|>\\n' }}
    {%- elif message.role == 'tool' %}
        {%- if loop.first or messages[loop.index0 - 1].role != 'tool' %}{{- '<|im_start|>user' }}{%- endif %}
        {{- '\\n<tool_response>\\n' + message.content + '\\n</tool_response>' }}
        {%- if loop.last or messages[loop.index0 + 1].role != 'tool' %}{{- '<|im_end|>\\n' }}{%- endif %}
    {%- else %}
        {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}
""".strip()


class Shape(NamedTuple):
    """The sizes in which the models differ."""

    layers: int
    width: int
    heads: int
    kv_heads: int
    head_width: int
    feed_forward: int


SHAPES = {"0.5B": Shape(24, 896, 14, 2, 64, 4864), "1.5B": Shape(28, 1536, 12, 2, 128, 8960)}


class Tensor(NamedTuple):
    """One tensor: its shape as (rows, columns) or (length,), and the spread of its values around the centre."""

    name: str
    shape: tuple[int, ...]
    spread: float
    centre: float = 0.0

    @property
    def dtype(self) -> type:
        """Matrices are F16; norms and biases stay F32, as in every conversion of the real model."""
        return np.float16 if len(self.shape) == 2 else np.float32

    @property
    def size(self) -> int:
        """Number of values."""
        return math.prod(self.shape)


def matrix(name: str, rows: int, columns: int, gain: float = 1.0) -> Tensor:
    """A weight matrix that keeps the variance of a normalised input, times the gain."""
    return Tensor(name + ".weight", (rows, columns), gain * columns**-0.5)


def tensors(shape: Shape) -> Iterator[Tensor]:
    """All tensors in file order; the outputs of a layer are small, so that the residual stream stays finite."""
    residual = (2 * shape.layers) ** -0.5
    width, q_width, kv_width = shape.width, shape.heads * shape.head_width, shape.kv_heads * shape.head_width
    yield Tensor("token_embd.weight", (VOCABULARY, width), 0.05)
    for i in range(shape.layers):
        layer = f"blk.{i}."
        yield Tensor(layer + "attn_norm.weight", (width,), 0.0, 1.0)
        for name, rows in (("attn_q", q_width), ("attn_k", kv_width), ("attn_v", kv_width)):
            yield matrix(layer + name, rows, width)
            yield Tensor(f"{layer}{name}.bias", (rows,), 0.02)
        yield matrix(layer + "attn_output", width, q_width, residual)
        yield Tensor(layer + "ffn_norm.weight", (width,), 0.0, 1.0)
        yield matrix(layer + "ffn_gate", shape.feed_forward, width)
        yield matrix(layer + "ffn_up", shape.feed_forward, width)
        yield matrix(layer + "ffn_down", width, shape.feed_forward, residual)
    yield Tensor("output_norm.weight", (width,), 0.0, 1.0)


def values(tensor: Tensor, seed: int, index: int) -> np.ndarray:
    """The random values of a tensor, a function of seed and index only."""
    random = np.random.default_rng([seed, index])
    drawn = random.standard_normal(tensor.shape, dtype=np.float32)
    drawn *= tensor.spread
    drawn += tensor.centre
    return drawn.astype(tensor.dtype, copy=False)


def add_metadata(writer: gguf.GGUFWriter, size: str) -> None:
    """Architecture and sizes, under a name that says what the weights are."""
    shape = SHAPES[size]
    writer.add_type("model")
    writer.add_name(f"Qwen2.5-{size} shape, random weights")
    writer.add_description(f"The shapes of Qwen2.5-{size} with random weights, to measure speed and memory only.")
    writer.add_size_label(size)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    writer.add_block_count(shape.layers)
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(shape.width)
    writer.add_feed_forward_length(shape.feed_forward)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_rope_freq_base(ROPE_BASE)
    writer.add_layer_norm_rms_eps(EPSILON)


def add_tokenizer(writer: gguf.GGUFWriter, vocab: str) -> None:
    """The vocabulary of another GGUF, padded with unused tokens to the size of the embedding."""
    fields = gguf.GGUFReader(vocab).fields

    def field(key: str):
        if key not in fields:
            raise SystemExit(f"{vocab} has no {key}: is it a GGUF with a Qwen2 vocabulary?")
        return fields[key].contents()

    tokens, types = field("tokenizer.ggml.tokens"), field("tokenizer.ggml.token_type")
    if len(tokens) > VOCABULARY:
        raise SystemExit(f"{vocab} has {len(tokens)} tokens, more than the {VOCABULARY} of Qwen2.5")
    missing = range(len(tokens), VOCABULARY)
    writer.add_tokenizer_model(field("tokenizer.ggml.model"))
    writer.add_tokenizer_pre(field("tokenizer.ggml.pre"))
    writer.add_token_list(tokens + [f"[PAD{i}]" for i in missing])
    writer.add_token_types(types + [gguf.TokenType.UNUSED for _ in missing])
    writer.add_token_merges(field("tokenizer.ggml.merges"))
    writer.add_bos_token_id(tokens.index("<|endoftext|>"))
    writer.add_pad_token_id(tokens.index("<|endoftext|>"))
    writer.add_eos_token_id(tokens.index("<|im_end|>"))
    writer.add_add_bos_token(False)
    writer.add_chat_template(TEMPLATE)


def write(vocab: str, out: str, seed: int, size: str) -> int:
    """Write the file, one tensor in memory at a time; returns the number of parameters."""
    writer = gguf.GGUFWriter(out, "qwen2")
    add_metadata(writer, size)
    add_tokenizer(writer, vocab)
    parameters = 0
    for tensor in tensors(SHAPES[size]):
        dtype = np.dtype(tensor.dtype)
        writer.add_tensor_info(tensor.name, tensor.shape, dtype, tensor.size * dtype.itemsize)
        parameters += tensor.size
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    for index, tensor in enumerate(tensors(SHAPES[size])):
        writer.write_tensor_data(values(tensor, seed, index))
    writer.close()
    return parameters


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Write a GGUF with the shapes of Qwen2.5-0.5B or 1.5B and random weights.")
    parser.add_argument("--vocab", required=True, metavar="FILE", help="a GGUF with the Qwen2 vocabulary")
    parser.add_argument("--seed", type=int, default=1, help="seed of the weights (default: %(default)s)")
    parser.add_argument("--size", choices=SHAPES, default="0.5B", help="which shapes (default: %(default)s)")
    parser.add_argument("out", metavar="OUT.gguf", help="the F16 file to write (about 1 GB, or 3 GB)")
    options = parser.parse_args()
    parameters = write(options.vocab, options.out, options.seed, options.size)
    print(f"{options.out}: {parameters:,} parameters, {os.path.getsize(options.out):,} bytes")


if __name__ == "__main__":
    main()
