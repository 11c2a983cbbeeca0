"""Attention on a CPU for texts without padding: no mask, dropout that costs little, and pieces that its caches hold."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from hybridir.encoders.dropout import draw_kept, kept_scale

_BYTES = 1 << 21
"""Scores of one piece, unless one head of one text has more: about what the cache of a core holds."""


class Group(NamedTuple):
    """`texts` texts of `length` tokens each, one after the other from token `start` on; of these the `heads`."""

    start: int
    texts: int
    length: int
    heads: slice


def groups_of(offsets: np.ndarray, heads: int, scores: int) -> Iterator[Group]:
    """Neighbours of equal length together, or some heads of one text, with at most `scores` scores."""
    lengths = np.diff(offsets)
    ends = [*(np.flatnonzero(np.diff(lengths)) + 1), len(lengths)]
    first = 0
    for end in ends:
        length = int(lengths[first])
        heads_at_once = min(heads, max(1, scores // length**2))
        most = max(1, scores // (heads * length**2))
        for text in range(first, end, most):
            for head in range(0, heads, heads_at_once):
                yield Group(int(offsets[text]), min(most, end - text), length, slice(head, head + heads_at_once))
        first = end


def grouped_attention(
    query: Tensor, key: Tensor, value: Tensor, offsets: np.ndarray, scale: float, dropout: float, training: bool
) -> Tensor:
    """softmax(scale * query key^T) value within each text, with dropout on the softmax: [tokens, heads, size].

    `query`, `key` and `value` are [tokens, heads, size]; text i is that from `offsets[i]` to `offsets[i + 1]`. With
    `training` it goes its own way: the kernels of torch fall back to slow steps where there is dropout, and their
    backward pass in bfloat16 is slow without.
    """
    groups = list(groups_of(offsets, query.shape[1], _BYTES // query.element_size()))
    if training:
        out: Tensor = _Attention.apply(query, key, value, groups, scale, dropout)  # type: ignore[no-untyped-call]
        return out
    out = torch.empty_like(query)
    for group in groups:
        q, k, v = (_texts(tensor, group) for tensor in (query, key, value))
        _texts(out, group).copy_(F.scaled_dot_product_attention(q, k, v, scale=scale))
    return out


def _texts(tensor: Tensor, group: Group) -> Tensor:
    """A view of the texts of `group` in [tokens, heads, size]: [texts, heads, length, size]."""
    start, texts, length, heads = group
    chosen = tensor[start : start + texts * length, heads]
    return chosen.view(texts, length, *chosen.shape[1:]).transpose(1, 2)


def _flat(tensor: Tensor, group: Group) -> Tensor:
    """The same as a stack of matrices [texts * heads, length, size]; a copy where there are several texts."""
    return _texts(tensor, group).flatten(0, 1)


def _put(tensor: Tensor, group: Group, matrices: Tensor) -> None:
    """Write what `_flat` would read."""
    _texts(tensor, group).copy_(matrices.view(group.texts, -1, *matrices.shape[1:]))


def _times(left: Tensor, right: Tensor, factor: float) -> Tensor:
    """`factor` * left @ right, for stacks of matrices."""
    return torch.baddbmm(left.new_empty(1), left, right, beta=0, alpha=factor)


class _Attention(torch.autograd.Function):
    """Forward and backward of `grouped_attention`, group by group."""

    @staticmethod
    def forward(
        ctx: Any, query: Tensor, key: Tensor, value: Tensor, groups: list[Group], scale: float, dropout: float
    ) -> Tensor:
        kept_parts, weights_parts, out = list[Tensor](), list[Tensor](), torch.empty_like(value)
        with torch.autocast("cpu", enabled=False):
            for group in groups:
                scores = _times(_flat(query, group), _flat(key, group).transpose(1, 2), scale)
                weights = torch.softmax(scores, dim=-1, out=scores)
                weights_parts.append(weights)
                if dropout:
                    kept = draw_kept(weights.shape, dropout, torch.bfloat16)
                    kept_parts.append(kept)
                    weights = weights * kept
                found = _times(weights, _flat(value, group), kept_scale(dropout))
                _put(out, group, found)
        ctx.save_for_backward(query, key, value, *weights_parts, *kept_parts)
        ctx.groups, ctx.scale, ctx.dropout = groups, scale, dropout
        return out

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        query, key, value, *parts = ctx.saved_tensors
        groups: list[Group] = ctx.groups
        scale, rescale = ctx.scale, kept_scale(ctx.dropout)
        outs = [torch.empty_like(tensor) for tensor in (query, key, value)]
        for number, group in enumerate(groups):
            arriving, weights = _flat(gradient, group), parts[number]
            of_weights = _times(arriving, _flat(value, group).transpose(1, 2), rescale)
            used = weights
            if ctx.dropout:
                kept = parts[len(groups) + number]
                of_weights.mul_(kept)
                used = weights * kept
            of_scores = torch.ops.aten._softmax_backward_data(
                of_weights, weights, -1, weights.dtype, grad_input=of_weights
            )
            found = (
                _times(of_scores, _flat(key, group), scale),
                _times(of_scores.transpose(1, 2), _flat(query, group), scale),
                _times(used.transpose(1, 2), arriving, rescale),
            )
            for out, part in zip(outs, found, strict=True):
                _put(out, group, part)
        return (*outs, None, None, None)
