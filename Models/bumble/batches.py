"""Micro-batches of packed conversations: number i is a function of (seed, i) only."""
import random
from typing import NamedTuple

import torch
from tokenizers import Tokenizer

import gen
from text import WEIGHTS, render

# Share of turns per skill, from this micro-batch on.
STAGES = [
    (0, WEIGHTS),
    (4800, {"arith": 0.24, "world": 0.32, "talk": 0.10, "tool": 0.20, "code": 0.14}),
    (7200, {"arith": 0.34, "world": 0.26, "talk": 0.08, "tool": 0.20, "code": 0.12}),
    (8800, {"arith": 0.28, "world": 0.32, "talk": 0.07, "tool": 0.25, "code": 0.08}),
]
TOKENS = 1024  # of every micro-batch
LAYOUTS = [(4, 256)] * 11 + [(2, 512)] * 4 + [(1, 1024)]  # (rows, tokens per row), by turns
SINGLE = {256: 0.85, 512: 0.6, 1024: 0.3}  # probability of a conversation of one turn, by row length


class Batch(NamedTuple):
    """Rows of packed conversations that do not see each other."""

    tokens: torch.Tensor  # of all rows, one after the other
    mask: torch.Tensor  # (rows, 1, length, length): what may be attended to
    predicting: torch.Tensor  # indices of the tokens whose successor is a target
    targets: torch.Tensor  # those successors
    layout: tuple[int, int]  # (rows, length)


class Row:
    """One row while it is filled: token ids, target flags, and where the conversation of each token starts."""

    def __init__(self):
        self.ids, self.flags, self.starts = [], [], []

    def append(self, ids: list[int], flags: list[int]) -> None:
        """Add a conversation at the end."""
        self.starts += [len(self.ids)] * len(ids)
        self.ids += ids
        self.flags += flags


def pack(tokenizer: Tokenizer, r: random.Random, weights: dict[str, float], rows: int, length: int) -> list[Row]:
    """Rows filled with conversations, first fit, until six of them found no room."""
    end = tokenizer.token_to_id("<|endoftext|>")
    packed = [Row() for _ in range(rows)]
    misses = 0
    while misses < 6:
        ids, flags = [], []
        for text, is_target in render(gen.document(r, weights, SINGLE[length])):
            encoded = tokenizer.encode(text).ids
            ids += encoded
            flags += [is_target] * len(encoded)
        ids.append(end)
        flags.append(0)
        row = next((x for x in packed if len(x.ids) + len(ids) <= length), None)
        if row:
            row.append(ids, flags)
        else:
            misses += 1
    return packed


def micro_batch(tokenizer: Tokenizer, seed: int, i: int) -> Batch:
    """Micro-batch number i."""
    r = random.Random(seed * 1_000_003 + i)
    rows, length = LAYOUTS[i % len(LAYOUTS)]
    end = tokenizer.token_to_id("<|endoftext|>")
    weights = [shares for start, shares in STAGES if i >= start][-1]
    packed = pack(tokenizer, r, weights, rows, length)

    def padded(values: list[int], filler: int) -> list[int]:
        return values + [filler] * (length - len(values))

    tokens = torch.tensor([padded(row.ids, end) for row in packed])
    flags = torch.tensor([padded(row.flags, 0) for row in packed])
    starts = torch.tensor([padded(row.starts, length) for row in packed])
    causal = torch.ones(length, length, dtype=torch.bool).tril()
    mask = ((starts[:, :, None] == starts[:, None, :]) & causal).unsqueeze(1)
    next_flags = torch.zeros_like(flags)
    next_flags[:, :-1] = flags[:, 1:]
    predicting = next_flags.view(-1).nonzero().squeeze(1)
    flat = tokens.view(-1)
    return Batch(flat, mask, predicting, flat[predicting + 1], (rows, length))
