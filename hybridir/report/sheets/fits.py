"""The sheet of fits: how each line grows with the number of languages, or the words why that cannot be told."""

from typing import Any

import pandas as pd

from hybridir.report import captions
from hybridir.report.sheets.names import sheet_name, where
from hybridir.report.sheets.sheet import Entry, Sheet
from hybridir.report.study.findings import DISTANCE_GAIN, GAIN, Findings, Line
from hybridir.report.study.measures import NOTHING, Measure
from hybridir.report.study.points import Points
from hybridir.report.wording import ends, over, sentence, signed
from hybridir.statistics.choice import Interval
from hybridir.statistics.trend import Trend

HEAD = (
    "measure", "group", "strategy", "curve", "what to know",
    "per doubling", "95 % interval", "last doubling", "95 % interval of it", "enough languages", "parameters",
)  # fmt: skip
_WORDS = 5


def fits(findings: Findings, part: Points, benchmark: str) -> Sheet | None:
    """Every line of a part with two numbers of languages or more; None where there is none."""
    found = [
        (line, line.trend)
        for line in findings.lines
        if line.part is part and line.benchmark == benchmark and line.trend is not None
    ]
    if not found:
        return None
    return Sheet(
        name=sheet_name("fits", part, benchmark),
        title=f"Growth with the number of training languages, {where(part, benchmark)}",
        caption=f"{captions.source(part, benchmark)} {_explained(found[0][0])}",
        head=HEAD,
        rows=tuple(_row(line, trend) for line, trend in found),
        words=_WORDS,
        data=pd.DataFrame([_columns(line, trend) for line, trend in found]),
    )


def _explained(line: Line) -> str:
    units = line.curve.values.shape[1]
    return (
        "Per doubling: slope of a log-linear fit, whatever the curve. Curve: best by AICc of flat (c), log-linear"
        " (a + b log2 n), power law with a floor (c + a n^-b) and saturating (c + a exp(-n/tau)). Last doubling: by the"
        " curve, over the upper half of the observed numbers. Enough languages: from where one more brings less than"
        f" {GAIN:g} ({DISTANCE_GAIN:g} ranks of rank distance). Intervals are 95 % {over(units)}."
    )


def _row(line: Line, trend: Trend) -> tuple[Entry, ...]:
    measure = line.measure
    return (
        Entry.word(measure.title),
        Entry.word(line.group.name),
        Entry.word(line.name),
        Entry.word("none" if trend.refused else trend.shape),
        Entry.word(_to_know(trend)),
        *_interval(measure, trend.doubling),
        *_interval(measure, trend.last_doubling),
        _enough(trend.enough),
        Entry(NOTHING if trend.refused else "; ".join(_parameter(*each) for each in trend.parameters.items())),
    )


def _to_know(trend: Trend) -> str:
    """Why there is no curve, or why no number of languages is enough; and what else belongs beside the figures."""
    first = trend.refused or (trend.enough_words if trend.enough is None else "")
    return " ".join(map(sentence, filter(None, (first, *trend.notes))))


def _interval(measure: Measure, found: Interval | None) -> tuple[Entry, Entry]:
    if found is None:
        return Entry(NOTHING), Entry(NOTHING)
    return Entry(signed(measure, found.value), found.value), Entry(ends(measure, found.low, found.high), found.low)


def _enough(found: Interval | None) -> Entry:
    if found is None:
        return Entry(NOTHING)
    return Entry(f"{found.value:.1f} ({found.low:.1f} to {found.high:.1f})", found.value)


def _parameter(name: str, found: Interval) -> str:
    value, low, high = (f"{end:.3g}".replace("-", "−") for end in (found.value, found.low, found.high))
    return f"{name} {value} ({low} to {high})"


def _columns(line: Line, trend: Trend) -> dict[str, Any]:
    part = line.part.part
    known: dict[str, Any] = {
        "benchmark": line.benchmark,
        "arm": part.arm if part else "",
        "order": part.order if part else "",
        "setting": line.measure.setting,
        "metric": line.measure.metric,
        "group": line.group.name,
        "strategy": line.name,
        "counts": " ".join(map(str, trend.counts)),
        "shape": trend.shape,
        "refused": trend.refused,
        "notes": " ".join(trend.notes),
        "enough_words": trend.enough_words,
    }
    named = {"doubling": trend.doubling, "last_doubling": trend.last_doubling, "enough": trend.enough}
    parameters = {f"parameter_{name}": found for name, found in trend.parameters.items() if not trend.refused}
    for name, found in (named | parameters).items():
        known[name] = found and found.value
        known[f"{name}_low"] = found and found.low
        known[f"{name}_high"] = found and found.high
    return known
