"""Checking pairs: everything that is wrong with a source, and what it holds."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from hybridir.data.rows import Direction, PairReader, Split
from hybridir.data.scripts import Samples, Verdict
from hybridir.errors import UserError

SHOWN = 10
"""Findings of one kind that are kept in words; the rest is counted."""


@dataclass
class Noted:
    """Findings of one kind: how many, and the first few in words."""

    count: int = 0
    said: list[str] = field(default_factory=list)

    def add(self, said: str) -> None:
        self.count += 1
        if len(self.said) < SHOWN:
            self.said.append(said)


class Contents:
    """What one direction holds. `fits` says whether its texts look like its languages (None: that cannot be told)."""

    def __init__(self) -> None:
        self.pairs = Counter[Split]()
        self.query_characters = 0
        self.passage_characters = 0
        self.passages = _Seen()
        self.fits: bool | None = None
        self._pairs = _Seen()

    def add(self, rows: pa.RecordBatch) -> np.ndarray:
        """Take `rows`; which of them have come before, bool [n]."""
        queries, passages = rows.column("query"), rows.column("passage")
        self.query_characters += pc.sum(pc.utf8_length(queries)).as_py()
        self.passage_characters += pc.sum(pc.utf8_length(passages)).as_py()
        hashes = _hashes(passages)
        self.passages.add(hashes)
        return self._pairs.add(hashes ^ (_hashes(queries) * np.uint64(0x9E3779B97F4A7C15)))


class Findings:
    """An inspector (`hybridir.data.inspection.Inspector`) that notes all that it is told, and looks at the rows itself.

    `wrong` and `remarks` are findings by kind; `directions` what each holds. That a query and its passage come twice is
    wrong, or with `translated` a remark: there two questions may have become one.
    """

    def __init__(self, place: Path, translated: bool = False) -> None:
        self._prefix, self._translated = f"{place}/", translated
        self._samples = Samples()
        self.wrong: dict[str, Noted] = {}
        self.remarks: dict[str, Noted] = {}
        self.directions: dict[Direction, Contents] = {}

    def problem(self, kind: str, said: str) -> None:
        self.wrong.setdefault(kind, Noted()).add(said.replace(self._prefix, ""))

    def left_out(self, kind: str, said: str) -> None:
        self.remarks.setdefault(kind, Noted()).add(said.replace(self._prefix, ""))

    def rows(self, where: str, direction: Direction, numbers: np.ndarray, rows: pa.RecordBatch) -> None:
        again = self.directions.setdefault(direction, Contents()).add(rows)
        tell = self.left_out if self._translated else self.problem
        for number in numbers[again].tolist():
            tell("pair twice", f"{where}, row {number}: this query and passage have come before; take one out.")
        self._judged(self._samples.add(where, direction, rows))

    def end(self, where: str) -> None:
        for verdict in self._samples.end(where):
            self._judged(verdict)

    def _judged(self, verdict: Verdict | None) -> None:
        if verdict is None:
            return
        contents = self.directions[verdict.direction]
        if verdict.wrong:
            self.problem("language", verdict.wrong)
            contents.fits = False
        elif verdict.told and contents.fits is None:
            contents.fits = True


def check_pairs(reader: PairReader, findings: Findings) -> None:
    """Read all that `reader` delivers; `findings` is its inspector. What ends the reading is a finding as well."""
    try:
        for shard in reader.shards():
            findings.directions[shard.direction].pairs[shard.split] += shard.rows.num_rows
    except UserError as problem:
        findings.problem("not readable", str(problem))


class _Seen:
    """A growing set of 64-bit hashes, in a few sorted arrays: 8 bytes for each."""

    def __init__(self) -> None:
        self._sorted: list[np.ndarray] = []

    def __len__(self) -> int:
        return sum(map(len, self._sorted))

    def add(self, hashes: np.ndarray) -> np.ndarray:
        """Take `hashes`, uint64 [n]; which of them have come before, also among themselves: bool [n]."""
        values, first, inverse = np.unique(hashes, return_index=True, return_inverse=True)
        known = np.zeros(len(values), dtype=bool)
        for array in self._sorted:
            at = np.minimum(np.searchsorted(array, values), len(array) - 1)
            known |= array[at] == values
        if not known.all():
            self._keep(values[~known])
        again = np.ones(len(hashes), dtype=bool)
        again[first] = False
        return again | known[inverse]

    def _keep(self, values: np.ndarray) -> None:
        while self._sorted and len(self._sorted[-1]) <= 2 * len(values):  # so there are never many arrays
            values = np.union1d(values, self._sorted.pop())
        self._sorted.append(values)


def _hashes(texts: pa.Array) -> np.ndarray:
    values: np.ndarray = pd.util.hash_array(np.array(texts.to_pylist(), dtype=object), categorize=False)
    return values
