"""What a batch plan draws from: the pairs of each direction among the languages of a subset.

Besides the pairs as given there are joined ones: where the same question (`pid`) stands in several
directions, its query in one language and its passage in another make a cross-lingual pair. With n languages
there are up to n * (n - 1) such directions, so they are counted at once and only listed when drawn from.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from hybridir.data.pairs import PairTable
from hybridir.data.row_sets import Rows, rows_at, without
from hybridir.data.rows import Direction

TRAIN, REPLAY = "train", "replay"

_BLOCK = 1 << 16  # questions that are counted at a time
_NO_ROWS = np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class Questions:
    """Questions that have a query (or a passage) in one language: their `numbers`, ascending, and the row of each."""

    numbers: np.ndarray
    rows: np.ndarray


@dataclass(frozen=True)
class JoinedPairs:
    """The first `size` pairs of a query and a passage that answer the same question, without the questions `given` so.

    They come in the order of their questions' numbers, which is that of the 64-bit hashes of `pid`.
    """

    size: int
    queries: Questions
    passages: Questions
    given: np.ndarray

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, positions: np.ndarray) -> np.ndarray:
        """Row ids of query and passage of the pairs at `positions` (int [n]): int64 [n, 2]."""
        numbers = self._numbers[positions]
        sides = (self.queries, self.passages)
        return np.stack([side.rows[np.searchsorted(side.numbers, numbers)] for side in sides], axis=1)

    @cached_property
    def _numbers(self) -> np.ndarray:
        both = np.intersect1d(self.queries.numbers, self.passages.numbers, assume_unique=True)
        return np.setdiff1d(both, self.given, assume_unique=True).astype(np.int32)


@dataclass(frozen=True)
class Pool:
    """The pairs of one direction: `given` rows that hold query and passage, then `joined` ones, int64 [m, 2] rows.

    `source` says of which collection the row ids are: the one trained on, or the one kept for replay.
    """

    source: str
    direction: Direction
    given: Rows
    joined: np.ndarray | JoinedPairs = field(default_factory=lambda: np.empty((0, 2), dtype=np.int64))

    def __len__(self) -> int:
        return len(self.given) + len(self.joined)

    def rows(self, positions: np.ndarray) -> np.ndarray:
        """Row ids of query and passage of the pairs at `positions` (int [n]): int64 [n, 2]."""
        beyond = positions >= len(self.given)
        rows = np.empty((len(positions), 2), dtype=np.int64)
        rows[~beyond] = rows_at(self.given, positions[~beyond])[:, None]
        if beyond.any():
            rows[beyond] = self.joined[positions[beyond] - len(self.given)]
        return rows


@dataclass(frozen=True)
class Pools:
    """All pools among `languages`, each list in the order of the directions."""

    languages: tuple[str, ...]
    monolingual: list[Pool]
    crosslingual: list[Pool]

    def sizes(self) -> dict[Direction, int]:
        """Pairs per direction."""
        return {pool.direction: len(pool) for pool in (*self.monolingual, *self.crosslingual)}


def make_pools(
    table: PairTable,
    languages: Sequence[str],
    join: bool = True,
    source: str = TRAIN,
    excluded: np.ndarray = _NO_ROWS,
) -> Pools:
    """The pools of `table` whose query and passage are both in `languages`; `join` adds joined pairs.

    Rows `excluded` (int64 [m], ascending) are in no pool, nor is a query or passage of theirs in a joined pair; and a
    question is not joined in a direction where it is given, even where all pairs that give it so are excluded.
    """
    wanted = set(languages)
    given = {d: rows for d, rows in table.directions.items() if d.query in wanted and d.passage in wanted}
    joined = _join(table, given, excluded) if join else {}
    pools = [
        Pool(
            source,
            direction,
            without(given.get(direction, range(0)), excluded),
            *([joined[direction]] if direction in joined else []),
        )
        for direction in sorted({*given, *joined})
    ]
    return _parted(languages, [pool for pool in pools if len(pool)])


def counted_pools(sizes: Mapping[Direction, int], languages: Sequence[str]) -> Pools:
    """Pools known by their sizes only, for planning a sweep whose data are not at hand: nothing is joined."""
    wanted = set(languages)
    pools = [
        Pool(TRAIN, direction, range(size))
        for direction, size in sorted(sizes.items())
        if direction.query in wanted and direction.passage in wanted and size
    ]
    return _parted(languages, pools)


def _parted(languages: Sequence[str], pools: Sequence[Pool]) -> Pools:
    return Pools(
        languages=tuple(languages),
        monolingual=[pool for pool in pools if pool.direction.monolingual],
        crosslingual=[pool for pool in pools if not pool.direction.monolingual],
    )


def _join(table: PairTable, given: Iterable[Direction], excluded: np.ndarray) -> dict[Direction, JoinedPairs]:
    """Pairs of a query in one language and a passage in another that share a `pid` and are not given so."""
    shared = {direction: table.shared(direction) for direction in given}
    clean = {direction: _clean(*found, excluded) for direction, found in shared.items()}
    codes = sorted({lang for direction in shared for lang in direction})
    queries = [_first(found for d, found in clean.items() if d.query == code) for code in codes]
    passages = [_first(found for d, found in clean.items() if d.passage == code) for code in codes]
    both = _in_both(queries, passages)
    joined: dict[Direction, JoinedPairs] = {}
    for q, p in np.argwhere(both):
        direction = Direction(codes[q], codes[p])
        so_given = shared[direction][1] if direction in shared else _NO_ROWS
        size = int(both[q, p]) - _count_in_both(so_given, queries[q], passages[p])
        if size and not direction.monolingual:
            joined[direction] = JoinedPairs(size, queries[q], passages[p], np.sort(so_given))
    return joined


def _clean(rows: np.ndarray, numbers: np.ndarray, excluded: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Row ids and numbers of questions, those without an excluded row."""
    if not len(excluded):
        return rows, numbers
    kept = ~np.isin(rows, excluded)
    return rows[kept], numbers[kept]


