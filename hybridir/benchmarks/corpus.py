"""Corpora that need not fit in memory: read once into memory-mapped Arrow, then read by row."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from hybridir.benchmarks.search import CorpusShard
from hybridir.data.arrow import MappedRows, hash_texts
from hybridir.data.fingerprint import RowDigest
from hybridir.errors import UserError
from hybridir.files import read_json, write_directory_once, write_json

_FORMAT = 1  # of the cached files: a new number makes every corpus be read anew
_PASSAGES = "passages.arrow"
_SCHEMA = pa.schema([("id", pa.string()), ("title", pa.string()), ("text", pa.string())])

# a batch is full at either; Arrow's strings allow 2 GiB in one
_BATCH_ROWS = 1 << 16
_BATCH_CHARACTERS = 1 << 26


class Passage(NamedTuple):
    """A passage as it was released; `title` may be empty."""

    id: str
    title: str
    text: str


class ArrowCorpus:
    """A corpus (see `benchmarks.search.Corpus`) in a folder that `open_corpus` wrote; rows are in the order of reading.

    Beside the passages lie the 64-bit hashes of their ids, ascending, and the row of each.
    """

    def __init__(self, folder: Path) -> None:
        index = read_json(folder / "index.json")
        self.name: str = index["name"]
        self._rows: int = index["rows"]
        self._fingerprint: str = index["fingerprint"]
        self._folder = folder
        self._passages = MappedRows(folder / _PASSAGES)

    def __len__(self) -> int:
        return self._rows

    def ids(self, rows: np.ndarray) -> list[str]:
        """The ids of the passages at `rows` (int [n])."""
        return self._take("id", rows)

    def texts(self, rows: np.ndarray) -> list[str]:
        """The texts at `rows` (int [n]): title, space and passage, or the passage alone where there is no title."""
        return list(map(_joined, self._take("title", rows), self._take("text", rows)))

    def bodies(self, rows: np.ndarray) -> list[str]:
        """The texts at `rows` (int [n]) without titles."""
        return self._take("text", rows)

    def shards(self, size: int) -> Iterator[CorpusShard]:
        """All passages in order, `size` at a time."""
        for start in range(0, self._rows, size):
            part = self._passages.table.slice(start, size)
            yield CorpusShard(start, list(map(_joined, part["title"].to_pylist(), part["text"].to_pylist())))

    def fingerprint(self) -> str:
        """SHA-256 of all ids, titles and texts in order."""
        return self._fingerprint

    def row_of(self, ids: Sequence[str]) -> np.ndarray:
        """The row of each of `ids`: int64 [n], -1 for an id that is not in the corpus."""
        wanted = np.array(ids, dtype=object)
        hashes = hash_texts(wanted)
        place = np.searchsorted(self._hashes, hashes)
        last = np.searchsorted(self._hashes, hashes, side="right")
        rows = np.full(len(wanted), -1, dtype=np.int64)
        # hashes say where to look, ids who it is: of different ids with one hash, the next one may be meant
        left = np.flatnonzero(place < last)
        while len(left):
            candidates = self._order[place[left]]
            same = np.array(self.ids(candidates), dtype=object) == wanted[left]
            rows[left[same]] = candidates[same]
            left = left[~same]
            place[left] += 1
            left = left[place[left] < last[left]]
        return rows

    @cached_property
    def _hashes(self) -> np.ndarray:
        hashes: np.ndarray = np.load(self._folder / "hashes.npy", mmap_mode="r")
        return hashes

    @cached_property
    def _order(self) -> np.ndarray:
        order: np.ndarray = np.load(self._folder / "order.npy", mmap_mode="r")
        return order

    def _take(self, column: str, rows: np.ndarray) -> list[str]:
        values = np.empty(len(rows), dtype=object)
        for places, taken in self._passages.take(column, rows):
            values[places] = taken.to_pylist()
        return list(values)


def open_corpus(name: str, signature: str, passages: Callable[[], Iterator[Passage]], cache: Path) -> ArrowCorpus:
    """The corpus that `passages()` delivers, read into the folder `cache` unless it is there under this `signature`.

    `signature` differs whenever the passages may differ. Of several processes that open a new corpus at once, one
    reads it and the others wait. Memory stays bounded, but for some 32 bytes per passage. Raises UserError for a
    corpus without passages, or with two of the same id.
    """
    named = hashlib.sha256(f"{_FORMAT} {name} {signature}".encode()).hexdigest()
    folder = cache / "corpora" / f"{name}-{named[:16]}"
    write_directory_once(folder, lambda temporary: _write(name, passages(), temporary))
    return ArrowCorpus(folder)


def _write(name: str, passages: Iterator[Passage], folder: Path) -> None:
    digest, hashes = RowDigest(_SCHEMA.names), [np.empty(0, dtype=np.uint64)]
    with pa.OSFile(str(folder / _PASSAGES), "wb") as sink, pa.ipc.new_stream(sink, _SCHEMA) as stream:
        for batch in _batches(passages):
            stream.write_batch(batch)
            digest.update(batch)
            hashes.append(hash_texts(batch.column("id").to_numpy(zero_copy_only=False)))
    if not digest.rows:
        raise UserError(f"the corpus {name} has no passages: bring its files again.")
    of_row = np.concatenate(hashes)
    order = np.argsort(of_row, kind="stable")
    np.save(folder / "order.npy", order)
    np.save(folder / "hashes.npy", of_row[order])
    write_json(folder / "index.json", {"name": name, "rows": digest.rows, "fingerprint": digest.hexdigest()})
    _refuse_repeated(ArrowCorpus(folder), of_row[order], order)


def _refuse_repeated(corpus: ArrowCorpus, hashes: np.ndarray, order: np.ndarray) -> None:
    shared = np.flatnonzero(hashes[1:] == hashes[:-1])
    for start in range(0, len(shared), _BATCH_ROWS):
        first, second = (order[shared[start : start + _BATCH_ROWS] + after] for after in (0, 1))
        for place, (ident, other) in enumerate(zip(corpus.ids(first), corpus.ids(second), strict=True)):
            if ident == other:
                raise UserError(
                    f"the corpus {corpus.name} has the passage id {ident!r} twice, as passages {first[place] + 1:,} and"
                    f" {second[place] + 1:,}: ids must be unique; bring its files again, each once."
                )


def _batches(passages: Iterator[Passage]) -> Iterator[pa.RecordBatch]:
    rows, characters = list[Passage](), 0
    for passage in passages:
        rows.append(passage)
        characters += len(passage.title) + len(passage.text)
        if len(rows) == _BATCH_ROWS or characters >= _BATCH_CHARACTERS:
            yield _batch(rows)
            rows, characters = [], 0
    if rows:
        yield _batch(rows)


def _batch(rows: Sequence[Passage]) -> pa.RecordBatch:
    return pa.record_batch([pa.array(column, pa.string()) for column in zip(*rows, strict=True)], schema=_SCHEMA)


def _joined(title: str, text: str) -> str:
    return f"{title} {text}" if title else text
