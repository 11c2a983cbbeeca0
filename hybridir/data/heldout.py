"""Keep a share of the training pairs for validation, question by question.

Which questions are kept depends on their `pid` alone, so a question is kept in all of its directions or
in none, and the choice stays as data are added.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa

from hybridir.data.rows import PairReader, Shard
from hybridir.languages.catalog import Language


class HeldOut:
    """A reader that moves `share` (0..1) of the training questions of another one to its validation split."""

    def __init__(self, reader: PairReader, share: float) -> None:
        self.name = reader.name
        self._reader, self._share = reader, share

    def signature(self) -> str:
        return f"{self._reader.signature()} held out {self._share}"

    def languages(self, codes: Sequence[str]) -> Mapping[str, Language]:
        return self._reader.languages(list(codes))

    def shards(self) -> Iterator[Shard]:
        for shard in self._reader.shards():
            if shard.split == "validation":
                yield shard
                continue
            kept = np.array([_unit(pid) < self._share for pid in shard.rows.column("pid").to_pylist()], dtype=bool)
            if not kept.all():
                yield shard._replace(rows=shard.rows.filter(pa.array(~kept)))
            if kept.any():
                yield shard._replace(split="validation", rows=shard.rows.filter(pa.array(kept)))


def _unit(pid: str) -> float:
    """A number in [0, 1) that depends on `pid` alone."""
    return int.from_bytes(hashlib.blake2b(pid.encode(), digest_size=8).digest(), "big") / 2**64
