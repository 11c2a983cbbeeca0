"""Chance that is the same in every process and every version of Python."""

import hashlib
import random
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import TypeVar

Item = TypeVar("Item")


class Dice:
    """A stream of choices, named by a seed and a path of words.

    Only `random.Random.random` is used: the library promises that its sequence never changes for a
    whole-number seed, and promises nothing of `choice` or `shuffle`.
    """

    def __init__(self, seed: int, *path: str | int) -> None:
        digest = hashlib.sha256("/".join(map(str, (seed, *path))).encode()).digest()
        self._random = random.Random(int.from_bytes(digest[:16], "big")).random

    def chance(self, probability: float) -> bool:
        """True with `probability`."""
        return self._random() < probability

    def below(self, bound: int) -> int:
        """A whole number from 0 to `bound - 1`."""
        return int(self._random() * bound)

    def pick(self, items: Sequence[Item]) -> Item:
        """One of `items`, each as likely."""
        return items[int(self._random() * len(items))]

    def pick_zipf(self, items: Sequence[Item], table: Sequence[float]) -> Item:
        """One of `items`, by the cumulative weights of `zipf_table(len(items))`."""
        return items[bisect_right(table, self._random() * table[-1], hi=len(table) - 1)]

    def sample(self, items: Sequence[Item], count: int) -> list[Item]:
        """`count` of `items` without repetition, in random order (Fisher and Yates)."""
        pool = list(items)
        for i in range(count):
            j = i + self.below(len(pool) - i)
            pool[i], pool[j] = pool[j], pool[i]
        return pool[:count]


def zipf_table(count: int, exponent: float = 1.0) -> list[float]:
    """Cumulative weights 1, 1 + 1/2^s, 1 + 1/2^s + 1/3^s, ... for `Dice.pick_zipf`."""
    return list(accumulate(rank**-exponent for rank in range(1, count + 1)))
