"""The second question where the axis is the set of training languages: which of them to train on."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from hybridir.report.answer.mixing import told
from hybridir.report.answer.phrases import NO_INTERVALS, Brackets, arm, bullets, heading, strategy
from hybridir.report.answer.reading import Reading
from hybridir.report.study.points import Points
from hybridir.report.study.preferred import preferred_parts
from hybridir.report.study.transfer import SET, without_set
from hybridir.report.wording import measure_words, sentence
from hybridir.statistics.compare import Comparison


class Ends(NamedTuple):
    """The training sets of a strategy with the best and the worst mean over all query languages."""

    strategy: str
    sets: int
    best: str
    worst: str
    value: float
    other: float
    comparison: Comparison | None


def set_title(points: Points) -> str:
    """`Which language to train on?`"""
    sets = points.axes[SET]
    return f"Which language{'s' * bool(sets.str.contains('+', regex=False).any())} to train on?"


def set_sentence(reading: Reading) -> str:
    """The best training set against the worst, of the strategy that has the best one."""
    part = preferred_parts(reading.points, reading.benchmark)[0]
    found = max(_ends(reading, part), key=lambda ends: -ends.value if reading.measure.is_distance else ends.value)
    subject = f"{measure_words(reading.measure)} on {reading.benchmark}{strategy(found.strategy)}{arm(part)}"
    first = f"of {found.sets} training sets, {found.best} comes first in {subject}, {_figures(reading, found)}"
    tail = "" if reading.findings.lines else f"; {NO_INTERVALS}"
    return sentence(f"{first}{_difference(Brackets(reading.measure), found)}{tail}")


def set_paragraphs(readings: Sequence[Reading]) -> Iterator[str]:
    """A list per part: for every measure and strategy the best and the worst training set."""
    first = readings[0]
    for part in first.parts:
        lines = [_line(reading, ends) for reading in readings for ends in _ends(reading, part)]
        yield bullets(f"{heading(part)}Means over all query languages:", lines)
    yield (
        "Every training set on every query language, itself among them:"
        f" `tables/transfer_{first.benchmark}*.md`; every two sets against each other:"
        f" `tables/tests_{first.benchmark}*.md`."
    )


def _ends(reading: Reading, part: Points) -> Iterator[Ends]:
    """One per strategy. Every line has one set, and so one number of languages."""
    sets = dict(zip(part.axes["line"], part.axes[SET], strict=True))
    ranked: dict[str, list[tuple[float, str, int]]] = {}
    for (line, n), value in reading.means(part).items():
        if sets[line]:
            ranked.setdefault(without_set(line, sets[line]), []).append((value, line, n))
    for name, found in ranked.items():
        found.sort(reverse=not reading.measure.is_distance)
        (value, best, n), (other, worst, _) = found[0], found[-1]
        comparison = reading.between(part, best, worst, n) if best != worst else None
        yield Ends(name, len(found), sets[best], sets[worst], value, other, comparison)


def _line(reading: Reading, ends: Ends) -> str:
    subject = f"{measure_words(reading.measure)}{strategy(ends.strategy)}"
    difference = _difference(Brackets(reading.measure, said=True), ends)
    return sentence(f"{subject}: {ends.best} comes first, {_figures(reading, ends)}{difference}")


def _figures(reading: Reading, ends: Ends) -> str:
    number = reading.measure.number
    return f"{number(ends.value)}, and {ends.worst} last, {number(ends.other)}"


def _difference(brackets: Brackets, ends: Ends) -> str:
    if ends.comparison is None:
        return ""
    shown = "difference" if told(ends.comparison) else "no difference could be shown:"
    return f"; {shown} {brackets.difference(ends.comparison)}"
