"""Heat maps of languages by languages: panels that share their sides and one scale of colours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from hybridir.report.plots.style import COLUMN, ON_LIGHT, PAGE, Spacing, panel_grid, paper_figure
from hybridir.report.study.groups import training_sets
from hybridir.report.study.points import Points

MOST_WITH_VALUES = 12
"""Languages along a side up to which the value of each cell is printed."""

_GAP = "#e8e8e8"  # a cell without a value
_CODES, _BAR, _TITLES = 0.5, 0.62, 0.26  # inches beside the panels, and between one row of them and the next
_DARK = 0.5  # of the luminance of white


@dataclass(frozen=True)
class Panel:
    """A heat map: rows are query languages, columns passage languages."""

    title: str
    values: pd.DataFrame


@dataclass(frozen=True)
class Side:
    """The languages along one side: first those of the largest training subset, each part by resource."""

    codes: list[str]
    trained: int

    @property
    def is_divided(self) -> bool:
        return 0 < self.trained < len(self.codes)


@dataclass(frozen=True)
class Colours:
    """A map of colours by name, its scale, what the values are called beside it, and what stands there by value.

    Values below `least` are not printed in their cells.
    """

    name: str
    scale: Normalize
    label: str
    marks: Mapping[float, str] = field(default_factory=dict)
    least: float = 0.0

    def inks(self, values: np.ndarray) -> np.ndarray:
        """Black or white, as reads on the colour of each of `values`."""
        light = matplotlib.colormaps[self.name](self.scale(values))[..., :3] @ [0.299, 0.587, 0.114]
        return np.where(light < _DARK, "white", ON_LIGHT)


@dataclass(frozen=True)
class _Layout:
    """How many panels stand side by side and below each other, the inches of each, and the size of its type."""

    across: int
    down: int
    inches: float
    type_size: float


def side(points: Points, found: pd.Series) -> Side:
    """The side of the languages in `found`."""
    codes, (always, _) = points.by_resource(set(found)), training_sets(points)
    trained = [code for code in codes if code in always]
    return Side(trained + [code for code in codes if code not in always], len(trained))


def language_panels(
    panels: Sequence[Panel],
    queries: Side,
    passages: Side,
    colours: Colours,
    title: str,
    caption: str,
    subtitle: str = "",
) -> Figure:
    """A figure of all panels; up to 12 languages have their values printed."""
    layout = _layout(len(panels), max(len(queries.codes), len(passages.codes)))
    spacing = Spacing(_CODES, bottom=0.2, right=_BAR, down=(_TITLES,))
    width = layout.across * layout.inches + (layout.across - 1) * spacing.across + _CODES + _BAR
    height = layout.down * layout.inches + (layout.down - 1) * _TITLES + spacing.top + spacing.bottom
    figure = paper_figure(max(COLUMN, width), height, title, caption, "passage language", (), subtitle, by_hand=True)
    grid = [axes for row in panel_grid(figure, layout.down, layout.across, spacing) for axes in row]
    for place, (axes, panel) in enumerate(zip(grid, panels, strict=False)):
        table = panel.values.reindex(index=queries.codes, columns=passages.codes).to_numpy(np.float64)
        _draw(axes, table, colours, layout)
        _divide(axes, queries, passages)
        _label(axes, queries, passages, layout, place, len(panels))
        axes.set_title(panel.title)
    for axes in grid[len(panels) :]:
        axes.set_visible(False)
    _bar(figure, grid, colours)
    return figure


def _layout(panels: int, languages: int) -> _Layout:
    across = 2 if panels == 4 else min(panels, 3)
    widest = ((PAGE if across > 1 else COLUMN) - _CODES - _BAR) / across - 0.08
    inches = min(widest, max(1.6, 0.32 * languages))
    # Two digits fit 0.4 of a cell's side; where only codes are printed, they may fill the side.
    share = 0.4 if languages <= MOST_WITH_VALUES else 0.8
    return _Layout(across, ceil(panels / across), inches, min(6.5, share * 72 * inches / languages))


def _draw(axes: Axes, table: np.ndarray, colours: Colours, layout: _Layout) -> None:
    """One panel: `table` is [query languages, passage languages]; a gap stays grey."""
    cells = np.ma.masked_invalid(table)
    axes.pcolormesh(cells, cmap=colours.name, norm=colours.scale, edgecolor="white", linewidth=0.3)
    axes.set_facecolor(_GAP)
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    axes.set_aspect("equal")
    axes.set_ylim(len(table), 0)
    if max(table.shape) > MOST_WITH_VALUES:
        return
    style: dict[str, Any] = {"ha": "center", "va": "center_baseline", "fontsize": layout.type_size}
    inks = colours.inks(cells)
    for (row, column), value in np.ndenumerate(table):
        if np.isfinite(value) and value >= colours.least:
            text = f"{value:.2f}".removeprefix("0")
            axes.text(column + 0.5, row + 0.5, text, color=inks[row, column], **style)


def _divide(axes: Axes, queries: Side, passages: Side) -> None:
    """Lines behind the trained languages, where others follow."""
    if queries.is_divided:
        axes.axhline(queries.trained, color=ON_LIGHT, linewidth=0.8)
    if passages.is_divided:
        axes.axvline(passages.trained, color=ON_LIGHT, linewidth=0.8)


def _label(axes: Axes, queries: Side, passages: Side, layout: _Layout, place: int, panels: int) -> None:
    """The codes along the sides: left of the first panel of a row, and below the lowest of a column."""
    is_first, is_lowest = place % layout.across == 0, place + layout.across >= panels
    axes.set_xticks(np.arange(len(passages.codes)) + 0.5 if is_lowest else [], passages.codes if is_lowest else [])
    axes.set_yticks(np.arange(len(queries.codes)) + 0.5 if is_first else [], queries.codes if is_first else [])
    axes.tick_params(length=0, pad=2, labelsize=layout.type_size, labelbottom=is_lowest, labelleft=is_first)
    axes.tick_params(axis="x", labelrotation=0 if len(passages.codes) <= MOST_WITH_VALUES else 90)


def _bar(figure: Figure, grid: Sequence[Axes], colours: Colours) -> None:
    """The scale of colours at the right, and what the rows are at the left."""
    boxes = [axes.get_position() for axes in grid]
    low, high = min(box.y0 for box in boxes), max(box.y1 for box in boxes)
    width = figure.get_figwidth()
    place = (max(box.x1 for box in boxes) + 0.08 / width, low, 0.09 / width, high - low)
    mappable = ScalarMappable(colours.scale, colours.name)
    bar = figure.colorbar(mappable, cax=figure.add_axes(place, label="<colorbar>"), label=colours.label)
    bar.outline.set_visible(False)
    bar.ax.set_ylim(0, colours.scale.vmax)
    if colours.marks:
        bar.set_ticks(list(colours.marks), labels=list(colours.marks.values()))
    figure.text(0.08 / width, (low + high) / 2, "query language", rotation=90, ha="center", va="center")
