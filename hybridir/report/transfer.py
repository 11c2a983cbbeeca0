"""The transfer matrix: training sets down, query languages across; the diagonal is a language trained on itself.

For sweeps over sets of languages of the same size, such as one language each (SWIM-IR, arXiv 2311.05800, section 3.6).
"""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from hybridir.report import captions
from hybridir.report.cells import NOTHING, Measure, measures
from hybridir.report.curves import NAMES
from hybridir.report.groups import over_seeds, per_language
from hybridir.report.names import sheet_name, where
from hybridir.report.points import AXIS, MEAN, Points
from hybridir.report.sheet import Entry, Sheet
from hybridir.report.style import ON_LIGHT, PAGE, paper_figure

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


def transfer_sheet(points: Points, benchmark: str) -> Sheet | None:
    """Every matrix, the best training set of a query language in bold; None where there are no sets."""
    if not has_transfer(points):
        return None
    found = list(matrices(points, benchmark))
    several = len({line for line, _, _ in found}) > 1
    codes = list(dict.fromkeys(code for _, _, table in found for code in table))
    note = "Rows: languages trained on. Columns: query languages, by resource. Bold: best training set of a column."
    return Sheet(
        name=sheet_name("transfer", points, benchmark),
        title=f"Transfer between languages, {where(points, benchmark)}",
        caption=" ".join([captions.source(points, benchmark), captions.seeds(points), note]),
        head=("measure", *["strategy"] * several, "trained on", *("mean" if code == MEAN else code for code in codes)),
        rows=tuple(row for line, measure, table in found for row in _rows(line, measure, table, codes, several)),
        words=2 + several,
        data=_cells(points, benchmark),
    )


def _rows(
    line: str, measure: Measure, table: pd.DataFrame, codes: Sequence[str], several: bool
) -> Iterator[tuple[Entry, ...]]:
    table = table.reindex(columns=codes)
    best = {code: _best(table[code], measure) for code in codes}
    words = (Entry.word(measure.title), *[Entry.word(line)] * several)
    for name, row in table.iterrows():
        yield *words, Entry.word(str(name)), *(_cell(row[code], measure, best[code]) for code in codes)


def _cells(points: Points, benchmark: str) -> pd.DataFrame:
    """All matrices, a row per cell."""
    frames = [
        table.rename_axis(columns="query_lang")
        .stack()
        .rename("value")
        .reset_index()
        .assign(strategy=line, setting=measure.setting, metric=measure.metric)
        for line, measure, table in matrices(points, benchmark)
    ]
    return pd.concat(frames)


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


def _without_set(line: str, name: str) -> str:
    return ", ".join(part for part in line.split(", ") if part != f"set={name}") or ALONE


def _best(column: pd.Series, measure: Measure) -> float:
    return float(column.min() if measure.is_distance else column.max())


def _cell(value: float, measure: Measure, best: float) -> Entry:
    if not np.isfinite(value):
        return Entry(NOTHING)
    return Entry(measure.number(value), value, best=measure.number(value) == measure.number(best))
