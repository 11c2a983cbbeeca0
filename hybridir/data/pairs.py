"""The collection: all pairs of one source as memory-mapped Arrow, grouped by direction.

The first opening reads the source once and writes one Arrow file per split and direction into the cache, and for each
split the 64-bit hashes of query, `pid` and `docid`, and the rows whose question stands in several directions
(`hybridir.data.pair_files`); later openings map those files. Row ids count through the directions of a split in
sorted order.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa

from hybridir.data.arrow import MappedRows
from hybridir.data.pair_files import FORMAT, SHARED, arrow_file, hashes_file, write_pairs
from hybridir.data.rows import SPLITS, Direction, PairReader, Split
from hybridir.files import read_json, write_directory_once
from hybridir.languages.catalog import Language


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
        self._hashes: dict[str, np.ndarray] = {}

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

    def hashes(self, column: str, rows: np.ndarray | slice) -> np.ndarray:
        """64-bit hashes of `query`, `pid` or `docid` at row ids [n]: equal hashes are equal values. uint64 [n].

        Of a slice of row ids they are not copied, but memory-mapped.
        """
        if column not in self._hashes:
            self._hashes[column] = np.load(hashes_file(self._folder, column), mmap_mode="r")
        return np.asarray(self._hashes[column][rows])

    def shared(self, direction: Direction) -> tuple[np.ndarray, np.ndarray]:
        """The questions (`pid`) of a direction that also stand in another one: row id of the first pair of each,
        ascending, and its number among all such questions of the split. Two int64 [m]."""
        rows = self.directions[direction]
        start, stop = np.searchsorted(self._shared[:, 0], (rows.start, rows.stop))
        return self._shared[start:stop, 0], self._shared[start:stop, 1]

    @cached_property
    def _shared(self) -> np.ndarray:
        shared: np.ndarray = np.load(self._folder / SHARED, mmap_mode="r")
        return shared

    def by_direction(self, rows: np.ndarray) -> Iterable[tuple[Direction, np.ndarray, np.ndarray]]:
        """Per direction among `rows`: the places in `rows` of its own, ascending, and their rows in it. int64 [m]."""
        where = self.direction_of(rows)
        order = np.argsort(where, kind="stable")
        indices, first = np.unique(where[order], return_index=True)
        # `split` gives one empty part where there are no rows, and no direction
        for index, places in zip(indices.tolist(), np.split(order, first[1:]), strict=False):
            yield self._order[index], places, rows[places] - self._starts[index]

    def table(self, direction: Direction) -> pa.Table:
        """All rows of one direction, memory-mapped."""
        return self._mapped(direction).table

    def _mapped(self, direction: Direction) -> MappedRows:
        if direction not in self._tables:
            self._tables[direction] = MappedRows(arrow_file(self._folder, direction))
        return self._tables[direction]

    def _take(self, column: str, rows: np.ndarray) -> Iterator[tuple[np.ndarray, pa.Array]]:
        """Places in `rows` and the values there, direction by direction and chunk by chunk."""
        for direction, places, local in self.by_direction(rows):
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
    write_directory_once(folder, lambda temporary: write_pairs(reader, temporary))
    index = read_json(folder / "index.json")
    codes = sorted({code for split in SPLITS for entry in index["directions"][split] for code in entry["direction"]})
    return Collection(folder, reader.languages(codes))


def is_read(reader: PairReader, cache: Path) -> bool:
    """Whether the cache holds what `reader` delivers, so that it opens at once."""
    return (_folder(reader, cache) / "index.json").is_file()


def _folder(reader: PairReader, cache: Path) -> Path:
    signature = hashlib.sha256(f"{FORMAT} {reader.name} {reader.signature()}".encode()).hexdigest()
    return cache / "pairs" / f"{reader.name}-{signature[:16]}"
