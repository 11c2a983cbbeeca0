"""All that the statistics say of a sweep, computed once: what page, answer, tables and plots are made of.

For every part of the study (an arm and an order), benchmark, measure and group of target languages: each line's curve
with its band and its fit, the strategies compared at every number of languages, and neighbouring numbers compared on
every line. Holm's correction is over the tests of one benchmark, measure and group, over all parts, and apart for the
two kinds of comparison.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations, pairwise

import numpy as np

from hybridir.report.study.groups import ALL, Group, exposure
from hybridir.report.study.measures import Measure, measures
from hybridir.report.study.points import Points
from hybridir.report.study.samples import Curve, Samples
from hybridir.statistics.bootstrap import band, bootstrap
from hybridir.statistics.compare import Comparison, compare_all
from hybridir.statistics.crossed import Estimate, estimates
from hybridir.statistics.trend import Trend, fit_trend

GAIN = 0.001
"""Of a metric between 0 and 1: what one more language must bring to be worth it, where nothing else is asked."""

DISTANCE_GAIN = 10.0
"""The same in ranks of rank distance."""


@dataclass(frozen=True)
class Line:
    """One line of a plot: a strategy in a part of the study, by number of training languages, with what is known of it.

    `low` and `high` are its band (95 %, float64 [counts]), `estimates` its points one by one, and `start` the point
    without training languages. `trend` is None where there are no two counts.
    """

    part: Points
    benchmark: str
    measure: Measure
    group: Group
    name: str
    curve: Curve
    low: np.ndarray
    high: np.ndarray
    estimates: list[Estimate]
    start: Estimate | None
    trend: Trend | None


@dataclass(frozen=True)
class Between:
    """Two strategies at the same number of languages: the difference is `first` less `second`."""

    part: Points
    benchmark: str
    measure: Measure
    group: Group
    n: int
    first: str
    second: str
    comparison: Comparison


@dataclass(frozen=True)
class Step:
    """One line at neighbouring numbers of languages: the difference is `n` less `before`."""

    part: Points
    benchmark: str
    measure: Measure
    group: Group
    line: str
    before: int
    n: int
    comparison: Comparison


@dataclass
class Findings:
    """The findings of a sweep. `lines`, `betweens` and `steps` come in the order of the sweep."""

    points: Points
    samples: Samples
    lines: list[Line] = field(default_factory=list)
    betweens: list[Between] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    @cached_property
    def parts(self) -> list[Points]:
        return self.points.parts

    def of(self, benchmark: str, measure: Measure, group: Group = ALL, part: Points | None = None) -> list[Line]:
        """The lines of one panel; of all parts where none is named."""
        return [
            line
            for line in self.lines
            if (line.benchmark, line.measure, line.group) == (benchmark, measure, group)
            and (part is None or line.part is part)
        ]


def find(points: Points, samples: Samples) -> Findings:
    """The findings of a sweep, empty without values by question; progress is a matter of seconds, so none is shown."""
    found = Findings(points, samples)
    if not samples.are_there:
        return found
    for benchmark in points.benchmarks:
        for measure in measures(points, benchmark):
            for group in groups_of(points, benchmark):
                lines = list(_lines(found, benchmark, measure, group))
                found.lines += lines
                found.betweens += _betweens(lines)
                found.steps += _steps(lines)
    return found


def groups_of(points: Points, benchmark: str) -> list[Group]:
    """The groups that are tested and fitted: all target languages, the trained and the never-trained ones."""
    exposed = exposure(points, benchmark)
    return [ALL, *exposed] if len(exposed) == 2 else [ALL]


def _lines(found: Findings, benchmark: str, measure: Measure, group: Group) -> Iterator[Line]:
    codes = group.codes or tuple(found.points.query_languages(benchmark))
    for part in found.parts:
        for name in part.lines:
            curve = found.samples.curve(part, benchmark, name, measure, codes)
            if curve is not None:
                yield _line(part, benchmark, measure, group, name, curve)


def _line(part: Points, benchmark: str, measure: Measure, group: Group, name: str, curve: Curve) -> Line:
    draws = bootstrap(curve.values)
    low, high = band(draws)
    trend = None
    if part.counted and len(curve.counts) > 1:
        gain = DISTANCE_GAIN if measure.is_distance else GAIN
        trend = fit_trend(curve.counts, curve.values, draws, gain, higher_is_better=not measure.is_distance)
    start = None if curve.start is None else estimates(curve.start[None])[0]
    return Line(part, benchmark, measure, group, name, curve, low, high, estimates(curve.values), start, trend)


def _betweens(lines: list[Line]) -> list[Between]:
    """Every two strategies of a part at every number of languages that both have, in the same repetitions."""
    asked = [
        (first, second, n)
        for first, second in combinations(lines, 2)
        if first.part is second.part
        for n in first.curve.counts
        if n in second.curve.counts and first.curve.units == second.curve.units
    ]
    compared = compare_all([(first.curve.at(n), second.curve.at(n)) for first, second, n in asked])
    return [
        Between(first.part, first.benchmark, first.measure, first.group, n, first.name, second.name, comparison)
        for (first, second, n), comparison in zip(asked, compared, strict=True)
    ]


def _steps(lines: list[Line]) -> list[Step]:
    """Every two neighbouring numbers of languages of a line, the start among them."""
    asked = [
        (line, before, n)
        for line in lines
        for before, n in pairwise([*([0] if line.start is not None else []), *line.curve.counts])
    ]
    compared = compare_all([(line.curve.at(n), line.curve.at(before)) for line, before, n in asked])
    return [
        Step(line.part, line.benchmark, line.measure, line.group, line.name, before, n, comparison)
        for (line, before, n), comparison in zip(asked, compared, strict=True)
    ]
