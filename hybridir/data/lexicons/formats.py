"""The formats of lexicons from English, each read into entries in order of preference."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from hybridir.errors import UserError


class Entry(NamedTuple):
    """An English word or title, a translation, and its cost: of several translations the cheapest is taken."""

    english: str
    translation: str
    cost: int


def read_tsv(path: Path) -> Iterator[Entry]:
    """English word, translation, sense rank and number of shared synsets, with tabs between and no header.

    The lowest rank is the commonest sense; where ranks are equal, more shared synsets are better.
    """
    for number, (english, translation, rank, synsets) in _rows(path, "\t", 4):
        if not (rank.isdecimal() and synsets.isdecimal()):
            raise UserError(
                f"{path}, line {number}: {rank!r} and {synsets!r} are no sense rank and number of synsets; both are"
                " whole numbers."
            )
        yield Entry(english, translation, int(rank) * 1000 - min(int(synsets), 999))


def read_muse(path: Path) -> Iterator[Entry]:
    """MUSE's text files: an English word and a translation with a space or tab between, the better one first."""
    for number, (english, translation) in _rows(path, None, 2):
        yield Entry(english, translation, number)


def read_titles(path: Path) -> Iterator[Entry]:
    """Parallel titles: an English title and its counterpart with a tab between, the better one first.

    Further columns are not read, so that a word lexicon (`read_tsv`) serves as well.
    """
    for number, fields in _rows(path, "\t", None):
        yield Entry(fields[0], fields[1], number)


def _rows(path: Path, separator: str | None, columns: int | None) -> Iterator[tuple[int, list[str]]]:
    """Number and fields of every line that is not empty; None columns: two or more."""
    try:
        with open(path, encoding="utf8") as file:
            for number, line in enumerate(file, 1):
                fields = line.rstrip("\r\n").split(separator)
                if fields in ([""], []):
                    continue
                if len(fields) != columns if columns else len(fields) < 2:
                    wanted = f"{columns} columns" if columns else "two columns or more"
                    raise UserError(f"{path}, line {number}: {len(fields)} columns, and the format has {wanted}.")
                yield number, fields
    except (OSError, UnicodeDecodeError) as problem:
        raise UserError(
            f"the lexicon {path} cannot be read ({problem}): bring it again, as text in UTF-8."
        ) from problem
