"""The sum of weighted rows of a table for each text, and its gradient, which holds the rows of the texts alone."""

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from hybridir.encoders.base import Tokens


class WeightedSum(torch.autograd.Function):
    """`sum_t exp(log_weight[t]) * table[t]` over the tokens t of each text: float32 [n, dim].

    `table` is [vocab, dim], `log_weight` [vocab, 1]. Their gradients are coalesced sparse tensors over the distinct
    tokens. That of a token is the sum over the texts that hold it, so each row is written once, and what is read again
    and again are the n rows of the output's gradient, which the processor's cache holds.
    """

    @staticmethod
    def forward(ctx: Any, table: Tensor, log_weight: Tensor, tokens: Tokens) -> Tensor:
        distinct, places = _distinct(tokens.ids, len(table))
        ids = torch.from_numpy(distinct).to(table.device)
        weights = log_weight.index_select(0, ids).exp_()
        rows = table.index_select(0, ids).mul_(weights)
        ctx.save_for_backward(ids, weights, rows)
        ctx.places, ctx.lengths, ctx.vocab = places, tokens.lengths, len(table)
        offsets = torch.from_numpy(np.array(tokens.offsets[:-1])).to(table.device)
        return F.embedding_bag(torch.from_numpy(places).to(table.device), rows, offsets, mode="sum")

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor, None]:
        ids, weights, rows = ctx.saved_tensors
        texts, counts, starts = _texts_by_token(ctx.places, ctx.lengths)
        summed = F.embedding_bag(
            torch.from_numpy(texts).to(gradient.device),
            gradient.contiguous(),
            torch.from_numpy(starts).to(gradient.device),
            mode="sum",
            per_sample_weights=torch.from_numpy(counts).to(gradient),
        )
        # rows are weighted already: the derivative by the logarithm of a weight is the product of the two
        of_weights = torch.einsum("nd,nd->n", summed, rows)[:, None]
        return _sparse(ids, summed.mul_(weights), ctx.vocab), _sparse(ids, of_weights, ctx.vocab), None


def _distinct(ids: np.ndarray, vocab: int) -> tuple[np.ndarray, np.ndarray]:
    """The distinct `ids` in order, int64 [m], and the place of each of `ids` among them, int64 [n]."""
    found = np.zeros(vocab, dtype=bool)  # marks, not a sort: a tenth of the time
    found[ids] = True
    distinct = np.flatnonzero(found)
    place_of = np.empty(vocab, dtype=np.int64)
    place_of[distinct] = np.arange(len(distinct))
    return distinct, place_of[ids]


def _texts_by_token(places: np.ndarray, lengths: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Which texts hold each distinct token: the texts of the first token, of the second, ... (int64 [e]), how often
    each holds it (float32 [e]), and where each token's begin (int64 [m]).

    `places` (int64 [n]) are the tokens of all texts end to end, 0..m-1, and `lengths` how many each text has.
    """
    texts = np.repeat(np.arange(len(lengths), dtype=np.int64), lengths)
    entries, first = _runs(np.sort(places << 32 | texts))  # one number for both: sorted several times as fast
    counts = np.diff(first, append=len(places)).astype(np.float32)
    _, starts = _runs(entries >> 32)
    return entries & 0xFFFFFFFF, counts, starts


def _runs(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The distinct values of an ascending int64 [n], and where each begins."""
    begins = np.ones(len(values), dtype=bool)
    np.not_equal(values[1:], values[:-1], out=begins[1:])
    starts = np.flatnonzero(begins)
    return values[starts], starts


def _sparse(ids: Tensor, values: Tensor, vocab: int) -> Tensor:
    return torch.sparse_coo_tensor(
        ids[None], values, (vocab, values.shape[1]), is_coalesced=True, check_invariants=False
    )
