"""Exact ranks of the relevant passages: one similarity pass gives every direction and the pool.

Ties: equal scores rank by passage id, descending as strings, as trec_eval breaks them (its
form_res_rels.c). The columns of a pool stand in that order, so a tie is decided by position alone.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple, TypeVar

import numpy as np
import torch

from hybridir.benchmarks.base import Texts
from hybridir.evaluation.bias import language_shares
from hybridir.evaluation.counting import ranks_of
from hybridir.evaluation.workers import in_order

BLOCK_BYTES = 24 << 20
"""Size of one block of scores: of a few hundred queries, since each product brings all passages into place anew."""

Made = TypeVar("Made")


class Rows(NamedTuple):
    """Some queries of one language."""

    lang: str
    rows: slice


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

    def blocks(self, queries: Mapping[str, np.ndarray], work: Callable[[Rows, np.ndarray], Made]) -> Iterator[Made]:
        """What `work` makes of each block of queries and their scores, float32 [rows, p], language by language.

        The scores are dot products of `queries[lang]`, float32 [q, d], with all passages. As many threads work as torch
        has, each on a block of its own; which these are, and so the last digit of a sum, does not depend on how many.
        The array of a block holds until the result after its own is drawn.
        """
        passages = torch.from_numpy(self.embeddings).clone().T  # torch's own memory is aligned, numpy's may not be
        most = max(1, BLOCK_BYTES // (4 * len(self.ids)))

        def scored(block: Rows, room: torch.Tensor) -> Made:
            scores = room[: block.rows.stop - block.rows.start]
            torch.matmul(torch.from_numpy(queries[block.lang][block.rows]).clone(), passages, out=scores)
            found = scores.numpy()
            # a matrix product may round equal columns differently, depending on where they stand
            found[:, self.copies] = found[:, self.copied]
            return work(block, found)

        blocks = (Rows(lang, rows) for lang in queries for rows in _even_parts(len(queries[lang]), most))
        room = min(most, max(map(len, queries.values())))
        return in_order(scored, blocks, lambda: torch.empty(room, len(self.ids)))

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
    """The ranks of some queries of the language `lang`: those at `rows`.

    `scores` is float32 [rows, p] in the columns of the pool, valid until the next block is drawn. `within[lang]` are
    the ranks of the relevant passages among the candidates of their language, `pooled[lang]` those of the same passages
    in the pool: float64 [rows, r], 1-based, ascending, filled up with `inf`. `shares[lang]` is what `language_shares`
    gives.
    """

    lang: str
    rows: slice
    scores: np.ndarray
    within: Mapping[str, np.ndarray]
    pooled: Mapping[str, np.ndarray]
    shares: Mapping[str, np.ndarray]


def rank(
    queries: Mapping[str, np.ndarray], pool: Pool, relevant: Mapping[str, Mapping[str, np.ndarray]]
) -> Iterator[Block]:
    """Rank the passages of `pool` for `queries[lang]`, float32 [q, d], language by language.

    `relevant[lang]` is what `Pool.relevant` gives for the queries of one language.
    """
    own = _Own()

    def ranked(block: Rows, scores: np.ndarray) -> Block:
        ordered = own.room(scores.shape)
        np.copyto(ordered, scores)
        ordered.sort(axis=1)
        targets = {lang: wanted[block.rows] for lang, wanted in relevant[block.lang].items()}
        ranks = ranks_of(scores, ordered, targets, pool.columns)
        return Block(*block, scores, *ranks, language_shares(scores, ordered, pool.columns))

    return pool.blocks(queries, ranked)


class _Own(threading.local):
    """What a thread keeps from block to block: memory that is new each time is brought in page by page."""

    kept: np.ndarray | None = None

    def room(self, shape: tuple[int, ...]) -> np.ndarray:
        """An array of `shape` [rows, columns] with whatever it last held."""
        if self.kept is None or len(self.kept) < shape[0]:
            self.kept = np.empty(shape, np.float32)
        return self.kept[: shape[0]]


def _even_parts(total: int, most: int) -> Iterator[slice]:
    """As few parts of `total` rows as have at most `most`, nearly equal, so that no thread waits for another long."""
    ends = [total * part // -(-total // most) for part in range(-(-total // most) + 1)]
    return (slice(start, end) for start, end in pairwise(ends))


def _equal_rows(vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The rows that equal an earlier one bit for bit, and for each the first such row."""
    first: dict[bytes, int] = {}
    origin = np.array([first.setdefault(row.tobytes(), i) for i, row in enumerate(vectors)])
    copies = np.flatnonzero(origin != np.arange(len(origin)))
    return copies, origin[copies]