def _count_in_both(numbers: np.ndarray, queries: Questions, passages: Questions) -> int:
    """How many of the questions `numbers` (int [m], distinct) have a query and a passage here."""
    inside = [np.isin(numbers, side.numbers, assume_unique=True) for side in (queries, passages)]
    return int(np.count_nonzero(inside[0] & inside[1]))


def _first(found: Iterable[tuple[np.ndarray, np.ndarray]]) -> Questions:
    """Each question of some directions (row ids and numbers), with the first row that asks it."""
    nothing = np.empty(0, dtype=np.int64)
    parts = [(nothing, nothing), *found]
    rows, numbers = (np.concatenate([part[side] for part in parts]) for side in (0, 1))
    distinct, first = np.unique(numbers, return_index=True)
    return Questions(distinct, rows[first])


def _in_both(queries: Sequence[Questions], passages: Sequence[Questions]) -> np.ndarray:
    """How many questions have a query in language i and a passage in language j: int64 [n, n]."""
    count = 1 + max((int(of.numbers[-1]) for of in (*queries, *passages) if len(of.numbers)), default=-1)
    total = np.zeros((len(queries), len(passages)), dtype=np.int64)
    for start in range(0, count, _BLOCK):
        stop = min(start + _BLOCK, count)
        # sums of at most _BLOCK ones: exact in float32, where the product is fast
        total += (_stands(queries, start, stop) @ _stands(passages, start, stop).T).astype(np.int64)
    return total


def _stands(sides: Sequence[Questions], start: int, stop: int) -> np.ndarray:
    """1 where a language has a question of the block: float32 [n, stop - start]."""
    stands = np.zeros((len(sides), stop - start), dtype=np.float32)
    for row, side in zip(stands, sides, strict=True):
        low, high = np.searchsorted(side.numbers, (start, stop))
        row[side.numbers[low:high] - start] = 1
    return stands
