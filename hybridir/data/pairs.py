"""The collection: all pairs of one source as memory-mapped Arrow, grouped by direction.

The first opening reads the source once and writes one Arrow file per split and direction into the cache,
with 64-bit hashes of query, `pid` and `docid` beside the text; later openings map those files. Row ids
count through the directions of a split in sorted order.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from hybridir.data.fingerprint import RowDigest
from hybridir.data.rows import PAIR_SCHEMA, SPLITS, Direction, PairReader, Split
from hybridir.errors import UserError
from hybridir.files import atomic_directory, read_json, write_json
from hybridir.languages.catalog import Language

_FORMAT = 1  # of the cached files: a new number makes every collection be read anew
_HASHED = ("query", "pid", "docid")
_STORED = pa.schema([*PAIR_SCHEMA, *((f"{name}_hash", pa.uint64()) for name in _HASHED)])


class PairTable:
    """The rows of one split. `directions` maps each direction to its row ids."""

    def __init__(self, folder: Path, sizes: Mapping[Direction, int]) -> None:
        self._folder = folder
        self.directions: dict[Direction, range] = {}
        start = 0
        for direction in sorted(sizes):
            self.directions[direction] = range(start, start + sizes[direction])
            start += sizes[direction]
        self._starts = np.array([rows.start for rows in self.directions.values()], dtype=np.int64)
        self._order = list(self.directions)
        self._tables: dict[Direction, pa.Table] = {}

    def __len__(self) -> int:
        return sum(len(rows) for rows in self.directions.values())

    def direction_of(self, rows: np.ndarray) -> np.ndarray:
        """Place in `directions` of each row id: int64 [n]."""
        return np.searchsorted(self._starts, rows, side="right") - 1

    def texts(self, column: str, rows: np.ndarray) -> list[str]:
        """The values of a text column at row ids [n]."""
        values = np.empty(len(rows), dtype=object)
        for which, mine, local in self.by_direction(rows):
            values[mine] = self.table(which)[column].take(pa.array(local)).to_pylist()
        return list(values)

    def hashes(self, column: str, rows: np.ndarray) -> np.ndarray:
        """64-bit hashes of `query`, `pid` or `docid` at row ids [n]: equal hashes are equal values. uint64 [n]."""
        values = np.empty(len(rows), dtype=np.uint64)
        for which, mine, local in self.by_direction(rows):
            values[mine] = self.table(which)[f"{column}_hash"].take(pa.array(local)).to_numpy()
        return values

    def by_direction(self, rows: np.ndarray) -> Iterable[tuple[Direction, np.ndarray, np.ndarray]]:
        """Per direction among `rows`: which of them are its own (bool [n]), and their places in it (int64)."""
        where = self.direction_of(rows)
        for index in np.unique(where):
            mine = where == index
            yield self._order[index], mine, rows[mine] - self._starts[index]

    def table(self, direction: Direction) -> pa.Table:
        """All rows of one direction, memory-mapped."""
        if direction not in self._tables:
            source = pa.memory_map(str(self._folder / f"{direction.query}-{direction.passage}.arrow"))
            self._tables[direction] = pa.ipc.open_file(source).read_all()
        return self._tables[direction]


class Collection:
    """All pairs of one source. `fingerprint` is the SHA-256 of what they say, wherever they were read."""

    def __init__(self, folder: Path, languages: Mapping[str, Language]) -> None:
        index = read_json(folder / "index.json")
        self.folder = folder
        self.name: str = index["name"]
        self.fingerprint: str = index["fingerprint"]
        self._sizes: dict[str, dict[Direction, int]] = {
            split: {Direction(*entry["direction"]): entry["rows"] for entry in index["directions"][split]}
            for split in SPLITS
        }
        self._fingerprints: dict[tuple[str, Direction], str] = {
            (split, Direction(*entry["direction"])): entry["sha256"]
            for split in SPLITS
            for entry in index["directions"][split]
        }
        self.languages = languages

    @cached_property
    def train(self) -> PairTable:
        return PairTable(self.folder / "train", self._sizes["train"])

    @cached_property
    def validation(self) -> PairTable:
        return PairTable(self.folder / "validation", self._sizes["validation"])

    def split(self, name: Split) -> PairTable:
        return self.train if name == "train" else self.validation

    @property
    def sizes(self) -> dict[Direction, int]:
        """Training pairs per direction."""
        return dict(self._sizes["train"])

    def direction_fingerprint(self, split: Split, direction: Direction) -> str:
        """SHA-256 of the rows of one direction: names what is cached of them."""
        return self._fingerprints[split, direction]


def open_collection(reader: PairReader, cache: Path) -> Collection:
    """Open what `reader` delivers, reading it first unless the cache holds it already."""
    signature = hashlib.sha256(f"{_FORMAT} {reader.name} {reader.signature()}".encode()).hexdigest()
    folder = cache / "pairs" / f"{reader.name}-{signature[:16]}"
    if not (folder / "index.json").is_file():
        with atomic_directory(folder) as temporary:
            _read(reader, temporary)
    codes = sorted({code for entry in _entries(folder) for code in entry})
    return Collection(folder, reader.languages(codes))


def _entries(folder: Path) -> list[list[str]]:
    index = read_json(folder / "index.json")
    return [entry["direction"] for split in SPLITS for entry in index["directions"][split]]


def _read(reader: PairReader, folder: Path) -> None:
    """Write every shard to the Arrow file of its split and direction, and the index of them all."""
    digests: dict[tuple[Split, Direction], RowDigest] = {}
    with ExitStack() as stack:
        writers: dict[tuple[Split, Direction], pa.RecordBatchFileWriter] = {}
        for split, direction, rows in reader.shards():
            key = (split, direction)
            if key not in writers:
                path = folder / split / f"{direction.query}-{direction.passage}.arrow"
                path.parent.mkdir(parents=True, exist_ok=True)
                writers[key] = stack.enter_context(pa.ipc.new_file(str(path), _STORED))
                digests[key] = RowDigest()
            writers[key].write_batch(_with_hashes(rows))
            digests[key].update(rows)
    if not any(split == "train" for split, _ in digests):
        raise UserError(f"{reader.name} has no training pairs: give data with a split `train` that is not empty.")
    write_json(folder / "index.json", _index(reader.name, digests))


def _index(name: str, digests: Mapping[tuple[Split, Direction], RowDigest]) -> dict[str, object]:
    directions: dict[str, list[dict[str, object]]] = {split: [] for split in SPLITS}
    whole = hashlib.sha256()
    for (split, direction), digest in sorted(digests.items()):
        sha256 = digest.hexdigest()
        whole.update(f"{split} {direction} {digest.rows} {sha256}\n".encode())
        directions[split].append({"direction": list(direction), "rows": digest.rows, "sha256": sha256})
    return {"name": name, "fingerprint": whole.hexdigest(), "directions": directions}


def _with_hashes(rows: pa.RecordBatch) -> pa.RecordBatch:
    columns = [rows.column(name) for name in PAIR_SCHEMA.names]
    hashes = [_hash_texts(rows.column(name).to_pylist()) for name in _HASHED]
    return pa.record_batch([*columns, *(pa.array(values) for values in hashes)], schema=_STORED)


def _hash_texts(texts: Sequence[str]) -> np.ndarray:
    """64-bit hash of each text, the same in every process: uint64 [n]."""
    values = np.empty(len(texts), dtype=object)
    values[:] = texts
    return pd.util.hash_array(values, categorize=False)


