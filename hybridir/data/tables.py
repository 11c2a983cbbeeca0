"""The rows of one file, parquet or JSON lines, in batches: nothing reads a whole file into memory."""

import ast
import gzip
import json
import zlib
from collections.abc import Generator, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from hybridir.data.inspection import Inspector

SUFFIXES = (".parquet", ".jsonl", ".jsonl.gz")

BATCH = 8192


class Rows(NamedTuple):
    """Some rows of a file with its own columns; `numbers`, int64 [n], are their places (lines, in JSON) from 1."""

    table: pa.Table
    numbers: np.ndarray


def tables(path: Path, inspector: Inspector) -> Iterator[Rows]:
    """Batches of the rows of `path` in order; `inspector` is told of what cannot be read."""
    yield from _parquet(path, inspector) if path.suffix == ".parquet" else _json_lines(path, inspector)


def _parquet(path: Path, inspector: Inspector) -> Iterator[Rows]:
    seen = 0
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=BATCH):
                yield Rows(pa.Table.from_batches([batch]), np.arange(seen + 1, seen + batch.num_rows + 1))
                seen += batch.num_rows
    except (pa.ArrowException, OSError) as problem:
        reason = " ".join(str(problem).split())
        inspector.problem("file damaged", f"{path} cannot be read as parquet ({reason}): bring it again.")


def _json_lines(path: Path, inspector: Inspector) -> Iterator[Rows]:
    with closing(_numbered(path, inspector)) as numbered:
        while batch := list(islice(numbered, BATCH)):
            names = dict.fromkeys(name for _, row in batch for name in row)
            columns = {name: pa.array([row.get(name) for _, row in batch], pa.string()) for name in names}
            yield Rows(pa.table(columns), np.array([number for number, _ in batch], dtype=np.int64))


def _numbered(path: Path, inspector: Inspector) -> Generator[tuple[int, dict[str, str | None]], None, None]:
    """The fields of every line that holds a row, after the number of the line."""
    try:
        # gzip.open is typed by its mode as a union of text and binary
        with cast(IO[bytes], gzip.open(path)) if path.suffix == ".gz" else open(path, "rb") as lines:
            for number, line in enumerate(lines, start=1):
                try:
                    row = _row(line)
                except _BadLine as problem:
                    inspector.problem(problem.kind, f"{path}, line {number}: {problem}; mend the line.")
                else:
                    yield number, row
    except (OSError, EOFError, zlib.error) as problem:
        inspector.problem("file damaged", f"{path} is damaged or cut off ({problem}): bring it again.")


class _BadLine(Exception):
    """What is wrong with a line, of which kind."""

    def __init__(self, kind: str, said: str) -> None:
        super().__init__(said)
        self.kind = kind


def _row(line: bytes) -> dict[str, str | None]:
    """The fields of one line: a JSON object, or the same as Python prints it, as parts of SWIM-IR are."""
    try:
        text = line.decode("utf8")
    except UnicodeDecodeError as problem:
        raise _BadLine("not UTF-8", f"not UTF-8 ({problem.reason} at byte {problem.start + 1})") from problem
    row = _parsed(text)
    if not isinstance(row, dict):
        raise _BadLine("no object", f"expected an object with fields, got {text.strip()[:40]!r}")
    for name, value in row.items():
        if isinstance(value, (dict, list)):
            raise _BadLine("wrong type", f"{name!r} holds {str(value)[:40]!r}, where text is expected")
    fields = {name: None if value is None else str(value) for name, value in row.items()}
    try:
        "".join(value for value in fields.values() if value).encode()
    except UnicodeEncodeError as problem:
        raise _BadLine("not Unicode", "holds half a character (a lone surrogate)") from problem
    return fields


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as problem:
        try:
            return ast.literal_eval(text.strip())
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            raise _BadLine("not JSON", f"not JSON ({problem.msg})") from problem
