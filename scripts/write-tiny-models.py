#!/usr/bin/env python3
"""Write tiny GGUF files with random weights: one for each way llama.cpp remembers a sequence, an encoder, a filler of gaps.

Tests run the engine on them; their words mean nothing. All values are F32, so that texts read in one piece and in many
differ in rounding by little. Needs numpy and gguf. The kinds:

- learned: gpt2, whose learned positions end at the trained length: llama.cpp aborts the process beyond it;
- sliding: gemma2, where every other layer attends only to the last 32 tokens;
- recurrent: mamba, whose memory is one running state that cannot be cut back;
- hybrid: jamba, which has recurrent and attention layers;
- encoder: bert, which remembers nothing and only makes embeddings;
- infill: gpt2 with the markers of a text with a gap, by the names of Qwen2.5-Coder.

Tensor names and shapes: src/models/{gpt2,gemma2,mamba,jamba,bert}.cpp in llama.cpp's source.
"""
import argparse
import os
from typing import Callable, Iterator, NamedTuple

import gguf
import numpy as np

WIDTH = 32
FEED_FORWARD = 64
HEADS = 2
HEAD_WIDTH = WIDTH // HEADS
EPSILON = 1e-6
# The recurrent layers: llama.cpp insists on an inner width of twice the outer one.
INNER, STATE, KERNEL, RANK = 2 * WIDTH, 8, 4, 4
WINDOW = 32

# Token b is byte b. Of the one merge, which the format requires, nothing is seen unless a text has empty lines.
SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
GAP = ["<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"]
VOCABULARY = 256 + 1 + len(SPECIALS)

TEMPLATE = """
{%- for message in messages %}
    {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}
""".strip()


class Tensor(NamedTuple):
    """One tensor: its shape as (rows, columns) or (length,), and the spread of its values around the centre."""

    name: str
    shape: tuple[int, ...]
    spread: float
    centre: float = 0.0


def matrix(name: str, rows: int, columns: int, gain: float = 1.0) -> Tensor:
    """A weight matrix that keeps the variance of a normalised input, times the gain."""
    return Tensor(name + ".weight", (rows, columns), gain * columns**-0.5)


def norm(name: str, length: int = WIDTH) -> Tensor:
    """The scale of a normalisation."""
    return Tensor(name + ".weight", (length,), 0.1, 1.0)


def bias(name: str, length: int) -> Tensor:
    """A bias."""
    return Tensor(name + ".bias", (length,), 0.1)


def embedding(tokens: int = VOCABULARY) -> Tensor:
    """The token embedding, which is the output matrix too."""
    return matrix("token_embd", tokens, WIDTH, 2.0)


def attention(layer: str, key_value_heads: int) -> Iterator[Tensor]:
    """Queries and keys are strong, so that a token that is missing from memory changes the answer."""
    yield matrix(layer + "attn_q", WIDTH, WIDTH, 2.0)
    yield matrix(layer + "attn_k", key_value_heads * HEAD_WIDTH, WIDTH, 2.0)
    yield matrix(layer + "attn_v", key_value_heads * HEAD_WIDTH, WIDTH)
    yield matrix(layer + "attn_output", WIDTH, WIDTH)


def feed_forward(layer: str) -> Iterator[Tensor]:
    """A gated feed-forward network."""
    yield matrix(layer + "ffn_gate", FEED_FORWARD, WIDTH)
    yield matrix(layer + "ffn_up", FEED_FORWARD, WIDTH)
    yield matrix(layer + "ffn_down", WIDTH, FEED_FORWARD)


def state_space(layer: str) -> Iterator[Tensor]:
    """A mamba mixer; its state decays by about a percent to a tenth per token."""
    yield matrix(layer + "ssm_in", 2 * INNER, WIDTH)
    yield Tensor(layer + "ssm_conv1d.weight", (INNER, KERNEL), 0.5)
    yield bias(layer + "ssm_conv1d", INNER)
    yield matrix(layer + "ssm_x", RANK + 2 * STATE, INNER, 2.0)
    yield matrix(layer + "ssm_dt", INNER, RANK)
    yield Tensor(layer + "ssm_dt.bias", (INNER,), 0.5, -2.0)
    yield Tensor(layer + "ssm_a", (INNER, STATE), 0.05, -0.3)
    yield Tensor(layer + "ssm_d", (INNER,), 0.1, 0.5)
    yield matrix(layer + "ssm_out", WIDTH, INNER, 2.0)


