"""Arrow on disk: rows of a memory-mapped stream, and hashes of its texts."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa


class MappedRows:
    """The rows of the Arrow stream in a file, memory-mapped when they are first asked for."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @cached_property
    def table(self) -> pa.Table:
        """All rows, in chunks as they were written."""
        return pa.ipc.open_stream(pa.memory_map(str(self._path))).read_all()

    def take(self, column: str, rows: np.ndarray) -> Iterator[tuple[np.ndarray, pa.Array]]:
        """Places in `rows` (int64 [n]) and the values of a column there, chunk by chunk.

        `ChunkedArray.take` would first copy the whole column together, and fails where that is over 2 GiB.
        """
        values = self.table[column]
        chunk_of = np.searchsorted(self._starts, rows, side="right") - 1
        order = np.argsort(chunk_of, kind="stable")
        chunks, first = np.unique(chunk_of[order], return_index=True)
        # `split` gives one empty part where there are no rows, and no chunk
        for chunk, places in zip(chunks.tolist(), np.split(order, first[1:]), strict=False):
            yield places, values.chunk(chunk).take(pa.array(rows[places] - self._starts[chunk]))

    @cached_property
    def _starts(self) -> np.ndarray:
        """The first row of each chunk, and the number of all rows."""
        lengths = [len(chunk) for chunk in self.table.column(0).chunks]
        return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)


def hash_texts(texts: Sequence[str] | np.ndarray) -> np.ndarray:
    """64-bit hash of each text, the same in every process: uint64 [n]."""
    values = np.empty(len(texts), dtype=object)
    values[:] = texts
    hashes: np.ndarray = pd.util.hash_array(values, categorize=False)
    return hashes
