"""Exact ranks of the relevant passages: one similarity pass gives every direction and the pool.

Ties: equal scores rank by passage id, descending as strings, as trec_eval breaks them (its
form_res_rels.c). The columns of a pool stand in that order, so a tie is decided by position alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from hybridir.benchmarks.base import Texts

BLOCK_BYTES = 24 << 20
"""Size of one block of scores; small enough that it stays near the processor while ranks are counted."""


@dataclass(frozen=True)
class Pool:
    """The candidates of all languages as columns, in the order in which ties rank.

    `ids` are the p passage ids, descending; `embeddings` float32 [p, d]; `columns[lang]` the columns
    of one language, ascending; `copies` the columns whose embedding equals that of column `copied`.
    """

    ids: tuple[str, ...]
    embeddings: np.ndarray
    columns: Mapping[str, np.ndarray]
    copies: np.ndarray
    copied: np.ndarray

    @classmethod
    def of(cls, passages: Mapping[str, Texts], embeddings: Mapping[str, np.ndarray]) -> "Pool":
        """The pool of `passages[lang]` with `embeddings[lang]`, float32 [passages, d]."""
        langs = sorted(passages)
        ids = np.array([ident for lang in langs for ident in passages[lang].ids], dtype=object)
        lang_of = np.repeat(np.arange(len(langs)), [len(passages[lang]) for lang in langs])
        order = np.argsort(ids)[::-1]
        vectors = np.concatenate([embeddings[lang] for lang in langs])[order]
        copies, copied = _equal_rows(vectors)
        columns = {lang: np.flatnonzero(lang_of[order] == i) for i, lang in enumerate(langs)}
        return cls(tuple(ids[order]), vectors, columns, copies, copied)

    def scores(self, queries: np.ndarray) -> Iterator[tuple[slice, np.ndarray]]:
        """Dot products of `queries`, float32 [q, d], with all passages, a block of rows at a time.

        The array of one block is written over by the next.
        """
        size = max(1, BLOCK_BYTES // (4 * len(self.ids)))
        passages = torch.from_numpy(self.embeddings)
        block = np.empty((min(size, len(queries)), len(self.ids)), np.float32)
        for start in range(0, len(queries), size):
            rows = slice(start, min(start + size, len(queries)))
            scores = block[: rows.stop - start]
            # by torch, whose number of threads a run fixes: the last digit of a sum depends on it
            torch.matmul(torch.from_numpy(queries[rows]), passages.T, out=torch.from_numpy(scores))
            # a matrix product may round equal columns differently, depending on where they stand
            scores[:, self.copies] = scores[:, self.copied]
            yield rows, scores

    def relevant(
        self, judgements: Mapping[tuple[str, str], Sequence[str]], query_ids: Sequence[str]
    ) -> dict[str, np.ndarray]:
        """The columns of each query's relevant passages, by passage language.

        `judgements` is the field `relevant` of a benchmark. The columns of one language are int
        [queries, most relevant ones], filled up with -1; languages that have none are left out.
        """
        column = {ident: i for i, ident in enumerate(self.ids)}
        found = {}
        for lang in self.columns:
            judged = [[column[passage] for passage in judgements.get((query, lang), ())] for query in query_ids]
            width = max(map(len, judged), default=0)
            if width:
                found[lang] = np.array([row + [-1] * (width - len(row)) for row in judged])
        return found


@dataclass(frozen=True)
class Block:
    """The ranks of some queries of one language: those at `rows`.

    `scores` is float32 [rows, p] in the columns of the pool, valid until the next block is drawn.
    `within[lang]` are the ranks of the relevant passages among the candidates of their language,
    `pooled[lang]` those of the same passages in the pool: float64 [rows, r], 1-based, ascending,
    filled up with `inf`.
    """

    rows: slice
    scores: np.ndarray
    within: Mapping[str, np.ndarray]
    pooled: Mapping[str, np.ndarray]


def rank(queries: np.ndarray, pool: Pool, relevant: Mapping[str, np.ndarray]) -> Iterator[Block]:
    """Rank the passages of `pool` for `queries`, float32 [q, d]; `relevant` as `Pool.relevant` gives it."""
    for rows, scores in pool.scores(queries):
        within, pooled = {}, {}
        for lang, targets in relevant.items():
            columns, wanted = pool.columns[lang], targets[rows]
            here = np.where(wanted < 0, -1, np.searchsorted(columns, wanted))
            within[lang] = _ranks(np.ascontiguousarray(scores[:, columns]), here)
            pooled[lang] = _ranks(scores, wanted)
        yield Block(rows, scores, within, pooled)


def _ranks(scores: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Ranks of the columns `targets` [n, r] in the rows of `scores` [n, p]: float64 [n, r], ascending."""
    ranks = np.full(targets.shape, np.inf)
    for row, place in zip(*np.nonzero(targets >= 0), strict=True):
        ranks[row, place] = _rank(scores[row], targets[row, place])
    ranks.sort(axis=1)
    return ranks


def _rank(scores: np.ndarray, column: int) -> int:
    """One more than the scores above that of `column` and the equal ones that stand before it."""
    score = scores[column]
    before = np.count_nonzero(scores[:column] >= score)
    after = np.count_nonzero(scores[column + 1 :] > score)
    return int(1 + before + after)


def _equal_rows(vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The rows that equal an earlier one bit for bit, and for each the first such row."""
    first: dict[bytes, int] = {}
    origin = np.array([first.setdefault(row.tobytes(), i) for i, row in enumerate(vectors)])
    copies = np.flatnonzero(origin != np.arange(len(origin)))
    return copies, origin[copies]
