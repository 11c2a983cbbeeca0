"""Two sweeps side by side: the points that both have, with the significance of their differences."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from hybridir.errors import UserError
from hybridir.report.compare.comparable import Side, shared_benchmarks, what_differs
from hybridir.report.sheets import markdown
from hybridir.report.sheets.figures import at_start
from hybridir.report.sheets.sheet import Entry, Sheet
from hybridir.report.sheets.tests import TESTED, columns, comparison_caption, comparison_cells
from hybridir.report.study.measures import Measure, measures
from hybridir.report.study.points import Points
from hybridir.report.study.samples import Curve
from hybridir.report.wording import (
    ALPHA,
    LONG_SETTINGS,
    Range,
    difference,
    languages,
    measure_words,
    part_words,
    sentence,
    with_interval,
)
from hybridir.statistics.compare import Comparison, holm, paired, unpaired
from hybridir.statistics.crossed import Estimate, estimate


@dataclass(frozen=True)
class Beside:
    """One point of both sweeps: the figures of each, and the difference, the first less the second."""

    benchmark: str
    measure: Measure
    part: Points
    line: str
    n: int
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
        raise UserError(
            f"{a.called} and {b.called} have no point in common: {a.called} has {_points_of(a)}; {b.called} has"
            f" {_points_of(b)}; a point is the same strategy, arm, order and number of languages."
        )
    return SideBySide((a.called, b.called), found, " ".join([what_differs(a, b), *_arms(a, b)]))


def compared_sheets(compared: SideBySide) -> list[Sheet]:
    """A table per benchmark."""
    return [_sheet(compared, benchmark) for benchmark in compared.benchmarks]


def in_words(compared: SideBySide) -> list[str]:
    """A paragraph per benchmark and measure, cross-lingual first: how many points differ, and the last of each line."""
    return [" ".join([_head(compared, found), *_lasts(compared, found)]) for found in _by_measure(compared)]


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
    differences = [paired(one, other) if same else unpaired(one, other) for *_, one, other, same in pairs]
    adjusted = holm([found.p for found in differences])
    for (part, line, n, one, other, same), found, p in zip(pairs, differences, adjusted, strict=True):
        comparison = Comparison(found, p)
        yield Beside(benchmark, measure, part, line, n, estimate(one), estimate(other), comparison, same)


def _pairs(
    a: Side, b: Side, benchmark: str, measure: Measure
) -> Iterator[tuple[Points, str, int, np.ndarray, np.ndarray, bool]]:
    """Part, line, number of languages, the values [units, questions] of both, and whether their units are the same."""
    codes = a.points.query_languages(benchmark)
    others = {_slug(part): part for part in b.points.parts}
    for part in a.points.parts:
        other = others.get(_slug(part))
        for line in part.lines if other is not None else ():
            assert other is not None
            one = a.samples.curve(part, benchmark, line, measure, codes)
            two = b.samples.curve(other, benchmark, line, measure, codes)
            if one is None or two is None:
                continue
            for n in _counts(one):
                if n in _counts(two):
                    values = _at(one, n), _at(two, n)
                    same = one.units == two.units and values[0].shape == values[1].shape
                    yield part, line, n, *values, same


def _counts(curve: Curve) -> tuple[int, ...]:
    return curve.counts if curve.start is None else (0, *curve.counts)


def _at(curve: Curve, n: int) -> np.ndarray:
    start = at_start(curve)
    return start if n == 0 and start is not None else curve.at(n)


def _slug(part: Points) -> str:
    """The kind of arm and the order: how many pairs an arm has may be what is compared."""
    return part.part.slug if part.part else ""


def _arms(a: Side, b: Side) -> Iterator[str]:
    """The arms of one kind that hold other numbers of pairs level."""
    others = {_slug(part): part.part.arm for part in b.points.parts if part.part}
    arms = [(part.part.arm, others[_slug(part)]) for part in a.points.parts if part.part and _slug(part) in others]
    for one, other in dict.fromkeys(arms):
        if one != other:
            yield f"The arm {one} in {a.called} is {other} in {b.called}."


def _points_of(side: Side) -> str:
    """`hybrid at 1, 2 and 4 languages`, for every part."""
    said = []
    for part in side.points.parts:
        counts = f" at {', '.join(map(str, part.counts))} languages" if part.counted else ""
        said.append(" ".join(filter(None, (f"{', '.join(part.lines)}{counts}", part_words(part)))))
    return "; ".join(said)


def _sheet(compared: SideBySide, benchmark: str) -> Sheet:
    found = [each for each in compared.found if each.benchmark == benchmark]
    counted = any(each.part.counted for each in found)
    parted = any(each.part.part for each in found)
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
        *[Entry.word(each.part.part.name if each.part.part else "")] * parted,
        Entry.word(each.line),
        *[Entry(str(each.n), each.n)] * counted,
        Entry(number(each.first.mean), each.first.mean),
        Entry(number(each.second.mean), each.second.mean),
        *comparison_cells(each.measure, each.comparison),
    )


def _columns(each: Beside, names: tuple[str, str]) -> dict[str, Any]:
    part = each.part.part
    return {
        "benchmark": each.benchmark,
        "arm": part.arm if part else "",
        "order": part.order if part else "",
        "setting": each.measure.setting,
        "metric": each.measure.metric,
        "strategy": each.line,
        "languages": each.n,
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
    return f"{_pairing(found)} Holm's correction is within a benchmark and a measure ({measured})."


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
    """The point with most languages of each line, in a sentence each."""
    last = {(_slug(each.part), each.line): each for each in found}
    return [_last(each, compared.names) for each in last.values()]


def _is_better(each: Beside) -> bool:
    above = each.comparison.difference.mean > 0
    return above != each.measure.is_distance


def _last(each: Beside, names: tuple[str, str]) -> str:
    counted = f" and {languages(each.n)}" if each.part.counted else ""
    place = " ".join(filter(None, (f"with {each.line}{counted}", part_words(each.part))))
    said = difference(each.measure, each.comparison)
    if not each.comparison.adjusted < ALPHA:
        return f"No difference could be shown {place} (difference {said})."
    one, other = (
        f"{name} {with_interval(each.measure, Range.of(found), plus=False, short=True)}"
        for name, found in zip(names, (each.first, each.second), strict=True)
    )
    return sentence(f"{place}: {one}, {other}; difference {said}")
