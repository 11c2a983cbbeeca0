"""SQuAD's format in several languages: a question, and the sentence or paragraph that answers it.

LAReQA (arXiv 2004.05484) trains on SQuAD translated by machine into its languages: the same question has the same id in
every file, so its four samplings come from one collection. A file is called `<lang>.json`, `<anything>.<lang>.json`,
or as XTREME calls them, `squad.translate.train.en-<lang>.json`.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
import pyarrow as pa

from hybridir.data.inspection import Inspector, Strict
from hybridir.data.layout import split_of
from hybridir.data.normalise import normalise
from hybridir.data.places import Source, local_place, sources_signature
from hybridir.data.rows import Shard
from hybridir.data.sentences import sentences
from hybridir.data.tables import BATCH, Rows
from hybridir.errors import UserError
from hybridir.languages.catalog import Language, describe

Passage = Literal["sentence", "paragraph"]

_NAME = re.compile(r"(?:.*\.)?(?:en-)?([a-z]{2,3}(?:-[A-Z][A-Za-z]{1,3})?)")


class SquadFiles:
    """Reads every JSON file of a folder; files called `dev` or `validation` hold validation pairs."""

    def __init__(
        self, name: str, source: Source, data_root: Path, passage: Passage, inspector: Inspector | None = None
    ) -> None:
        self.name = name
        place = local_place(source.path, data_root)
        if place is None:
            raise UserError(f"{source.path} is no folder here: SQuAD's files in several languages are not on the hub.")
        self._source, self._folder, self._passage = source, place, passage
        self._inspector = inspector or Strict()

    def signature(self) -> str:
        """Of the files, and of what is taken as passages."""
        return f"{sources_signature([(self._source, self._folder)])} {self._passage}"

    def languages(self, codes: Sequence[str]) -> Mapping[str, Language]:
        """What the catalogue knows of each."""
        return {code: describe(code) for code in codes}

    def shards(self) -> Iterator[Shard]:
        """All pairs, file by file. Raises UserError when there is no file, or one does not name its language."""
        paths = sorted(self._folder.glob("*.json"))
        if not paths:
            raise UserError(f"{self._folder} holds no *.json: expected <lang>.json or <anything>.<lang>.json in it.")
        for path in paths:
            split, code = split_of(path.stem), language_of(path)
            if code is None:
                said = f"{path}: the name does not end in a language; call it {path.stem}.en.json if it is English."
                self._inspector.problem("file name", said)
            elif split is not None:
                rows = _rows(path, code, self._passage, self._inspector)
                yield from normalise(rows, split, str(path), self.name, None, self._inspector)


def language_of(path: Path) -> str | None:
    """The language that a file's name ends in; None if it names none."""
    found = _NAME.fullmatch(path.stem)
    return found.group(1) if found and found.group(1) not in ("dev", "val") else None


class _Question(NamedTuple):
    """A question with the passage that answers it."""

    query: str
    passage: str
    title: str
    pid: str


def _rows(path: Path, code: str, passage: Passage, inspector: Inspector) -> Iterator[Rows]:
    seen, questions = 0, _questions(path, code, passage, inspector)
    while batch := list(islice(questions, BATCH)):
        columns = dict(zip(_Question._fields, zip(*batch, strict=True), strict=True))
        table = pa.table(columns | {"query_lang": [code] * len(batch)})
        yield Rows(table, np.arange(seen + 1, seen + len(batch) + 1))
        seen += len(batch)


def _questions(path: Path, code: str, passage: Passage, inspector: Inspector) -> Iterator[_Question]:
    try:
        articles = json.loads(path.read_text(encoding="utf8"))["data"]
        paragraphs = [(article.get("title") or "", part) for article in articles for part in article["paragraphs"]]
    except (json.JSONDecodeError, UnicodeDecodeError) as problem:
        inspector.problem("not JSON", f"{path} is not JSON in UTF-8 ({problem}): bring it again.")
        return
    except (KeyError, TypeError, AttributeError):
        inspector.problem("not SQuAD", f"{path} is not in SQuAD's format: expected data, paragraphs, qas and context.")
        return
    for title, paragraph in paragraphs:
        try:
            yield from _of_paragraph(paragraph, title.replace("_", " "), code, passage, path, inspector)
        except (KeyError, TypeError, AttributeError, ValueError):
            said = f"{path}: a paragraph of {title!r} is not in SQuAD's format; mend it."
            inspector.problem("not SQuAD", said)


def _of_paragraph(
    paragraph: Mapping[str, Any], title: str, code: str, passage: Passage, path: Path, inspector: Inspector
) -> Iterator[_Question]:
    context = _text(paragraph["context"])
    spans = _spans(paragraph, code) if passage == "sentence" else []
    for question in paragraph["qas"]:
        query, pid = _text(question["question"]), _text(question["id"])
        answering = context if passage == "paragraph" else _answering(question, context, spans)
        if answering is None:
            said = f"{path}, question {pid}: it has no answer that is in its paragraph."
            inspector.left_out("answer not found", said)
        else:
            yield _Question(query, answering, title, pid)


def _text(value: object) -> str:
    """`value`, which must be text and no half characters. Raises TypeError or ValueError."""
    if not isinstance(value, str):
        raise TypeError(value)
    value.encode()
    return value


def _spans(paragraph: Mapping[str, Any], code: str) -> list[tuple[int, int]]:
    """The sentences of a paragraph, as the file has them or else as rules cut them."""
    if "sentence_breaks" in paragraph:
        return [(start, end) for start, end in paragraph["sentence_breaks"]]
    return sentences(paragraph["context"], code)


def _answering(question: Mapping[str, Any], context: str, spans: Sequence[tuple[int, int]]) -> str | None:
    """The sentence in which the first answer begins; None if there is no answer, or it is not in the paragraph.

    Where translation has moved an answer, its nearest occurrence to where it should be counts.
    """
    for answer in question["answers"][:1]:
        text, begin = answer["text"], answer["answer_start"]
        if not text or begin < 0 or not context.startswith(text, begin):
            found = [match.start() for match in re.finditer(re.escape(text), context)] if text else []
            if not found:
                return None
            begin = min(found, key=lambda place: abs(place - begin))
        for start, end in spans:
            if start <= begin < end:
                return context[start:end]
    return None
