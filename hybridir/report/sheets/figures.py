"""The figures of the tables with their intervals, where there are values by question."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from hybridir.report import captions
from hybridir.report.sheets.cells import Cell, Cells
from hybridir.report.study.findings import Findings
from hybridir.report.study.groups import Group, group_means
from hybridir.report.study.measures import Measure, measures
from hybridir.report.study.points import MEAN, Points
from hybridir.report.study.samples import Curve
from hybridir.report.wording import over, repetitions
from hybridir.statistics.crossed import Estimate, estimates

INTERVAL = ("estimate", "interval_low", "interval_high", "units", "questions")
"""The columns that `with_intervals` adds; empty where a figure has no values by question."""

_Place = tuple[str, int, Measure, str]
"""Line, number of training languages, measure, and query language or `*`."""


def group_frame(findings: Findings, part: Points, benchmark: str, group: Group) -> pd.DataFrame:
    """`group_means` of one part, with the columns of `INTERVAL` behind."""
    codes = group.codes or tuple(findings.points.query_languages(benchmark))
    return with_intervals(findings, part, benchmark, group_means(part, benchmark, group), {MEAN: codes})


def with_intervals(
    findings: Findings, part: Points, benchmark: str, means: pd.DataFrame, members: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """`means` with the columns of `INTERVAL` behind.

    `members` are the query languages that a row's figure goes over, by its `query_lang`; `*` where it has none.
    """
    known = _estimates(findings, part, benchmark, members)
    languages = means["query_lang"] if "query_lang" in means else pd.Series(MEAN, index=means.index)
    places = zip(means["line"], means["n"], means["setting"], means["metric"], languages, strict=True)
    found = [known.get((line, n, Measure(setting, metric), lang)) for line, n, setting, metric, lang in places]
    values = [(e.mean, e.low, e.high, e.units, e.questions) if e else (None,) * len(INTERVAL) for e in found]
    behind = pd.DataFrame(values, columns=list(INTERVAL), index=means.index).astype(np.float64)
    return pd.concat([means, behind.astype({"units": "Int64", "questions": "Int64"})], axis=1)


def interval_cells(frame: pd.DataFrame) -> Cells:
    """The cells of a frame of `with_intervals`: with their interval where it is known, else as they vary by seed."""
    return {(row.line, row.n, Measure(row.setting, row.metric)): _cell(row) for row in frame.itertuples()}


def spread_words(part: Points, frame: pd.DataFrame) -> str:
    """What the caption of a table of `interval_cells` says of repetitions and of what follows ±."""
    known = frame[frame["interval_low"].notna()]
    if known.empty:
        return captions.seeds(part, "± half the range")
    trained = known[known["n"] > 0] if part.counted else known
    units = int((known if trained.empty else trained)["units"].max())
    mean = repetitions(["order "] * units if _random(part) else [""] * units)
    said = f"{'Mean over ' * (units > 1)}{mean}; ± half the width of the 95 % interval, {over(units)}."
    return said[:1].upper() + said[1:]


def at_start(curve: Curve) -> np.ndarray | None:
    """The start of a curve; a single one where all units share the same run, which says nothing of repetitions."""
    if curve.start is None or (curve.start == curve.start[0]).all():
        return None if curve.start is None else curve.start[:1]
    return curve.start


def _estimates(
    findings: Findings, part: Points, benchmark: str, members: Mapping[str, Sequence[str]]
) -> dict[_Place, Estimate]:
    if not findings.lines:
        return {}
    found: dict[_Place, Estimate] = {}
    for measure in measures(findings.points, benchmark):
        for language, codes in members.items():
            for line in part.lines:
                curve = findings.samples.curve(part, benchmark, line, measure, codes)
                if curve is None:
                    continue
                for n, estimate in zip(curve.counts, estimates(curve.values), strict=True):
                    found[line, n, measure, language] = estimate
                start = at_start(curve)
                if start is not None:
                    found[line, 0, measure, language] = estimates(start[None])[0]
    return found


def _cell(row: Any) -> Cell:
    if np.isnan(row.interval_low):
        return Cell(row.mean, row.low, row.high, row.seeds)
    return Cell(row.estimate, row.interval_low, row.interval_high, row.seeds, is_interval=True)


def _random(part: Points) -> bool:
    return bool(part.frame["seed"].str.startswith("order ").any())
