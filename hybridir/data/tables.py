"""The rows of one file, parquet or JSON lines, in batches: nothing reads a whole file into memory."""

import ast
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from hybridir.errors import UserError

_BATCH = 8192


def tables(path: Path) -> Iterator[pa.Table]:
    """Batches of the rows of `path` with its own columns, in order; UserError names what cannot be read."""
    yield from _parquet(path) if path.suffix == ".parquet" else _json_lines(path)


def _parquet(path: Path) -> Iterator[pa.Table]:
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=_BATCH):
                yield pa.Table.from_batches([batch])
    except (pa.ArrowException, OSError) as problem:
        raise UserError(
            f"{path} cannot be read as parquet ({' '.join(str(problem).split())}): bring it again."
        ) from problem


def _json_lines(path: Path) -> Iterator[pa.Table]:
    with open(path, "rb") as lines:
        numbered = enumerate(lines, start=1)
        while rows := [_row(line, f"{path}, line {number}") for number, line in islice(numbered, _BATCH)]:
            names = dict.fromkeys(name for row in rows for name in row)
            yield pa.table({name: pa.array([row.get(name) for row in rows], pa.string()) for name in names})


def _row(line: bytes, where: str) -> dict[str, str | None]:
    """The fields of one line: a JSON object, or the same as Python prints it, as parts of SWIM-IR are."""
    try:
        text = line.decode("utf8")
    except UnicodeDecodeError as problem:
        raise UserError(
            f"{where}: not UTF-8 ({problem.reason} at byte {problem.start + 1}); mend the line."
        ) from problem
    row = _parsed(text, where)
    if not isinstance(row, dict):
        raise UserError(f"{where}: expected an object with fields, got {text.strip()[:40]!r}; mend the line.")
    for name, value in row.items():
        if isinstance(value, (dict, list)):
            raise UserError(f"{where}: {name!r} holds {str(value)[:40]!r}, where text is expected; mend the line.")
    fields = {name: None if value is None else str(value) for name, value in row.items()}
    try:
        "".join(value for value in fields.values() if value).encode()
    except UnicodeEncodeError as problem:
        raise UserError(f"{where}: holds half a character (a lone surrogate); mend the line.") from problem
    return fields


def _parsed(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as problem:
        try:
            return ast.literal_eval(text.strip())
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            raise UserError(f"{where}: not JSON ({problem.msg}); mend the line.") from problem
