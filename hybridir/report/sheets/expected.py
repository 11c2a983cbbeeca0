"""Ours beside theirs: the figures that a paper reports, and what this sweep measured for the same points.

In the manner of pyserini's two-click reproductions; but weights, data and settings that a paper leaves unsaid differ,
so a difference is printed and not judged. `note` says what is known to differ.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.table import Table

from hybridir.report import captions
from hybridir.report.sheets.sheet import Entry, Sheet
from hybridir.report.study.measures import NOTHING, Measure
from hybridir.report.study.points import AXIS, MEAN, Points

HEAD = ("point", "benchmark", "measure", "theirs", "ours", "difference")
_LANGUAGE_AXES = {"languages.count": "languages", "languages.listed": "set"}


@dataclass(frozen=True)
class Comparison:
    """One figure of the paper, and ours: the mean over seeds, None where nothing was measured."""

    point: str
    benchmark: str
    measure: Measure
    query_lang: str
    theirs: float
    ours: float | None
    half_range: float
    seeds: int

    @property
    def difference(self) -> float | None:
        """Ours less theirs."""
        return None if self.ours is None else self.ours - self.theirs

    def entries(self) -> tuple[Entry, ...]:
        """As they print, under `HEAD`."""

        def number(value: float) -> str:
            return "−" * (value < 0) + self.measure.number(abs(value))

        title = self.measure.title + ("" if self.query_lang == MEAN else f", {self.query_lang}")
        words = (Entry.word(self.point), Entry.word(self.benchmark), Entry.word(title))
        theirs = Entry(number(self.theirs), self.theirs)
        if self.ours is None or self.difference is None:
            return *words, theirs, Entry(NOTHING), Entry(NOTHING)
        ours = number(self.ours) + (f" ± {number(self.half_range)}" if self.seeds > 1 else "")
        difference = "+" * (self.difference >= 0) + number(self.difference)
        return *words, theirs, Entry(ours, self.ours), Entry(difference, self.difference)


def comparisons(points: Points) -> list[Comparison]:
    """Every figure of the section `expected` with ours, in its order; empty where the sweep expects nothing."""
    return [_compare(points, figure) for figure in (points.expected or {}).get("figures", [])]


def expected_sheet(points: Points) -> Sheet:
    """The comparison, with the source of the figures and what differs."""
    assert points.expected is not None
    found = comparisons(points)
    return Sheet(
        name="expected",
        title=f"Ours beside theirs, {points.name}",
        caption=" ".join(
            filter(
                None,
                (
                    f"Theirs: {points.expected['source']}.",
                    points.expected["note"],
                    captions.seeds(points, "± half the range"),
                ),
            )
        ),
        head=HEAD,
        rows=tuple(comparison.entries() for comparison in found),
        words=3,
        data=_frame(found),
    )


def _frame(found: Sequence[Comparison]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "point": c.point,
                "benchmark": c.benchmark,
                "setting": c.measure.setting,
                "query_lang": c.query_lang,
                "metric": c.measure.metric,
                "theirs": c.theirs,
                "ours": c.ours,
                "difference": c.difference,
                "seeds": c.seeds,
            }
            for c in found
        ]
    )


def expected_summary(points: Points) -> Table:
    """What a terminal shows of the comparison."""
    assert points.expected is not None
    note = points.expected["note"]
    table = Table(title=f"Beside {points.expected['source']}", caption=note, box=SIMPLE_HEAD, pad_edge=False)
    for name in HEAD:
        table.add_column(name, justify="left" if name in HEAD[:3] else "right", overflow="fold")
    for comparison in comparisons(points):
        table.add_row(*(entry.text for entry in comparison.entries()))
    return table


def _compare(points: Points, figure: Mapping[str, Any]) -> Comparison:
    ours = _by_seed(points, figure, figure["at"])
    words = _words(figure["at"])
    if figure["minus"] is not None:
        ours = (ours - _by_seed(points, figure, figure["minus"])).dropna()
        words += f" minus {_words(figure['minus'])}"
    return Comparison(
        point=words,
        benchmark=figure["benchmark"],
        measure=Measure(figure["setting"], figure["metric"]),
        query_lang=figure["query_lang"],
        theirs=figure["value"],
        ours=float(ours.mean()) if len(ours) else None,
        half_range=float(ours.max() - ours.min()) / 2 if len(ours) else 0.0,
        seeds=len(ours),
    )


def _by_seed(points: Points, figure: Mapping[str, Any], at: Mapping[str, Any]) -> pd.Series:
    """The measured value at the point `at`, by seed; nothing where it matches several points of a seed."""
    places = points.axes
    for axis, value in at.items():
        name = AXIS + _LANGUAGE_AXES.get(axis, axis)
        wanted = "+".join(map(str, value)) if isinstance(value, list) else str(value)
        places = places[places[name] == wanted] if name in places else places
    places = places[~places["seed"].duplicated(keep=False)]
    rows = points.of(figure["benchmark"])
    keys = {"setting": figure["setting"], "metric": figure["metric"], "query_lang": figure["query_lang"]}
    for column, value in keys.items():
        rows = rows[rows[column] == value]
    within = rows["setting"].eq("monolingual") & rows["query_lang"].ne(MEAN)  # its passage language is its own
    rows = rows[rows["passage_lang"].eq(MEAN) | within]
    found = places.merge(rows, on=["line", "n", "seed"])
    return found.set_index("seed")["value"]


def _words(at: Mapping[str, Any]) -> str:
    return ", ".join("+".join(map(str, value)) if isinstance(value, list) else str(value) for value in at.values())
