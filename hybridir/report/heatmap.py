"""The heat map: how well each query language finds passages in each language."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from hybridir.report import captions
from hybridir.report.cells import blocks
from hybridir.report.groups import directions, training_sets
from hybridir.report.points import Points
from hybridir.report.style import COLUMN, PAGE, paper_figure

COLOURS = "Blues"  # one hue, from light to dark: it reads in grey too
MOST_WITH_VALUES = 12


@dataclass(frozen=True)
class Side:
    """The languages along one side: first those of the largest training subset, each part by resource."""

    codes: list[str]
    trained: int

    @property
    def is_divided(self) -> bool:
        return 0 < self.trained < len(self.codes)


@dataclass(frozen=True)
class Layout:
    """How many panels stand side by side and below each other, and the inches of each."""

    across: int
    down: int
    inches: float
    type_size: float


def heatmap(points: Points, benchmark: str) -> Figure:
    """Query language by passage language at the largest number of languages, a panel per strategy.

    All panels share one scale of colours; up to 12 languages have their values printed.
    """
    metric = points.headline(benchmark)
    values = directions(points, benchmark)
    values = values[values["metric"].eq(metric) & values["setting"].isin(["monolingual", "crosslingual"])]
    queries, passages = (_side(points, values[column]) for column in ("query_lang", "passage_lang"))
    lines = _lines(points, values)
    layout = _layout(len(lines), max(len(queries.codes), len(passages.codes)))
    figure = paper_figure(
        max(COLUMN, 0.8 + layout.inches * layout.across),
        (layout.inches + 0.25) * layout.down,
        f"{metric} by query and passage language{captions.largest(points)}, {benchmark}",
        _caption(points, benchmark, queries, passages),
        "passage language",
    )
    panels = list(figure.subplots(layout.down, layout.across, squeeze=False, sharex=True, sharey=True).flat)
    scale = Normalize(0, float(values["mean"].max()))
    for axes, (line, name) in zip(panels, lines.items(), strict=False):
        table = values[values["line"] == line].pivot(index="query_lang", columns="passage_lang", values="mean")
        _draw(axes, table.reindex(index=queries.codes, columns=passages.codes).to_numpy(), scale, layout)
        _divide(axes, queries, passages)
        axes.set_title(f"training: {name}")
    for axes in panels[len(lines) :]:
        axes.set_visible(False)
    for axes in panels[len(lines) - layout.across : len(lines)]:
        axes.tick_params(labelbottom=True)  # the lowest of its column, where the last row is not full
    _label(panels, queries, passages, layout)
    figure.supylabel("query language", fontsize=7.5)
    colours = ScalarMappable(scale, COLOURS)
    bar = figure.colorbar(colours, ax=panels, label=metric, aspect=25, shrink=0.9, pad=0.015, fraction=0.03)
    bar.outline.set_visible(False)
    return figure


def _side(points: Points, found: pd.Series) -> Side:
    codes, (always, _) = points.by_resource(set(found)), training_sets(points)
    trained = [code for code in codes if code in always]
    return Side(trained + [code for code in codes if code not in always], len(trained))


def _lines(points: Points, values: pd.DataFrame) -> dict[str, str]:
    """The lines that have a result at the largest number of languages, and what to call them."""
    there, block = set(values["line"]), blocks(points)[-1]
    return {line: name for line, name in zip(block.lines, block.names, strict=True) if line in there}


def _layout(panels: int, languages: int) -> Layout:
    across = 2 if panels == 4 else min(panels, 3)
    widest = ((PAGE if across > 1 else COLUMN) - 0.8) / across
    inches = min(widest, max(1.6, 0.32 * languages))
    # Two digits fit 0.4 of a cell's side; where only codes are printed, they may fill the side.
    share = 0.4 if languages <= MOST_WITH_VALUES else 0.8
    return Layout(across, ceil(panels / across), inches, min(6.5, share * 72 * inches / languages))


def _draw(axes: Axes, table: np.ndarray, scale: Normalize, layout: Layout) -> None:
    """One panel: `table` is [query languages, passage languages]; a gap stays grey."""
    axes.pcolormesh(np.ma.masked_invalid(table), cmap=COLOURS, norm=scale, edgecolor="white", linewidth=0.3)
    axes.set_facecolor("#e8e8e8")
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    axes.set_aspect("equal")
    if max(table.shape) > MOST_WITH_VALUES:
        return
    style: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": layout.type_size}
    for (row, column), value in np.ndenumerate(table):
        if np.isfinite(value):
            ink = "white" if scale(value) > 0.6 else "black"
            text = f"{value:.2f}".removeprefix("0")
            printed = axes.text(column + 0.5, row + 0.54, text, color=ink, **style)
            printed.set_in_layout(False)  # it lies within its cell; to measure hundreds takes seconds


def _divide(axes: Axes, queries: Side, passages: Side) -> None:
    """Lines behind the trained languages, where others follow."""
    if queries.is_divided:
        axes.axhline(queries.trained, color="black", linewidth=0.8)
    if passages.is_divided:
        axes.axvline(passages.trained, color="black", linewidth=0.8)


def _label(panels: Sequence[Axes], queries: Side, passages: Side, layout: Layout) -> None:
    """The codes along the sides, which all panels share, and the first query language on top."""
    panels[0].set_xticks(np.arange(len(passages.codes)) + 0.5, passages.codes)
    panels[0].set_yticks(np.arange(len(queries.codes)) + 0.5, queries.codes)
    panels[0].set_ylim(len(queries.codes), 0)
    upright = 0 if len(passages.codes) <= MOST_WITH_VALUES else 90
    for axes in panels:
        axes.tick_params(length=0, pad=2, labelsize=layout.type_size)
        axes.tick_params(axis="x", labelrotation=upright)


def _caption(points: Points, benchmark: str, queries: Side, passages: Side) -> str:
    """What the order and the line mean."""
    order = "Languages by resource"
    if queries.is_divided or passages.is_divided:
        order = "Before the line, languages in the largest training subset; each side by resource"
    note = f"{order}; where both languages are the same, retrieval is monolingual."
    return " ".join([captions.source(points, benchmark), captions.seeds(points), note])
