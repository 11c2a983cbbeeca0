"""Which rows of a direction a pool holds: all of them (a `range`), all but some, or those that are listed.

Collections go to tens of millions of pairs, so rows are listed only where a budget has made them few.
"""

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np


@dataclass(frozen=True)
class AllBut:
    """The rows of a range without the `excluded` ones (int64 [m], ascending, each in the range); prints as a name."""

    within: range
    excluded: np.ndarray

    def __len__(self) -> int:
        return len(self.within) - len(self.excluded)

    def __str__(self) -> str:
        return f"{self.within} without {_named(self.excluded)}"

    @cached_property
    def kept_before(self) -> np.ndarray:
        """How many rows are kept before each excluded one: int64 [m], ascending."""
        return np.asarray(self.excluded - self.within.start - np.arange(len(self.excluded)))


@dataclass(frozen=True)
class Listed:
    """The rows `ids` (int64 [m], ascending); prints as a name of exactly these."""

    ids: np.ndarray

    def __len__(self) -> int:
        return len(self.ids)

    def __str__(self) -> str:
        return _named(self.ids)


Rows = range | AllBut | Listed


def rows_at(rows: Rows, positions: np.ndarray) -> np.ndarray:
    """The row ids at `positions` (int [n], from 0) of `rows`: int64 [n]."""
    match rows:
        case range():
            return np.asarray(rows.start + positions, dtype=np.int64)
        case Listed():
            return np.asarray(rows.ids[positions])
        case AllBut():
            # an excluded row is stepped over from the position on that has as many kept rows before it
            steps = np.searchsorted(rows.kept_before, positions, side="right")
            return np.asarray(rows.within.start + positions + steps)


def all_rows(rows: Rows) -> np.ndarray:
    """Every row id of `rows`, listed: int64 [n], ascending."""
    return rows_at(rows, np.arange(len(rows)))


def without(rows: range, excluded: np.ndarray) -> range | AllBut:
    """`rows` but those of the `excluded` (int64 [m], ascending) that are in it."""
    start, stop = np.searchsorted(excluded, (rows.start, rows.stop))
    return AllBut(rows, excluded[start:stop]) if stop > start else rows


def _named(ids: np.ndarray) -> str:
    return f"{len(ids)} rows {hashlib.sha256(ids.astype('<i8').tobytes()).hexdigest()[:16]}"
