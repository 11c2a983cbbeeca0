"""Exact search of embedded passages that need not fit in memory, a shard at a time."""

from collections.abc import Callable, Iterable
from itertools import repeat
from typing import NamedTuple

import numpy as np
import torch

from hybridir.benchmarks.search import Corpus
from hybridir.evaluation.best import Best, Found
from hybridir.evaluation.workers import workers

# a block of scores, 4 MiB, stays near the processor between the product and the choice of the best
_QUERIES = 1024
_PASSAGES = 1024


class Shard(NamedTuple):
    """The embeddings of some passages, those from row `start` on: float32 [n, dim], which may be memory-mapped."""

    start: int
    vectors: np.ndarray


def search(
    queries: np.ndarray, shards: Iterable[Shard], depth: int, report: Callable[[int], None] = lambda passages: None
) -> Found:
    """The `depth` passages with the largest dot product for each of `queries`, float32 [q, dim]; all, where there are
    fewer.

    `shards` follow each other by row and are read once; `report` is told how many passages are done. Memory holds one
    of them and some 16 bytes x q x (depth + 1024). Of equal scores the lower row comes first, so that of those at
    the last place the lower ones are in. As many threads work as torch has, each on queries of its own.
    """
    threads, total = torch.get_num_threads(), 0
    size = min(_QUERIES, max(1, -(-len(queries) // threads)))
    parts = [_Part(queries[start : start + size], depth) for start in range(0, len(queries), size)]
    with workers(threads) as pool:
        for shard in shards:
            for _ in pool.map(_Part.search, parts, repeat(shard)):
                pass
            total += len(shard.vectors)
            report(total)
    found = [part.best.found() for part in parts]
    width = min(depth, total)
    return Found(*(np.concatenate(arrays)[:, :width] for arrays in zip(*found, strict=True)))


class _Part:
    """Some queries, and the best that they have found so far."""

    def __init__(self, queries: np.ndarray, depth: int) -> None:
        self.best = Best(len(queries), depth, _PASSAGES)
        self._queries = torch.from_numpy(queries)
        self._room = torch.empty(len(queries) * _PASSAGES)

    def search(self, shard: Shard) -> None:
        for start in range(0, len(shard.vectors), _PASSAGES):
            passages = torch.from_numpy(shard.vectors[start : start + _PASSAGES])
            scores = self._room[: len(self._queries) * len(passages)].view(len(self._queries), len(passages))
            torch.matmul(self._queries, passages.T, out=scores)
            self.best.add(scores.numpy(), shard.start + start)


def trec_order(found: Found, corpus: Corpus) -> Found:
    """`found` with equal scores by passage id, descending as strings, as trec_eval ranks them (its form_res_rels.c)."""
    scores, rows = found
    equal = (scores[:, 1:] == scores[:, :-1]) & (rows[:, 1:] >= 0)
    tied = np.pad(equal, ((0, 0), (0, 1))) | np.pad(equal, ((0, 0), (1, 0)))
    queries = np.flatnonzero(tied.any(axis=1))
    if not len(queries):
        return found
    known, inverse = np.unique(rows[tied], return_inverse=True)
    ids = np.array(corpus.ids(known), dtype=object)
    place_of = np.empty(len(ids), dtype=np.int64)
    place_of[np.argsort(ids)[::-1]] = np.arange(len(ids))
    place = np.zeros(rows.shape, dtype=np.int64)
    place[tied] = place_of[inverse]
    order = np.lexsort((place[queries], -scores[queries]), axis=-1)
    ordered = rows.copy()
    ordered[queries] = np.take_along_axis(rows[queries], order, axis=1)
    return Found(scores, ordered)
