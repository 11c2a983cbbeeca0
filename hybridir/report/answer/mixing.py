"""The second question: how a batch should mix languages."""

from collections.abc import Iterator, Sequence

from hybridir.report.answer.growth import NO_INTERVALS, arm, heading
from hybridir.report.answer.reading import Reading
from hybridir.report.study.points import Points
from hybridir.report.study.preferred import preferred_parts
from hybridir.report.wording import (
    ALPHA,
    chained,
    difference,
    languages,
    listed,
    measure_words,
    sentence,
    with_interval,
)
from hybridir.statistics.compare import Comparison


def mixing_sentence(reading: Reading) -> str:
    """The best strategy at the largest number of languages, per arm, and whether it can be told from the next."""
    parts = preferred_parts(reading.points, reading.benchmark)
    compared = [part for part in parts if len(reading.ranked(part)) > 1]
    if not compared:
        name = reading.ranked(parts[0])[0][0]
        return f"This sweep has one strategy alone ({name}), so it does not say how a batch should mix languages."
    said = [_clause(reading, part) for part in compared]
    tail = f"; {NO_INTERVALS}" if not reading.findings.lines else ""
    return sentence(f"in {measure_words(reading.measure)} on {reading.benchmark}, {chained(said)}{tail}")


def mixing_paragraphs(readings: Sequence[Reading]) -> Iterator[str]:
    """A paragraph per part: for every measure the strategies in their order, and what can be told apart."""
    if not any(len(reading.ranked(part)) > 1 for reading in readings[:1] for part in reading.parts):
        yield "There is one strategy alone, so there is nothing to compare."
        return
    for part in readings[0].parts:
        said = [_of_measure(reading, part) for reading in readings if len(reading.ranked(part)) > 1]
        if said:
            yield heading(part) + " ".join(said)


def told(comparison: Comparison | None) -> bool:
    """Whether a difference could be shown, after Holm's correction."""
    return comparison is not None and comparison.adjusted < ALPHA


def _clause(reading: Reading, part: Points) -> str:
    """`hybrid is best with 12 training languages at ...`, or that it is not told from the next."""
    (best, mean), (second, other) = reading.ranked(part)[:2]
    last = reading.last(part)
    there = " ".join(filter(None, (f"with {languages(last)}" if reading.points.counted else "", arm(part))))
    number = reading.measure.number
    comparison = reading.between(part, best, second, last)
    if comparison is None:
        figures = f"{best} comes first with {number(mean)}, then {second} with {number(other)}"
        return ", ".join(filter(None, (figures, there))) + (
            ", which were not compared" if reading.findings.lines else ""
        )
    level = with_interval(reading.measure, reading.level(part, best, last), plus=False, short=True)
    said = difference(reading.measure, comparison)
    if told(comparison):
        return f"{best} is best {there}".rstrip() + f" at {level} (difference to {second}, the next: {said})"
    shown = f"no difference between {best}, first at {level}, and {second}, the next, could be shown {there}".rstrip()
    none = len(reading.ranked(part)) > 2 and not any(told(each.comparison) for each in reading.tests(part, last))
    return f"{shown} (difference {said})" + ", nor between any other two" * none


def _of_measure(reading: Reading, part: Points) -> str:
    """The strategies of one measure at the largest number of languages, and the differences to the best."""
    last, ranked = reading.last(part), reading.ranked(part)
    levels = [
        f"{name} {with_interval(reading.measure, reading.level(part, name, last), plus=False, short=True)}"
        for name, _ in ranked
    ]
    with_n = f" with {languages(last)}" if reading.points.counted else ""
    first = sentence(f"{measure_words(reading.measure)}{with_n}: {listed(levels)}")
    return " ".join(filter(None, (first, *_against_best(reading, part, last))))


def _against_best(reading: Reading, part: Points, last: int) -> Iterator[str]:
    (best, _), *others = reading.ranked(part)
    found = [(name, reading.between(part, best, name, last)) for name, _ in others]
    known = [(name, each) for name, each in found if each is not None]
    for name, each in known:
        said = difference(reading.measure, each)
        if told(each):
            yield f"The difference of {best} to {name} is {said}."
        else:
            yield f"No difference between {best} and {name} could be shown (difference {said})."
