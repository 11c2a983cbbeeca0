"""One panel over the number of training languages: lines through their means, with bands, starts and fitted curves."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from hybridir.report.plots.count_axis import CountAxis
from hybridir.report.plots.strokes import Spread, Stroke
from hybridir.report.plots.style import SHARED_START, LineStyle

_STEPS = 40  # points of a fitted curve


Lines = Sequence[tuple[Stroke, LineStyle]]


def draw_lines(axes: Axes, axis: CountAxis, lines: Lines, *, one_start: bool) -> None:
    """Draw `lines`, each in its style, and the axis below them; with `one_start` they begin in the same point."""
    for line, style in lines:
        _draw_band(axes, axis, line, style)
        _draw_fit(axes, axis, line, style)
    for start, style in _starts(lines, one_start):
        axes.vlines([axis.at(0)], start.low, start.high, color=style.colour, linewidth=0.8, zorder=3)
    _draw_means(axes, axis, lines, one_start)


def draw_small(axes: Axes, axis: CountAxis, lines: Lines, *, one_start: bool) -> None:
    """The same for a small panel: the means alone."""
    _draw_means(axes, axis, lines, one_start, markersize=2.6, linewidth=1.0)


def _draw_means(axes: Axes, axis: CountAxis, lines: Lines, one_start: bool, **size: Any) -> None:
    for line, style in lines:
        means = [point.mean for point in line.points.values()]
        axes.plot([axis.at(n) for n in line.points], means, **style.options, **size)
        if line.start is not None:
            way = [axis.at(0), axis.at(next(iter(line.points)))]  # beyond the break of the axis
            axes.plot(way, [line.start.mean, means[0]], color=style.colour, linestyle=":", linewidth=0.8, zorder=1)
    for start, style in _starts(lines, one_start):
        axes.plot([axis.at(0)], [start.mean], zorder=4, **style.options, **size)
    axis.draw(axes)


def _starts(lines: Lines, one_start: bool) -> list[tuple[Spread, LineStyle]]:
    """The starts to draw: a single one where all lines share it."""
    found = [(line.start, SHARED_START if one_start else style) for line, style in lines if line.start is not None]
    return found[:1] if one_start else found


def _draw_band(axes: Axes, axis: CountAxis, line: Stroke, style: LineStyle) -> None:
    """A band; an upright line where there is one point alone."""
    places, points = [axis.at(n) for n in line.points], line.points.values()
    low, high = [point.low for point in points], [point.high for point in points]
    if len(places) > 1:
        axes.fill_between(places, low, high, color=style.colour, alpha=0.14, linewidth=0)
    else:
        axes.vlines(places, low, high, color=style.colour, linewidth=0.8)


def _draw_fit(axes: Axes, axis: CountAxis, line: Stroke, style: LineStyle) -> None:
    """Thinly the fitted curve, where the points carry one."""
    if line.trend is not None and not line.trend.refused:
        first, *_, last = line.points
        ns = np.geomspace(first, last, _STEPS).clip(first, last)  # rounding must not leave the range
        curve = [line.trend.predict(n) for n in ns]
        axes.plot([axis.at(n) for n in ns], curve, color=style.colour, alpha=0.6, linewidth=0.5, zorder=1.5)
