"""Evaluation on a benchmark that is searched: corpora embedded in shards, searched, judged, one after the other."""

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import compress, count
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from hybridir.benchmarks.search import RankJudge, SearchBenchmark
from hybridir.data.rows import Direction as Pair
from hybridir.errors import RunFailed, UserError
from hybridir.evaluation.best import Found
from hybridir.evaluation.evaluate import Encode, Progress, encode_all
from hybridir.evaluation.metrics import metric
from hybridir.evaluation.scores import Direction, join, score_rows
from hybridir.evaluation.search import search, trec_order
from hybridir.evaluation.shards import Shards, encode_corpus
from hybridir.evaluation.trec import write_run
from hybridir.files import atomic_path

_SAMPLE = 100  # queries on which the recall of an approximate search is measured


class Searched(NamedTuple):
    """The scores (schema `SCORES`) of an evaluation, and what its record says of the search."""

    scores: pa.Table
    record: dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """What is evaluated and how.

    `model` says which encoder `encode` is (see `encode_corpus`), `run` is the name in the scores, `index` one of
    `exact`, `ivf` and `hnsw`. With `keep` the embeddings stay in `folder` for another evaluation.
    """

    encode: Encode
    model: str
    benchmark: SearchBenchmark
    run: str
    folder: Path
    index: str = "exact"
    save_run: Path | None = None
    keep: bool = False
    progress: Progress = lambda what, done, total: None

    @property
    def name(self) -> str:
        """The benchmark in the scores, so that approximate ones never stand in a table with exact ones."""
        return self.benchmark.name if self.index == "exact" else f"{self.benchmark.name}+{self.index}"

    def fingerprint(self) -> str:
        """Differs whenever the scores may."""
        benchmark = self.benchmark
        said = (benchmark.fingerprint(), benchmark.metrics, benchmark.depth, self.index, self.run, self.model)
        return hashlib.sha256(f"{said} {self.save_run}".encode()).hexdigest()


def evaluate_search(plan: Plan) -> Searched:
    """The scores of every direction of a benchmark, and how they were found.

    Corpora come one after the other: each is embedded once for all directions into it, in shards below
    `folder/shards`, searched, and removed when its scores are there. A kill costs the shard or the search that was at
    work. Queries without a judgement are left out. Raises UserError for an unknown metric, a benchmark
    without judged queries, or an index that does not fit in memory; RunFailed for embeddings that are not
    finite or a full disk.
    """
    benchmark = plan.benchmark
    if isinstance(benchmark.judge, RankJudge):
        for name in benchmark.metrics:
            metric(name)
    asked = _judged(benchmark)
    with _alone(plan.folder):
        wanted = {lang: benchmark.queries[lang] for lang in {pair.query for pair in asked}}
        done = count(1)
        queries = encode_all(plan.encode, wanted, "query", lambda what: plan.progress(what, next(done), len(wanted)))
        parts = {}
        for lang in sorted({pair.passage for pair in asked}):
            vectors = {pair: queries[pair.query][kept] for pair, kept in asked.items() if pair.passage == lang}
            parts[lang] = _part(plan, lang, vectors, asked)
        if not plan.keep:
            shutil.rmtree(plan.folder / "shards")
    corpora = {lang: part.record for lang, part in parts.items()}
    record = {"index": plan.index, "depth": benchmark.depth, "corpora": corpora}
    return Searched(join([part.scores for part in parts.values()]), record)


def _judged(benchmark: SearchBenchmark) -> dict[Pair, np.ndarray]:
    """Which queries of each direction count (bool [queries]); directions without one are left out."""
    asked = {
        pair: benchmark.judge.judged(pair, benchmark.queries[pair.query].ids) for pair in sorted(benchmark.directions)
    }
    asked = {pair: kept for pair, kept in asked.items() if kept.any()}
    if not asked:
        raise UserError(f"the benchmark {benchmark.name} has no query with a judgement: bring its files again.")
    return asked


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / ".lock", timeout=0):
            yield
    except Timeout as problem:
        raise RunFailed(f"{folder} is being worked on by another process; wait for it or stop it.") from problem


