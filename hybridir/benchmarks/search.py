"""Benchmarks whose passages need not fit in memory: searched to a depth rather than ranked in full.

`Benchmark` (see `base`) ranks every relevant passage exactly and knows a pool of all languages. Here each
direction has a corpus, of which the `depth` best passages of a query are retrieved and judged.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np

from hybridir.benchmarks.base import Texts
from hybridir.data.rows import Direction
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

    def shards(self, size: int) -> Iterator[CorpusShard]:
        """All passages in order, `size` at a time."""
        ...

    def fingerprint(self) -> str:
        """SHA-256 of all ids and texts."""
        ...


class Judge(Protocol):
    """Says how good the passages are that were retrieved for the queries of a direction."""

    def judged(self, direction: Direction, query_ids: Sequence[str]) -> np.ndarray:
        """Which queries have a judgement and so count: bool [queries]."""
        ...

    def values(
        self, direction: Direction, query_ids: Sequence[str], retrieved: np.ndarray, corpus: Corpus
    ) -> Mapping[str, np.ndarray]:
        """Each metric, float64 [queries], of `retrieved` int64 [queries, depth]: rows of `corpus`, best first, -1 where
        there are no more."""
        ...

    def fingerprint(self) -> str:
        """SHA-256 of all judgements."""
        ...


@dataclass(frozen=True)
class SearchBenchmark:
    """Queries by language, corpora by passage language, and which directions are evaluated.

    `metrics` are the names that `judge` gives values of; `depth` how many passages are retrieved for a query.
    """

    name: str
    queries: Mapping[str, Texts]
    corpora: Mapping[str, Corpus]
    directions: tuple[Direction, ...]
    judge: Judge
    metrics: tuple[str, ...]
    depth: int
    languages: Mapping[str, Language] = field(repr=False)

    def fingerprint(self) -> str:
        """SHA-256 over queries, passages and judgements: equal for equal benchmarks, wherever they lie."""
        digest = hashlib.sha256()
        for lang in sorted(self.queries):
            for ident, text in zip(self.queries[lang].ids, self.queries[lang].texts, strict=True):
                digest.update(f"{lang}\x1f{ident}\x1f{text}\x1e".encode())
        parts = [f"{lang} {self.corpora[lang].fingerprint()}" for lang in sorted(self.corpora)]
        digest.update("\n".join([*parts, self.judge.fingerprint(), *map(str, self.directions)]).encode())
        return digest.hexdigest()