def learned(context: int, tokens: int = VOCABULARY) -> Iterator[Tensor]:
    """gpt2: two layers behind learned positions."""
    yield embedding(tokens)
    yield Tensor("position_embd.weight", (context, WIDTH), 0.3)
    for i in range(2):
        layer = f"blk.{i}."
        yield norm(layer + "attn_norm")
        yield bias(layer + "attn_norm", WIDTH)
        yield matrix(layer + "attn_qkv", 3 * WIDTH, WIDTH, 1.5)
        yield bias(layer + "attn_qkv", 3 * WIDTH)
        yield matrix(layer + "attn_output", WIDTH, WIDTH)
        yield bias(layer + "attn_output", WIDTH)
        yield norm(layer + "ffn_norm")
        yield bias(layer + "ffn_norm", WIDTH)
        yield matrix(layer + "ffn_up", FEED_FORWARD, WIDTH)
        yield bias(layer + "ffn_up", FEED_FORWARD)
        yield matrix(layer + "ffn_down", WIDTH, FEED_FORWARD)
        yield bias(layer + "ffn_down", WIDTH)
    yield norm("output_norm")
    yield bias("output_norm", WIDTH)


def infill(context: int) -> Iterator[Tensor]:
    """gpt2, whose vocabulary has the markers of a gap too."""
    yield from learned(context, VOCABULARY + len(GAP))


def sliding(context: int) -> Iterator[Tensor]:
    """gemma2: of four layers the first and the third see the window only."""
    yield embedding()
    for i in range(4):
        layer = f"blk.{i}."
        yield norm(layer + "attn_norm")
        yield from attention(layer, key_value_heads=1)
        yield norm(layer + "post_attention_norm")
        yield norm(layer + "ffn_norm")
        yield from feed_forward(layer)
        yield norm(layer + "post_ffw_norm")
    yield norm("output_norm")


def recurrent(context: int) -> Iterator[Tensor]:
    """mamba: two layers, nothing but running states."""
    yield embedding()
    for i in range(2):
        yield norm(f"blk.{i}.attn_norm")
        yield from state_space(f"blk.{i}.")
    yield norm("output_norm")


def hybrid(context: int) -> Iterator[Tensor]:
    """jamba: an attention layer between two recurrent ones."""
    yield embedding()
    for i in range(3):
        layer = f"blk.{i}."
        yield norm(layer + "attn_norm")
        if i == 1:
            yield from attention(layer, key_value_heads=1)
        else:
            yield from state_space(layer)
            yield norm(layer + "ssm_dt_norm", RANK)
            yield norm(layer + "ssm_b_norm", STATE)
            yield norm(layer + "ssm_c_norm", STATE)
        yield norm(layer + "ffn_norm")
        yield from feed_forward(layer)
    yield norm("output_norm")


def encoder(context: int) -> Iterator[Tensor]:
    """bert: two layers that see the whole text."""
    yield matrix("token_embd", len(word_pieces()), WIDTH, 2.0)
    yield Tensor("token_types.weight", (2, WIDTH), 0.1)
    yield Tensor("position_embd.weight", (context, WIDTH), 0.3)
    yield norm("token_embd_norm")
    yield bias("token_embd_norm", WIDTH)
    for i in range(2):
        layer = f"blk.{i}."
        for part in ("attn_q", "attn_k"):
            yield matrix(layer + part, WIDTH, WIDTH, 2.0)
            yield bias(layer + part, WIDTH)
        for part in ("attn_v", "attn_output"):
            yield matrix(layer + part, WIDTH, WIDTH)
            yield bias(layer + part, WIDTH)
        yield norm(layer + "attn_output_norm")
        yield bias(layer + "attn_output_norm", WIDTH)
        yield matrix(layer + "ffn_up", FEED_FORWARD, WIDTH)
        yield bias(layer + "ffn_up", FEED_FORWARD)
        yield matrix(layer + "ffn_down", WIDTH, FEED_FORWARD)
        yield bias(layer + "ffn_down", WIDTH)
        yield norm(layer + "layer_output_norm")
        yield bias(layer + "layer_output_norm", WIDTH)


class Kind(NamedTuple):
    """One file: what llama.cpp calls it, how long a text it knows, what is in it."""

    architecture: str
    context: int
    tensors: Callable[[int], Iterator[Tensor]]


KINDS = {
    # Shorter than what an engine might decode to measure its speed.
    "learned": Kind("gpt2", 96, learned),
    "sliding": Kind("gemma2", 256, sliding),
    "recurrent": Kind("mamba", 256, recurrent),
    "hybrid": Kind("jamba", 256, hybrid),
    "encoder": Kind("bert", 64, encoder),
    "infill": Kind("gpt2", 256, infill),
}


