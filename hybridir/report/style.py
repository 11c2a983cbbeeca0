"""How plots look: for print in a two-column paper, in colour or grey, and the same bytes every time."""

import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path
from typing import Any

import matplotlib.style
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from hybridir.files import atomic_path

COLUMN, PAGE = 3.3, 6.9
"""Width of a column and of a page of a two-column paper, in inches."""

GREY = "#555555"

_RC = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],  # it comes with matplotlib, so every machine sets the same type
    "font.size": 7.5,
    "axes.titlesize": 8,
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
    "grid.color": "#e3e3e3",
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


@contextmanager
def paper_style() -> Iterator[None]:
    """Matplotlib's own defaults with ours on top, whatever the user's matplotlibrc says."""
    with matplotlib.style.context(["default", _RC]):
        yield


def paper_figure(
    width: float, height: float, title: str, caption: str, x_label: str, legend: Sequence[Line2D] = ()
) -> Figure:
    """A figure of `width` inches with `height` inches for its panels.

    Above them stand the title and the legend, below them the label that all x axes share and the
    caption. Their lines are counted here, since matplotlib's layout knows panels only.
    """
    titles = textwrap.wrap(title, int(width * 13.8))
    captions = textwrap.wrap(caption, int(width * 21), break_on_hyphens=False)
    longest = max((len(str(handle.get_label())) for handle in legend), default=0)
    per_row = max(1, int(width / (0.45 + 0.065 * longest)))
    title_height = 0.06 + 0.15 * len(titles)
    top = title_height + 0.16 * ceil(len(legend) / per_row) + 0.04
    caption_height = 0.08 + 0.118 * len(captions)
    bottom = caption_height + 0.18
    total = top + height + bottom
    figure = Figure(figsize=(width, total))
    FigureCanvasAgg(figure)
    figure.set_layout_engine("constrained", rect=(0, bottom / total, 1, height / total), w_pad=0.04, h_pad=0.04)
    left, edge = 0.05 / width, 0.05 / total
    figure.text(left, 1 - edge, "\n".join(titles), va="top", fontsize=8.5, fontweight="bold")
    figure.text(0.5, (caption_height + 0.03) / total, x_label, ha="center", va="bottom")
    figure.text(left, edge, "\n".join(captions), va="bottom", fontsize=6, color=GREY, linespacing=1.3)
    if legend:
        corner = (0, 1 - title_height / total)
        figure.legend(handles=legend, ncols=per_row, loc="upper left", bbox_to_anchor=corner).set_in_layout(False)
    return figure


def save(figure: Figure, stem: Path) -> list[Path]:
    """Write `stem.png` (200 dpi) and `stem.svg` (its text as text); neither holds a date."""
    paths = [stem.with_name(f"{stem.name}.{suffix}") for suffix in ("png", "svg")]
    for path in paths:
        with atomic_path(path) as temporary:
            figure.savefig(temporary, metadata={"Date": None} if path.suffix == ".svg" else {})
    return paths
