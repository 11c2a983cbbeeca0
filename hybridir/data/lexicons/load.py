"""Dictionaries from files: read and turned round once, then kept in the cache in a form that loads at once."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from hybridir.data.lexicons.dictionary import Dictionaries, Dictionary, make_dictionary
from hybridir.data.lexicons.files import ENGLISH, content
from hybridir.data.lexicons.formats import Entry, read_muse, read_titles, read_tsv
from hybridir.files import read_json, write_atomic

_FORMAT = 1  # of the cached files: a new number makes every lexicon be read anew
_READERS: dict[str, Callable[[Path], Iterator[Entry]]] = {"tsv": read_tsv, "muse": read_muse, "titles": read_titles}


def load_dictionaries(files: Mapping[str, Path], form: str, cache: Path) -> Dictionaries:
    """The dictionaries of `files` (by language) in the format `form`."""
    dictionaries = {code: _dictionary(code, files, form, cache) for code in files if code != ENGLISH}
    return Dictionaries(dictionaries, inflected=form == "tsv")


def _dictionary(code: str, files: Mapping[str, Path], form: str, cache: Path) -> Dictionary:
    contents = [content(files[name]).sha256 for name in (ENGLISH, code) if name in files]
    name = hashlib.sha256(f"{_FORMAT} {form} {contents}".encode()).hexdigest()
    cached = cache / "lexicons" / f"{code}-{name[:16]}.json"
    if not cached.is_file():
        made = make_dictionary(_entries(code, files, form), form)
        write_atomic(cached, json.dumps([made.from_english, made.to_english], ensure_ascii=False))
    return Dictionary(*read_json(cached))


def _entries(code: str, files: Mapping[str, Path], form: str) -> Iterator[Entry]:
    if form != "vectors":
        return _READERS[form](files[code])
    from hybridir.data.lexicons.vectors import nearest_words

    return nearest_words(files[ENGLISH], files[code])
