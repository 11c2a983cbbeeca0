"""What is minimised: the loss of one batch."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from hybridir.batching.plan import Batch
from hybridir.config.schema import TrainerConfig
from hybridir.data.pairs import PairTable
from hybridir.encoders.base import Encoder, Kind, Tokens
from hybridir.training import distributed
from hybridir.training.loss import info_nce, same_answer
from hybridir.training.microbatches import embed


class Objective(ABC):
    """What a model is trained for."""

    @abstractmethod
    def prepare(self, batch: Batch) -> Callable[[], Tensor]:
        """What computes the loss of `batch`, a scalar with gradient. Preparing draws nothing from torch, reads no
        weights, and may happen in a thread beside computing."""

    def __call__(self, batch: Batch) -> Tensor:
        """The loss of `batch`."""
        return self.prepare(batch)()


class PairTexts(Protocol):
    """Token ids of the pairs of a collection as a model is to read them."""

    def take(self, rows: np.ndarray, kind: Kind, passes: np.ndarray) -> Tokens:
        """Tokens of the queries or passages at row ids [n], each on its pass [n] over the data."""
        ...


@dataclass(frozen=True)
class Source:
    """A collection that batches come from: its rows, and their tokens."""

    table: PairTable
    tokens: PairTexts


class Contrastive(Objective):
    """InfoNCE over the batch, as the hybrid-batch paper trains (arXiv 2408.10536, eq. 1): see `loss.info_nce`.

    Of several processes each embeds a slice of the batch; all compute the loss of the whole.
    """

    def __init__(self, encoder: Encoder, sources: Mapping[str, Source], trainer: TrainerConfig) -> None:
        self._encoder, self._sources, self._trainer = encoder, sources, trainer

    def prepare(self, batch: Batch) -> Callable[[], Tensor]:
        source, trainer = self._sources[batch.source], self._trainer
        own = batch.slice(distributed.rank(), distributed.size())
        texts = (
            source.tokens.take(own.rows[:, 0], "query", own.passes),
            source.tokens.take(own.rows[:, 1], "passage", own.passes),
        )
        excluded = torch.from_numpy(excluded_pairs(source.table, batch.rows))

        def loss() -> Tensor:
            queries, passages = distributed.gathered(*embed(self._encoder, texts, trainer), len(batch.rows))
            alike = excluded.to(queries.device, non_blocking=True)
            return info_nce(queries, passages, trainer.temperature, alike, trainer.symmetric)

        return loss


def excluded_pairs(table: PairTable, rows: np.ndarray) -> np.ndarray:
    """Which queries and passages at `rows` (int [n, 2], as of a batch) must not count as negatives of each other:
    bool [n, n]."""
    return same_answer(
        table.hashes("docid", rows[:, 1]),
        table.hashes("query", rows[:, 0]),
        table.hashes("pid", rows[:, 0]),
    )
