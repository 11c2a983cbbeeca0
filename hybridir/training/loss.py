"""InfoNCE with in-batch negatives, where rows that answer each other are no negatives."""

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F


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
    logits = (queries @ passages.T).float() / temperature
    if excluded is not None:
        logits = logits.masked_fill(excluded, -torch.inf)
    targets = torch.arange(len(queries), device=logits.device)
    loss = F.cross_entropy(logits, targets)
    return (loss + F.cross_entropy(logits.T, targets)) / 2 if symmetric else loss
