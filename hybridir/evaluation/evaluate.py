"""Evaluation of an encoder on a benchmark: encode once, rank once, score every direction and the pool."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import cache
from itertools import compress, count, groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from hybridir.benchmarks.base import Benchmark, Texts
from hybridir.errors import RunFailed
from hybridir.evaluation.bias import SHARE, rank_distance
from hybridir.evaluation.metrics import metric, relevant_found
from hybridir.evaluation.ranking import Block, Pool, rank
from hybridir.evaluation.scores import Direction, join, score_rows
from hybridir.evaluation.trec import trec_files

if TYPE_CHECKING:
    from hybridir.encoders.base import Kind

Encode = Callable[[Sequence[str], "Kind"], np.ndarray]
Progress = Callable[[str, int, int], None]
"""Called after each step: its name (`passages de`, `queries de`, `ranking de`), steps done, steps in all."""

RANK_DISTANCE = "rank_distance"


def evaluate(
    encode: Encode,
    benchmark: Benchmark,
    run: str,
    progress: Progress | None = None,
    save_run: Path | None = None,
) -> pa.Table:
    """The scores (schema `SCORES`) of `encode` on `benchmark`, under the name `run`.

    `encode(texts, kind)` returns float32 [texts, dim], L2-normalised. Each distinct text is encoded
    once per kind. A query counts in the directions into the languages where it has a relevant passage,
    and in the pool, where its relevant passages of all languages count (setting multilingual; left
    out when the benchmark has one passage language only). With `save_run`, the rankings
    and judgements go to that folder as TREC files (see `trec`). Raises UserError for a metric
    that is unknown, RunFailed when an embedding is not finite.
    """
    for name in benchmark.metrics:
        if name != RANK_DISTANCE:
            metric(name)
    steps, done = len(benchmark.passages) + 2 * len(benchmark.queries), count(1)

    def report(what: str) -> None:
        if progress is not None:
            progress(what, next(done), steps)

    passages = encode_all(encode, benchmark.passages, "passage", report)
    queries = encode_all(encode, benchmark.queries, "query", report)
    pool = Pool.of(benchmark.passages, passages)
    # the queries of a parallel benchmark have the same ids, so the same answers, in every language
    judged = cache(lambda ids: pool.relevant(benchmark.relevant, ids))
    relevant = {lang: judged(benchmark.queries[lang].ids) for lang in queries}
    tables: list[pa.Table] = []
    for lang, blocks in groupby(rank(queries, pool, relevant), key=lambda block: block.lang):
        with ExitStack() as files:
            save = None
            if save_run is not None:
                ids = benchmark.queries[lang].ids
                save = files.enter_context(trec_files(save_run, run, pool, lang, ids, relevant[lang]))
            found = _gathered(blocks, save)
        tables += _score(run, benchmark, lang, found.within, found.pooled)
        if len(benchmark.passages) > 1:
            tables += _shares(run, benchmark, lang, found.shares)
        report(f"ranking {lang}")
    return join(tables)


def encode_all(
    encode: Encode, texts: Mapping[str, Texts], kind: Kind, report: Callable[[str], None]
) -> dict[str, np.ndarray]:
    """Embeddings per language; a text that came before, in whichever language, is not encoded again."""
    row: dict[str, int] = {}
    parts: list[np.ndarray] = []
    for lang in sorted(texts):
        fresh = [text for text in dict.fromkeys(texts[lang].texts) if text not in row]
        row.update(zip(fresh, range(len(row), len(row) + len(fresh)), strict=True))
        if fresh:
            parts.append(checked(np.asarray(encode(fresh, kind), dtype=np.float32), f"{kind} of {lang}"))
        report(f"{'passages' if kind == 'passage' else 'queries'} {lang}")
    encoded = np.concatenate(parts)
    return {lang: encoded[[row[text] for text in texts[lang].texts]] for lang in sorted(texts)}


def checked(embeddings: np.ndarray, what: str) -> np.ndarray:
    """`embeddings`, unless one is not finite: every comparison with nan is false, and would rank it first."""
    broken = ~np.isfinite(embeddings).all(axis=1)
    if broken.any():
        raise RunFailed(
            f"{int(broken.sum())} of {len(broken)} embeddings are not finite ({what}): the model is broken, "
            "train it again with a smaller learning rate or without bf16"
        )
    return embeddings


class _Found(NamedTuple):
    """Of all queries of a language, by passage language, what `Block` has of some."""

    within: Mapping[str, np.ndarray]
    pooled: Mapping[str, np.ndarray]
    shares: Mapping[str, np.ndarray]


def _gathered(blocks: Iterable[Block], save: Callable[[Block], None] | None) -> _Found:
    """What the blocks hold, end to end; each is handed to `save`."""
    parts: list[_Found] = []
    for block in blocks:
        if save is not None:
            save(block)
        parts.append(_Found(block.within, block.pooled, block.shares))
    sides = zip(*parts, strict=True)
    return _Found(*({lang: np.concatenate([part[lang] for part in side]) for lang in side[0]} for side in sides))


def _shares(run: str, benchmark: Benchmark, lang: str, shares: Mapping[str, np.ndarray]) -> Iterator[pa.Table]:
    """The rows that say which languages the first answers of the pool are in."""
    for passage_lang in sorted(benchmark.passages):
        direction = Direction("multilingual", lang, passage_lang)
        yield score_rows(run, benchmark.name, direction, benchmark.queries[lang].ids, {SHARE: shares[passage_lang]})


def _score(
    run: str,
    benchmark: Benchmark,
    lang: str,
    within: Mapping[str, np.ndarray],
    pooled: Mapping[str, np.ndarray],
) -> Iterator[pa.Table]:
    """The rows of every direction from `lang`, then those of the pool."""
    ids = benchmark.queries[lang].ids
    names = [name for name in benchmark.metrics if name != RANK_DISTANCE]

    def rows(direction: Direction, ranks: np.ndarray) -> pa.Table:
        relevant = relevant_found(ranks)
        judged = relevant > 0
        values = {name: metric(name)(ranks[judged], relevant[judged]) for name in names}
        return score_rows(run, benchmark.name, direction, list(compress(ids, judged)), values)

    for passage_lang, ranks in within.items():
        yield rows(Direction.between(lang, passage_lang), ranks)
    if pooled and len(benchmark.passages) > 1:
        yield rows(Direction.pool(lang), np.sort(np.concatenate(list(pooled.values()), axis=1), axis=1))
        if RANK_DISTANCE in benchmark.metrics:
            distance = rank_distance(pooled)
            known = np.isfinite(distance)
            values = {RANK_DISTANCE: distance[known]}
            yield score_rows(run, benchmark.name, Direction.pool(lang), list(compress(ids, known)), values)
