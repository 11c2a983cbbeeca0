"""The heat map: how well each query language finds passages in each language."""

from collections.abc import Sequence
from math import ceil

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from hybridir.report import captions
from hybridir.report.groups import directions
from hybridir.report.points import Points
from hybridir.report.style import COLUMN, PAGE, paper_figure

COLOURS = "Blues"  # one hue, from light to dark: it reads in grey too
MOST_WITH_VALUES = 12


def heatmap(points: Points, benchmark: str) -> Figure:
    """Query language by passage language at the largest number of languages, a panel per strategy.

    Trained languages first, a line between them and the others, each by resource. All panels
    share one scale of colours; up to 12 languages have their values printed.
    """
    metric = points.headline(benchmark)
    values = directions(points, benchmark)
    values = values[values["metric"].eq(metric) & values["setting"].isin(["monolingual", "crosslingual"])]
    sides = [_order(points, set(values[side])) for side in ("query_lang", "passage_lang")]
    most = max(len(side.codes) for side in sides)
    block = blocks(points)[-1]
    named = [(line, name) for line, name in zip(block.lines, block.names, strict=True) if line in set(values["line"])]
    across = 2 if len(named) == 4 else min(len(named), 3)
    down = ceil(len(named) / across)
    inches = min(((PAGE if across > 1 else COLUMN) - 0.8) / across, max(1.6, 0.32 * most))
    figure = paper_figure(
        max(COLUMN, 0.8 + inches * across),
        (inches + 0.25) * down,
        f"{metric} by query and passage language{captions.largest(points)}, {benchmark}",
        _caption(points, benchmark, sides),
        "passage language",
    )
    panels = list(figure.subplots(down, across, squeeze=False, sharex=True, sharey=True).flat)
    scale = Normalize(0, float(values["mean"].max()))
    for axes, (line, name) in zip(panels, named, strict=False):
        table = values[values["line"] == line].pivot(index="query_lang", columns="passage_lang", values="mean")
        ordered = table.reindex(index=sides[0].codes, columns=sides[1].codes)
        _draw(axes, ordered.to_numpy(), scale, _type_size(most, inches))
        _separate(axes, *sides)
        axes.set_title(f"training: {name}")
    for axes in panels[len(named) :]:
        axes.set_visible(False)
    for axes in panels[len(named) - across : len(named)]:
        axes.tick_params(labelbottom=True)  # the lowest of its column, also where the last row is not full
    _label(panels, *sides, _type_size(most, inches))
    figure.supylabel("query language", fontsize=7.5)
    colours = ScalarMappable(scale, COLOURS)
    bar = figure.colorbar(colours, ax=panels, label=metric, aspect=25, shrink=0.9, pad=0.015, fraction=0.03)
    bar.outline.set_visible(False)
    return figure


def _draw(axes: Axes, table: np.ndarray, scale: Normalize, side: float) -> None:
    """One panel of `side` inches: `table` is [query languages, passage languages]; a gap stays grey."""
    axes.pcolormesh(np.ma.masked_invalid(table), cmap=COLOURS, norm=scale, edgecolor="white", linewidth=0.3)
    axes.set_facecolor("#e8e8e8")
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    axes.set_aspect("equal")
    if len(table) > MOST_WITH_VALUES:
        return
    for (row, column), value in np.ndenumerate(table):
        if np.isfinite(value):
            ink = "white" if scale(value) > 0.6 else "black"
            text = f"{value:.2f}".removeprefix("0")
            size = _type_size(len(table), side, largest=7)
            printed = axes.text(
                column + 0.5, row + 0.54, text, ha="center", va="center", fontsize=size, color=ink
            )
            printed.set_in_layout(False)  # it lies within its cell; to measure hundreds takes seconds


def _label(figure: Figure, first: Axes, codes: Sequence[str], side: float) -> None:
    """The codes along the axes, which all panels share, and the first row on top."""
    middles = [i + 0.5 for i in range(len(codes))]
    first.set_xticks(middles, codes)
    first.set_yticks(middles, codes)
    first.set_ylim(len(codes), 0)
    upright = 0 if len(codes) <= MOST_WITH_VALUES else 90
    for axes in figure.axes:
        axes.tick_params(length=0, pad=2, labelsize=_type_size(len(codes), side, largest=6.5))
        axes.tick_params(axis="x", labelrotation=upright)
    figure.supylabel("query language", fontsize=7.5)


def _separate(axes: Axes, trained: int, total: int) -> None:
    """A line behind the trained languages, if others follow."""
    if 0 < trained < total:
        axes.axhline(trained, color="black", linewidth=0.8)
        axes.axvline(trained, color="black", linewidth=0.8)


def _type_size(languages: int, side: float, largest: float) -> float:
    """Points of type that fit a cell, of `side / languages` inches, with a code or two digits."""
    return min(
        largest, 0.4 * 72 * side / languages if languages <= MOST_WITH_VALUES else 0.8 * 72 * side / languages
    )


def _caption(points: Points, benchmark: str, trained: Sequence[str]) -> str:
    """What the cells are, and what the order and the line mean."""
    order = "Languages by resource"
    if 0 < len(trained) < len(points.query_languages(benchmark)):
        order = "Before the line, languages in the largest training subset, each side by resource"
    note = f"{order}; the diagonal is monolingual."
    return " ".join([captions.source(points, benchmark), captions.seeds(points), note])
