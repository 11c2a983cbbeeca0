"""XOR-Retrieve (Asai et al. 2021, arXiv 2010.11856): questions in seven languages, English Wikipedia passages.

Nobody judged the passages: what counts is whether an answer stands in the first 2,000 (or 5,000) tokens retrieved.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from hybridir.benchmarks.base import Texts
from hybridir.benchmarks.corpus import Passage, open_corpus
from hybridir.benchmarks.judges import Answers
from hybridir.benchmarks.reading import Row, chosen, json_rows, keep, quoted_tsv_rows, signature, text_of
from hybridir.benchmarks.search import SearchBenchmark
from hybridir.benchmarks.tokens import OfficialTokens
from hybridir.config.schema import BenchmarkConfig
from hybridir.data.rows import Direction
from hybridir.errors import UserError
from hybridir.languages.catalog import describe

BUDGETS = {"R@2kt": 2000, "R@5kt": 5000}

QUESTIONS = {"dev": "xor_dev_retrieve_eng_span_v1_1.jsonl", "train": "xor_train_retrieve_eng_span.jsonl"}
"""The file of each split that has answers."""

CORPORA = ("enwiki_20190201_w100.tsv", "psgs_w100.tsv", "en_wiki.tsv")
"""Names of the one corpus of 100-word passages: the authors' own, DPR's, and that of ielab/xor-tydi on the hub."""

SOURCE = (
    "XOR-Retrieve is xor_dev_retrieve_eng_span_v1_1.jsonl and enwiki_20190201_w100.tsv of AkariAsai/XORQA on GitHub,"
    " which links to both"
)

_UNCOUNTED = ("yes", "no")


def load_xor_retrieve(config: BenchmarkConfig, folder: Path, cache: Path) -> SearchBenchmark:
    """Read the questions of a split and the corpus: rows of id, text and title, as DPR's, also packed (.gz).

    A question whose answers are only `yes` and `no` is left out, as in evals/eval_xor_retrieve.py. Raises UserError for
    files that are missing or damaged, and where NLTK or its model is not installed (see `OfficialTokens`).
    """
    if config.split not in QUESTIONS:
        raise UserError(f"XOR-Retrieve has no answers for benchmark.NAME.split={config.split}: set dev or train.")
    questions, answers = _questions(folder / QUESTIONS[config.split])
    corpus = _corpus_file(folder)
    tokens = OfficialTokens(folder)
    languages = chosen(config.languages, questions, f"XOR-Retrieve in {folder}")
    return SearchBenchmark(
        name="xor_retrieve" + ("" if config.split == "dev" else f"_{config.split}"),
        queries={lang: Texts(tuple(questions[lang]), tuple(questions[lang].values())) for lang in languages},
        corpora={"en": open_corpus("xor_retrieve-en", signature([corpus]), partial(_passages, corpus), cache)},
        directions=tuple(Direction(lang, "en") for lang in languages),
        judge=Answers(answers, tokens, tokens.said, BUDGETS),
        metrics=tuple(BUDGETS),
        depth=config.depth,
        languages={lang: describe(lang) for lang in [*languages, "en"]},
    )


def _questions(path: Path) -> tuple[dict[str, dict[str, str]], dict[str, list[str]]]:
    """Texts by language and id; answers by id."""
    if not path.is_file():
        raise UserError(f"there is no {path.name} in {path.parent}: {SOURCE}.")
    questions: dict[str, dict[str, str]] = {}
    answers: dict[str, list[str]] = {}
    for row in json_rows(path, ("id", "question", "lang", "answers")):
        ident, lang = str(row.fields["id"]), text_of(row, "lang")
        if ident in answers:
            raise UserError(f"{row.where}: the id {ident!r} comes a second time; bring the file again.")
        keep(questions.setdefault(lang, {}), ident, text_of(row, "question"), row.where)
        answers[ident] = _answers(row)
    return questions, answers


def _answers(row: Row) -> list[str]:
    answers = row.fields["answers"]
    if not isinstance(answers, list) or not all(isinstance(answer, str) and answer for answer in answers):
        raise UserError(f"{row.where}: 'answers' is {str(answers)[:40]}, where a list of texts is expected.")
    return [answer for answer in answers if answer not in _UNCOUNTED]


def _corpus_file(folder: Path) -> Path:
    there = [path for name in CORPORA for path in (folder / name, folder / f"{name}.gz") if path.is_file()]
    if len(there) != 1:
        found = f"{len(there)} of them" if there else "none"
        raise UserError(f"{folder} must hold one of {', '.join(CORPORA)} (or one with .gz), and has {found}: {SOURCE}.")
    return there[0]


def _passages(path: Path) -> Iterator[Passage]:
    for number, row in enumerate(quoted_tsv_rows(path, ("id", "text", "title"))):
        if number or row.fields["id"] != "id":
            yield Passage(row.fields["id"], row.fields["title"], row.fields["text"])
