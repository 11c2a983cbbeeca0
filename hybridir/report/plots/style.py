"""How plots look: for print in a two-column paper, in colour or grey, and the same bytes every time.

Colours of text and frames are black, `GREY`, `GRID` and white alone, so that a dark page can turn them round.
"""

import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path
from typing import Any

import matplotlib.style
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from hybridir.files import atomic_path

COLUMN, PAGE = 3.3, 6.9
"""Width of a column and of a page of a two-column paper, in inches."""

GREY, GRID = "#555555", "#e3e3e3"

ON_LIGHT = "#111111"
"""Text on a light cell: a dark page turns black into white, but not this."""

TITLE, CAPTION = "title", "caption"
"""The ids of a figure's title and caption in its SVG: a page prints them as text of its own."""

_RC = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],  # it comes with matplotlib, so every machine sets the same type
    "font.size": 7.5,
    "axes.titlesize": 8,
    "axes.titley": 1.0,  # else every axis is measured, to place the title above it
    "axes.labelsize": 7.5,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "legend.fontsize": 7.5,
    "legend.frameon": False,
    "legend.borderaxespad": 0.1,
    "legend.handlelength": 2.8,
    "legend.columnspacing": 1.5,
    "legend.labelspacing": 0.25,
    "axes.linewidth": 0.6,
    "axes.edgecolor": GREY,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 0.5,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "lines.linewidth": 1.2,
    "lines.markersize": 4,
    "savefig.dpi": 200,
    "svg.fonttype": "none",
    "svg.hashsalt": "hybridir",
}


@dataclass(frozen=True)
class LineStyle:
    """One line of a plot: told apart by colour, by marker and by dashes, each enough alone."""

    colour: str
    marker: str
    dashes: str | tuple[float, tuple[float, ...]]

    @property
    def options(self) -> dict[str, Any]:
        """What matplotlib's `Line2D` calls them."""
        return {"color": self.colour, "marker": self.marker, "linestyle": self.dashes}


# The colours of Okabe and Ito (2008), but for yellow, which is too faint for a line on white.
_STYLES = [
    LineStyle("#0072B2", "o", "solid"),
    LineStyle("#D55E00", "s", (0, (4, 1.5))),
    LineStyle("#009E73", "^", (0, (6, 1.2, 1.2, 1.2))),
    LineStyle("#CC79A7", "D", (0, (1.2, 1.2))),
    LineStyle("#E69F00", "v", (0, (3, 1, 1, 1, 1, 1))),
    LineStyle("#56B4E9", "P", (0, (8, 2))),
    LineStyle("#000000", "X", (0, (2, 2))),
]
LINE_COLOURS = tuple(style.colour.lower() for style in _STYLES)
SHARED_START = LineStyle("#000000", "p", "none")
_STRATEGIES = ("monolingual", "crosslingual", "hybrid", "mixed")


