"""How one batch is drawn: every row from one direction, rows from many, or now this and now that.

Each strategy answers `draw(k)`: the k-th batch that it is asked for, alone and always the same.
A strategy of strategies counts for itself how often each part came before, so a hybrid with alpha = 1
draws exactly what its monolingual part would draw.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from hybridir.batching.permutation import permute, stream_key
from hybridir.batching.schedule import Schedule
from hybridir.data.pools import Pool

WeightScheme = Literal["uniform", "proportional", "temperature"]


@dataclass(frozen=True)
class Draw:
    """One batch as drawn: `rows` int64 [n, 2] are the row ids of query and passage, `pool_of_row` int64 [n]
    says from which of `pools` each came, `kind` names the strategy that drew it."""

    kind: str
    pools: Sequence[Pool]
    pool_of_row: np.ndarray
    rows: np.ndarray


class Strategy(Protocol):
    """Draws batches by number."""

    def draw(self, number: int) -> Draw:
        """Batch `number` (0, 1, 2, ...) of this strategy."""
        ...


def weights(sizes: Sequence[int], scheme: WeightScheme, temperature: float = 1.0) -> np.ndarray:
    """Shares of directions with `sizes` pairs: float64 [n] that sum to 1.

    `uniform` gives each the same, `proportional` what its size says, `temperature` T size**(1/T):
    1 is proportional, and uniform is approached as T grows (Devlin's mBERT recipe; XLM-R, section 3).
    """
    exponent = {"uniform": 0.0, "proportional": 1.0, "temperature": 1.0 / temperature}[scheme]
    raw = np.asarray(sizes, dtype=np.float64) ** exponent
    return raw / raw.sum()


class OneDirection:
    """Every batch from a single direction (X-X-mono: every batch in one language)."""

    def __init__(self, kind: str, pools: Sequence[Pool], shares: np.ndarray, batch_size: int, key: int) -> None:
        self.kind, self.pools, self.batch_size = kind, pools, batch_size
        self._schedule = Schedule(shares, stream_key(key, "direction"))
        self._keys = [stream_key(key, "rows", pool.direction) for pool in pools]

    def draw(self, number: int) -> Draw:
        which, before = self._schedule.at(number)
        pool = self.pools[which]
        # a direction smaller than the batch gives what it has rather than the same pairs twice
        count = min(self.batch_size, len(pool))
        rows = _next_rows(pool, self._keys[which], before * count, count)
        return Draw(self.kind, self.pools, np.full(count, which), rows)


class ManyDirections:
    """Every row of a batch from a direction of its own (X-Y, and LAReQA's X-X when all are monolingual)."""

    def __init__(self, kind: str, pools: Sequence[Pool], shares: np.ndarray, batch_size: int, key: int) -> None:
        self.kind, self.pools = kind, pools
        self.batch_size = min(batch_size, sum(len(pool) for pool in pools))
        self._schedule = Schedule(shares, stream_key(key, "direction"))
        self._keys = [stream_key(key, "rows", pool.direction) for pool in pools]

    def draw(self, number: int) -> Draw:
        which, before = self._schedule.span(number * self.batch_size, self.batch_size)
        rows = np.empty((self.batch_size, 2), dtype=np.int64)
        for index in np.unique(which):
            mine = which == index
            first = int(before[mine][0])
            rows[mine] = _next_rows(self.pools[index], self._keys[index], first, int(mine.sum()))
        return Draw(self.kind, self.pools, which, rows)


class Interleaved:
    """Each batch from one of several strategies, by shares (hybrid batches; batches kept for replay)."""

    def __init__(self, parts: Sequence[Strategy], shares: Sequence[float], key: int) -> None:
        self.parts = parts
        self._schedule = Schedule(np.asarray(shares), stream_key(key, "part"))

    def draw(self, number: int) -> Draw:
        which, before = self._schedule.at(number)
        return self.parts[which].draw(before)


def _next_rows(pool: Pool, key: int, start: int, count: int) -> np.ndarray:
    """Pairs start .. start+count-1 of a pool that is shuffled anew at every pass: int64 [count, 2].

    No pair comes twice before all have come once.
    """
    passes, within = np.divmod(np.arange(start, start + count), len(pool))
    positions = np.empty(count, dtype=np.int64)
    for number in np.unique(passes):
        mine = passes == number
        positions[mine] = permute(within[mine], len(pool), stream_key(key, number))
    return pool.rows(positions)
