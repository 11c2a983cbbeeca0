"""Writes tiny releases of the searched benchmarks, in the shape of the real ones, to evaluate on.

Each language has a question about each of `THINGS`, and two passages: one that answers it and one that does not.
"""

import csv
import gzip
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from hybridir.benchmarks.miracl import FILES

THINGS = ("river", "bridge", "harbour", "tower", "garden", "library")

XOR_LANGUAGES = ("ar", "bn", "fi", "ja", "ko", "ru", "te")

XTREME_UP_LANGUAGES = (
    "ar", "bn", "fi", "ko", "ru", "te", "as", "bho", "brx", "gbm", "gom", "gu", "hi", "hne", "kn", "mai", "ml", "mni",
    "mr", "mwr", "or", "pa", "ps", "sa", "ta", "ur",
)  # fmt: skip


def write_miracl(folder: Path, languages: Sequence[str], split: str = "dev") -> None:
    """Topics, qrels and corpus as `miracl/miracl` and `miracl/miracl-corpus` have them, into one folder."""
    for lang in languages:
        base = folder / f"miracl-v1.0-{lang}"
        write_lines(
            base / "topics" / f"topics.miracl-v1.0-{lang}-{split}.tsv",
            (f"{number}\t{_question(lang, thing)}" for number, thing in enumerate(THINGS)),
        )
        write_lines(
            base / "qrels" / f"qrels.miracl-v1.0-{lang}-{split}.tsv",
            (f"{number}\tQ0\t{number}#{part}\t{1 - part}" for number in range(len(THINGS)) for part in (0, 1)),
        )
        pieces: list[list[str]] = [[] for _ in range(FILES[lang])]
        for number, passage in enumerate(_passages(lang)):
            pieces[number % len(pieces)].append(json.dumps(passage, ensure_ascii=False))
        for number, piece in enumerate(pieces):
            write_lines(folder / f"miracl-corpus-v1.0-{lang}" / f"docs-{number}.jsonl.gz", piece)


def write_miracl_hard(folder: Path, languages: Sequence[str], split: str = "dev") -> None:
    """The same in MTEB's layout, as `mteb/MIRACLRetrievalHardNegatives` has it."""
    for lang in languages:
        parts: dict[str, list[dict[str, Any]]] = {
            "corpus": [{"_id": p["docid"], "title": p["title"], "text": p["text"]} for p in _passages(lang)],
            "queries": [{"_id": str(n), "text": _question(lang, thing)} for n, thing in enumerate(THINGS)],
            "qrels": [
                {"query-id": str(number), "corpus-id": f"{number}#{part}", "score": 1 - part}
                for number in range(len(THINGS))
                for part in (0, 1)
            ],
        }
        for name, rows in parts.items():
            path = folder / f"{lang}-{name}" / f"{split}-00000-of-00001.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            pq.write_table(pa.Table.from_pylist(rows), path)


def write_xor_retrieve(folder: Path, languages: Sequence[str] = XOR_LANGUAGES) -> None:
    """Questions, corpus, and a small English Punkt model, so that tokens are counted offline."""
    write_lines(
        folder / "xor_dev_retrieve_eng_span_v1_1.jsonl",
        (
            json.dumps(
                {"id": f"{lang}{number}", "question": _question(lang, thing), "lang": lang, "answers": [_age(thing)]}
            )
            for lang in languages
            for number, thing in enumerate(THINGS)
        ),
    )
    passages = [("id", "text", "title"), *((p["docid"], p["text"], p["title"]) for p in _passages("en"))]
    with (folder / "enwiki_20190201_w100.tsv").open("w", encoding="utf8", newline="") as file:
        csv.writer(file, delimiter="\t", lineterminator="\n").writerows(passages)
    write_punkt(folder / "nltk_data")


def write_punkt(nltk_data: Path) -> None:
    """A Punkt model that knows one abbreviation, in NLTK's files."""
    model = nltk_data / "tokenizers" / "punkt_tab" / "english"
    write_lines(model / "abbrev_types.txt", ["st"])
    write_lines(model / "sent_starters.txt", ["the"])
    write_lines(model / "collocations.tab", ["##number##\tinternational"])
    write_lines(model / "ortho_context.tab", ["the\t36", "city\t32"])  # 32: in lower case within sentences


def write_xtreme_up(folder: Path, languages: Sequence[str] = XTREME_UP_LANGUAGES) -> None:
    """The task retrieval_cross_lang with its index, as the archive unpacks."""
    task = folder / "retrieval_cross_lang"
    index = [{"id": p["docid"], "title": p["title"], "context": p["text"]} for p in _passages("en")]
    write_lines(task / "index.jsonl", (json.dumps(row) for row in index))
    for split in ("validation", "test"):
        for lang in languages:
            asked = [row | {"question": _question(lang, THINGS[n])} for n, row in enumerate(index[::2])]
            write_lines(task / split / f"{lang}.jsonl", (json.dumps(row) for row in asked))


def write_lines(path: Path, lines: Iterable[str]) -> None:
    """A file of lines, with the folders above it; packed if it ends in .gz."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = "".join(f"{line}\n" for line in lines).encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)


def _question(lang: str, thing: str) -> str:
    return f"{lang}: how old is the {thing}?"


def _age(thing: str) -> str:
    return f"{100 + len(thing)} years"


def _passages(lang: str) -> list[dict[str, str]]:
    """Two for each thing: `<number>#0` answers, `<number>#1` does not."""
    said = ("is {age} old, the {lang} council says.", "was drawn for the {lang} council.")
    return [
        {
            "docid": f"{number}#{part}",
            "title": thing.title(),
            "text": f"The {thing} " + words.format(lang=lang, age=_age(thing)),
        }
        for number, thing in enumerate(THINGS)
        for part, words in enumerate(said)
    ]
