"""Evaluation sets, and how a re-ranker is evaluated on them."""

import re
from dataclasses import dataclass, field
from typing import Any

from hybridir.config.schema.checks import at_least, one_of
from hybridir.errors import UserError

BENCHMARK_KINDS = (
    "artificial",
    "xquad_r",
    "mlqa_r",
    "belebele",
    "miracl",
    "xor_retrieve",
    "xtreme_up",
    "mmarco",
)
CANDIDATES = ("sentence", "context", "passage")
CORPORA = ("full", "hard_negatives")
INDEXES = ("exact", "ivf", "hnsw")


@dataclass
class BenchmarkConfig:
    """An evaluation set: where it lies (`folder`, below the data root or a hub name) and what its candidates are.

    `languages` are the query languages to evaluate (empty: all that are there). `depth` and `index` are of benchmarks
    that are searched rather than ranked in full: how many passages are retrieved for a query, and how; `keep_shards`
    leaves the embeddings of their passages on disk.
    """

    kind: str = "???"
    folder: str | None = None
    revision: str | None = None
    split: str = "dev"
    languages: list[str] = field(default_factory=list)
    directions: list[str] = field(default_factory=list)
    candidates: str = "sentence"
    corpus: str = "full"
    depth: int = 1000
    index: str = "exact"
    keep_shards: bool = False
    world: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        one_of("benchmark.kind", self.kind, BENCHMARK_KINDS)
        one_of("benchmark.candidates", self.candidates, CANDIDATES)
        one_of("benchmark.corpus", self.corpus, CORPORA)
        one_of("benchmark.index", self.index, INDEXES)
        at_least("benchmark.depth", self.depth, 1)
        if self.directions and self.kind != "mmarco":
            raise UserError(f"benchmark.directions={self.directions} is of mmarco alone: choose benchmark.languages.")
        for named in self.directions:
            if not re.fullmatch(r"[\w-]+->[\w-]+", named):
                raise UserError(f"benchmark.directions holds {named!r}: write each as 'en->de', query language first.")


@dataclass
class RerankConfig:
    """How a re-ranker is evaluated: it orders anew the `depth` best passages of `first_stage` (a run, a model folder
    or a hub name; null: the candidates that the benchmark itself brings)."""

    first_stage: str | None = None
    depth: int = 100

    def __post_init__(self) -> None:
        at_least("rerank.depth", self.depth, 1)
