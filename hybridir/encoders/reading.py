"""How an encoder reads texts: pooling, prompts and lengths, and who decides each of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypedDict, TypeVar

from hybridir.encoders.base import KINDS, Kind
from hybridir.encoders.pooling import Pooling

T = TypeVar("T", str, int)


class Settings(TypedDict):
    """How an encoder reads texts, decided; a length of None keeps every token."""

    pooling: Pooling
    prompts: Mapping[Kind, str]
    max_length: Mapping[Kind, int | None]


def _unsaid() -> dict[Kind, None]:
    return dict.fromkeys(KINDS)


@dataclass(frozen=True)
class Reading:
    """Pooling, and per kind of text the prompt and the tokens kept, as far as somebody says; None is left open."""

    pooling: Pooling | None = None
    prompts: Mapping[Kind, str | None] = field(default_factory=_unsaid)
    max_length: Mapping[Kind, int | None] = field(default_factory=_unsaid)

    def otherwise(self, other: "Reading") -> "Reading":
        """The same, with what is left open as `other` says."""
        return Reading(
            pooling=self.pooling or other.pooling,
            prompts=_either(self.prompts, other.prompts),
            max_length=_either(self.max_length, other.max_length),
        )

    def within(self, limit: int | None) -> "Reading":
        """The same for a model that reads `limit` tokens (None: any number): no length is above it or left open."""
        if limit is None:
            return self
        lengths = {kind: min(self.max_length[kind] or limit, limit) for kind in KINDS}
        return Reading(self.pooling, self.prompts, lengths)

    def settled(self) -> Settings:
        """The reading as an encoder takes it; pooling must be decided, and an open prompt is none."""
        assert self.pooling is not None
        prompts = {kind: self.prompts[kind] or "" for kind in KINDS}
        return {"pooling": self.pooling, "prompts": prompts, "max_length": self.max_length}


AS_SAVED = Reading()
"""Everything as the model's folder says."""

PLAIN = Reading("mean", {"query": "", "passage": ""}, {"query": 64, "passage": 256})
"""Of an encoder that nobody says anything about. The lengths are those of the baselines of SWIM-IR
(arXiv 2311.05800); pooling and prompts are our choice."""


def _either(first: Mapping[Kind, T | None], second: Mapping[Kind, T | None]) -> dict[Kind, T | None]:
    return {kind: second[kind] if first[kind] is None else first[kind] for kind in KINDS}
