"""What a batch plan draws from: the pairs of each direction among the languages of a subset.

Besides the pairs as given there are joined ones: where the same question (`pid`) stands in several
directions, its query in one language and its passage in another make a cross-lingual pair.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from hybridir.data.pairs import PairTable
from hybridir.data.rows import Direction

TRAIN, REPLAY = "train", "replay"


@dataclass(frozen=True)
class Pool:
    """The pairs of one direction: `given` rows that hold query and passage, then `joined` int64 [m, 2] rows.

    `source` says of which collection the row ids are: the one trained on, or the one kept for replay.
    """

    source: str
    direction: Direction
    given: range
    joined: np.ndarray = field(default_factory=lambda: np.empty((0, 2), dtype=np.int64))

    def __len__(self) -> int:
        return len(self.given) + len(self.joined)

    def rows(self, positions: np.ndarray) -> np.ndarray:
        """Row ids of query and passage of the pairs at `positions` (int [n]): int64 [n, 2]."""
        rows = np.repeat((self.given.start + positions)[:, None], 2, axis=1)
        beyond = positions >= len(self.given)
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


def make_pools(table: PairTable, languages: Sequence[str], join: bool = True, source: str = TRAIN) -> Pools:
    """The pools of `table` whose query and passage are both in `languages`; `join` adds joined pairs."""
    wanted = set(languages)
    given = {d: rows for d, rows in table.directions.items() if d.query in wanted and d.passage in wanted}
    joined = _join(table, given) if join else {}
    pools = [
        Pool(source, direction, given.get(direction, range(0)), *([joined[direction]] if direction in joined else []))
        for direction in sorted({*given, *joined})
    ]
    return Pools(
        languages=tuple(languages),
        monolingual=[pool for pool in pools if pool.direction.monolingual],
        crosslingual=[pool for pool in pools if not pool.direction.monolingual],
    )


def counted_pools(sizes: Mapping[Direction, int], languages: Sequence[str]) -> Pools:
    """Pools known by their sizes only, for planning a sweep whose data are not at hand: nothing is joined."""
    wanted = set(languages)
    pools = [
        Pool(TRAIN, direction, range(size))
        for direction, size in sorted(sizes.items())
        if direction.query in wanted and direction.passage in wanted and size
    ]
    return Pools(
        tuple(languages),
        [pool for pool in pools if pool.direction.monolingual],
        [pool for pool in pools if not pool.direction.monolingual],
    )


def _join(table: PairTable, given: Mapping[Direction, range]) -> dict[Direction, np.ndarray]:
    """Pairs of a query in one language and a passage in another that share a `pid` and are not given so."""
    queries: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    passages: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    for lang in {lang for direction in given for lang in direction}:
        queries[lang] = _first_by_pid(table, [rows for d, rows in given.items() if d.query == lang])
        passages[lang] = _first_by_pid(table, [rows for d, rows in given.items() if d.passage == lang])
    joined: dict[Direction, np.ndarray] = {}
    for query_lang, (query_pids, query_rows) in queries.items():
        for passage_lang, (passage_pids, passage_rows) in passages.items():
            if query_lang == passage_lang:
                continue
            direction = Direction(query_lang, passage_lang)
            shared, at_query, at_passage = np.intersect1d(
                query_pids, passage_pids, assume_unique=True, return_indices=True
            )
            stands = given.get(direction, range(0))
            new = ~np.isin(shared, table.hashes("pid", np.arange(stands.start, stands.stop)))
            if new.any():
                joined[direction] = np.stack([query_rows[at_query[new]], passage_rows[at_passage[new]]], axis=1)
    return joined


def _first_by_pid(table: PairTable, ranges: Sequence[range]) -> tuple[np.ndarray, np.ndarray]:
    """The distinct `pid` hashes in some rows, sorted, and the first row of each."""
    rows = np.concatenate([np.arange(0), *(np.arange(r.start, r.stop) for r in ranges)])
    pids, first = np.unique(table.hashes("pid", rows), return_index=True)
    return pids, rows[first]
