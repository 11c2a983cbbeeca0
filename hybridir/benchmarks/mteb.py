"""Retrieval tasks in MTEB's layout: folders `<lang>-corpus`, `<lang>-queries` and `<lang>-qrels` of one split.

Fields (mteb/abstasks/retrieval_dataset_loaders.py): `id` or `_id`, `text` and maybe `title`; in qrels `query-id`,
`corpus-id` and `score`. Files are parquet, and their names begin with the split.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from hybridir.benchmarks.corpus import Passage
from hybridir.benchmarks.reading import Row, keep, parquet_rows, text_of
from hybridir.errors import UserError

_PIECE = re.compile(r".*-\d+-of-(\d+)")


class Part(NamedTuple):
    """What a release has in one language: texts of queries and ids of relevant passages by query id, and a corpus."""

    queries: dict[str, str]
    relevant: dict[str, list[str]]
    files: list[Path]
    passages: Callable[[], Iterator[Passage]]


def mteb_languages(folder: Path) -> list[str]:
    """The languages that have a corpus below `folder`."""
    return sorted(path.name.removesuffix("-corpus") for path in folder.glob("*-corpus") if path.is_dir())


def read_mteb(folder: Path, lang: str, split: str) -> Part:
    """One language. Raises UserError where files are missing or not of this layout."""
    queries = dict[str, str]()
    for row in _rows(_files(folder / f"{lang}-queries", split), ("id", "text")):
        keep(queries, str(row.fields["id"]), text_of(row, "text"), row.where)
    relevant = defaultdict[str, list[str]](list)
    for row in _rows(_files(folder / f"{lang}-qrels", split), ("query-id", "corpus-id", "score")):
        query, passage = str(row.fields["query-id"]), str(row.fields["corpus-id"])
        if grade(row.fields["score"], row.where) > 0 and passage not in relevant[query]:
            relevant[query].append(passage)
    files = _files(folder / f"{lang}-corpus", split)
    return Part(queries, dict(relevant), files, partial(_passages, files))


def grade(score: Any, where: str) -> int:
    """A judgement as a number. Raises UserError for anything else."""
    try:
        return int(score)
    except ValueError as problem:
        raise UserError(f"{where}: the judgement {score!r} is no whole number; bring the file again.") from problem


def _passages(files: Sequence[Path]) -> Iterator[Passage]:
    for row in _rows(files, ("id", "text")):
        yield Passage(str(row.fields["id"]), row.fields.get("title") or "", text_of(row, "text"))


def _files(folder: Path, split: str) -> list[Path]:
    """The files of a split; UserError if there is none, or a piece of one is missing."""
    named = re.compile(rf"{re.escape(split)}\b.*\.parquet")
    found = sorted(path for path in folder.rglob("*.parquet") if named.fullmatch(path.name))
    if not found:
        raise UserError(f"{folder} holds no {split}-*.parquet: bring the rest of the data.")
    pieces = _PIECE.fullmatch(found[0].stem)
    if pieces and len(found) != int(pieces.group(1)):
        raise UserError(f"{folder} holds {len(found)} of the {int(pieces.group(1))} pieces of {split}: bring the rest.")
    return found


def _rows(files: Sequence[Path], fields: Sequence[str]) -> Iterator[Row]:
    return (row for path in files for row in parquet_rows(path, fields))
