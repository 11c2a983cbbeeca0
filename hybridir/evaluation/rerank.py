"""Evaluation of a re-ranker: candidates of a first stage, or of the benchmark itself, in a new order.

What is not among the candidates of a query is not found: its rank is infinite. So no figure here compares with one of a
full ranking, and `name` must say so (law 8). Ties rank as everywhere: by passage id, descending.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import compress
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from hybridir.benchmarks.base import RERANKING, Benchmark
from hybridir.errors import RunFailed
from hybridir.evaluation.candidates import Block, Candidates, Columns
from hybridir.evaluation.evaluate import Encode, Progress
from hybridir.evaluation.metrics import metric
from hybridir.evaluation.scores import ALL, Direction, join, score_rows

if TYPE_CHECKING:
    from hybridir.encoders.base import Kind

Score = Callable[[Sequence[str], Sequence[str]], np.ndarray]
"""Scores of the pairs of queries[i] and passages[i], float32 [n]; the higher, the better."""

_AT_ONCE = 16  # queries whose pairs are scored together: enough for even batches, and progress is told after each


def rerank(
    score: Score,
    benchmark: Benchmark,
    columns: Columns,
    candidates: Candidates,
    name: str,
    run: str,
    progress: Progress | None = None,
) -> pa.Table:
    """The scores (schema `SCORES`) of `candidates` as `score` orders them, for `run` on what is called `name`.

    A query counts in the directions where it has a relevant passage, found or not, and in the pool where there is one.
    Each distinct pair of texts is scored once, however many directions it comes up in. Raises RunFailed when a score is
    not finite.
    """
    tables: list[pa.Table] = []
    done, total = 0, sum(len(queries) for queries in benchmark.queries.values())
    for lang in sorted(benchmark.queries):
        queries = benchmark.queries[lang]
        targets = _relevant(benchmark, columns, candidates, lang)
        ranks = {where: np.full(wanted.shape, np.inf) for where, wanted in targets.items()}
        for rows, given in _parts(candidates.blocks(lang, list(targets))):
            wanted = {where: targets[where][rows] for where in given}
            lists = {where: np.where(_judged(wanted[where])[:, None], given[where], -1) for where in given}
            scores = _scored(score, queries.texts[rows], columns, lists)
            for where, found in lists.items():
                ranks[where][rows] = new_ranks(found, scores[where], wanted[where])
            done += rows.stop - rows.start
            if progress is not None:
                progress(f"re-ranking {lang}", done, total)
        tables += _rows(run, name, lang, queries.ids, targets, ranks)
    return join(tables)


def by_cosine(encode: Encode) -> Score:
    """An encoder as a re-ranker: the cosine of query and passage. `encode` is as in `evaluate`."""

    def vectors(texts: Sequence[str], kind: "Kind") -> np.ndarray:
        place = {text: number for number, text in enumerate(dict.fromkeys(texts))}
        return np.asarray(encode(list(place), kind))[[place[text] for text in texts]]

    def score(queries: Sequence[str], passages: Sequence[str]) -> np.ndarray:
        return np.asarray(np.einsum("nd,nd->n", vectors(queries, "query"), vectors(passages, "passage")))

    return score


def new_ranks(columns: np.ndarray, scores: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Ranks of the columns `targets` (int [n, r], -1: none) among the candidates `columns` (int [n, k], -1: none) by
    their `scores` [n, k]: float64 [n, r], ascending, `inf` where a target is no candidate."""
    if not columns.shape[1]:
        return np.full(targets.shape, np.inf)
    is_it = columns[:, None, :] == targets[:, :, None]
    own = np.take_along_axis(scores, is_it.argmax(axis=2), axis=1)[:, :, None]
    equal_before = (scores[:, None, :] == own) & (columns[:, None, :] < targets[:, :, None])
    ahead = (columns[:, None, :] >= 0) & ((scores[:, None, :] > own) | equal_before)
    ranks = np.where(is_it.any(axis=2) & (targets >= 0), 1.0 + ahead.sum(axis=2), np.inf)
    return np.sort(ranks, axis=1)


def _parts(blocks: Iterator[Block]) -> Iterator[Block]:
    """The same queries, a few at a time."""
    for block in blocks:
        for start in range(block.rows.start, block.rows.stop, _AT_ONCE):
            rows = slice(start, min(start + _AT_ONCE, block.rows.stop))
            here = slice(start - block.rows.start, rows.stop - block.rows.start)
            yield Block(rows, {where: columns[here] for where, columns in block.columns.items()})


def _judged(targets: np.ndarray) -> np.ndarray:
    """Which queries have a relevant passage among `targets`: bool [queries]."""
    return np.asarray((targets >= 0).any(axis=1))


def _relevant(benchmark: Benchmark, columns: Columns, candidates: Candidates, lang: str) -> dict[str, np.ndarray]:
    """The columns of each query's relevant passages, wherever queries of `lang` have candidates: int [queries, r]."""
    ids, targets = benchmark.queries[lang].ids, {}
    for where in candidates.among(lang):
        langs = sorted(benchmark.passages) if where == ALL else [where]
        lists = [[p for lang in langs for p in benchmark.relevant.get((query, lang), ())] for query in ids]
        if any(lists):
            targets[where] = columns.of(lists)
    return targets


def _scored(
    score: Score, queries: Sequence[str], passages: Columns, candidates: Mapping[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """The scores of `candidates` (int [queries, k] each, -1: none) in their shape, -inf for none."""
    place = {text: number for number, text in enumerate(dict.fromkeys(queries))}
    query = np.array([place[text] for text in queries])[:, None] * len(passages.texts)
    keys = {where: np.where(found >= 0, query + passages.text_of[found], -1) for where, found in candidates.items()}
    distinct = np.unique(np.concatenate([np.array([-1]), *(key.ravel() for key in keys.values())]))[1:]
    asked, answers = np.divmod(distinct, len(passages.texts))
    texts = list(place)
    scores = score([texts[number] for number in asked], [passages.texts[number] for number in answers])
    if not np.isfinite(scores).all():
        raise RunFailed(
            f"{int((~np.isfinite(scores)).sum())} of {len(scores)} scores are not finite: the re-ranker is broken,"
            " train it again with a smaller learning rate or without bf16"
        )
    known = np.append(np.asarray(scores, dtype=np.float32), np.float32(-np.inf))
    return {where: known[np.where(key >= 0, np.searchsorted(distinct, key), -1)] for where, key in keys.items()}


def _rows(
    run: str,
    name: str,
    lang: str,
    ids: Sequence[str],
    targets: Mapping[str, np.ndarray],
    ranks: Mapping[str, np.ndarray],
) -> Iterator[pa.Table]:
    """The rows of every direction from `lang`, and those of the pool."""
    for where, wanted in targets.items():
        judged, relevant = _judged(wanted), (wanted >= 0).sum(axis=1)
        values = {each: metric(each)(ranks[where][judged], relevant[judged]) for each in RERANKING}
        direction = Direction.pool(lang) if where == ALL else Direction.between(lang, where)
        yield score_rows(run, name, direction, list(compress(ids, judged)), values)
