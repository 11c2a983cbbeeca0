"""Ranks without ranking: how many scores stand ahead of those of the relevant passages, for many queries at once."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import torch


class Ranks(NamedTuple):
    """By language, of its relevant passages: the ranks `within` that language, and those `pooled` with all others.

    float64 [queries, r] each, 1-based, ascending, filled up with `inf`.
    """

    within: dict[str, np.ndarray]
    pooled: dict[str, np.ndarray]


def ranks_of(
    scores: np.ndarray, ordered: np.ndarray, targets: Mapping[str, np.ndarray], columns: Mapping[str, np.ndarray]
) -> Ranks:
    """The ranks of the columns `targets[lang]` (int [n, r], -1: none) in the rows of `scores`, float32 [n, p].

    `ordered` has the same rows, each ascending; `columns[lang]` are those of one language, ascending. Of equal scores
    the lower column comes first.
    """
    found = Ranks({}, {})
    if not targets:
        return found
    # all languages at once: a sorted row is in the processor's cache while it is searched
    all_own = np.take_along_axis(scores, np.maximum(np.concatenate(list(targets.values()), axis=1), 0), axis=1)
    all_above, all_equal = _above(ordered, all_own)
    starts = np.cumsum([0, *(wanted.shape[1] for wanted in targets.values())])
    for (lang, wanted), span in zip(targets.items(), map(slice, starts, starts[1:]), strict=False):
        own, above, equal = all_own[:, span], all_above[:, span], all_equal[:, span]
        among = _as_slice(columns[lang])
        ranks = np.where(wanted >= 0, [_at_least(scores[:, among], own), above + 1], np.inf)
        # where a score is the only one of its value in the whole row, those that are no less are those ahead and itself
        for row, place in zip(*np.nonzero((equal > 1) & (wanted >= 0)), strict=True):
            ranks[:, row, place] = _tied(scores[row], wanted[row, place], among)
        found.within[lang], found.pooled[lang] = np.sort(ranks, axis=2)
    return found


def _above(ordered: np.ndarray, own: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How many scores in each row are above each of `own` [n, r], and how many equal it: int [n, r]."""
    rows, wanted = torch.from_numpy(ordered), torch.from_numpy(own)
    not_above = torch.searchsorted(rows, wanted, right=True).numpy()
    return ordered.shape[1] - not_above, not_above - torch.searchsorted(rows, wanted).numpy()


def _at_least(scores: np.ndarray, own: np.ndarray) -> np.ndarray:
    """How many of `scores` [n, p] are no less than each of `own` [n, r]: int32 [n, r]."""
    hits = (scores >= each[:, None] for each in own.T)
    # a cast within the sum takes twice as long
    return np.stack([hit.astype(np.int32).sum(axis=1, dtype=np.int32) for hit in hits], axis=1)


def _tied(scores: np.ndarray, column: int, among: slice | np.ndarray) -> tuple[int, int]:
    """The ranks of `column` among some columns and among all, by its score and place. O(columns), and exact."""
    ahead = scores > scores[column]
    ahead[:column] |= scores[:column] == scores[column]
    return 1 + int(np.count_nonzero(ahead[among])), 1 + int(np.count_nonzero(ahead))


def _as_slice(columns: np.ndarray) -> slice | np.ndarray:
    """The same columns, without a copy where they stand side by side."""
    first, last = int(columns[0]), int(columns[-1]) + 1
    return slice(first, last) if last - first == len(columns) else columns
