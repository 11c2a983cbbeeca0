"""Ours beside theirs: the figures that a sweep expects, such as a paper's, and what it measured for the same points.

In the manner of pyserini's two-click reproductions; but weights, data and settings that a paper leaves unsaid differ,
so a difference is printed and not judged: `note` says what is known to differ. Whether theirs lies within the interval
of ours is said where there are values by question.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from hybridir.report import captions
from hybridir.report.sheets.sheet import Entry, Sheet
from hybridir.report.study.measures import NOTHING, Measure
from hybridir.report.study.points import AXIS, DESIGN, MEAN, Points
from hybridir.report.study.samples import Samples
from hybridir.report.wording import ends, signed
from hybridir.statistics.crossed import Estimate, estimate

HEAD = ("point", "benchmark", "measure", "theirs", "ours", "difference", "95 % interval", "theirs within")
_COUNT = "languages.count"
_MANY = 12
"""Figures that a terminal still shows one by one."""
_LANGUAGE_AXES = {"languages.listed": "set"}


@dataclass(frozen=True)
class Expectation:
    """One figure that is expected, and ours: the mean over seeds, None where nothing was measured.

    `estimate` is ours with its interval, None without values by question.
    """

    point: str
    benchmark: str
    measure: Measure
    query_lang: str
    theirs: float
    ours: float | None
    half_range: float
    seeds: int
    estimate: Estimate | None = None

    @property
    def difference(self) -> float | None:
        """Ours less theirs."""
        return None if self.ours is None else self.ours - self.theirs

    @property
    def within(self) -> bool | None:
        """Whether theirs lies within our interval; None where there is none."""
        if self.estimate is None or np.isnan(self.estimate.low):
            return None
        return self.estimate.low <= self.theirs <= self.estimate.high

    def entries(self) -> tuple[Entry, ...]:
        """As they print, under `HEAD`."""
        measure = self.measure
        title = measure.title + ("" if self.query_lang == MEAN else f", {self.query_lang}")
        words = (Entry.word(self.point), Entry.word(self.benchmark), Entry.word(title))
        theirs = Entry(signed(measure, self.theirs, plus=False), self.theirs)
        if self.ours is None or self.difference is None:
            return *words, theirs, *(Entry(NOTHING) for _ in HEAD[4:])
        ours = signed(measure, self.ours, plus=False)
        if self.seeds > 1 and self.estimate is None:
            ours += f" ± {measure.number(self.half_range)}"
        difference = Entry(signed(measure, self.difference), self.difference)
        return *words, theirs, Entry(ours, self.ours), difference, *self._interval()

    def _interval(self) -> tuple[Entry, Entry]:
        if self.estimate is None or self.within is None:
            return Entry(NOTHING), Entry(NOTHING)
        return Entry(ends(self.measure, self.estimate.low, self.estimate.high)), Entry("yes" if self.within else "no")


def expectations(points: Points, samples: Samples) -> list[Expectation]:
    """Every figure of the section `expected` with ours, in its order; empty where the sweep expects nothing."""
    return [_compare(points, samples, figure) for figure in (points.expected or {}).get("figures", [])]


def expected_sheet(points: Points, samples: Samples) -> Sheet:
    """The comparison, with the source of the figures and what differs."""
    assert points.expected is not None
    found = expectations(points, samples)
    source, note = f"Theirs: {points.expected['source']}.", points.expected["note"]
    return Sheet(
        name="expected",
        title=f"Ours beside theirs, {points.name}",
        caption=" ".join(filter(None, (source, note, captions.seeds(points, _spread(found))))),
        head=HEAD,
        rows=tuple(expectation.entries() for expectation in found),
        words=3,
        data=_frame(found),
    )


def _spread(found: Sequence[Expectation]) -> str:
    return "with 95 % intervals" if any(each.estimate for each in found) else "± half the range"


def _frame(found: Sequence[Expectation]) -> pd.DataFrame:
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
                "interval_low": c.estimate.low if c.estimate else None,
                "interval_high": c.estimate.high if c.estimate else None,
                "within": c.within,
                "seeds": c.seeds,
            }
            for c in found
        ]
    )


def expected_summary(points: Points, samples: Samples) -> RenderableType:
    """What a terminal shows of the comparison: of many figures with intervals, those alone that theirs lies outside."""
    assert points.expected is not None
    found = expectations(points, samples)
    shown = (
        found
        if len(found) <= _MANY or any(each.within is None for each in found)
        else [each for each in found if not each.within]
    )
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in HEAD:
        table.add_column(name, justify="left" if name in HEAD[:3] else "right", overflow="fold")
    for expectation in shown:
        table.add_row(*(entry.text for entry in expectation.entries()))
    title, note = f"Beside {points.expected['source']}:", points.expected["note"]
    if len(shown) < len(found):
        title += f" {len(found) - len(shown)} of {len(found)} figures lie within the 95 % intervals of ours"
        title += " (tables/expected.md)." if not shown else " (tables/expected.md), these do not:"
    return Group(title, *[table] * bool(shown), Text(note, style="dim"))


def _compare(points: Points, samples: Samples, figure: Mapping[str, Any]) -> Expectation:
    found = _measured(points, figure, figure["at"])
    ours, runs = found["value"], found[["run"]]
    if figure["minus"] is not None:
        less = _measured(points, figure, figure["minus"])
        ours = (ours - less["value"]).dropna()
        runs = runs.join(less["run"].rename("less"), how="inner")
    measure = Measure(figure["setting"], figure["metric"])
    return Expectation(
        point=_words(figure["at"], figure["minus"]),
        benchmark=figure["benchmark"],
        measure=measure,
        query_lang=figure["query_lang"],
        theirs=figure["value"],
        ours=float(ours.mean()) if len(ours) else None,
        half_range=float(ours.max() - ours.min()) / 2 if len(ours) else 0.0,
        seeds=len(ours),
        estimate=_estimate(points, samples, figure, measure, runs),
    )


def _estimate(
    points: Points, samples: Samples, figure: Mapping[str, Any], measure: Measure, runs: pd.DataFrame
) -> Estimate | None:
    """The mean of the runs, or of their differences, with its interval over repetitions and questions."""
    benchmark = figure["benchmark"]
    codes = points.query_languages(benchmark) if figure["query_lang"] == MEAN else [figure["query_lang"]]
    every = [run for column in runs for run in runs[column]]
    if not every or not samples.are_there or not all(samples.has(run, benchmark, measure, codes) for run in every):
        return None
    first, *less = ([samples.run(run, benchmark, measure, codes) for run in runs[column]] for column in runs)
    return estimate(np.array(first) - np.array(less[0]) if less else np.array(first))


def _measured(points: Points, figure: Mapping[str, Any], at: Mapping[str, Any]) -> pd.DataFrame:
    """`value` and `run` of the point `at`, by seed; nothing of a seed that it matches several points of."""
    places = _places(points, at)
    rows = points.of(figure["benchmark"])
    keys = {"setting": figure["setting"], "metric": figure["metric"], "query_lang": figure["query_lang"]}
    for column, value in keys.items():
        rows = rows[rows[column] == value]
    within = rows["setting"].eq("monolingual") & rows["query_lang"].ne(MEAN)  # its passage language is its own
    rows = rows[rows["passage_lang"].eq(MEAN) | within]
    found = places.merge(rows, on=["arm", "order", "line", "n", "seed"])
    return found.set_index("seed")[["value", "run"]]


def _places(points: Points, at: Mapping[str, Any]) -> pd.DataFrame:
    places = points.axes[["arm", "order", "line", "n", "seed"]]
    kept = pd.Series(True, index=places.index)
    for axis, value in at.items():
        wanted = _text(value)
        name = _LANGUAGE_AXES.get(axis, axis)
        columns = [prefix + name for prefix in (AXIS, DESIGN) if prefix + name in points.axes]
        if axis == _COUNT and points.counted:
            kept &= places["n"].astype(str) == (str(max(points.counts)) if wanted == "all" else wanted)
        elif columns:
            kept &= points.axes[columns[0]] == wanted
    places = places[kept]
    return places[~places["seed"].duplicated(keep=False)]


def _words(at: Mapping[str, Any], minus: Mapping[str, Any] | None) -> str:
    """`total, all`; of a difference first what both points share: `total, all: hybrid minus monolingual`."""
    here = {axis: _text(value) for axis, value in at.items()}
    if minus is None:
        return ", ".join(here.values())
    there = {axis: _text(value) for axis, value in minus.items()}
    shared = [value for axis, value in here.items() if there.get(axis) == value]
    apart = [", ".join(v for axis, v in of.items() if here.get(axis) != there.get(axis)) for of in (here, there)]
    return ": ".join(filter(None, (", ".join(shared), " minus ".join(apart))))


def _text(value: Any) -> str:
    return "+".join(map(str, value)) if isinstance(value, list) else str(value)
