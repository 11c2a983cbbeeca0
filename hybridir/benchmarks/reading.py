"""Reading released files line by line: every complaint names the file and the line."""

import csv
import gzip
import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TextIO, cast

import pyarrow as pa
import pyarrow.parquet as pq

from hybridir.errors import UserError

_BATCH = 8192


class Row(NamedTuple):
    """The fields of a line, and where it stands, in words."""

    where: str
    fields: dict[str, Any]


def lines(path: Path) -> Iterator[tuple[str, str]]:
    """Each line that is not blank, without its end, after where it stands; a file that ends in .gz is unpacked."""
    with _open(path) as file:
        numbered = enumerate(file, start=1)
        while (line := _next(numbered, path)) is not None:
            if line[1].strip():
                yield f"{path}, line {line[0]}", line[1].rstrip("\r\n")


def json_rows(path: Path, fields: Sequence[str]) -> Iterator[Row]:
    """The objects of a file of JSON lines, each checked to have `fields`."""
    for where, line in lines(path):
        try:
            value = json.loads(line)
        except (json.JSONDecodeError, RecursionError) as problem:
            raise UserError(f"{where}: not JSON ({problem}); bring the file again.") from problem
        yield _checked(Row(where, value if isinstance(value, dict) else {}), fields)


def parquet_rows(path: Path, fields: Sequence[str]) -> Iterator[Row]:
    """The rows of a parquet file, each checked to have `fields`; a column `_id` is called `id`."""
    number = 0
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=_BATCH):
                names = ["id" if name == "_id" else name for name in batch.schema.names]
                for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                    number += 1
                    yield _checked(Row(f"{path}, row {number}", dict(zip(names, values, strict=True))), fields)
    except (pa.ArrowException, OSError) as problem:
        raise UserError(
            f"{path} is damaged or cut off ({' '.join(str(problem).split())}): bring it again."
        ) from problem


def tsv_rows(path: Path, columns: Sequence[str]) -> Iterator[Row]:
    """The rows of a file of values between tabs, taken as they stand, as many as there are `columns`."""
    for where, line in lines(path):
        yield _row(where, line.split("\t"), columns)


def quoted_tsv_rows(path: Path, columns: Sequence[str]) -> Iterator[Row]:
    """The same where a value may stand in quotes, over several lines, its own quotes doubled: as Python's csv reads."""
    with _open(path) as file:
        reader = csv.reader(file, delimiter="\t")
        while (row := _next(reader, path)) is not None:
            if row:
                yield _row(f"{path}, line {reader.line_num}", row, columns)


def text_of(row: Row, name: str) -> str:
    """The field `name`, which must be text."""
    value = row.fields[name]
    if not isinstance(value, str):
        raise UserError(f"{row.where}: {name!r} is {str(value)[:40]!r}, where text is expected; bring the file again.")
    return value


def keep(kept: dict[str, str], ident: str, text: str, where: str) -> None:
    """Add a query to those `kept`, by its id. Raises UserError if the id has come before."""
    if ident in kept:
        raise UserError(f"{where}: the id {ident!r} comes a second time; bring the file again.")
    kept[ident] = text


def chosen(wanted: Sequence[str], there: Iterable[str], what: str) -> list[str]:
    """The languages of `wanted`, or all that are `there`. Raises UserError for one that is not, or if there is none."""
    found = sorted(there)
    if not found:
        raise UserError(f"{what} has no queries that could be read: bring its files.")
    for lang in wanted:
        if lang not in found:
            raise UserError(f"benchmark.languages has {lang!r}, and {what} has only {', '.join(found)}: name of these.")
    return [lang for lang in found if not wanted or lang in wanted]


def signature(paths: Iterable[Path]) -> str:
    """Names, sizes and times of change of files, as one hash: differs whenever their content may differ."""
    stats = ((path.name, path.stat()) for path in paths)
    said = "\n".join(f"{name} {stat.st_size} {stat.st_mtime_ns}" for name, stat in stats)
    return hashlib.sha256(said.encode()).hexdigest()


def _checked(row: Row, fields: Sequence[str]) -> Row:
    for name in fields:
        if row.fields.get(name) is None:
            raise UserError(f"{row.where}: has no field {name!r}, of {', '.join(fields)}; bring the file again.")
    return row


def _row(where: str, values: Sequence[str], columns: Sequence[str]) -> Row:
    if len(values) != len(columns):
        raise UserError(
            f"{where}: has {len(values)} columns, where {len(columns)} are expected ({', '.join(columns)}), with tabs"
            " between them; bring the file again."
        )
    return Row(where, dict(zip(columns, values, strict=True)))


def _open(path: Path) -> TextIO:
    # newline="\n": a carriage return within a text does not end its line
    if path.suffix == ".gz":
        return cast(TextIO, gzip.open(path, "rt", encoding="utf8", newline="\n"))
    return path.open(encoding="utf8", newline="\n")


def _next(rows: Iterator[Any], path: Path) -> Any:
    """The next of `rows`, or None at the end; what is wrong with the file, as one sentence."""
    try:
        return next(rows, None)
    except (EOFError, OSError, zlib.error, UnicodeDecodeError, csv.Error) as problem:
        raise UserError(f"{path} is damaged or cut off ({problem}): bring it again.") from problem
