"""XTREME-UP (Ruder et al. 2023, arXiv 2305.11938), task retrieval_cross_lang: which English passage answers?

The layout is that of baseline/jsonl_to_seqio_tsv_lib.py in google-research/xtreme-up: `<split>/<lang>.jsonl` with
`id`, `title`, `context` and `question`, and `index.jsonl` with the first three for all languages and splits; or the
same columns as TSV. The id of a question is that of the passage that answers it, and the only one that counts
(evaluation/metrics.py, `compute_mrr`). Its baseline writes everything in lower case; here texts stay as they are.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from hybridir.benchmarks.base import Texts
from hybridir.benchmarks.corpus import ArrowCorpus, Passage, open_corpus
from hybridir.benchmarks.judges import Qrels
from hybridir.benchmarks.reading import Row, chosen, json_rows, signature, text_of, tsv_rows
from hybridir.benchmarks.search import SearchBenchmark
from hybridir.config.schema import BenchmarkConfig
from hybridir.data.rows import Direction
from hybridir.errors import UserError
from hybridir.languages.catalog import describe

METRICS = ("MRR@10",)

TASK = "retrieval_cross_lang"

SPLITS = {"dev": "validation", "validation": "validation", "test": "test"}
"""The folder of each split; its train questions ask for passages that the index need not have."""

SOURCE = "XTREME-UP is storage.googleapis.com/xtreme-up/xtreme-up-v1.1.jsonl.tgz, unpacked"

_INDEXED = ("id", "title", "context")


def load_xtreme_up(config: BenchmarkConfig, folder: Path, cache: Path) -> SearchBenchmark:
    """Read `index.jsonl` (or .tsv) and a file per language; `folder` is the task's, or one above it.

    The test questions make the benchmark `xtreme_up`, those of the validation split `xtreme_up_dev`. Raises UserError
    for files that are missing or damaged, and for a question whose passage is not in the index.
    """
    if config.split not in SPLITS:
        raise UserError(f"benchmark.NAME.split={config.split} is none of XTREME-UP's: set dev or test.")
    split = SPLITS[config.split]
    index = _index(folder)
    there = {path.stem: path for path in sorted((index.parent / split).glob(f"*{index.suffix}"))}
    corpus = open_corpus("xtreme_up-en", signature([index]), partial(_passages, index), cache)
    queries, relevant = {}, {}
    for lang in chosen(config.languages, there, f"XTREME-UP in {index.parent / split}"):
        ids, texts, answers = _questions(there[lang])
        _check_answers(answers, corpus, there[lang])
        queries[lang] = Texts(ids, texts)
        relevant[Direction(lang, "en")] = {query: (answer,) for query, answer in zip(ids, answers, strict=True)}
    return SearchBenchmark(
        name="xtreme_up" if split == "test" else "xtreme_up_dev",
        queries=queries,
        corpora={"en": corpus},
        directions=tuple(relevant),
        judge=Qrels(relevant),
        metrics=METRICS,
        depth=config.depth,
        languages={lang: describe(lang) for lang in [*queries, "en"]},
    )


def _index(folder: Path) -> Path:
    """The index of the task: in `folder`, below it in the task's own folder, or there one folder further down."""
    for pattern in ("index", f"{TASK}/index", f"*/{TASK}/index"):
        for suffix in (".jsonl", ".tsv"):
            found = sorted(folder.glob(pattern + suffix))
            if found:
                return found[0]
    raise UserError(f"there is no {TASK}/index.jsonl (or index.tsv) in {folder}: {SOURCE}.")


def _questions(path: Path) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Ids, texts and passages of the questions. An id is that of the passage, and its place where that is taken."""
    asked: dict[str, str] = {}
    answers = []
    for number, row in enumerate(_rows(path, (*_INDEXED, "question")), start=1):
        answer = str(row.fields["id"])
        asked[f"{answer}#{number}" if answer in asked else answer] = text_of(row, "question")
        answers.append(answer)
    return tuple(asked), tuple(asked.values()), tuple(answers)


def _check_answers(answers: tuple[str, ...], corpus: ArrowCorpus, path: Path) -> None:
    for answer, row in zip(answers, corpus.row_of(answers).tolist(), strict=True):
        if row < 0:
            raise UserError(
                f"{path}: the passage {answer!r} is not in the index; bring both files of one release again."
            )


def _passages(path: Path) -> Iterator[Passage]:
    for row in _rows(path, _INDEXED):
        yield Passage(str(row.fields["id"]), text_of(row, "title"), text_of(row, "context"))


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[Row]:
    return json_rows(path, columns) if path.suffix == ".jsonl" else tsv_rows(path, columns)
