"""Which file holds the lexicon of a language, which languages are switched into, and what names their content."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from hybridir.config.schema import AugmentConfig
from hybridir.data.words import is_unspaced
from hybridir.errors import UserError

ENGLISH = "en"

_PATTERNS = {"tsv": "en-*.tsv", "titles": "en-*.tsv", "muse": "en-*.txt", "vectors": "*.*.vec"}
_FEWEST_LINES = 200  # with less, next to no word would be switched: the Yoruba WordNet has 120


Side = Literal["query", "passage"]
SIDES: tuple[Side, ...] = ("query", "passage")


@dataclass(frozen=True)
class Chosen:
    """The languages that the words of each side are switched `into`, sorted, and the lexicon `files` of these and of
    the languages switched from; English needs none, save its vectors."""

    into: Mapping[Side, tuple[str, ...]]
    files: Mapping[str, Path]

    def fingerprint(self) -> str:
        """SHA-256 over the languages and the content of all files: no folder is part of it."""
        lines = [f"{side} {' '.join(self.into[side])}" for side in SIDES]
        lines += [f"{code} {content(path).sha256}" for code, path in sorted(self.files.items())]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@dataclass(frozen=True)
class Content:
    """What a file holds, in short."""

    sha256: str
    lines: int


def choose(augment: AugmentConfig, languages: Sequence[str], data_root: Path) -> Chosen:
    """The lexicons that code-switching texts in `languages` needs.

    A side is switched into its own language, where one is set, else into `augment.languages`, else into those of
    `languages` that have a lexicon. Raises UserError where a folder, a file or a language is missing, where settings
    do not go together, or where nothing at all could be switched.
    """
    _refuse_mismatch(augment)
    folder = lexicon_folder(augment.lexicon, data_root)
    known = lexicon_files(folder, augment.format)
    fixed: dict[Side, str | None] = {"query": augment.query_language, "passage": augment.passage_language}
    for code in (*augment.languages, *filter(None, fixed.values())):
        _refuse_missing(code, known, folder)
    drawn = sorted(set(augment.languages or known.keys() & set(languages)))
    into = {side: (own,) if (own := fixed[side]) else tuple(drawn) for side in SIDES}
    sources = {code for code in languages if code in known and not is_unspaced(code)}
    targets = {code for codes in into.values() for code in codes}
    if not any(targets - {source} for source in sources):
        raise UserError(_nothing_to_switch(languages, sources, targets, f"{folder} has {', '.join(sorted(known))}"))
    needed = sources | targets | ({ENGLISH} if augment.format == "vectors" else set())
    return Chosen(into, {code: path for code in sorted(needed) if (path := known[code]) is not None})


def lexicon_folder(named: str | None, data_root: Path) -> Path:
    """The folder `named` below the data root. Raises UserError where there is none."""
    if not named:
        raise UserError("augment.lexicon is empty: name the folder of the lexicons, below the data root.")
    folder = data_root / named
    if not folder.is_dir():
        raise UserError(
            f"augment.lexicon={named} is no folder below {data_root}: set --data-root (or HYBRIDIR_DATA), or name"
            " another."
        )
    return folder


def lexicon_files(folder: Path, form: str) -> dict[str, Path | None]:
    """The file of each language of `folder` that has a usable lexicon of the format `form`; English is always there,
    and has a file only where it needs one."""
    found: dict[str, Path | None] = {} if form == "vectors" else {ENGLISH: None}
    for path in sorted(folder.glob(_PATTERNS[form])):
        code = path.stem.rpartition(".")[2] if form == "vectors" else path.stem.removeprefix("en-")
        if code in found:
            raise UserError(f"{folder} has two lexicons of {code}, {path.name} and another: leave one.")
        if content(path).lines >= _FEWEST_LINES:
            found[code] = path
    if set(found) <= {ENGLISH} or ENGLISH not in found:
        wanted = "*.en.vec and *.XX.vec" if form == "vectors" else _PATTERNS[form].replace("*", "XX")
        raise UserError(f"{folder} has no lexicons of the format {form}: they are files {wanted}.")
    return found


def content(path: Path) -> Content:
    """SHA-256 and number of lines of a file; read once while it stays as it is."""
    seen = path.stat()
    return _content(path, seen.st_size, seen.st_mtime_ns)


@cache
def _content(path: Path, size: int, changed: int) -> Content:
    digest, lines = hashlib.sha256(), 0
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
            lines += block.count(b"\n")
    return Content(digest.hexdigest(), lines)


def _refuse_mismatch(augment: AugmentConfig) -> None:
    if (augment.kind == "titles") != (augment.format == "titles"):
        raise UserError(
            f"augment.kind={augment.kind} does not go with augment.format={augment.format}: whole titles need"
            " augment.format=titles, and words one of tsv, muse, vectors."
        )
    if augment.kind != "bilingual" and (augment.query_language or augment.passage_language):
        raise UserError(
            f"augment.kind={augment.kind} draws its languages, and one is set for a side: leave out"
            " augment.query_language and augment.passage_language, or choose augment=bilingual."
        )


def _refuse_missing(code: str, known: Mapping[str, Path | None], folder: Path) -> None:
    if code not in known:
        raise UserError(
            f"{code!r} has no lexicon of {_FEWEST_LINES} lines or more in {folder}, so that nothing can be switched"
            f" into it: there are {', '.join(sorted(known))}."
        )


def _nothing_to_switch(languages: Sequence[str], sources: set[str], targets: set[str], there: str) -> str:
    """Why no text would ever be switched, in a sentence."""
    if not sources:
        return f"no training language ({', '.join(languages)}) has a lexicon and spaces between words: {there}."
    into = ", ".join(sorted(targets)) or "none"
    return (
        f"texts in {', '.join(sorted(sources))} cannot be switched into {into}: name other languages in"
        f" augment.languages; {there}."
    )
