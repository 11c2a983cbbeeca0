"""The lines of a plot over the number of training languages: with their statistics where those are known."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from hybridir.report.study.findings import Findings, Line
from hybridir.report.study.groups import ALL, Group, group_means
from hybridir.report.study.measures import Measure
from hybridir.report.study.points import Points
from hybridir.statistics.trend import Trend


@dataclass(frozen=True)
class Spread:
    """A mean and the ends of what is drawn around it."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Stroke:
    """One line: its points by number of training languages, its start, and its trend.

    `units` are the repetitions that the statistics rest on; without values by question there are none, and a point is
    drawn from its lowest to its highest seed.
    """

    name: str
    points: dict[int, Spread]
    start: Spread | None
    trend: Trend | None = None
    units: tuple[str, ...] = ()

    @property
    def range(self) -> float:
        """From the lowest to the highest mean."""
        means = [point.mean for point in (*self.points.values(), *([self.start] if self.start else []))]
        return max(means) - min(means)


def strokes(findings: Findings, benchmark: str, measure: Measure, part: Points, group: Group = ALL) -> list[Stroke]:
    """The lines of one panel, in the order of the sweep."""
    if not findings.lines:
        means = group_means(part, benchmark, group)
        return by_name(part, means[(means["setting"] == measure.setting) & (means["metric"] == measure.metric)])
    return [
        Stroke(
            line.name,
            _points(line),
            None if line.start is None else Spread(line.start.mean, line.start.low, line.start.high),
            line.trend,
            line.curve.units,
        )
        for line in findings.of(benchmark, measure, group, part)
    ]


def _points(line: Line) -> dict[int, Spread]:
    ends = np.transpose([line.curve.means, line.low, line.high])
    return {n: Spread(*map(float, at)) for n, at in zip(line.curve.counts, ends, strict=True)}


def by_name(part: Points, means: pd.DataFrame) -> list[Stroke]:
    """The lines of rows as `over_seeds` has them, a row per line and number of languages."""
    found: dict[str, dict[int, Spread]] = {name: {} for name in part.lines}
    ordered = means.sort_values("n")
    ends = ordered[["mean", "low", "high"]].to_numpy(np.float64).tolist()
    for line, n, at in zip(ordered["line"], ordered["n"], ends, strict=True):
        found[line][int(n)] = Spread(*at)
    starts = {name: points.pop(0, None) if part.counted else None for name, points in found.items()}
    return [Stroke(name, points, starts[name]) for name, points in found.items() if points]