def line_styles(lines: Sequence[str]) -> dict[str, LineStyle]:
    """A style per line; a strategy looks the same in every sweep, other lines take what is left."""
    fixed = {line: _STYLES[_STRATEGIES.index(line)] for line in lines if line in _STRATEGIES}
    free = [style for style in _STYLES if style not in fixed.values()] or _STYLES
    others = [line for line in lines if line not in fixed]
    # A second round through the colours shifts markers and dashes, so that no two lines look the same.
    return fixed | {
        line: replace(free[(i + i // len(free)) % len(free)], colour=free[i % len(free)].colour)
        for i, line in enumerate(others)
    }


def facet_styles(names: Sequence[str]) -> dict[str, LineStyle]:
    """A style per arm or order: first those that no strategy has, the darkest of them first."""
    taken = len(_STRATEGIES)
    apart = [*reversed(_STYLES[taken:]), *_STYLES[:taken]]
    return {name: apart[i % len(apart)] for i, name in enumerate(names)}


@contextmanager
def paper_style() -> Iterator[None]:
    """Matplotlib's own defaults with ours on top, whatever the user's matplotlibrc says."""
    with matplotlib.style.context(["default", _RC]):
        yield


def paper_figure(
    width: float,
    height: float,
    title: str,
    caption: str,
    x_label: str,
    legend: Sequence[Line2D] = (),
    subtitle: str = "",
    by_hand: bool = False,
) -> Figure:
    """A figure of `width` inches with `height` inches for its panels.

    Above them stand the title, the subtitle and the legend, below them the label that all x axes share and the
    caption. Their lines are counted here, since matplotlib's layout knows panels only. `by_hand` leaves the panels to
    `panel_grid`.
    """
    titles, subtitles = textwrap.wrap(title, int(width * 13.8)), textwrap.wrap(subtitle, int(width * 18))
    captions = textwrap.wrap(caption, int(width * 21), break_on_hyphens=False)
    longest = max((len(str(handle.get_label())) for handle in legend), default=0)
    per_row = max(1, int(width / (0.45 + 0.065 * longest)))
    title_height = 0.06 + 0.15 * len(titles)
    head = title_height + 0.14 * len(subtitles)
    legend_rows = ceil(len(legend) / per_row)
    top = head + 0.16 * legend_rows + 0.04
    caption_height = 0.09 + 0.11 * len(captions)
    bottom = caption_height + 0.18
    total = top + height + bottom
    figure = Figure(figsize=(width, total))
    FigureCanvasAgg(figure)
    figure.subplots_adjust(0, bottom / total, 1, (bottom + height) / total)
    if not by_hand:
        figure.set_layout_engine("constrained", rect=(0, bottom / total, 1, height / total), w_pad=0.04, h_pad=0.04)
    left, edge = 0.05 / width, 0.05 / total
    figure.text(left, 1 - edge, "\n".join(titles), va="top", fontsize=8.5, fontweight="bold", gid=TITLE)
    if subtitles:
        figure.text(left, 1 - title_height / total, "\n".join(subtitles), va="top", color=GREY)
    figure.text(0.5, (caption_height + 0.03) / total, x_label, ha="center", va="bottom")
    figure.text(left, edge, "\n".join(captions), va="bottom", fontsize=6, color=GREY, linespacing=1.3, gid=CAPTION)
    if legend:
        corner = (0, 1 - head / total)
        across = ceil(len(legend) / legend_rows)
        figure.legend(handles=legend, ncols=across, loc="upper left", bbox_to_anchor=corner).set_in_layout(False)
    return figure


_LABEL = 0.36
"""Inches from a panel of a grid to the label of its axis."""


@dataclass(frozen=True)
class Spacing:
    """Inches around the panels of a grid, and between them; labels and titles of panels stand in there.

    `down` is between one row and the next, taken in turn.
    """

    left: float = 0.62
    top: float = 0.22
    bottom: float = 0.2
    right: float = 0.06
    across: float = 0.12
    down: tuple[float, ...] = (0.12,)


def panel_grid(figure: Figure, rows: int, columns: int, spacing: Spacing) -> list[list[Axes]]:
    """Panels of one size in the space that `paper_figure` left for them; labels of y stand in one line.

    Matplotlib's own layout draws every figure twice, and measures every label to place the next.
    """
    width, total = figure.get_size_inches()
    gaps = [spacing.down[i % len(spacing.down)] for i in range(rows - 1)]
    wide = (width - spacing.left - spacing.right - spacing.across * (columns - 1)) / columns
    edge = figure.subplotpars.top * total - spacing.top
    high = (edge - figure.subplotpars.bottom * total - spacing.bottom - sum(gaps)) / rows
    panels = []
    for gap in [*gaps, 0.0]:
        lefts = [spacing.left + column * (wide + spacing.across) for column in range(columns)]
        boxes = [(left / width, (edge - high) / total, wide / width, high / total) for left in lefts]
        panels.append([figure.add_axes(box) for box in boxes])
        for axes in panels[-1]:
            axes.yaxis.set_label_coords(-_LABEL / wide, 0.5)
            axes.xaxis.set_label_coords(0.5, -_LABEL / high)
        edge -= high + gap
    return panels


def same_heights(panels: Sequence[Axes]) -> None:
    """Give panels the same y axis."""
    limits = [axes.get_ylim() for axes in panels]
    for axes in panels:
        axes.set_ylim(min(low for low, _ in limits), max(high for _, high in limits))


def save(figure: Figure, stem: Path) -> list[Path]:
    """Write `stem.png` (200 dpi) and `stem.svg` (its text as text); neither holds a date."""
    for path in paths_of(stem):
        save_as(figure, path)
    return paths_of(stem)


def paths_of(stem: Path) -> list[Path]:
    """The files of a figure."""
    return [stem.with_name(f"{stem.name}.{suffix}") for suffix in ("png", "svg")]


def save_as(figure: Figure, path: Path) -> None:
    """Write one of the two, told by its suffix."""
    options = {"metadata": {"Date": None}} if path.suffix == ".svg" else {"pil_kwargs": {"compress_level": 3}}
    with atomic_path(path) as temporary:
        figure.savefig(temporary, **options)
