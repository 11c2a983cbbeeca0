"""Benchmarks made of paragraphs with questions, in SQuAD's JSON: what XQuAD-R and MLQA-R have in common.

Candidates are the sentences of the paragraphs, the sentences with their whole paragraph, or the paragraphs. The three
are benchmarks of different names, whose figures do not compare.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple, cast

from hybridir.benchmarks.base import Benchmark, Texts
from hybridir.errors import UserError
from hybridir.languages.catalog import describe

Candidates = Literal["sentence", "context", "passage"]

METRICS = ("mAP", "mAP@20", "R@1", "R@10", "R@100", "nDCG@10", "MRR", "rank_distance")

_SUFFIX: dict[Candidates, str] = {"sentence": "", "context": "_context", "passage": "_passage"}


class Question(NamedTuple):
    """A question, and the character of its paragraph where the answer begins."""

    ident: str
    text: str
    begin: int


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, the title of its article, its sentences as spans of characters, and its questions."""

    title: str
    context: str
    breaks: Sequence[tuple[int, int]]
    questions: Sequence[Question]


def paragraph_benchmark(
    name: str, paragraphs: Mapping[str, Sequence[Paragraph]], candidates: Candidates, source: str
) -> Benchmark:
    """The benchmark of `paragraphs[lang]`; the same question has the same id in every language.

    With `candidates="context"` a candidate is the sentence followed by its whole paragraph, without a separator and
    without line breaks, as LAReQA's reference code feeds its encoder. A passage id is
    `<lang>_<paragraph, from 1>_<sentence, from 0>`, also as in that code; that of a paragraph lacks the last part.
    Raises UserError, which names `source`, when an answer begins in no sentence.
    """
    queries, passages = {}, {}
    relevant: dict[tuple[str, str], tuple[str, ...]] = {}
    for lang, read in paragraphs.items():
        questions: dict[str, str] = {}
        texts: dict[str, str] = {}
        for number, paragraph in enumerate(read, start=1):
            prefix = f"{lang}_{number}"
            texts |= _candidates(paragraph, prefix, candidates)
            for question in paragraph.questions:
                questions[question.ident] = question.text
                answer = prefix
                if candidates != "passage":
                    answer = f"{prefix}_{_answer_sentence(question, paragraph, source)}"
                relevant[question.ident, lang] = (answer,)
        queries[lang] = Texts(tuple(questions), tuple(questions.values()))
        passages[lang] = Texts(tuple(texts), tuple(texts.values()))
    return Benchmark(
        name=name + _SUFFIX[candidates],
        queries=queries,
        passages=passages,
        relevant=relevant,
        metrics=METRICS,
        parallel=True,
        languages={lang: describe(lang) for lang in paragraphs},
        titles=frozenset(paragraph.title for read in paragraphs.values() for paragraph in read if paragraph.title),
    )


def read_squad(path: Path, name: str, source: str) -> list[tuple[str, dict[str, Any]]]:
    """The paragraphs of one JSON file, each with the title of its article, checked to have context and questions.

    Raises UserError, which names the benchmark and its source, when the file is not in SQuAD's format.
    """
    try:
        document = json.loads(path.read_text(encoding="utf8"))
        paragraphs = [
            (_title(article), paragraph) for article in document["data"] for paragraph in article["paragraphs"]
        ]
        missing = [{"context", "qas"} - paragraph.keys() for _, paragraph in paragraphs]
    except json.JSONDecodeError as error:
        raise UserError(f"{path} is not JSON ({error}): get it anew from {source}") from error
    except (UnicodeDecodeError, KeyError, TypeError, AttributeError) as error:
        raise UserError(f"{path} is not in the format of {name}: get {source}") from error
    for fields in missing:
        if fields:
            raise UserError(f"{path} has a paragraph without {' and '.join(sorted(fields))}: get {source}")
    if not all(isinstance(paragraph["context"], str) for _, paragraph in paragraphs):
        raise UserError(f"{path} has a paragraph whose context is not text: get {source}")
    return paragraphs


def read_questions(paragraph: Mapping[str, Any], path: Path, source: str) -> list[Question]:
    """The questions of one paragraph; the first answer counts. Raises UserError for one that is not SQuAD's."""
    try:
        return [Question(q["id"], q["question"], int(q["answers"][0]["answer_start"])) for q in paragraph["qas"]]
    except (KeyError, TypeError, IndexError, ValueError) as error:
        raise UserError(
            f"{path} has a question without id, question or answers[0].answer_start: get {source}"
        ) from error


def _title(article: Mapping[str, Any]) -> str:
    return cast(str, article.get("title", "")).replace("_", " ")


def _candidates(paragraph: Paragraph, prefix: str, candidates: Candidates) -> dict[str, str]:
    context = paragraph.context
    if candidates == "passage":
        return {prefix: context}
    texts: Iterable[str] = (context[start:end] for start, end in paragraph.breaks)
    if candidates == "context":
        texts = ((text + context).replace("\n", "") for text in texts)
    return {f"{prefix}_{position}": text for position, text in enumerate(texts)}


def _answer_sentence(question: Question, paragraph: Paragraph, source: str) -> int:
    """The position of the sentence where the answer begins; it may end in a later one."""
    begin = len(paragraph.context) - len(paragraph.context[question.begin :].lstrip())  # past white space
    for position, (start, end) in enumerate(paragraph.breaks):
        if start <= begin < end:
            return position
    raise UserError(
        f"no sentence holds the answer of question {question.ident} (character {question.begin} of the paragraph"
        f" {paragraph.context[:40]!r}); get {source}"
    )