def add_metadata(writer: gguf.GGUFWriter, name: str, kind: Kind) -> None:
    """Architecture and sizes, under a name that says what the weights are."""
    writer.add_type("model")
    writer.add_name(f"tiny {kind.architecture}, random weights")
    purposes = {"encoder": "embeddings", "infill": "texts with a gap"}
    purpose = purposes.get(name, f"the engine with {name} memory")
    writer.add_description(f"A {kind.architecture} model with random weights, to test {purpose}.")
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_context_length(kind.context)
    writer.add_embedding_length(WIDTH)
    if name in ("learned", "encoder", "infill"):
        writer.add_layer_norm_eps(EPSILON)
    else:
        writer.add_layer_norm_rms_eps(EPSILON)
    if name in ("recurrent", "hybrid"):
        writer.add_ssm_conv_kernel(KERNEL)
        writer.add_ssm_inner_size(INNER)
        writer.add_ssm_state_size(STATE)
        writer.add_ssm_time_step_rank(RANK)
    writer.add_feed_forward_length(0 if name == "recurrent" else FEED_FORWARD)
    writer.add_head_count(0 if name == "recurrent" else HEADS)
    if name == "sliding":
        writer.add_key_length(HEAD_WIDTH)
        writer.add_value_length(HEAD_WIDTH)
        writer.add_sliding_window(WINDOW)
        writer.add_head_count_kv(1)
    elif name == "hybrid":
        # No heads mark a recurrent layer.
        writer.add_head_count_kv([0, 1, 0])
    elif name == "encoder":
        writer.add_causal_attention(False)
        # Not the mean, which models without a pooling of their own are given.
        writer.add_pooling_type(gguf.PoolingType.CLS)


def byte_characters() -> list[str]:
    """The character that stands for each byte in byte-level vocabularies.

    Printable Latin-1 stands for itself, the rest for the code points from 256 on, as in GPT-2's vocabulary.
    """
    printable = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    others = [byte for byte in range(256) if byte not in printable]
    return [chr(byte) if byte in printable else chr(256 + others.index(byte)) for byte in range(256)]


def add_tokenizer(writer: gguf.GGUFWriter, specials: list[str]) -> None:
    """Bytes, and markers: those of ChatML first."""
    characters = byte_characters()
    newline = characters[ord("\n")]
    tokens = characters + [newline + newline] + specials
    kinds = [gguf.TokenType.NORMAL] * 257 + [gguf.TokenType.CONTROL] * len(specials)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges([f"{newline} {newline}"])
    writer.add_bos_token_id(tokens.index("<|endoftext|>"))
    writer.add_pad_token_id(tokens.index("<|endoftext|>"))
    writer.add_eos_token_id(tokens.index("<|im_end|>"))
    writer.add_add_bos_token(False)
    writer.add_chat_template(TEMPLATE)


def word_pieces() -> list[str]:
    """What bert reads: letters and digits, at the start of a word and within it; punctuation stands alone."""
    letters = [chr(code) for code in range(0x21, 0x7F) if not chr(code).isupper()]
    marks = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    return marks + ["\u2581" + letter for letter in letters] + [letter for letter in letters if letter.isalnum()]


def add_word_pieces(writer: gguf.GGUFWriter) -> None:
    """A vocabulary of single characters, the way bert's is written."""
    pieces = word_pieces()
    writer.add_tokenizer_model("bert")
    writer.add_token_list(pieces)
    writer.add_token_types([gguf.TokenType.CONTROL] * 5 + [gguf.TokenType.NORMAL] * (len(pieces) - 5))
    writer.add_token_type_count(2)
    writer.add_pad_token_id(0)
    writer.add_unk_token_id(1)
    writer.add_bos_token_id(2)
    writer.add_sep_token_id(3)
    writer.add_mask_token_id(4)


def values(tensor: Tensor, seed: int, index: int) -> np.ndarray:
    """The random values of a tensor, a function of seed and index only."""
    drawn = np.random.default_rng([seed, index]).standard_normal(tensor.shape, dtype=np.float32)
    return (drawn * tensor.spread + tensor.centre).astype(np.float32)


def write(name: str, out: str, seed: int) -> None:
    """Write one file."""
    kind = KINDS[name]
    tensors = list(kind.tensors(kind.context))
    writer = gguf.GGUFWriter(out, kind.architecture)
    writer.add_block_count(len({tensor.name.split(".")[1] for tensor in tensors if tensor.name.startswith("blk.")}))
    add_metadata(writer, name, kind)
    if name == "encoder":
        add_word_pieces(writer)
    else:
        add_tokenizer(writer, SPECIALS + GAP if name == "infill" else SPECIALS)
    for index, tensor in enumerate(tensors):
        writer.add_tensor(tensor.name, values(tensor, seed, index))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Write tiny GGUF files with random weights, for tests.")
    parser.add_argument("--seed", type=int, default=1, help="seed of the weights (default: %(default)s)")
    parser.add_argument("folder", help="where to write one file of each kind")
    options = parser.parse_args()
    for name in KINDS:
        out = os.path.join(options.folder, name + ".gguf")
        write(name, out, options.seed)
        print(f"{out}: {os.path.getsize(out):,} bytes")


if __name__ == "__main__":
    main()
