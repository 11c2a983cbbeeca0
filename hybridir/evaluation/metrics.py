"""Retrieval metrics, computed from the ranks of the relevant passages.

Every metric takes `ranks`, float64 [queries, r], the 1-based ranks of each query's relevant passages
in ascending order, filled up with `inf` where a query has fewer or where one was not found; and
`relevant`, int [queries], how many relevant passages there are (at least 1). It returns float64 [queries].

The values are those of trec_eval and ir-measures on the same ranking: `mAP` is their AP, `mAP@K` their
AP@K, `MRR` their RR. So `mAP@K` is divided by the number of relevant passages, not by the smaller of
that and K as in XTREME-R's code; the two differ only where a query has more than K relevant passages.
"""

import re
from collections.abc import Callable
from functools import partial

import numpy as np

from hybridir.errors import UserError

Metric = Callable[[np.ndarray, np.ndarray], np.ndarray]

LEGAL = "mAP, mAP@K, R@K, nDCG@K, MRR, MRR@K"
"""The names that `metric` understands; K is a whole number from 1."""


def metric(name: str) -> Metric:
    """The metric of that name, one of `LEGAL`. Raises UserError for any other."""
    if name in _WITHOUT_CUT:
        return _WITHOUT_CUT[name]
    named = re.fullmatch(r"(\w+)@([1-9][0-9]*)", name)
    if named is None or named[1] not in _WITH_CUT:
        raise UserError(f"unknown metric {name!r}: use one of {LEGAL} (K a whole number from 1, as in R@10)")
    return partial(_WITH_CUT[named[1]], k=int(named[2]))


def relevant_found(ranks: np.ndarray) -> np.ndarray:
    """How many relevant passages have a rank: int [queries]. In an exact search these are all of them."""
    found: np.ndarray = np.isfinite(ranks).sum(axis=1)
    return found


def average_precision(ranks: np.ndarray, relevant: np.ndarray) -> np.ndarray:
    """Precision at each relevant passage, summed over the full depth and divided by their number."""
    precision = np.arange(1, ranks.shape[1] + 1) / ranks
    value: np.ndarray = precision.sum(axis=1) / relevant
    return value


def average_precision_at(ranks: np.ndarray, relevant: np.ndarray, k: int) -> np.ndarray:
    """Average precision of the first k results, divided by the number of all relevant passages."""
    return average_precision(_cut(ranks, k), relevant)


def recall_at(ranks: np.ndarray, relevant: np.ndarray, k: int) -> np.ndarray:
    """Share of the relevant passages that are among the first k results."""
    value: np.ndarray = relevant_found(_cut(ranks, k)) / relevant
    return value


def ndcg_at(ranks: np.ndarray, relevant: np.ndarray, k: int) -> np.ndarray:
    """Discounted cumulative gain of the first k results, divided by the best that is possible.

    Gains are binary, the discount is log2(rank + 1) (Järvelin and Kekäläinen 2002).
    """
    gain = np.sum(1 / np.log2(_cut(ranks, k) + 1), axis=1)
    best = np.cumsum(1 / np.log2(np.arange(1, k + 1) + 1))
    value: np.ndarray = gain / best[np.minimum(relevant, k) - 1]
    return value


def reciprocal_rank(ranks: np.ndarray, relevant: np.ndarray) -> np.ndarray:
    """One over the rank of the first relevant passage, without a cut-off; 0 where none was found."""
    value: np.ndarray = 1 / ranks[:, 0]
    return value


def reciprocal_rank_at(ranks: np.ndarray, relevant: np.ndarray, k: int) -> np.ndarray:
    """One over the rank of the first relevant passage if that is at most k, else 0."""
    return reciprocal_rank(_cut(ranks, k), relevant)


def _cut(ranks: np.ndarray, k: int) -> np.ndarray:
    return np.where(ranks <= k, ranks, np.inf)


_WITHOUT_CUT: dict[str, Metric] = {"mAP": average_precision, "MRR": reciprocal_rank}
_WITH_CUT = {"mAP": average_precision_at, "R": recall_at, "nDCG": ndcg_at, "MRR": reciprocal_rank_at}
