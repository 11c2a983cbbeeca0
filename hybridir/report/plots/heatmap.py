"""The heat map: how well each query language finds passages in each language."""

import pandas as pd
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from hybridir.report import captions
from hybridir.report.plots.curves import subtitle
from hybridir.report.plots.language_panels import Colours, Panel, Side, language_panels, side
from hybridir.report.study.groups import directions
from hybridir.report.study.measures import blocks
from hybridir.report.study.points import Points

COLOURS = "Blues"  # one hue, from light to dark: it reads in grey too


def heatmap(points: Points, benchmark: str) -> Figure:
    """Query language by passage language at the largest number of languages, a panel per strategy.

    All panels share one scale of colours; up to 12 languages have their values printed.
    """
    metric = points.headline(benchmark)
    values = directions(points, benchmark)
    values = values[values["metric"].eq(metric) & values["setting"].isin(["monolingual", "crosslingual"])]
    queries, passages = (side(points, values[column]) for column in ("query_lang", "passage_lang"))
    tables = {line: rows.pivot(index="query_lang", columns="passage_lang") for line, rows in values.groupby("line")}
    return language_panels(
        [Panel(f"training: {name}", tables[line]["mean"]) for line, name in _lines(points, values).items()],
        queries,
        passages,
        Colours(COLOURS, Normalize(0, float(values["mean"].max())), metric),
        f"{metric} by query and passage language{captions.largest(points)}, {benchmark}",
        _caption(points, benchmark, queries, passages),
        subtitle(points),
    )


def _lines(points: Points, values: pd.DataFrame) -> dict[str, str]:
    """The lines that have a result at the largest number of languages, and what to call them."""
    there, block = set(values["line"]), blocks(points)[-1]
    return {line: name for line, name in zip(block.lines, block.names, strict=True) if line in there}


def _caption(points: Points, benchmark: str, queries: Side, passages: Side) -> str:
    """What the order and the line mean."""
    order = "Languages by resource"
    if queries.is_divided or passages.is_divided:
        order = "Before the line, languages in the largest training subset; each side by resource"
    note = f"{order}; where both languages are the same, retrieval is monolingual."
    return " ".join([captions.source(points, benchmark), captions.seeds(points), note])
