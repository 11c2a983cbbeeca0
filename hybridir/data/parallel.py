"""Parallel sentences as pairs: each sentence stands for its translation, in both directions.

A source gives a sentence and its side in a pivot language (English). The pair is kept both ways
round, and sentences with the same pivot side get the same `pid`: joined by it, they are pairs between
any two languages. Used to align an encoder before it learns retrieval.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa

from hybridir.data.rows import PAIR_SCHEMA, Direction, PairReader, Shard
from hybridir.languages.catalog import Language


class ParallelSentences:
    """The pairs of another reader, both ways round; the pivot is the passage side there."""

    def __init__(self, reader: PairReader) -> None:
        self.name = reader.name
        self._reader = reader

    def signature(self) -> str:
        return f"{self._reader.signature()} both ways"

    def languages(self, codes: Sequence[str]) -> Mapping[str, Language]:
        return self._reader.languages(list(codes))

    def shards(self) -> Iterator[Shard]:
        """Every shard of the reader, and its mirror image."""
        for split, direction, rows in self._reader.shards():
            pids = [_digest(pivot) for pivot in rows.column("passage").to_pylist()]
            columns = {name: rows.column(name) for name in PAIR_SCHEMA.names} | {"pid": pa.array(pids)}
            yield Shard(split, direction, _batch(columns))
            mirrored = columns | {
                "query": columns["passage"],
                "passage": columns["query"],
                "query_lang": columns["passage_lang"],
                "passage_lang": columns["query_lang"],
                "docid": pa.array([_digest(text) for text in columns["query"].to_pylist()]),
            }
            yield Shard(split, Direction(direction.passage, direction.query), _batch(mirrored))


def _batch(columns: Mapping[str, pa.Array]) -> pa.RecordBatch:
    return pa.record_batch([columns[name] for name in PAIR_SCHEMA.names], schema=PAIR_SCHEMA)


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=10).hexdigest()
