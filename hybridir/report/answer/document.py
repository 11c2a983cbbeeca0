"""The answer of a sweep in three sentences, and `answer.md`, which could open the results section of a paper.

All of it is made by rules from the findings. Every number stands with its interval; a difference is called one only
after Holm's correction; a curve that is refused is refused in the words of the refusal.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from hybridir.report.answer.growth import growth_paragraphs, growth_sentence
from hybridir.report.answer.languages import languages_paragraphs, languages_sentence
from hybridir.report.answer.methods import held_level, how_tested, limits
from hybridir.report.answer.mixing import mixing_paragraphs, mixing_sentence
from hybridir.report.answer.phrases import bullets
from hybridir.report.answer.reading import Reading, readings
from hybridir.report.answer.transfer import set_paragraphs, set_sentence, set_title
from hybridir.report.sheets import markdown
from hybridir.report.study.findings import Findings
from hybridir.report.study.transfer import has_transfer


@dataclass(frozen=True)
class Answer:
    """Three sentences (what more languages bring, how a batch should mix them, for which), and the page in Markdown.

    Where the axis is the set of training languages, the second says which of them to train on.
    """

    sentences: tuple[str, str, str]
    markdown: str


def answer(findings: Findings) -> Answer:
    """The answer on the first benchmark, cross-lingual first; the page goes on to the others."""
    by_benchmark = {name: readings(findings, name) for name in findings.points.benchmarks}
    first = next(iter(by_benchmark.values()))[0]
    second = set_sentence(first) if has_transfer(findings.points) else mixing_sentence(first)
    sentences = (growth_sentence(first), second, languages_sentence(first))
    return Answer(sentences, _page(findings, by_benchmark, sentences))


def _page(findings: Findings, by_benchmark: dict[str, list[Reading]], sentences: tuple[str, str, str]) -> str:
    several = len(by_benchmark) > 1
    parts = [" ".join(sentences), "Brackets hold 95 % intervals." if findings.lines else ""]
    for name, found in by_benchmark.items():
        on = f" ({name})" if several else ""
        parts += _section(f"What do more languages bring?{on}", growth_paragraphs(found[0]))
        if has_transfer(findings.points):
            parts += _section(f"{set_title(findings.points)}{on}", set_paragraphs(found))
        else:
            parts += _section(f"How should a batch mix languages?{on}", mixing_paragraphs(found))
        parts += _section(f"For which languages?{on}", languages_paragraphs(found))
    parts += _section("What was held level", held_level(findings))
    parts += _section("How intervals and tests were made", how_tested(findings))
    parts += _section("Limits", [bullets("", limits(findings))])
    return markdown.page(f"How many training languages? {findings.points.name}", *parts)


def _section(title: str, paragraphs: Iterable[str]) -> list[str]:
    written = [text for text in paragraphs if text]
    return [f"## {title}", *written] if written else []
