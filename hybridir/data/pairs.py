"""The collection: all pairs of one source as memory-mapped Arrow, grouped by direction.

The first opening reads the source once and writes one Arrow file per split and direction into the cache,
with 64-bit hashes of query, `pid` and `docid` beside the text, and for each split the rows whose question
stands in several directions; later openings map those files. Row ids count through the directions of a
split in sorted order.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa

from hybridir.data.arrow import MappedRows, hash_texts
from hybridir.data.fingerprint import RowDigest
from hybridir.data.rows import PAIR_SCHEMA, SPLITS, Direction, PairReader, Split
from hybridir.errors import UserError
from hybridir.files import read_json, write_directory_once, write_json
from hybridir.languages.catalog import Language

_FORMAT = 2  # of the cached files: a new number makes every collection be read anew
_HASHED = ("query", "pid", "docid")
_STORED = pa.schema([*PAIR_SCHEMA, *((f"{name}_hash", pa.uint64()) for name in _HASHED)])
_SHARED = "shared.npy"


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
        self._tables: dict[Direction, MappedRows] = {}

    def __len__(self) -> int:
        return sum(len(rows) for rows in self.directions.values())

    def direction_of(self, rows: np.ndarray) -> np.ndarray:
        """Place in `directions` of each row id: int64 [n]."""
        return np.searchsorted(self._starts, rows, side="right") - 1

    def texts(self, column: str, rows: np.ndarray) -> list[str]:
        """The values of a text column at row ids [n]."""
        values = np.empty(len(rows), dtype=object)
        for places, taken in self._take(column, rows):
            values[places] = taken.to_pylist()
        return list(values)

    def hashes(self, column: str, rows: np.ndarray) -> np.ndarray:
        """64-bit hashes of `query`, `pid` or `docid` at row ids [n]: equal hashes are equal values. uint64 [n]."""
        values = np.empty(len(rows), dtype=np.uint64)
        for places, taken in self._take(f"{column}_hash", rows):
            values[places] = taken.to_numpy()
        return values

    def shared(self, direction: Direction) -> tuple[np.ndarray, np.ndarray]:
        """The questions (`pid`) of a direction that also stand in another one: row id of the first pair of each,
        ascending, and its number among all such questions of the split. Two int64 [m]."""
        rows = self.directions[direction]
        start, stop = np.searchsorted(self._shared[:, 0], (rows.start, rows.stop))
        return self._shared[start:stop, 0], self._shared[start:stop, 1]

    @cached_property
    def _shared(self) -> np.ndarray:
        shared: np.ndarray = np.load(self._folder / _SHARED, mmap_mode="r")
        return shared

    def by_direction(self, rows: np.ndarray) -> Iterable[tuple[Direction, np.ndarray, np.ndarray]]:
        """Per direction among `rows`: which of them are its own (bool [n]), and their places in it (int64)."""
        where = self.direction_of(rows)
        for index in np.unique(where):
            mine = where == index
            yield self._order[index], mine, rows[mine] - self._starts[index]

    def table(self, direction: Direction) -> pa.Table:
        """All rows of one direction, memory-mapped."""
        return self._mapped(direction).table

    def _mapped(self, direction: Direction) -> MappedRows:
        if direction not in self._tables:
            self._tables[direction] = MappedRows(_arrow_file(self._folder, direction))
        return self._tables[direction]

    def _take(self, column: str, rows: np.ndarray) -> Iterator[tuple[np.ndarray, pa.Array]]:
        """Places in `rows` and the values there, direction by direction and chunk by chunk."""
        for direction, mine, local in self.by_direction(rows):
            places = np.flatnonzero(mine)
            for some, values in self._mapped(direction).take(column, local):
                yield places[some], values


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
    """Open what `reader` delivers, reading it first unless the cache holds it already.

    Of several processes that open a new collection at once, one reads it and the others wait.
    """
    folder = _folder(reader, cache)
    write_directory_once(folder, lambda temporary: _read(reader, temporary))
    index = read_json(folder / "index.json")
    codes = sorted({code for split in SPLITS for entry in index["directions"][split] for code in entry["direction"]})
    return Collection(folder, reader.languages(codes))


def is_read(reader: PairReader, cache: Path) -> bool:
    """Whether the cache holds what `reader` delivers, so that it opens at once."""
    return (_folder(reader, cache) / "index.json").is_file()


def _folder(reader: PairReader, cache: Path) -> Path:
    signature = hashlib.sha256(f"{_FORMAT} {reader.name} {reader.signature()}".encode()).hexdigest()
    return cache / "pairs" / f"{reader.name}-{signature[:16]}"


def _read(reader: PairReader, folder: Path) -> None:
    """Write every shard to the Arrow file of its split and direction, and the index of them all."""
    digests: dict[tuple[Split, Direction], RowDigest] = {}
    for split, direction, rows in reader.shards():
        path = _arrow_file(folder / split, direction)
        path.parent.mkdir(exist_ok=True)
        new = (split, direction) not in digests
        # opened for each shard, as there may be more directions than files that a process may hold open
        with open(path, "ab") as stream:
            if new:
                stream.write(_STORED.serialize())
                digests[split, direction] = RowDigest()
            stream.write(_with_hashes(rows).serialize())
        digests[split, direction].update(rows)
    if not any(split == "train" for split, _ in digests):
        raise UserError(f"{reader.name} has no training pairs: give data with a split `train` that is not empty.")
    for split in {split for split, _ in digests}:
        table = PairTable(folder / split, {d: digest.rows for (of, d), digest in digests.items() if of == split})
        np.save(folder / split / _SHARED, _shared_questions(table))
    write_json(folder / "index.json", _index(reader.name, digests))


def _shared_questions(table: PairTable) -> np.ndarray:
    """Row id and number of every question that stands in several directions, once per direction: int64 [m, 2]."""
    firsts = []
    for rows in table.directions.values():
        pids, first = np.unique(table.hashes("pid", np.arange(rows.start, rows.stop)), return_index=True)
        firsts.append((pids, first + rows.start))
    pids = np.sort(np.concatenate([pids for pids, _ in firsts]))
    shared = np.unique(pids[1:][pids[1:] == pids[:-1]])
    found = [np.empty((0, 2), dtype=np.int64)]
    for pids, rows_of in firsts:
        number = np.searchsorted(shared, pids)
        stands = np.isin(pids, shared, assume_unique=True)
        entries = np.stack([rows_of[stands], number[stands]], axis=1)
        found.append(entries[np.argsort(entries[:, 0])])
    return np.concatenate(found)


def _arrow_file(folder: Path, direction: Direction) -> Path:
    return folder / f"{direction.query}+{direction.passage}.arrow"


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
    hashes = [hash_texts(rows.column(name).to_pylist()) for name in _HASHED]
    return pa.record_batch([*columns, *(pa.array(values) for values in hashes)], schema=_STORED)
