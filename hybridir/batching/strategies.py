"""How one batch is drawn: every row from one direction, rows from many, or now this and now that.

Each strategy answers `draw(k)`: the k-th batch that it is asked for, alone and always the same.
A strategy of strategies counts for itself how often each part came before, so a hybrid with alpha = 1
draws exactly what its monolingual part would draw.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from hybridir.batching.permutation import nth_key, permute, stream_key
from hybridir.batching.schedule import Schedule
from hybridir.data.pools import Pool


@dataclass(frozen=True)
class Draw:
    """One batch as drawn: `rows` int64 [n, 2] are the row ids of query and passage, `pool_of_row` int64 [n]
    says from which of `pools` each came, `passes` int64 [n] how often the whole pool came before, `kind` names the
    strategy that drew it."""

    kind: str
    pools: Sequence[Pool]
    pool_of_row: np.ndarray
    rows: np.ndarray
    passes: np.ndarray


class Strategy(Protocol):
    """Draws batches by number."""

    def draw(self, number: int) -> Draw:
        """Batch `number` (0, 1, 2, ...) of this strategy."""
        ...


def weights(sizes: Sequence[int], scheme: str, temperature: float = 1.0) -> np.ndarray:
    """Shares of directions with `sizes` pairs: float64 [n] that sum to 1.

    `uniform` gives each the same, `proportional` what its size says, `temperature` T size**(1/T):
    1 is proportional, and uniform is approached as T grows (Devlin's mBERT recipe; XLM-R, section 3).
    """
    exponent = {"uniform": 0.0, "proportional": 1.0, "temperature": 1.0 / temperature}[scheme]
    raw = np.power(np.asarray(sizes, dtype=np.float64), exponent)
    return np.asarray(raw / raw.sum())


class OneDirection:
    """Every batch from a single direction (X-X-mono: every batch in one language).

    A direction smaller than the batch gives all that it has rather than the same pairs twice.
    """

    def __init__(self, kind: str, pools: Sequence[Pool], shares: np.ndarray, batch_size: int, key: int) -> None:
        self.kind, self.pools, self.batch_size = kind, pools, batch_size
        self._schedule = Schedule(shares, stream_key(key, "direction"))
        self._shuffled = Shuffled(pools, key)

    def draw(self, number: int) -> Draw:
        index, before = self._schedule.at(number)
        count = min(self.batch_size, len(self.pools[index]))
        which = np.full(count, index)
        return Draw(self.kind, self.pools, which, *self._shuffled.pairs(which, before * count + np.arange(count)))


class ManyDirections:
    """Every row of a batch from a direction of its own (X-Y, and LAReQA's X-X when all are monolingual)."""

    def __init__(self, kind: str, pools: Sequence[Pool], shares: np.ndarray, batch_size: int, key: int) -> None:
        self.kind, self.pools = kind, pools
        self.batch_size = min(batch_size, sum(len(pool) for pool in pools))
        self._schedule = Schedule(shares, stream_key(key, "direction"))
        self._shuffled = Shuffled(pools, key)

    def draw(self, number: int) -> Draw:
        which, before = self._schedule.span(number * self.batch_size, self.batch_size)
        return Draw(self.kind, self.pools, which, *self._shuffled.pairs(which, before))


class Interleaved:
    """Each batch from one of several strategies, by shares (hybrid batches; batches kept for replay)."""

    def __init__(self, parts: Sequence[Strategy], shares: Sequence[float], key: int) -> None:
        self.parts = parts
        self._schedule = Schedule(np.asarray(shares), stream_key(key, "part"))

    def draw(self, number: int) -> Draw:
        which, before = self._schedule.at(number)
        return self.parts[which].draw(before)


class Shuffled:
    """The pairs of each pool in a random order that is drawn anew at every pass over the pool.

    No pair comes twice before all of its pool have come once.
    """

    def __init__(self, pools: Sequence[Pool], key: int) -> None:
        self._pools = pools
        self._sizes = np.array([len(pool) for pool in pools])
        self._keys = np.array([stream_key(key, "rows", pool.direction) for pool in pools], dtype=np.uint64)

    def pairs(self, which: np.ndarray, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Row ids int64 [n, 2] of pair number `numbers` (int64 [n], from 0 without end) of each pool in `which` [n],
        and on which pass over its pool each comes, int64 [n]."""
        sizes = self._sizes[which]
        passes, within = np.divmod(numbers, sizes)
        positions = permute(within, sizes, nth_key(self._keys[which], passes))
        rows = np.empty((len(which), 2), dtype=np.int64)
        by_pool = np.argsort(which, kind="stable")
        for mine in np.split(by_pool, np.flatnonzero(np.diff(which[by_pool])) + 1):
            rows[mine] = self._pools[which[mine[0]]].rows(positions[mine])
        return rows, passes
