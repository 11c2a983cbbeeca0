"""The heat map of the pool: in which languages the top answers to queries in each language are."""

from collections.abc import Iterator

import pandas as pd
from matplotlib.colors import TwoSlopeNorm
from matplotlib.figure import Figure

from hybridir.report import captions
from hybridir.report.plots.curves import subtitle
from hybridir.report.plots.language_panels import Colours, Panel, language_panels, side
from hybridir.report.study.groups import over_seeds
from hybridir.report.study.points import MEAN, Points

METRIC = "share@10"
COLOURS = "RdBu"  # red below an even share, blue above, white at it

_SHOWN = 0.25  # of an even share: a smaller one is not printed


def has_shares(points: Points, benchmark: str) -> bool:
    """Whether the languages of the top answers were counted."""
    return bool((points.of(benchmark)["metric"] == METRIC).any())


def pool_languages(part: Points, benchmark: str) -> Figure:
    """A panel for the start, where all lines share one, and one per strategy at the largest number of languages."""
    values = _shares(part, benchmark)
    queries, passages = (side(part, values[column]) for column in ("query_lang", "passage_lang"))
    return language_panels(
        [Panel(title, _table(rows)) for title, rows in _panels(part, values) if len(rows)],
        queries,
        passages,
        _colours(1 / len(passages.codes), float(values["mean"].max())),
        f"Languages of the top 10 answers in the pool{captions.largest(part)}, {benchmark}",
        _caption(part, benchmark, len(passages.codes), queries.is_divided),
        subtitle(part),
    )


def _colours(even: float, most: float) -> Colours:
    """White at an even share; nothing at all is a third of the way to the deepest red, so that most cells are quiet."""
    most = max(most, 2 * even)
    marks = {0.0: "0", even: f"{even:.2f}".removeprefix("0"), most: f"{most:.2f}".removeprefix("0")}
    marks |= {tenth / 10: f".{tenth}" for tenth in (2, 4, 6, 8) if even + 0.1 < tenth / 10 < most - 0.1}
    scale = TwoSlopeNorm(even, -2 * even, most)
    return Colours(COLOURS, scale, "share of the top 10", marks, least=_SHOWN * even)


def _shares(points: Points, benchmark: str) -> pd.DataFrame:
    """Means over seeds of the share of each language among the top answers, at the start and at the largest number."""
    rows = points.of(benchmark)
    wanted = (rows["metric"] == METRIC) & rows["n"].isin([0, points.counts[-1]])
    wanted &= (rows["query_lang"] != MEAN) & (rows["passage_lang"] != MEAN)
    return over_seeds(rows[wanted], ["line", "n", "query_lang", "passage_lang"])


def _panels(part: Points, values: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    largest = part.counts[-1]
    start = values[values["n"] == 0]
    if part.start_is_shared and largest > 0:
        yield part.start, start[start["line"] == start["line"].iloc[0]] if len(start) else start
    for line in part.lines:
        yield f"training: {line}", values[(values["n"] == largest) & (values["line"] == line)]


def _table(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.pivot(index="query_lang", columns="passage_lang", values="mean")


def _caption(part: Points, benchmark: str, languages: int, is_divided: bool) -> str:
    order = "Before the line, languages in the largest training subset. " if is_divided else ""
    note = (
        f"A row sums to 1. White: an even share, 1/{languages}; blue: more; red: less. "
        f"Shares below {_SHOWN / languages:.3f} are not printed. {order}"
        "Not corrected for how many passages a language has."
    )
    return " ".join([captions.source(part, benchmark), captions.seeds(part), note])
