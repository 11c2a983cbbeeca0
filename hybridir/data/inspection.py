"""What becomes of what is found while files of pairs are read: a reader stops at it, a check writes it down.

Readers and checks so go by the same rules: whoever reads hands each finding, and each stretch of sound rows,
to an inspector.
"""

from typing import Protocol

import numpy as np
import pyarrow as pa

from hybridir.data.rows import Direction
from hybridir.data.scripts import Samples, Verdict
from hybridir.errors import UserError


class Inspector(Protocol):
    """Is told what is found in files of pairs, in the order of the files."""

    def problem(self, kind: str, said: str) -> None:
        """Something is wrong: of which kind, and the sentence that names file, row and what to do. If this returns,
        the row (or the rest of the file) is left out and reading goes on."""
        ...

    def left_out(self, kind: str, said: str) -> None:
        """A row is sound and yet no pair, such as a question without an answer; it is left out."""
        ...

    def rows(self, where: str, direction: Direction, numbers: np.ndarray, rows: pa.RecordBatch) -> None:
        """Sound rows (schema `PAIR_SCHEMA`) of one direction in file `where`; `numbers`, int64 [n], are their places
        in it, from 1."""
        ...

    def end(self, where: str) -> None:
        """File `where` is read to its end."""
        ...


class Strict:
    """Refuses the first problem with a UserError; with `scripts`, also directions that contradict their languages."""

    def __init__(self, scripts: bool = True) -> None:
        self._samples = Samples() if scripts else None

    def problem(self, kind: str, said: str) -> None:
        raise UserError(said)

    def left_out(self, kind: str, said: str) -> None:
        return

    def rows(self, where: str, direction: Direction, numbers: np.ndarray, rows: pa.RecordBatch) -> None:
        if self._samples is not None:
            _refuse(self._samples.add(where, direction, rows))

    def end(self, where: str) -> None:
        if self._samples is not None:
            for verdict in self._samples.end(where):
                _refuse(verdict)


def _refuse(verdict: Verdict | None) -> None:
    if verdict is not None and verdict.wrong:
        raise UserError(f"{verdict.wrong} If that is meant, set data.scripts=false.")
