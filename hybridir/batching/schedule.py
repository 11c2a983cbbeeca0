"""Which of several categories each draw takes: random in order, exact in shares, known for any draw alone."""

from functools import lru_cache

import numpy as np

from hybridir.batching.permutation import permute, stream_key

BLOCK = 1 << 14
"""Draws in which the shares hold exactly; within it they fall as in drawing without replacement."""


class Schedule:
    """An endless sequence of draws from categories with given shares.

    Every block of `BLOCK` draws holds each category as often as its share says (largest remainders,
    at least once), in an order shuffled per block. So draw i, and how often its category came before it,
    are found from block i // BLOCK alone.
    """

    def __init__(self, shares: np.ndarray, key: int) -> None:
        self.quotas = _quotas(np.asarray(shares, dtype=np.float64))
        self._key = key
        self._block = lru_cache(maxsize=4)(self._make_block)

    def span(self, start: int, count: int) -> tuple[np.ndarray, np.ndarray]:
        """Draws start .. start+count-1: their categories, and how often each category came before: int64 [count]."""
        categories, occurrences = [], []
        at, end = start, start + count
        while at < end:
            number, offset = divmod(at, BLOCK)
            upto = min(BLOCK, offset + end - at)
            block_categories, block_occurrences = self._block(number)
            categories.append(block_categories[offset:upto])
            occurrences.append(block_occurrences[offset:upto])
            at += upto - offset
        return np.concatenate(categories), np.concatenate(occurrences)

    def at(self, draw: int) -> tuple[int, int]:
        """The category of one draw, and how often it came before."""
        categories, occurrences = self.span(draw, 1)
        return int(categories[0]), int(occurrences[0])

    def _make_block(self, number: int) -> tuple[np.ndarray, np.ndarray]:
        places = permute(np.arange(BLOCK), BLOCK, stream_key(self._key, number))
        categories = np.repeat(np.arange(len(self.quotas)), self.quotas)[places]
        by_category = np.argsort(categories.astype(np.int16), kind="stable")  # 16 bits sort eight times as fast
        first = np.cumsum(self.quotas) - self.quotas
        occurrences = np.empty(BLOCK, dtype=np.int64)
        occurrences[by_category] = np.arange(BLOCK) - np.repeat(first, self.quotas)
        return categories, occurrences + number * self.quotas[categories]


def _quotas(shares: np.ndarray) -> np.ndarray:
    """Draws per block for each share: int64 that sum to BLOCK, at least one where the share is positive."""
    if len(shares) > BLOCK or not np.all(np.isfinite(shares)) or np.any(shares < 0) or shares.sum() <= 0:
        raise ValueError(f"shares must be finite, not negative, and at most {BLOCK}: {shares}")
    exact = shares / shares.sum() * BLOCK
    quotas = np.maximum(np.floor(exact), shares > 0).astype(np.int64)
    while quotas.sum() > BLOCK:  # the guaranteed single draws are paid for by the largest
        quotas[np.argmax(quotas)] -= 1
    missing = BLOCK - int(quotas.sum())
    quotas[np.argsort(quotas - exact, kind="stable")[:missing]] += 1
    return np.asarray(quotas)
