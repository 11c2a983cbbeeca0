"""Training a re-ranker: each pair of a batch against passages of the same batch that do not answer it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from hybridir.batching.plan import Batch
from hybridir.config.schema import TrainerConfig
from hybridir.data.pairs import PairTable
from hybridir.data.rows import Direction
from hybridir.draws import nth_key, stream_key
from hybridir.encoders.base import Kind
from hybridir.encoders.cross_encoder import CrossEncoder
from hybridir.training.objective import Objective, excluded_pairs

RIVALS = 9
"""Passages that the right one is ranked among in validation."""


class PairWords(Protocol):
    """The pairs of a collection as plain text, as a model is to read them."""

    def texts(self, column: Kind, rows: np.ndarray, passes: np.ndarray) -> list[str]:
        """The queries or passages at row ids [n], each on its pass [n] over the data."""
        ...


class PlainWords:
    """The texts as they stand in the collection, on every pass."""

    def __init__(self, table: PairTable) -> None:
        self._table = table

    def texts(self, column: Kind, rows: np.ndarray, passes: np.ndarray) -> list[str]:
        return self._table.texts(column, rows)


@dataclass(frozen=True)
class TextSource:
    """A collection that batches come from: its rows, and their text."""

    table: PairTable
    words: PairWords


class Reranking(Objective):
    """Binary cross-entropy of each pair of the batch, which is to score high, and of its query with up to `negatives`
    passages that do not answer it; mean over all of these (arXiv 2305.05295, section 3).

    The paper takes its negatives from the triples of MS MARCO, four to a positive. Pairs bring none, so they are
    passages of the same batch (see `draw_negatives`): ours, and easier.
    """

    def __init__(
        self,
        model: CrossEncoder,
        sources: Mapping[str, TextSource],
        trainer: TrainerConfig,
        negatives: int,
        seed: int,
    ) -> None:
        self._model, self._sources, self._trainer = model, sources, trainer
        self._negatives, self._seed = negatives, seed

    def prepare(self, batch: Batch) -> Callable[[], Tensor]:
        source = self._sources[batch.source]
        queries = source.words.texts("query", batch.rows[:, 0], batch.passes)
        passages = source.words.texts("passage", batch.rows[:, 1], batch.passes)
        own = np.arange(len(batch.rows))
        key = stream_key(self._seed, "negatives", batch.step)
        languages = [direction.passage for direction in batch.directions]
        asked, others = draw_negatives(source.table, batch.rows, languages, self._negatives, key)
        query_of, passage_of = np.concatenate([own, asked]), np.concatenate([own, others])
        pairs = self._model.tokenize([queries[row] for row in query_of], [passages[row] for row in passage_of])

        def loss() -> Tensor:
            device = self._model.device
            labels = torch.zeros(len(query_of), device=device)
            labels[: len(own)] = 1.0
            with torch.autocast(device.type, dtype=torch.bfloat16, enabled=self._trainer.precision == "bf16"):
                logits = self._model(pairs)
            return F.binary_cross_entropy_with_logits(logits.float(), labels)

        return loss


def draw_negatives(
    table: PairTable, rows: np.ndarray, languages: Sequence[str], count: int, key: int
) -> tuple[np.ndarray, np.ndarray]:
    """Up to `count` passages that do not answer it, for each query of `rows` (int64 [n, 2], as of a batch).

    Returns the places in `rows` of the query and of the passage of each pair, int64 [m] both. `languages` are those of
    the n passages. Drawn by `key` among the distinct passages that answer no row which `excluded_pairs` counts as the
    query's own. Those in the language of the query's right passage come first: among others, the language alone would
    tell. Few rows give what they have.
    """
    _, first, passage = np.unique(table.hashes("docid", rows[:, 1]), return_index=True, return_inverse=True)
    asked, answering = np.nonzero(excluded_pairs(table, rows) | np.eye(len(rows), dtype=bool))
    # a passage may stand in several rows: it answers a query if it does so in any of them
    answered = np.zeros((len(rows), len(first)), dtype=bool)
    answered[asked, passage[answering]] = True
    spoken = np.array(languages)
    foreign = spoken[:, None] != spoken[None, first]
    drawn = nth_key(np.full(answered.size, key, dtype=np.uint64), np.arange(answered.size)).reshape(answered.shape)
    order = np.lexsort((drawn, foreign, answered), axis=1)[:, :count]
    kept = ~np.take_along_axis(answered, order, axis=1)
    return np.nonzero(kept)[0], first[order[kept]]


def validate_reranker(
    model: CrossEncoder, table: PairTable, directions: Sequence[Direction], most: int
) -> dict[str, float]:
    """Mean reciprocal rank of the right passage among itself and up to `RIVALS` others, drawn once and for all from the
    passages of its direction's validation rows that do not answer the query.

    At most the first `most` rows of each direction; ties rank against us. Key `*` is the mean over directions.
    """
    scores: dict[str, float] = {}
    for direction in directions:
        rows = np.array(table.directions[direction][:most])
        own = np.arange(len(rows))
        key = stream_key("rivals", direction)
        asked, others = draw_negatives(
            table, np.stack([rows, rows], axis=1), [direction.passage] * len(rows), RIVALS, key
        )
        queries, passages = table.texts("query", rows), table.texts("passage", rows)
        query_of, passage_of = np.concatenate([own, asked]), np.concatenate([own, others])
        found = model.score([queries[row] for row in query_of], [passages[row] for row in passage_of])
        right, rivals = found[: len(own)], found[len(own) :]
        ranks = 1 + np.bincount(asked[rivals >= right[asked]], minlength=len(own))
        scores[str(direction)] = round(float(np.mean(1.0 / ranks)), 5)
    if scores:
        scores["*"] = round(float(np.mean(list(scores.values()))), 5)
    return scores
