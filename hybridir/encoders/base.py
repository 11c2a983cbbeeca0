"""What every encoder is: a module that turns token ids into unit vectors, and texts into token ids."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor, nn

Kind = Literal["query", "passage"]
KINDS: tuple[Kind, ...] = ("query", "passage")


@dataclass(frozen=True)
class Tokens:
    """Token ids of n texts, end to end: text i is `ids[offsets[i]:offsets[i + 1]]`.

    `ids` is int32 [total], `offsets` int64 [n + 1]; either may be memory-mapped.
    """

    ids: np.ndarray
    offsets: np.ndarray

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def lengths(self) -> np.ndarray:
        """Tokens per text, int64 [n]."""
        return np.diff(self.offsets)

    @classmethod
    def of(cls, lists: Sequence[Sequence[int]]) -> "Tokens":
        """Join one list of ids per text."""
        offsets = np.zeros(len(lists) + 1, dtype=np.int64)
        np.cumsum([len(ids) for ids in lists], out=offsets[1:])
        flat = np.fromiter(chain.from_iterable(lists), dtype=np.int32, count=int(offsets[-1]))
        return cls(flat, offsets)

    @classmethod
    def concatenate(cls, parts: Sequence["Tokens"]) -> "Tokens":
        """The texts of all `parts`, in order."""
        start = np.zeros(1, dtype=np.int64)
        offsets = np.cumsum(np.concatenate([start, *(part.lengths for part in parts)]))
        return cls(np.concatenate([start[:0].astype(np.int32), *(part.ids for part in parts)]), offsets)

    def take(self, rows: np.ndarray) -> "Tokens":
        """The texts at `rows` (int [m]), in that order."""
        starts, lengths = self.offsets[rows], self.offsets[rows + 1] - self.offsets[rows]
        offsets = np.zeros(len(rows) + 1, dtype=np.int64)
        np.cumsum(lengths, out=offsets[1:])
        # position of each wanted id in `self.ids`: a running count, shifted to each text's start
        where = np.arange(offsets[-1]) + np.repeat(starts - offsets[:-1], lengths)
        return Tokens(np.asarray(self.ids[where]), offsets)

    def cut(self, max_length: int | None) -> "Tokens":
        """The first `max_length` tokens of each text; all of them for None."""
        lengths = self.lengths
        if max_length is None or lengths.max(initial=0) <= max_length:
            return self
        kept = np.minimum(lengths, max_length)
        within = np.arange(len(self.ids)) - np.repeat(self.offsets[:-1], lengths)
        return Tokens(self.ids[within < max_length], np.concatenate([[0], np.cumsum(kept)]))


def batches_by_length(lengths: np.ndarray, batch_size: int, batch_tokens: int) -> Iterator[np.ndarray]:
    """Batches of texts of `lengths` (int [n]) as their places, the longest first, so that a batch holds little padding:
    at most `batch_size` texts each, and at most `batch_tokens` tokens with padding, but always one text."""
    order = np.argsort(-lengths, kind="stable")
    start = 0
    while start < len(order):
        fitting = batch_tokens // max(1, int(lengths[order[start]]))
        rows = order[start : start + max(1, min(batch_size, fitting))]
        yield rows
        start += len(rows)


class Trainable(nn.Module, ABC):
    """A module that the training loop optimises and that can be saved."""

    @abstractmethod
    def save(self, directory: Path) -> None:
        """Write the model into `directory` in the layout of sentence-transformers."""

    @abstractmethod
    def settings(self) -> dict[str, Any]:
        """What decides its outcome besides its weights, as a manifest keeps it."""

    def sparse_parameters(self) -> list[nn.Parameter]:
        """The parameters whose gradient is a sparse tensor of rows: they want an optimizer that knows these."""
        return []

    @property
    def device(self) -> torch.device:
        return next(self.parameters()).device


class Encoder(Trainable):
    """A dual encoder with shared weights for queries and passages.

    `prompts[kind]` is put before every text of that kind, `max_length[kind]` counts the tokens kept
    (special tokens and prompt included; None keeps all).
    """

    dim: int
    prompts: Mapping[Kind, str]
    max_length: Mapping[Kind, int | None]
    batch_tokens: int = 1 << 20
    """Tokens, padding included, that `encode_tokens` puts into one batch at most."""
    micro_tokens: int | None = None
    """The same for a micro-batch in training, where nothing else is asked for; None: a batch is not split."""

    @abstractmethod
    def tokenize(self, texts: Sequence[str], kind: Kind) -> Tokens:
        """Token ids of `texts` as this encoder reads them: with the prompt of `kind`, truncated."""

    @abstractmethod
    def forward(self, tokens: Tokens) -> Tensor:
        """Embeddings of `tokens`: float32 [n, dim], L2-normalised."""

    @abstractmethod
    def tokenizer_fingerprint(self) -> str:
        """SHA-256 of everything that decides the outcome of `tokenize`: names cached tokens."""

    def settings(self) -> dict[str, Any]:
        return {"dim": self.dim, "prompts": dict(self.prompts), "max_length": dict(self.max_length)}

    @torch.inference_mode()
    def encode_tokens(
        self, tokens: Tokens, batch_size: int = 256, progress: Callable[[int], None] | None = None
    ) -> np.ndarray:
        """Embeddings of `tokens`, longest texts first so that a batch holds little padding: float32 [n, dim]."""
        training, out = self.training, np.empty((len(tokens), self.dim), dtype=np.float32)
        self.eval()
        for rows in batches_by_length(tokens.lengths, batch_size, self.batch_tokens):
            out[rows] = self(tokens.take(rows)).float().cpu().numpy()
            if progress is not None:
                progress(len(rows))
        self.train(training)
        return out

    def encode(
        self,
        texts: Sequence[str],
        kind: Kind,
        batch_size: int = 256,
        progress: Callable[[int], None] | None = None,
    ) -> np.ndarray:
        """Embeddings of `texts`: float32 [n, dim], L2-normalised."""
        return self.encode_tokens(self.tokenize(texts, kind), batch_size, progress)
