"""The transfer matrix: training sets down, query languages across; the diagonal is a language trained on itself.

For sweeps over sets of languages of the same size, such as one language each (SWIM-IR, arXiv 2311.05800, section 3.6).
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from hybridir.report import captions, markdown
from hybridir.report.cells import Measure, measures
from hybridir.report.curves import NAMES
from hybridir.report.groups import over_seeds, per_language
from hybridir.report.points import AXIS, MEAN, Points
from hybridir.report.style import PAGE, paper_figure

SET = f"{AXIS}set"
COLOURS = "RdBu"  # red below the mean of a column, blue above
ALONE = "all runs"
"""The strategy, where the set is all that varies."""

_ROW = 0.17  # inches


def has_transfer(points: Points) -> bool:
    """Whether the sweep trains on several sets of languages."""
    return SET in points.axes and points.axes[SET].nunique() > 1


def matrices(points: Points, benchmark: str) -> Iterator[tuple[str, Measure, pd.DataFrame]]:
    """Per strategy (all other axes than the set) and measure: sets by query languages, and `*` for their mean.

    Means over seeds. Sets come by the resource of their first language, as query languages do.
    """
    sets = dict(zip(points.axes["line"], points.axes[SET], strict=True))
    rows = per_language(points, benchmark)
    for measure in measures(points, benchmark):
        wanted = rows[(rows["setting"] == measure.setting) & (rows["metric"] == measure.metric)]
        means = over_seeds(wanted, ["line", "query_lang"])
        means = means.assign(set=means["line"].map(sets))
        means["line"] = [_without_set(line, name) for line, name in zip(means["line"], means["set"], strict=True)]
        for line, mine in means.groupby("line", sort=False):
            table = mine.pivot(index="set", columns="query_lang", values="mean")
            order = points.by_resource({name.split("+")[0] for name in table.index})
            names = sorted(table.index, key=lambda name: (order.index(name.split("+")[0]), name))
            codes = [*points.query_languages(benchmark), MEAN]
            yield str(line), measure, table.reindex(index=names, columns=[c for c in codes if c in table])


def transfer_page(points: Points, benchmark: str) -> str:
    """Markdown: every matrix, the best training set of a query language in bold."""
    parts = []
    for line, measure, table in matrices(points, benchmark):
        head = ["trained on", *("mean" if code == MEAN else code for code in table)]
        best = {code: _best(table[code], measure) for code in table}
        rows = [[name, *(_cell(row[code], measure, best[code]) for code in table)] for name, row in table.iterrows()]
        parts.append(f"## {measure.title}{'' if line == ALONE else f', {line}'}\n\n{markdown.table(head, rows)}")
    note = "Rows: languages trained on. Columns: query languages, by resource. Bold: best training set of a column."
    caption = " ".join([captions.source(points, benchmark), captions.seeds(points), note])
    return markdown.page(f"Transfer between languages, {benchmark}", caption, *parts)


def transfer_csv(points: Points, benchmark: str) -> str:
    """All matrices, a row per cell."""
    frames = [
        table.rename_axis(columns="query_lang")
        .stack()
        .rename("value")
        .reset_index()
        .assign(strategy=line, setting=m.setting, metric=m.metric)
        for line, m, table in matrices(points, benchmark)
    ]
    text: str = pd.concat(frames).to_csv(index=False, float_format="%.6f", lineterminator="\n")
    return text


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
            axes.plot(own, [place + 0.5] * len(own), "s", markersize=3, markerfacecolor="none", color="black")
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


def _without_set(line: str, name: str) -> str:
    return ", ".join(part for part in line.split(", ") if part != f"set={name}") or ALONE


def _best(column: pd.Series, measure: Measure) -> float:
    return float(column.min() if measure.is_distance else column.max())


def _cell(value: float, measure: Measure, best: float) -> str:
    if not np.isfinite(value):
        return "—"
    return markdown.bold(measure.number(value), measure.number(value) == measure.number(best))
