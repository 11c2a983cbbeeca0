"""What the answer reads off the findings of one benchmark and measure, with values by question or without."""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from hybridir.report.sheets.figures import at_start
from hybridir.report.study.findings import Between, Findings, Line
from hybridir.report.study.groups import ALL, Group, exposure, group_means, resource_classes
from hybridir.report.study.measures import DISTANCE, Measure, measures
from hybridir.report.study.points import Part, Points
from hybridir.report.study.samples import Curve
from hybridir.report.study.targets import LEVELS
from hybridir.report.wording import Range
from hybridir.statistics.compare import Comparison, compare_all, paired
from hybridir.statistics.crossed import estimate

_NOT_KNOWN = math.nan


@dataclass(frozen=True)
class Gain:
    """What `n` training languages bring over `before` of them; `units` are 0 where there are no values by question."""

    before: int
    n: int
    change: Range
    units: int


@dataclass(frozen=True)
class Reading:
    """One benchmark and measure of a sweep."""

    findings: Findings
    benchmark: str
    measure: Measure
    _means: dict[tuple[int, Group], dict[tuple[str, int], float]] = field(default_factory=dict, repr=False)

    @property
    def points(self) -> Points:
        return self.findings.points

    @cached_property
    def parts(self) -> list[Points]:
        """The parts of the sweep that have the benchmark."""
        return [part for part in self.findings.parts if self.benchmark in part.benchmarks]

    @cached_property
    def exposed(self) -> Mapping[str, Group]:
        """Trained and never-trained target languages, as far as there are any."""
        return {group.name: group for group in exposure(self.points, self.benchmark)}

    @cached_property
    def levels(self) -> list[Group]:
        """The target languages by Joshi class, highest first; classes 5, 4 and 3 by the level that XQuAD-R names."""
        found = []
        for group in resource_classes(self.points, self.benchmark):
            level = LEVELS.get(self.points.language(group.codes[0]).joshi or 0)
            found.append(Group(f"{level}-resource ({group.name})", group.codes) if level else group)
        return found

    def means(self, part: Points, group: Group = ALL) -> dict[tuple[str, int], float]:
        """The figure of every line and number of languages."""
        if (id(part), group) not in self._means:
            rows = group_means(part, self.benchmark, group)
            rows = rows[(rows["setting"] == self.measure.setting) & (rows["metric"] == self.measure.metric)]
            self._means[id(part), group] = {(row.line, int(row.n)): float(row.mean) for row in rows.itertuples()}
        return self._means[id(part), group]

    def last(self, part: Points) -> int:
        """The largest number of languages with a figure."""
        return max(n for _, n in self.means(part))

    def ranked(self, part: Points) -> list[tuple[str, float]]:
        """The lines at the largest number of languages with their means, best first."""
        last = self.last(part)
        found = [(line, mean) for (line, n), mean in self.means(part).items() if n == last]
        return sorted(found, key=lambda entry: entry[1], reverse=not self.measure.is_distance)

    def line(self, part: Points, name: str, group: Group = ALL) -> Line | None:
        """A line with its trend; None where there are no values by question."""
        found = self.findings.of(self.benchmark, self.measure, group, part)
        return next((line for line in found if line.name == name), None)

    def counts(self, part: Points, name: str) -> list[int]:
        """The numbers of languages at which a line has a figure, ascending."""
        return sorted(n for line, n in self.means(part) if line == name)

    def runs(self, part: Points, counts: Collection[int]) -> frozenset[tuple[str, ...]]:
        """What ran at some numbers of languages, by line."""
        rows = part.of(self.benchmark)
        return frozenset(rows.loc[rows["n"].isin(counts), ["line", "run"]].itertuples(index=False, name=None))

    def units(self, part: Points, name: str) -> int:
        """How many repetitions a line has; 0 where there are no values by question."""
        curve = self._curve(part, name, ALL)
        return 0 if curve is None else len(curve.units)

    def level(self, part: Points, name: str, n: int, group: Group = ALL) -> Range:
        """The figure of a line at `n` languages, with its interval where that is known."""
        curve = self._curve(part, name, group)
        if curve is None or n not in curve.counts:
            return Range(self.means(part, group)[name, n], _NOT_KNOWN, _NOT_KNOWN)
        return Range.of(estimate(curve.at(n)))

    def between(self, part: Points, first: str, second: str, n: int) -> Comparison | None:
        """The test of two lines at `n` languages, `first` less `second`; None where they were not tested."""
        for each in self.tests(part, n):
            if (each.first, each.second) == (first, second):
                return each.comparison
            if (each.first, each.second) == (second, first):
                return _turned(each.comparison)
        return None

    def tests(self, part: Points, n: int) -> list[Between]:
        """All tests between lines at `n` languages, over all target languages."""
        return [
            each
            for each in self.findings.betweens
            if each.part is part
            and (each.benchmark, each.measure, each.group, each.n) == (self.benchmark, self.measure, ALL, n)
        ]

    def gain(self, part: Points, name: str, group: Group) -> Gain | None:
        """What the largest number of languages brings over the smallest, the start where there is one."""
        ends = self._ends(part, name, group)
        if ends is not None:
            before, n, first, last = ends
            found = paired(last, np.broadcast_to(first, last.shape))
            return Gain(before, n, Range.of(found), found.units)
        means = {n: mean for (line, n), mean in self.means(part, group).items() if line == name}
        if self.findings.lines or len(means) < 2:
            return None
        before, n = min(means), max(means)
        return Gain(before, n, Range(means[n] - means[before], _NOT_KNOWN, _NOT_KNOWN), units=0)

    def differences(self, name: str, first: Group, second: Group) -> dict[Part | None, Comparison]:
        """The gain of a line on one group less that on another, in every part that knows both; corrected together."""
        pairs = {}
        for part in self.parts:
            one, other = self._gained(part, name, first), self._gained(part, name, second)
            if one is not None and other is not None:
                pairs[part.part] = (one, other)
        return dict(zip(pairs, compare_all(list(pairs.values())), strict=True))

    def _gained(self, part: Points, name: str, group: Group) -> np.ndarray | None:
        ends = self._ends(part, name, group)
        return None if ends is None else np.asarray(ends[3] - ends[2])

    def _ends(self, part: Points, name: str, group: Group) -> tuple[int, int, np.ndarray, np.ndarray] | None:
        """The smallest and the largest number of languages of a line, with the values [units, questions] at each."""
        curve = self._curve(part, name, group) if part.counted else None
        if curve is None or (curve.start is None and len(curve.counts) == 1):
            return None
        first = at_start(curve)
        before = curve.counts[0] if first is None else 0
        return before, curve.counts[-1], curve.at(before) if first is None else first, curve.at(curve.counts[-1])

    def _curve(self, part: Points, name: str, group: Group) -> Curve | None:
        if not self.findings.lines:
            return None
        codes = group.codes or tuple(self.points.query_languages(self.benchmark))
        return self.findings.samples.curve(part, self.benchmark, name, self.measure, codes)


def readings(findings: Findings, benchmark: str) -> list[Reading]:
    """All measures of a benchmark; the cross-lingual one first, rank distance last."""
    found = measures(findings.points, benchmark)
    ordered = sorted(found, key=lambda measure: (measure == DISTANCE, measure.setting != "crosslingual"))
    return [Reading(findings, benchmark, measure) for measure in ordered]


def _turned(comparison: Comparison) -> Comparison:
    """The same test, the other way round."""
    found = comparison.difference
    turned = replace(found, mean=-found.mean, low=-found.high, high=-found.low, effect=-found.effect)
    return replace(comparison, difference=turned)
