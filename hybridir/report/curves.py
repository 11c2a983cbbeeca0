"""Plots over the number of training languages: one line per strategy."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from hybridir.report import captions
from hybridir.report.cells import DISTANCE, Measure, measures
from hybridir.report.count_axis import CountAxis
from hybridir.report.groups import ALL, exposure, group_means
from hybridir.report.points import Points
from hybridir.report.style import COLUMN, PAGE, SHARED_START, line_styles, paper_figure

BAND = "bands from the lowest to the highest"
NAMES = {
    "monolingual": "monolingual retrieval",
    "crosslingual": "cross-lingual retrieval",
    "multilingual": "multilingual pool",
}


def scaling(points: Points, benchmark: str) -> Figure:
    """Settings across, and down: all query languages, the trained ones, the never-trained ones.

    The y axis is shared down a column, where groups are compared by the same figure.
    """
    metric = points.headline(benchmark)
    columns = [measure for measure in measures(points, benchmark) if not measure.is_distance]
    exposed = exposure(points, benchmark)
    rows = [ALL, *exposed] if len(exposed) == 2 else [ALL]
    members = captions.groups(exposed) if len(rows) > 1 else ""
    figure = paper_figure(
        PAGE if len(columns) > 1 else COLUMN,
        1.4 * len(rows) + 0.2,
        f"{metric} by number of training languages, {benchmark}",
        _caption(points, benchmark, f"{captions.averaged(points, benchmark)} {members}"),
        _x_label(points),
        _legend(points),
    )
    panels = figure.subplots(len(rows), len(columns), sharex=True, sharey="col", squeeze=False)
    for row, group in zip(panels, rows, strict=True):
        means = group_means(points, benchmark, group)
        for axes, measure in zip(row, columns, strict=True):
            _draw(axes, points, means, measure)
        size = f"{len(group.codes)} " if group.codes else ""
        row[0].set_ylabel(f"{size}{group.name}\n{metric}")
    for axes, measure in zip(panels[0], columns, strict=True):
        axes.set_title(NAMES[measure.setting])
    return figure


def rank_distance(points: Points, benchmark: str) -> Figure:
    """Rank distance, the language bias of a multilingual pool, in one column."""
    figure = paper_figure(
        COLUMN,
        1.9,
        f"Rank distance by number of training languages, {benchmark}",
        _caption(points, benchmark, captions.distance()),
        _x_label(points),
        _legend(points),
    )
    axes = figure.subplots()
    _draw(axes, points, group_means(points, benchmark, ALL), DISTANCE)
    axes.set_ylim(0, 1.06 * axes.dataLim.ymax)  # from zero, with room for the marks at the top
    axes.set_ylabel("rank distance (ranks)")
    return figure


def _draw(axes: Axes, points: Points, means: pd.DataFrame, measure: Measure) -> None:
    """One panel: each line through its means, dotted to the start, with a band over seeds."""
    axis = CountAxis(points.counts)
    wanted = means[(means["setting"] == measure.setting) & (means["metric"] == measure.metric)]
    for line, style in line_styles(points.lines).items():
        found = wanted[wanted["line"] == line].sort_values("n")
        places, heights = [axis.at(n) for n in found["n"]], list(found["mean"])
        first = 1 if 0 in set(found["n"]) else 0
        axes.fill_between(places, found["low"], found["high"], color=style.colour, alpha=0.15, linewidth=0)
        axes.plot(places[first:], heights[first:], **style.options)
        if first:
            start = SHARED_START if points.start_is_shared else style
            axes.plot(places[:2], heights[:2], color=style.colour, linestyle=":", linewidth=0.8, zorder=1)
            axes.plot(places[:1], heights[:1], zorder=4, **start.options)
    axis.draw(axes)


def _legend(points: Points) -> list[Line2D]:
    styles = line_styles(points.lines)
    named = [(line, styles[line]) for line in points.lines]
    if points.start_is_shared:
        named.append((points.start, SHARED_START))
    return [Line2D([], [], label=name, **style.options) for name, style in named]


def _x_label(points: Points) -> str:
    """Says what zero is, unless the legend does."""
    zero = f"; 0 = {points.start}" if points.counts[0] == 0 and not points.start_is_shared else ""
    return f"number of training languages (log scale{zero})"


def _caption(points: Points, benchmark: str, text: str) -> str:
    source, seeds = captions.source(points, benchmark), captions.seeds(points, BAND)
    return " ".join(filter(None, (source, seeds, text.strip(), captions.left_out(points))))