def _part(plan: Plan, lang: str, queries: Mapping[Pair, np.ndarray], asked: Mapping[Pair, np.ndarray]) -> Searched:
    """The scores of all directions into `lang`, from the file where an evaluation that was stopped left them."""
    folder, fingerprint = plan.folder / "shards" / lang, plan.fingerprint()
    finished = folder / "scores.parquet"
    if finished.is_file():
        scores = pq.read_table(finished)
        known = json.loads(scores.schema.metadata[b"part"])
        if known["fingerprint"] == fingerprint:
            return Searched(scores.replace_schema_metadata(None), known["record"])
    shards = _embedded(plan, lang, folder, next(iter(queries.values())).shape[1])
    found, record = _find(plan, lang, shards, np.concatenate(list(queries.values())))
    tables, start = [], 0
    for pair, vectors in queries.items():
        own = Found(*(part[start : start + len(vectors)] for part in found))
        tables.append(_scored(plan, pair, asked[pair], own))
        start += len(vectors)
    scores = join(tables)
    with atomic_path(finished) as temporary:
        kept = {"part": json.dumps({"fingerprint": fingerprint, "record": record})}
        pq.write_table(scores.replace_schema_metadata(kept), temporary)
    if not plan.keep:
        shards.remove()
    return Searched(scores, record)


def _embedded(plan: Plan, lang: str, folder: Path, dim: int) -> Shards:
    corpus = plan.benchmark.corpora[lang]
    if plan.index != "exact":
        from hybridir.evaluation.approximate import refuse_too_large  # FAISS is needed for nothing else here

        refuse_too_large(plan.index, len(corpus), dim)

    def report(done: int) -> None:
        plan.progress(f"passages {lang}", done, len(corpus))

    return encode_corpus(plan.encode, corpus, folder, plan.model, dim, report)


def _find(plan: Plan, lang: str, shards: Shards, queries: np.ndarray) -> tuple[Found, dict[str, Any]]:
    """The best passages of `queries`, float32 [q, dim], with ties as trec_eval has them, and what to note."""
    depth, corpus = plan.benchmark.depth, plan.benchmark.corpora[lang]
    record: dict[str, Any] = {"passages": len(corpus), "queries": len(queries)}

    def report(done: int) -> None:
        plan.progress(f"searching {lang}", done, len(corpus))

    if plan.index == "exact":
        return trec_order(search(queries, shards, depth, report), corpus), record
    from hybridir.evaluation.approximate import build_index, recall, search_index, settings  # as above

    index = build_index(plan.index, shards, shards.rows, queries.shape[1], depth, report)
    found = search_index(index, queries, depth)
    sample = np.unique(np.linspace(0, len(queries) - 1, _SAMPLE).astype(np.int64))
    exact = search(queries[sample], shards, depth)
    measured = recall(Found(*(part[sample] for part in found)), exact)
    record |= settings(index) | measured | {"recall_queries": len(sample)}
    return trec_order(found, corpus), record


def _scored(plan: Plan, pair: Pair, kept: np.ndarray, found: Found) -> pa.Table:
    """The scores of one direction: of the queries that are `kept` (bool [queries]), for which `found` is."""
    benchmark, direction = plan.benchmark, Direction.between(*pair)
    corpus, ids = benchmark.corpora[pair.passage], list(compress(benchmark.queries[pair.query].ids, kept))
    if plan.save_run is not None:
        write_run(plan.save_run, plan.run, direction, ids, found, corpus)
    if isinstance(benchmark.judge, RankJudge):
        ranks, relevant = benchmark.judge.ranks(pair, ids, found.rows, corpus)
        values: Mapping[str, np.ndarray] = {name: metric(name)(ranks, relevant) for name in benchmark.metrics}
    else:
        values = benchmark.judge.values(pair, ids, found.rows, corpus)
    return score_rows(plan.run, plan.name, direction, ids, values)
