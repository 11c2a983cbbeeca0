"""InfoNCE with in-batch negatives, where rows that answer each other are no negatives."""

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F
from torch.utils.checkpoint import checkpoint

_ROWS = 512
"""Rows of a large batch whose similarities are held at a time."""


def same_answer(*hashes: np.ndarray) -> np.ndarray:
    """Which rows must not be each other's negatives: bool [n, n], False on the diagonal.

    Each of `hashes` (uint64 [n]: of passages, queries, parallel ids) makes rows with equal values alike.
    """
    alike = np.zeros((len(hashes[0]), len(hashes[0])), dtype=bool)
    for values in hashes:
        alike |= values[:, None] == values[None, :]
    np.fill_diagonal(alike, False)
    return alike


def info_nce(
    queries: Tensor, passages: Tensor, temperature: float, excluded: Tensor | None = None, symmetric: bool = False
) -> Tensor:
    """Mean over rows of -log softmax of the cosine of a query with its passage, among all passages of the batch.

    `queries`, `passages` [n, dim] are L2-normalised; `excluded` bool [n, n] leaves passages out of a
    query's denominator. `symmetric` adds the same from passages to queries and takes the mean of both.
    arXiv 2408.10536, equation 1, with the other rows' passages as negatives; the temperature is not stated there.
    """
    if len(queries) > 2 * _ROWS:
        loss = _in_pieces(queries, passages, temperature, excluded)
        if not symmetric:
            return loss
        backwards = None if excluded is None else excluded.T
        return (loss + _in_pieces(passages, queries, temperature, backwards)) / 2
    logits = _logits(queries, passages, temperature, excluded)
    targets = torch.arange(len(queries), device=logits.device)
    loss = F.cross_entropy(logits, targets)
    return (loss + F.cross_entropy(logits.T, targets)) / 2 if symmetric else loss


def _logits(queries: Tensor, passages: Tensor, temperature: float, excluded: Tensor | None) -> Tensor:
    logits = (queries @ passages.T).float() / temperature
    return logits if excluded is None else logits.masked_fill(excluded, -torch.inf)


def _in_pieces(queries: Tensor, passages: Tensor, temperature: float, excluded: Tensor | None) -> Tensor:
    """The loss of queries alone, `_ROWS` at a time, computed once more in the backward pass: memory grows with the
    batch, not with its square."""

    def summed(some: Tensor, start: int) -> Tensor:
        rows = slice(start, start + len(some))
        logits = _logits(some, passages, temperature, None if excluded is None else excluded[rows])
        targets = torch.arange(rows.start, rows.stop, device=logits.device)
        return F.cross_entropy(logits, targets, reduction="sum")

    parts: list[Tensor] = [
        checkpoint(summed, some, number * _ROWS, use_reentrant=False)
        for number, some in enumerate(torch.split(queries, _ROWS))
    ]
    return torch.stack(parts).sum() / len(queries)
