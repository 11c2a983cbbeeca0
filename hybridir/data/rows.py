"""The rows that every source of pairs delivers, and the small interface that it implements."""

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple, Protocol

import pyarrow as pa

from hybridir.languages.catalog import Language

Split = Literal["train", "validation"]
SPLITS: tuple[Split, ...] = ("train", "validation")

PAIR_SCHEMA = pa.schema(
    [
        ("query", pa.string()),
        ("passage", pa.string()),
        ("title", pa.string()),
        ("query_lang", pa.string()),
        ("passage_lang", pa.string()),
        ("pid", pa.string()),
        ("docid", pa.string()),
        ("source", pa.string()),
    ]
)
"""`pid` is equal for the same question in every direction, `docid` for the same passage."""


class Direction(NamedTuple):
    """Query language and passage language of a pair; prints as `de->en`."""

    query: str
    passage: str

    def __str__(self) -> str:
        return f"{self.query}->{self.passage}"

    @property
    def monolingual(self) -> bool:
        return self.query == self.passage


class Shard(NamedTuple):
    """Some rows (schema `PAIR_SCHEMA`) of one direction in one split, in a fixed order."""

    split: Split
    direction: Direction
    rows: pa.RecordBatch


class PairReader(Protocol):
    """A source of pairs."""

    name: str

    def signature(self) -> str:
        """Differs whenever what `shards` delivers may differ; cheap, since it is asked for at every start."""
        ...

    def shards(self) -> Iterator[Shard]:
        """Every pair of the source, shard by shard, the same at every call."""
        ...

    def languages(self, codes: list[str]) -> Mapping[str, Language]:
        """What is known of each language."""
        ...
