"""The network: a small transformer of the llama architecture."""
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn

from text import VOCABULARY

EPSILON = 1e-5  # of the RMS normalisation


@dataclass(frozen=True)
class Config:
    """Sizes of the network."""

    vocabulary: int = VOCABULARY
    width: int = 192
    layers: int = 6
    heads: int = 6
    kv_heads: int = 2
    feed_forward: int = 384
    rope_base: float = 10000.0
    context: int = 2048

    @property
    def head_width(self) -> int:
        """Width of one attention head."""
        return self.width // self.heads


CONFIG = Config()


def normalised(x: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """RMS normalisation over the last dimension."""
    return F.rms_norm(x, (x.shape[-1],), weight, EPSILON)


def rotated(x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
    """Rotary position embedding in its half-split form."""
    a, b = x.chunk(2, -1)
    return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)


class Block(nn.Module):
    """One layer: attention and a SwiGLU feed-forward, each added to the stream.

    The order in which the parameters are made is the order in which a checkpoint holds them.
    """

    def __init__(self, c: Config):
        super().__init__()
        self.heads, self.kv_heads, self.head_width = c.heads, c.kv_heads, c.head_width
        kv_width = c.kv_heads * c.head_width

        def matrix(rows: int, columns: int) -> nn.Parameter:
            return nn.Parameter(torch.randn(rows, columns) * columns**-0.5)

        self.attn_norm, self.ffn_norm = nn.Parameter(torch.ones(c.width)), nn.Parameter(torch.ones(c.width))
        self.q, self.k, self.v = matrix(c.width, c.width), matrix(kv_width, c.width), matrix(kv_width, c.width)
        self.o = nn.Parameter(torch.zeros(c.width, c.width))
        self.gate, self.up = matrix(c.feed_forward, c.width), matrix(c.feed_forward, c.width)
        self.down = nn.Parameter(torch.zeros(c.width, c.feed_forward))

    def forward(self, x, cos, sin, mask, rows: int, length: int):
        """The stream after this layer; x is (rows * length, width)."""
        h = normalised(x, self.attn_norm)
        qkv = (h @ torch.cat([self.q, self.k, self.v]).T).view(rows, length, -1, self.head_width).transpose(1, 2)
        q, k, v = qkv.split([self.heads, self.kv_heads, self.kv_heads], 1)
        group = self.heads // self.kv_heads
        attended = F.scaled_dot_product_attention(
            rotated(q, cos, sin),
            rotated(k, cos, sin).repeat_interleave(group, 1),
            v.repeat_interleave(group, 1),
            attn_mask=mask,
        )
        x = x + attended.transpose(1, 2).reshape(rows * length, -1) @ self.o.T
        h = normalised(x, self.ffn_norm)
        return x + (F.silu(h @ self.gate.T) * (h @ self.up.T)) @ self.down.T


class Bumble(nn.Module):
    """The whole network; the embedding serves as the output layer as well."""

    def __init__(self, c: Config = CONFIG):
        super().__init__()
        self.emb = nn.Parameter(torch.randn(c.vocabulary, c.width) * 0.7)
        self.norm = nn.Parameter(torch.ones(c.width) * 0.06)  # a small output scale, since the embedding is tied
        self.blocks = nn.ModuleList(Block(c) for _ in range(c.layers))
        frequencies = c.rope_base ** (-torch.arange(0, c.head_width, 2).float() / c.head_width)
        angles = torch.outer(torch.arange(c.context).float(), frequencies)
        self.register_buffer("cos", angles.cos(), persistent=False)
        self.register_buffer("sin", angles.sin(), persistent=False)

    def loss(self, batch, scale: float) -> torch.Tensor:
        """Summed cross entropy of the targets of a batch, times the scale."""
        rows, length = batch.layout
        x = self.emb[batch.tokens]
        cos, sin = self.cos[:length], self.sin[:length]
        for block in self.blocks:
            x = block(x, cos, sin, batch.mask, rows, length)
        h = normalised(x[batch.predicting], self.norm)
        return F.cross_entropy(h @ self.emb.T, batch.targets, reduction="sum") * scale
