"""The picture of the transfer matrix: how far a training set is above the others, for each query language."""

import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from hybridir.report import captions
from hybridir.report.plots.curves import NAMES
from hybridir.report.plots.style import ON_LIGHT, PAGE, paper_figure
from hybridir.report.study.points import MEAN, Points
from hybridir.report.study.transfer import ALONE, matrices

COLOURS = "RdBu"  # red below the mean of a column, blue above
_ROW = 0.17  # inches


def transfer_plot(points: Points, benchmark: str) -> Figure:
    """A panel per matrix but those of rank distance; colours show how far a training set is above the others.

    A query language differs from the next far more than a training set does, so each column is taken by itself.
    """
    shown = [entry for entry in matrices(points, benchmark) if not entry[1].is_distance]
    tall = max(len(table) for _, _, table in shown)
    note = "Difference to the mean of a column. A square marks a language that was trained on. Languages by resource."
    figure = paper_figure(
        PAGE,
        (_ROW * tall + 0.5) * -(-len(shown) // 2),
        f"Transfer between languages: {points.headline(benchmark)}, {benchmark}",
        " ".join([captions.source(points, benchmark), captions.seeds(points), note]),
        "query language",
    )
    panels = list(figure.subplots(-(-len(shown) // 2), min(2, len(shown)), squeeze=False).flat)
    for axes, (line, measure, table) in zip(panels, shown, strict=False):
        above = (table - table.mean()).to_numpy(float)
        limit = float(np.nanmax(np.abs(above))) or 1.0
        scale = Normalize(-limit, limit)
        axes.pcolormesh(np.ma.masked_invalid(above), cmap=COLOURS, norm=scale, edgecolor="white", linewidth=0.3)
        for place, name in enumerate(table.index):
            own = [column + 0.5 for column, code in enumerate(table) if code in name.split("+")]
            axes.plot(own, [place + 0.5] * len(own), "s", markersize=3, markerfacecolor="none", color=ON_LIGHT)
        axes.set_title(NAMES[measure.setting] + (f" ({line})" if line != ALONE else ""))
        axes.set_xticks(np.arange(len(table.columns)) + 0.5, ["mean" if c == MEAN else c for c in table], rotation=90)
        axes.set_yticks(np.arange(len(table)) + 0.5, list(table.index))
        axes.set_ylim(len(table), 0)
        axes.grid(visible=False)
        axes.tick_params(length=0, labelsize=6)
        figure.colorbar(ScalarMappable(scale, COLOURS), ax=axes, aspect=25, pad=0.015, fraction=0.04)
    for axes in panels[len(shown) :]:
        axes.set_visible(False)
    figure.supylabel("trained on", fontsize=7.5)
    return figure
