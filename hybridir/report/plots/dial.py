"""The plot over a setting that is a number: alpha, a budget of pairs, a temperature.

Drawn where the sweep has one axis of numbers with three values or more, besides seeds and the number of training
languages; other axes that vary make its lines.
"""

from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from hybridir.report import captions
from hybridir.report.plots.curves import NAMES
from hybridir.report.plots.style import COLUMN, PAGE, line_styles, paper_figure
from hybridir.report.study.groups import ALL, group_means
from hybridir.report.study.measures import DISTANCE, Measure, measures
from hybridir.report.study.points import AXIS, Points

_FEWEST = 3  # values that make a curve
_SPREAD = 20.0  # highest over lowest value from which on the scale is logarithmic


@dataclass(frozen=True)
class Dial:
    """The axis that is a number: its `name`, and for each line of the sweep the value and what else tells it apart."""

    name: str
    values: dict[str, float]
    lines: dict[str, str]

    @property
    def logarithmic(self) -> bool:
        low, high = min(self.values.values()), max(self.values.values())
        return low > 0 and high / low >= _SPREAD


def find_dial(points: Points) -> Dial | None:
    """The one axis of numbers that varies, or None."""
    named = {column: column.removeprefix(AXIS) for column in points.axes if column.startswith(AXIS)}
    skipped = {"seed", "languages"}
    varying = [column for column, name in named.items() if name not in skipped and points.axes[column].nunique() > 1]
    numbers = {column: pd.to_numeric(points.axes[column], errors="coerce") for column in varying}
    dials = [c for c in varying if numbers[c].notna().all() and numbers[c].nunique() >= _FEWEST]
    if len(dials) != 1:
        return None
    others = [column for column in varying if column != dials[0]]
    told_apart = points.axes[others].agg(", ".join, axis=1) if others else pd.Series("all runs", points.axes.index)
    return Dial(
        named[dials[0]],
        dict(zip(points.axes["line"], numbers[dials[0]].astype(float), strict=True)),
        dict(zip(points.axes["line"], told_apart, strict=True)),
    )


def dial_plot(points: Points, benchmark: str, dial: Dial) -> Figure:
    """The headline metric of each setting, and rank distance, over the values of `dial`."""
    shown = measures(points, benchmark)
    names = list(dict.fromkeys(dial.lines.values()))
    legend = [Line2D([], [], label=name, **style.options) for name, style in line_styles(names).items()]
    figure = paper_figure(
        PAGE if len(shown) > 1 else COLUMN,
        1.7,
        f"{points.headline(benchmark)} by {dial.name}{captions.largest(points)}, {benchmark}",
        " ".join([captions.source(points, benchmark), captions.seeds(points, captions.RANGE)]),
        dial.name + (" (log scale)" if dial.logarithmic else ""),
        legend if len(names) > 1 else (),
    )
    means = group_means(points, benchmark, ALL)
    means = means[means["n"] == points.counts[-1]]
    panels = figure.subplots(1, len(shown), squeeze=False)[0]
    for axes, measure in zip(panels, shown, strict=True):
        _draw(axes, means, measure, dial, names)
        axes.set_title("rank distance" if measure == DISTANCE else NAMES[measure.setting])
    return figure


def _draw(axes: Axes, means: pd.DataFrame, measure: Measure, dial: Dial, names: list[str]) -> None:
    wanted = means[(means["setting"] == measure.setting) & (means["metric"] == measure.metric)]
    for name, style in line_styles(names).items():
        mine = wanted[wanted["line"].map(dial.lines) == name]
        mine = mine.assign(place=mine["line"].map(dial.values)).sort_values("place")
        axes.fill_between(mine["place"], mine["low"], mine["high"], color=style.colour, alpha=0.15, linewidth=0)
        axes.plot(mine["place"], mine["mean"], **style.options)
    if dial.logarithmic:
        axes.set_xscale("log")
