"""Plots over the number of training languages: one line per strategy."""

from collections.abc import Sequence

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from hybridir.report import captions
from hybridir.report.plots.count_axis import CountAxis
from hybridir.report.plots.line_panel import draw_lines
from hybridir.report.plots.strokes import Stroke, strokes
from hybridir.report.plots.style import (
    COLUMN,
    PAGE,
    SHARED_START,
    LineStyle,
    Spacing,
    line_styles,
    panel_grid,
    paper_figure,
    same_heights,
)
from hybridir.report.study.findings import Findings, groups_of
from hybridir.report.study.measures import DISTANCE, measures
from hybridir.report.study.points import Points

NAMES = {
    "monolingual": "monolingual retrieval",
    "crosslingual": "cross-lingual retrieval",
    "multilingual": "multilingual pool",
}
SHORT = {"monolingual": "monolingual", "crosslingual": "cross-lingual", "multilingual": "pool"}


def scaling(findings: Findings, benchmark: str, part: Points) -> Figure:
    """Settings across, and down: all query languages, the trained ones, the never-trained ones.

    The y axis is shared down a column, where groups are compared by the same figure.
    """
    metric = part.headline(benchmark)
    columns = [measure for measure in measures(part, benchmark) if not measure.is_distance]
    rows = groups_of(findings.points, benchmark)
    cells = [[strokes(findings, benchmark, measure, part, group) for measure in columns] for group in rows]
    drawn = [line for row in cells for found in row for line in found]
    said = f"{captions.averaged(part, benchmark)} {captions.groups(rows[1:])}"
    figure = paper_figure(
        PAGE if len(columns) > 1 else COLUMN,
        1.3 * len(rows) + 0.35,
        f"{metric} by number of training languages, {benchmark}",
        _caption(part, benchmark, drawn, said),
        x_label(part),
        _legend(part),
        subtitle(part),
        by_hand=True,
    )
    panels = panel_grid(figure, len(rows), len(columns), Spacing(across=0.42))
    styles = line_styles(part.lines)
    for row, group, found in zip(panels, rows, cells, strict=True):
        for axes, lines in zip(row, found, strict=True):
            styled = [(line, styles[line.name]) for line in lines]
            draw_lines(axes, CountAxis(part.counts), styled, one_start=part.start_is_shared)
            axes.tick_params(labelbottom=row is panels[-1])
        size = f"{len(group.codes)} " if group.codes else ""
        row[0].set_ylabel(f"{size}{group.name}\n{metric}")
    for column, measure in zip(zip(*panels, strict=True), columns, strict=True):
        same_heights(column)
        column[0].set_title(NAMES[measure.setting])
    return figure


def rank_distance(findings: Findings, benchmark: str, part: Points) -> Figure:
    """Rank distance, the language bias of a multilingual pool, in one column."""
    lines = strokes(findings, benchmark, DISTANCE, part)
    figure = paper_figure(
        COLUMN,
        1.9,
        f"Rank distance by number of training languages, {benchmark}",
        _caption(part, benchmark, lines, captions.distance()),
        x_label(part),
        _legend(part),
        subtitle(part),
        by_hand=True,
    )
    ((axes,),) = panel_grid(figure, 1, 1, Spacing(top=0.06))
    styles = line_styles(part.lines)
    styled = [(line, styles[line.name]) for line in lines]
    draw_lines(axes, CountAxis(part.counts), styled, one_start=part.start_is_shared)
    axes.set_ylim(0, 1.06 * axes.dataLim.ymax)  # from zero, with room for the marks at the top
    axes.set_ylabel("rank distance (ranks)")
    return figure


def subtitle(part: Points) -> str:
    """The arm and the order, where the sweep has several."""
    return "" if part.part is None else part.part.name[:1].upper() + part.part.name[1:]


def x_label(points: Points) -> str:
    """Says what zero is, unless the legend does."""
    zero = f"; 0 = {points.start}" if points.counts[0] == 0 and not points.start_is_shared else ""
    return f"number of training languages (log scale{zero})"


def handles(styles: dict[str, LineStyle], points: Points) -> list[Line2D]:
    """The entries of a legend: `styles`, and the start where all lines share it."""
    named = list(styles.items())
    if points.start_is_shared:
        named.append((points.start, SHARED_START))
    return [Line2D([], [], label=name, **style.options) for name, style in named]


def _legend(part: Points) -> list[Line2D]:
    styles = line_styles(part.lines)
    return handles({line: styles[line] for line in part.lines}, part)


def _caption(part: Points, benchmark: str, found: Sequence[Stroke], text: str) -> str:
    said = [captions.source(part, benchmark), captions.spread(part, found), text.strip(), captions.left_out(part)]
    return " ".join(filter(None, said))
