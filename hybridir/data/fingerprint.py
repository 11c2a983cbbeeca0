"""Fingerprints of data: SHA-256 of what rows say, however they were cut into batches or files."""

import hashlib
from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from hybridir.data.rows import PAIR_SCHEMA


class RowDigest:
    """A running digest of rows with some columns of text: per column the text end to end, and the lengths."""

    def __init__(self, columns: Sequence[str] = PAIR_SCHEMA.names) -> None:
        self.rows = 0
        self._columns = {name: (hashlib.sha256(), hashlib.sha256()) for name in columns}

    def update(self, rows: pa.RecordBatch) -> None:
        """Add the next rows."""
        if not rows.num_rows:
            return
        self.rows += rows.num_rows
        for name, (texts, lengths) in self._columns.items():
            column = rows.column(name)
            _, ends, text = column.buffers()
            offsets = np.frombuffer(ends, dtype="<i4")[column.offset : column.offset + len(column) + 1]
            if text is not None:
                texts.update(memoryview(text)[offsets[0] : offsets[-1]])
            lengths.update(np.diff(offsets).astype("<i8").tobytes())

    def hexdigest(self) -> str:
        """SHA-256 of all rows so far."""
        whole = hashlib.sha256()
        for name, (texts, lengths) in self._columns.items():
            whole.update(name.encode() + texts.digest() + lengths.digest())
        return whole.hexdigest()
