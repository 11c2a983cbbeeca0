"""Two sweeps side by side: the points that both have, with the significance of their differences."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from hybridir.errors import UserError
from hybridir.report.answer.phrases import Brackets, bullets
from hybridir.report.compare.comparable import Side, shared_benchmarks, what_differs
from hybridir.report.compare.places import matched, shared_counts
from hybridir.report.sheets import markdown
from hybridir.report.sheets.figures import at_start
from hybridir.report.sheets.sheet import Entry, Sheet
from hybridir.report.sheets.tests import TESTED, columns, comparison_caption, comparison_cells
from hybridir.report.study.measures import Measure, measures
from hybridir.report.study.points import Part
from hybridir.report.study.samples import Curve
from hybridir.report.wording import (
    ALPHA,
    LONG_SETTINGS,
    Range,
    languages,
    measure_words,
    part_words,
    sentence,
)
from hybridir.statistics.compare import Comparison, holm, paired, unpaired
from hybridir.statistics.crossed import Estimate, estimate


@dataclass(frozen=True)
class Beside:
    """One point of both sweeps: the figures of each, and the difference, the first less the second.

    `place` is its arm and order, as the first sweep has them, where either has several. `n` is None where neither
    counts its languages.
    """

    benchmark: str
    measure: Measure
    place: Part | None
    line: str
    n: int | None
    first: Estimate
    second: Estimate
    comparison: Comparison
    is_paired: bool


@dataclass(frozen=True)
class SideBySide:
    """The comparison of two sweeps. `differs` says what is not the same in both."""

    names: tuple[str, str]
    found: list[Beside]
    differs: str

    @property
    def benchmarks(self) -> list[str]:
        return list(dict.fromkeys(each.benchmark for each in self.found))


def side_by_side(a: Side, b: Side) -> SideBySide:
    """All points that both have. UserError where the two do not compare, or have no point in common."""
    found = [
        each
        for benchmark in shared_benchmarks(a, b)
        for measure in measures(a.points, benchmark)
        if measure in measures(b.points, benchmark)
        for each in _compared(a, b, benchmark, measure)
    ]
    if not found:
        one, other = (f"{side.called} has {_points_of(side, _parted(a, b))}" for side in (a, b))
        raise UserError(
            f"{a.called} and {b.called} have no point in common: {one}; {other}; a point is the same strategy, arm,"
            " order and number of languages."
        )
    return SideBySide((a.called, b.called), found, " ".join([what_differs(a, b), *_arms(a, b)]))


def compared_sheets(compared: SideBySide) -> list[Sheet]:
    """A table per benchmark."""
    return [_sheet(compared, benchmark) for benchmark in compared.benchmarks]


def in_words(compared: SideBySide) -> list[str]:
    """A list per benchmark and measure, cross-lingual first: how many points differ, and the last of each line."""
    return [
        bullets(f"{_head(compared, found)} With most languages:", _lasts(compared, found))
        if any(each.n is not None for each in found)
        else bullets(_head(compared, found), _lasts(compared, found))
        for found in _by_measure(compared)
    ]


def in_short(compared: SideBySide) -> list[str]:
    """A sentence per benchmark and measure, for a terminal."""
    return [_head(compared, found) for found in _by_measure(compared)]


def comparison_page(compared: SideBySide) -> str:
    """Markdown: the answer in words."""
    first, second = compared.names
    return markdown.page(
        f"{first} beside {second}",
        *in_words(compared),
        compared.differs,
        f"Differences are {first} less {second}, on the same questions. {_method(compared.found)}",
    )


def _compared(a: Side, b: Side, benchmark: str, measure: Measure) -> Iterator[Beside]:
    """The points of one measure, corrected together."""
    pairs = list(_pairs(a, b, benchmark, measure))
    differences = [(paired if pair.same else unpaired)(pair.one, pair.other) for pair in pairs]
    adjusted = holm([found.p for found in differences])
    for pair, found, p in zip(pairs, differences, adjusted, strict=True):
        figures = estimate(pair.one), estimate(pair.other)
        yield Beside(benchmark, measure, pair.place, pair.line, pair.n, *figures, Comparison(found, p), pair.same)


class _Pair(NamedTuple):
    """The values [units, questions] of a point in both sweeps, and whether their units are the same."""

    place: Part | None
    line: str
    n: int | None
    one: np.ndarray
    other: np.ndarray
    same: bool


def _pairs(a: Side, b: Side, benchmark: str, measure: Measure) -> Iterator[_Pair]:
    codes = a.points.query_languages(benchmark)
    for place, other in matched(a.places, b.places):
        for line in place.points.lines:
            one = a.samples.curve(place.points, benchmark, line, measure, codes)
            two = b.samples.curve(other.points, benchmark, line, measure, codes)
            if one is None or two is None:
                continue
            for n, m in shared_counts(place, _counts(one), other, _counts(two)):
                values = _at(one, n), _at(two, m)
                same = one.units == two.units and values[0].shape == values[1].shape
                number = n if place.points.counted else m if other.points.counted else None
                yield _Pair(place.part if _parted(a, b) else None, line, number, *values, same)


def _parted(a: Side, b: Side) -> bool:
    """Whether parts must be told apart, since either sweep has several."""
    return max(len(a.places), len(b.places)) > 1


def _counts(curve: Curve) -> tuple[int, ...]:
    return curve.counts if curve.start is None else (0, *curve.counts)


def _at(curve: Curve, n: int) -> np.ndarray:
    start = at_start(curve)
    return start if n == 0 and start is not None else curve.at(n)


def _arms(a: Side, b: Side) -> Iterator[str]:
    """What is not the same of the parts that are set side by side: how many pairs an arm has, or more."""
    both = [(one.part, other.part) for one, other in matched(a.places, b.places)]
    for kind, name in (("arm", attrgetter("arm")), ("order", attrgetter("order"))):
        for one, other in dict.fromkeys((name(one), name(other)) for one, other in both):
            if one and other and one != other:
                yield f"The {kind} {one} in {a.called} is {other} in {b.called}."


def _points_of(side: Side, parted: bool) -> str:
    """`hybrid at 1, 2 and 4 languages`, for every part."""
    said = []
    for place in side.places:
        part = place.points
        counts = f" at {', '.join(map(str, part.counts))} languages" if part.counted else ""
        where = part_words(place.part) if parted else ""
        said.append(" ".join(filter(None, (f"{', '.join(part.lines)}{counts}", where))))
    return "; ".join(said)


def _sheet(compared: SideBySide, benchmark: str) -> Sheet:
    found = [each for each in compared.found if each.benchmark == benchmark]
    counted = any(each.n is not None for each in found)
    parted = any(each.place for each in found)
    first, second = compared.names
    tests = comparison_caption([each.comparison.difference for each in found])
    return Sheet(
        name=f"compared_{benchmark}",
        title=f"{first} beside {second}, {benchmark}",
        caption=f"Difference: {first} less {second}. {tests} {_pairing(found)} {compared.differs}",
        head=("measure", *["part"] * parted, "strategy", *["languages"] * counted, first, second, *TESTED),
        rows=tuple(_row(each, parted=parted, counted=counted) for each in found),
        words=2 + parted + counted,
        data=pd.DataFrame([_columns(each, compared.names) for each in found]),
    )


def _row(each: Beside, *, parted: bool, counted: bool) -> tuple[Entry, ...]:
    number = each.measure.number
    return (
        Entry.word(each.measure.title),
        *[Entry.word(each.place.name if each.place else "")] * parted,
        Entry.word(each.line),
        *[Entry(str(each.n), each.n)] * counted,
        Entry(number(each.first.mean), each.first.mean),
        Entry(number(each.second.mean), each.second.mean),
        *comparison_cells(each.measure, each.comparison),
    )


def _columns(each: Beside, names: tuple[str, str]) -> dict[str, Any]:
    return {
        "benchmark": each.benchmark,
        "arm": each.place.arm if each.place else "",
        "order": each.place.order if each.place else "",
        "setting": each.measure.setting,
        "metric": each.measure.metric,
        "strategy": each.line,
        "languages": each.n or 0,
        "first": names[0],
        "second": names[1],
        "first_mean": each.first.mean,
        "second_mean": each.second.mean,
        **columns(each.comparison),
        "paired": each.is_paired,
    }


def _pairing(found: Sequence[Beside]) -> str:
    kinds = {each.is_paired for each in found}
    if kinds == {True}:
        return "Both have the same seeds or orders by name, and are compared one by one."
    if kinds == {False}:
        return "Their seeds or orders are not the same, and are taken as independent; the questions are the same."
    return "Points with the same seeds or orders in both are compared one by one, the others as independent ones."


def _method(found: Sequence[Beside]) -> str:
    measured = ", ".join(dict.fromkeys(LONG_SETTINGS[each.measure.setting] for each in found))
    holm_words = f"Holm's correction is within a benchmark and a measure ({measured})."
    return f"Brackets hold 95 % intervals. {_pairing(found)} {holm_words}"


def _by_measure(compared: SideBySide) -> list[list[Beside]]:
    """The points of each benchmark and measure, the cross-lingual ones first."""
    ordered = sorted(compared.found, key=lambda each: each.measure.setting != "crosslingual")
    kinds = dict.fromkeys((each.benchmark, each.measure) for each in ordered)
    return [[each for each in compared.found if (each.benchmark, each.measure) == kind] for kind in kinds]


def _head(compared: SideBySide, found: Sequence[Beside]) -> str:
    """`2 of 5 points in cross-lingual mAP on xquad_r can be told apart: ...`"""
    first, second = compared.names
    told = [each for each in found if each.comparison.adjusted < ALPHA]
    ahead = sum(map(_is_better, told))
    points = f"{len(told)} of {len(found)} point{'s' * (len(found) > 1)}"
    head = f"{points} in {measure_words(found[0].measure)} on {found[0].benchmark} can be told apart"
    return sentence(head + (f": {first} is better at {ahead}, {second} at {len(told) - ahead}" if told else ""))


def _lasts(compared: SideBySide, found: Sequence[Beside]) -> list[str]:
    """The point with most languages of each line, an entry each."""
    last = {(each.place, each.line): each for each in found}
    brackets = Brackets(found[0].measure, said=True)
    return [_last(brackets, each, compared.names) for each in last.values()]


def _is_better(each: Beside) -> bool:
    above = each.comparison.difference.mean > 0
    return above != each.measure.is_distance


def _last(brackets: Brackets, each: Beside, names: tuple[str, str]) -> str:
    """`hybrid, 12 training languages: A .350 (...), B .300 (...); difference +.050 (...).`"""
    counted = languages(each.n) if each.n is not None else ""
    place = ", ".join(filter(None, (each.line, counted, part_words(each.place))))
    figures = [
        f"{name} {brackets.figure(Range.of(found), found.units, plus=False)}"
        for name, found in zip(names, (each.first, each.second), strict=True)
    ]
    shown = "difference" if each.comparison.adjusted < ALPHA else "no difference could be shown:"
    return f"{place}: {', '.join(figures)}; {shown} {brackets.difference(each.comparison)}."
