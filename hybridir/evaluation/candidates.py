"""Which passages a re-ranker orders anew: the best of a first stage, or those that a benchmark brings."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol

import numpy as np

from hybridir.benchmarks.base import Benchmark
from hybridir.evaluation.best_columns import best_columns
from hybridir.evaluation.evaluate import Encode, encode_all
from hybridir.evaluation.ranking import Pool, Rows
from hybridir.evaluation.scores import ALL

_QUERIES = 256  # whose lists a benchmark hands over at a time


class Block(NamedTuple):
    """The candidates of some queries of a language, those at `rows`: by passage language (`*` is the pool of all),
    columns of the pool, int [rows, k], filled up with -1."""

    rows: slice
    columns: Mapping[str, np.ndarray]


class Candidates(Protocol):
    """Hands over the candidates of a query language."""

    def among(self, lang: str) -> Collection[str]:
        """Where queries of this language have candidates: passage languages, and `*` for the pool of all."""
        ...

    def blocks(self, lang: str, among: Collection[str]) -> Iterator[Block]:
        """All queries of a language, block by block, with their candidates in each of `among`."""
        ...


class Columns:
    """The passages of a benchmark as columns, in the order in which ties rank: ids descending."""

    def __init__(self, benchmark: Benchmark) -> None:
        passages = benchmark.passages.values()
        texts = {ident: text for part in passages for ident, text in zip(part.ids, part.texts, strict=True)}
        self.column = {ident: column for column, ident in enumerate(sorted(texts, reverse=True))}
        number: dict[str, int] = {}
        self.text_of = np.array([number.setdefault(texts[ident], len(number)) for ident in self.column])
        self.texts = list(number)
        """Distinct texts; the passage of a column has number `text_of[column]`, int [columns]."""

    def of(self, lists: Sequence[Sequence[str]]) -> np.ndarray:
        """The columns of lists of passage ids: int64 [lists, longest], filled up with -1."""
        columns = np.full((len(lists), max(map(len, lists), default=0)), -1)
        for row, ids in enumerate(lists):
            columns[row, : len(ids)] = [self.column[ident] for ident in ids]
        return columns


@dataclass(frozen=True)
class FirstStage:
    """The `depth` best passages of each direction and of the pool, by exact search with an encoder.

    `encode` is as in `evaluate`; `report` is told of each language that is encoded.
    """

    encode: Encode
    benchmark: Benchmark
    depth: int
    report: Callable[[str], None]

    @cached_property
    def _pool(self) -> Pool:
        passages = self.benchmark.passages
        return Pool.of(passages, encode_all(self.encode, passages, "passage", self.report))

    @cached_property
    def _queries(self) -> dict[str, np.ndarray]:
        return encode_all(self.encode, self.benchmark.queries, "query", self.report)

    def among(self, lang: str) -> Collection[str]:
        passages = sorted(self.benchmark.passages)
        return [*passages, ALL] if len(passages) > 1 else passages

    def blocks(self, lang: str, among: Collection[str]) -> Iterator[Block]:
        everything = np.arange(len(self._pool.ids))
        places = {where: everything if where == ALL else self._pool.columns[where] for where in among}

        def chosen(block: Rows, scores: np.ndarray) -> Block:
            return Block(block.rows, {where: _best(scores, columns, self.depth) for where, columns in places.items()})

        return self._pool.blocks({lang: self._queries[lang]}, chosen)


@dataclass(frozen=True)
class Brought:
    """The candidates that a benchmark brings, all of them; `columns` are those of its passages."""

    benchmark: Benchmark
    columns: Columns

    def among(self, lang: str) -> Collection[str]:
        return sorted(passage for query, passage in self.benchmark.candidates or {} if query == lang)

    def blocks(self, lang: str, among: Collection[str]) -> Iterator[Block]:
        assert self.benchmark.candidates is not None
        ids = self.benchmark.queries[lang].ids
        for start in range(0, len(ids), _QUERIES):
            rows = slice(start, min(start + _QUERIES, len(ids)))
            lists = {where: self.benchmark.candidates[lang, where] for where in among}
            yield Block(
                rows,
                {where: self.columns.of([of.get(query, ()) for query in ids[rows]]) for where, of in lists.items()},
            )


def _best(scores: np.ndarray, columns: np.ndarray, depth: int) -> np.ndarray:
    """The `depth` best of `columns` (ascending, so that ties rank as they should) in each row of `scores`."""
    scores, depth = scores[:, columns], min(depth, len(columns))
    floor = np.partition(scores, len(columns) - depth, axis=1)[:, len(columns) - depth]
    return np.asarray(columns[best_columns(scores, floor, depth)])
