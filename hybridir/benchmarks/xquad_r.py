"""XQuAD-R: the sentence-retrieval benchmark of LAReQA (Roy et al. 2020, arXiv 2004.05484), 11 languages.

Every question has the same id in all languages, and in each of them exactly one relevant sentence:
the one that holds the start of the answer.
"""

import json
from pathlib import Path
from typing import Any, Literal

from hybridir.benchmarks.base import Benchmark, Texts
from hybridir.errors import UserError
from hybridir.languages.catalog import describe

Candidates = Literal["sentence", "context"]

LANGUAGES = ("ar", "de", "el", "en", "es", "hi", "ru", "th", "tr", "vi", "zh")

METRICS = ("mAP", "mAP@20", "R@1", "R@10", "R@100", "nDCG@10", "MRR", "rank_distance")

SOURCE = "the folder xquad-r of google-research-datasets/lareqa on GitHub"

NAMES: dict[Candidates, str] = {"sentence": "xquad_r", "context": "xquad_r_context"}


def load_xquad_r(folder: Path, candidates: Candidates) -> Benchmark:
    """Read `<folder>/<lang>.json` for every language of XQuAD-R that is there.

    A candidate is one sentence; with `candidates="context"` the sentence followed by its whole paragraph,
    without a separator and without line breaks, as LAReQA's reference code feeds its encoder. The two
    are benchmarks of different names, `xquad_r` and `xquad_r_context`, whose figures do not compare.
    A passage id is `<lang>_<paragraph, from 1>_<sentence, from 0>`, also as in that code.
    Raises UserError when there is no file, or one is not in LAReQA's format.
    """
    paths = {lang: folder / f"{lang}.json" for lang in LANGUAGES if (folder / f"{lang}.json").is_file()}
    if not paths:
        raise UserError(
            f"no XQuAD-R in {folder}: expected <language>.json for some or all of {', '.join(LANGUAGES)}; get {SOURCE}"
        )
    queries, passages = {}, {}
    relevant: dict[tuple[str, str], tuple[str, ...]] = {}
    for lang, path in paths.items():
        questions: dict[str, str] = {}
        sentences: dict[str, str] = {}
        for number, paragraph in enumerate(_paragraphs(path), start=1):
            sentences |= _candidates(paragraph, f"{lang}_{number}", candidates)
            for question in paragraph["qas"]:
                questions[question["id"]] = question["question"]
                answer = _answer_sentence(question, paragraph["sentence_breaks"], path)
                relevant[question["id"], lang] = (f"{lang}_{number}_{answer}",)
        queries[lang] = Texts(tuple(questions), tuple(questions.values()))
        passages[lang] = Texts(tuple(sentences), tuple(sentences.values()))
    return Benchmark(
        name=NAMES[candidates],
        queries=queries,
        passages=passages,
        relevant=relevant,
        metrics=METRICS,
        parallel=True,
        languages={lang: describe(lang) for lang in paths},
    )


def _paragraphs(path: Path) -> list[dict[str, Any]]:
    """The paragraphs of one file, checked to have what is read of them."""
    try:
        document = json.loads(path.read_text(encoding="utf8"))
        paragraphs = [paragraph for article in document["data"] for paragraph in article["paragraphs"]]
    except json.JSONDecodeError as error:
        raise UserError(f"{path} is not JSON ({error}): get it anew from {SOURCE}") from error
    except (UnicodeDecodeError, KeyError, TypeError) as error:
        raise UserError(f"{path} is not in the format of XQuAD-R: get {SOURCE}") from error
    for paragraph in paragraphs:
        if "sentence_breaks" not in paragraph:
            raise UserError(
                f"{path} has no sentence_breaks, as the copy google-research-datasets/xquad_r on the hub has "
                f"none: take the JSON files from {SOURCE}"
            )
        missing = {"context", "qas"} - paragraph.keys()
        if missing:
            raise UserError(f"{path} has a paragraph without {' and '.join(sorted(missing))}: get {SOURCE}")
    return paragraphs


def _candidates(paragraph: dict[str, Any], prefix: str, candidates: Candidates) -> dict[str, str]:
    # the breaks, not the field `sentences`: one Turkish entry of that differs from its context
    context = paragraph["context"]
    texts = [context[start:end] for start, end in paragraph["sentence_breaks"]]
    if candidates == "context":
        texts = [(text + context).replace("\n", "") for text in texts]
    return {f"{prefix}_{position}": text for position, text in enumerate(texts)}


def _answer_sentence(question: dict[str, Any], breaks: list[list[int]], path: Path) -> int:
    """The position of the sentence where the answer begins; it may end in a later one."""
    begin = question["answers"][0]["answer_start"]
    for position, (start, end) in enumerate(breaks):
        if start <= begin < end:
            return position
    raise UserError(
        f"{path}: no sentence holds the answer of question {question['id']} (character {begin}); get {SOURCE}"
    )
