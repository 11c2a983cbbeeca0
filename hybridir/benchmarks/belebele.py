"""Belebele as retrieval: a question finds the passage that it asks about (Bandarkar et al. 2023, arXiv 2308.16884).

900 questions on 488 passages of FLORES-200, parallel in 122 language variants. The task is MTEB's BelebeleRetrieval:
all distinct passages of a language are its candidates, and the four answers to choose from are not read. Here
questions with equal text stay apart, since they are known by id.
"""

import csv
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path

from hybridir.benchmarks.base import Benchmark, Texts
from hybridir.benchmarks.reading import chosen, json_rows, keep, text_of
from hybridir.errors import UserError
from hybridir.languages.catalog import Language, describe

METRICS = ("mAP", "R@1", "nDCG@10", "MRR")

SOURCE = "the dataset facebook/belebele on the hub, or Belebele.zip of facebookresearch/belebele on GitHub"


@cache
def codes() -> dict[str, str]:
    """Our code of each of the 122 FLORES-200 codes, such as `deu_Latn`.

    It is the two-letter code of the language or of the macrolanguage that it stands for (`swh` is `sw`, `arb` is `ar`),
    else its three letters. The second script of a language is named (`zh-Hant`, `hi-Latn`), the first is not.
    """
    return {row["flores"]: row["code"] for row in _table()}


def load_belebele(folder: Path, languages: Sequence[str] = ()) -> Benchmark:
    """Read `<folder>/<FLORES code>.jsonl`, or those in its `data`, for `languages` (our codes) or all that are there.

    Questions have the id `<link>_<question number>` in every language, passages `<code>_<link>`. Raises UserError when
    there is no file, or a line is not Belebele's.
    """
    inner = folder / "data" if (folder / "data").is_dir() else folder
    there = {code: inner / f"{flores}.jsonl" for flores, code in codes().items()}
    there = {code: path for code, path in there.items() if path.is_file()}
    if not there:
        raise UserError(f"no Belebele in {inner}: expected files such as eng_Latn.jsonl; get {SOURCE}")
    queries, passages = {}, {}
    relevant: dict[tuple[str, str], tuple[str, ...]] = {}
    for code in chosen(languages, there, "Belebele"):
        queries[code], passages[code], answers = _read(there[code], code)
        relevant |= {(ident, code): (passage,) for ident, passage in answers.items()}
    return Benchmark(
        name="belebele",
        queries=queries,
        passages=passages,
        relevant=relevant,
        metrics=METRICS,
        parallel=True,
        languages={code: _describe(code) for code in queries},
    )


def _read(path: Path, code: str) -> tuple[Texts, Texts, dict[str, str]]:
    """The questions and the distinct passages of one file, and the passage of each question by its id."""
    questions: dict[str, str] = {}
    passage_of: dict[str, str] = {}
    ident_of: dict[str, str] = {}  # by text of the passage
    taken: set[str] = set()
    for row in json_rows(path, ("link", "question_number", "flores_passage", "question")):
        link, text = text_of(row, "link"), text_of(row, "flores_passage")
        ident = f"{link}_{row.fields['question_number']}"
        keep(questions, ident, text_of(row, "question"), row.where)
        if text not in ident_of:
            ident_of[text] = f"{code}_{link}" if f"{code}_{link}" not in taken else f"{code}_{link}_{_short(text)}"
            taken.add(ident_of[text])
        passage_of[ident] = ident_of[text]
    passages = Texts(tuple(ident_of.values()), tuple(ident_of))
    return Texts(tuple(questions), tuple(questions.values())), passages, passage_of


def _short(text: str) -> str:
    """Tells apart the passages that have one link."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _describe(code: str) -> Language:
    """What the catalogue knows, with the name and the script that Belebele gives where it knows none."""
    known = describe(code)
    row = next(row for row in _table() if row["code"] == code)
    return known if known.script else replace(known, name=row["name"], script=row["script"])


@cache
def _table() -> list[dict[str, str]]:
    """The rows of `belebele.csv`: codes, scripts and names of Belebele's README, and our codes."""
    text = files("hybridir.benchmarks").joinpath("belebele.csv").read_text(encoding="utf8")
    return list(csv.DictReader(text.splitlines()))
