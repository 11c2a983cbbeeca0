"""The best of many scores that come a block at a time, in bounded memory."""

from typing import NamedTuple

import numpy as np

_EMPTY = np.iinfo(np.int64).max


class Found(NamedTuple):
    """What a search found: `scores` float32 [queries, depth] and `rows` int64 [queries, depth], best first.

    Where a query has fewer, the scores are -inf and the rows -1.
    """

    scores: np.ndarray
    rows: np.ndarray


class Best:
    """The `depth` best rows of each query; of equal scores the lower rows.

    Candidates are gathered until a query has no room left. Then all but the best are dropped, and the worst of these is
    the floor that later ones must be above; few are, since the next row is among the best of n with probability
    depth / n. A candidate is one number, whose order is that of score (descending) and row.
    """

    def __init__(self, queries: int, depth: int, block: int) -> None:
        """For blocks of at most `block` rows. Memory is 8 bytes x queries x (depth + max(depth, block))."""
        self._depth = depth
        self._keys = np.full((queries, depth + max(depth, block)), _EMPTY, dtype=np.int64)
        self._count = np.zeros(queries, dtype=np.int64)
        self._floor = np.full(queries, -np.inf, dtype=np.float32)

    def add(self, scores: np.ndarray, start: int) -> None:
        """Take in `scores`, float32 [queries, n], of the rows from `start` on, which follow those of earlier calls."""
        queries, rows = scores.shape
        hits = np.flatnonzero(scores > self._floor[:, None])
        ends = np.searchsorted(hits, np.arange(queries + 1) * rows)
        new = np.diff(ends)
        if (self._count + new).max() > self._keys.shape[1]:
            self._drop()
        query = np.repeat(np.arange(queries), new)
        place = np.arange(len(hits)) + (self._count - ends[:-1])[query]
        self._keys[query, place] = _key(scores.reshape(-1)[hits], start + hits - query * rows)
        self._count += new

    def found(self) -> Found:
        """The best of all rows so far."""
        self._drop()
        best = np.sort(self._keys[:, : self._depth], axis=1)
        there = best != _EMPTY
        return Found(np.where(there, _score(best), -np.inf), np.where(there, best & 0xFFFFFFFF, -1))

    def _drop(self) -> None:
        width, depth = int(self._count.max(initial=0)), self._depth
        if width <= depth:
            return
        self._keys[:, :width].partition(depth - 1, axis=1)
        last = self._keys[:, depth - 1]
        self._floor = np.where(last != _EMPTY, _score(last), -np.inf)
        # what is left behind the best is worse than they are, and stays so until it is written over
        np.minimum(self._count, depth, out=self._count)


def _key(scores: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """int64: above the bits of the negative score, as a number that orders like it; below, the row (under 2^32)."""
    bits = (np.float32(0) - scores).view(np.int32)  # a subtraction, so that both zeros are equal
    keys: np.ndarray = (_ordered(bits).astype(np.int64) << 32) | rows
    return keys


def _score(keys: np.ndarray) -> np.ndarray:
    """The scores, float32, of keys that `_key` made."""
    negative: np.ndarray = _ordered((keys >> 32).astype(np.int32)).view(np.float32)
    return -negative


def _ordered(bits: np.ndarray) -> np.ndarray:
    """The bits of float32 as int32 that order as the numbers do, and back: those of negatives run the other way."""
    ordered: np.ndarray = bits ^ ((bits >> 31) & 0x7FFFFFFF)
    return ordered
