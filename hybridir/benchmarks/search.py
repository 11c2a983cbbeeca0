"""Benchmarks whose passages need not fit in memory: searched to a depth rather than ranked in full.

`Benchmark` (see `base`) ranks every relevant passage exactly and knows a pool of all languages. Here each
direction has a corpus, of which the `depth` best passages of a query are retrieved and judged.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np

from hybridir.benchmarks.base import Texts
from hybridir.data.rows import Direction
from hybridir.errors import UserError
from hybridir.languages.catalog import Language


class CorpusShard(NamedTuple):
    """Some passages of a corpus: those from row `start` on, as texts to encode."""

    start: int
    texts: list[str]


class Corpus(Protocol):
    """Passages by row, from 0; `ids` are unique."""

    def __len__(self) -> int:
        """How many passages there are."""
        ...

    def ids(self, rows: np.ndarray) -> list[str]:
        """The ids of the passages at `rows` (int [n])."""
        ...

    def texts(self, rows: np.ndarray) -> list[str]:
        """Their texts, as they are encoded: the title, where there is one, before the passage."""
        ...

    def bodies(self, rows: np.ndarray) -> list[str]:
        """Their texts without titles."""
        ...

    def row_of(self, ids: Sequence[str]) -> np.ndarray:
        """The row of each of `ids`: int64 [n], -1 for an id that is not in the corpus."""
        ...

    def shards(self, size: int) -> Iterator[CorpusShard]:
        """All passages in order, `size` at a time."""
        ...

    def fingerprint(self) -> str:
        """SHA-256 of all ids and texts."""
        ...


class Ranks(NamedTuple):
    """Where the relevant passages of some queries stand, in the shape that the metrics of `evaluation` take.

    `ranks` float64 [queries, r]: 1-based, ascending, filled up with `inf` where a query has fewer or where one was not
    retrieved. `relevant` int64 [queries]: how many there are, retrieved or not, at least 1.
    """

    ranks: np.ndarray
    relevant: np.ndarray


class _Judge(Protocol):
    def judged(self, direction: Direction, query_ids: Sequence[str]) -> np.ndarray:
        """Which queries have a judgement and so count: bool [queries]. Only these may be judged."""
        ...

    def fingerprint(self) -> str:
        """SHA-256 of all judgements."""
        ...


@runtime_checkable
class RankJudge(_Judge, Protocol):
    """Knows the relevant passages; every metric of ranks can be computed from what it says."""

    def ranks(self, direction: Direction, query_ids: Sequence[str], retrieved: np.ndarray, corpus: Corpus) -> Ranks:
        """The ranks in `retrieved` int64 [queries, depth]: rows of `corpus`, best first, -1 where there are no more."""
        ...


@runtime_checkable
class ValueJudge(_Judge, Protocol):
    """Has metrics of its own, which need more than ranks."""

    def values(
        self, direction: Direction, query_ids: Sequence[str], retrieved: np.ndarray, corpus: Corpus
    ) -> Mapping[str, np.ndarray]:
        """Each of the benchmark's metrics, float64 [queries], of `retrieved`, as in `RankJudge.ranks`."""
        ...


Judge = RankJudge | ValueJudge


@dataclass(frozen=True)
class SearchBenchmark:
    """Queries by language, corpora by passage language, and which directions are evaluated.

    `metrics` are names such as `nDCG@10`, computed from the ranks that `judge` gives, or those that it gives values
    of. `depth` says how many passages are retrieved for a query; UserError if a metric looks further.
    """

    name: str
    queries: Mapping[str, Texts]
    corpora: Mapping[str, Corpus]
    directions: tuple[Direction, ...]
    judge: Judge
    metrics: tuple[str, ...]
    depth: int
    languages: Mapping[str, Language] = field(repr=False)

    def __post_init__(self) -> None:
        deepest = max((int(cut) for cut in re.findall(r"@(\d+)(?!\w)", " ".join(self.metrics))), default=1)
        if self.depth < deepest:
            raise UserError(
                f"benchmark.{self.name}.depth={self.depth} is less than the {deepest} passages that its metrics"
                f" ({', '.join(self.metrics)}) look at: set it to {deepest} or more."
            )

    def fingerprint(self) -> str:
        """SHA-256 over queries, passages and judgements: equal for equal benchmarks, wherever they lie."""
        digest = hashlib.sha256()
        for lang in sorted(self.queries):
            for ident, text in zip(self.queries[lang].ids, self.queries[lang].texts, strict=True):
                digest.update(f"{lang}\x1f{ident}\x1f{text}\x1e".encode())
        parts = [f"{lang} {self.corpora[lang].fingerprint()}" for lang in sorted(self.corpora)]
        digest.update("\n".join([*parts, self.judge.fingerprint(), *map(str, self.directions)]).encode())
        return digest.hexdigest()
