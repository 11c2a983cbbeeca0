"""The sheets of tests: strategies against each other, and each number of languages against the one before."""

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from hybridir.report import captions
from hybridir.report.sheets.names import sheet_name, where
from hybridir.report.sheets.sheet import Entry, Sheet
from hybridir.report.study.findings import Between, Findings, Step
from hybridir.report.study.measures import NOTHING, Measure
from hybridir.report.study.points import Points
from hybridir.report.wording import ALPHA, ends, over, p_value, signed
from hybridir.statistics.compare import Comparison
from hybridir.statistics.crossed import Estimate

TESTED = ("difference", "95 % interval", "p", "Holm p", "d_z", "units", "questions")


def betweens(findings: Findings, part: Points, benchmark: str) -> Sheet | None:
    """Every two strategies at every number of languages; None where there are no two."""
    found = [each for each in findings.betweens if each.part is part and each.benchmark == benchmark]
    if not found:
        return None
    rows = [
        (*_place(each), *[Entry(str(each.n), each.n)] * part.counted, Entry.word(each.first), Entry.word(each.second))
        for each in found
    ]
    return _sheet(
        sheet_name("tests", part, benchmark),
        f"Strategies against each other, {where(part, benchmark)}",
        f"{captions.source(part, benchmark)} Difference: first less second.",
        ("measure", "group", *["languages"] * part.counted, "first", "second"),
        rows,
        found,
        pd.DataFrame([_known(each) | _of_between(each) for each in found]),
    )


def steps(findings: Findings, part: Points, benchmark: str) -> Sheet | None:
    """Each number of languages against the one before, on every line; None where there are no two."""
    found = [each for each in findings.steps if each.part is part and each.benchmark == benchmark]
    if not found:
        return None
    rows = [
        (*_place(each), Entry.word(each.line), Entry(str(each.before), each.before), Entry(str(each.n), each.n))
        for each in found
    ]
    return _sheet(
        sheet_name("steps", part, benchmark),
        f"Each number of training languages against the one before, {where(part, benchmark)}",
        f"{captions.source(part, benchmark)} Difference: with more languages less with fewer.",
        ("measure", "group", "strategy", "from", "to"),
        rows,
        found,
        pd.DataFrame([_known(each) | _of_step(each) for each in found]),
    )


def comparison_cells(measure: Measure, comparison: Comparison) -> tuple[Entry, ...]:
    """A comparison under the heads of `TESTED`; bold where it holds after Holm's correction."""
    found = comparison.difference
    return (
        Entry(signed(measure, found.mean), found.mean, best=comparison.adjusted < ALPHA),
        Entry(NOTHING) if math.isnan(found.low) else Entry(ends(measure, found.low, found.high), found.low),
        Entry(p_value(found.p), found.p),
        Entry(p_value(comparison.adjusted), comparison.adjusted),
        Entry(NOTHING) if math.isnan(found.effect) else Entry(f"{found.effect:+.2f}".replace("-", "−"), found.effect),
        Entry(str(found.units), found.units),
        Entry(str(found.questions), found.questions),
    )


def comparison_caption(found: Sequence[Estimate]) -> str:
    """What the figures under `TESTED` are."""
    units = {1 if each.units == 1 else 2 for each in found}
    said = over(max(units)) + (" (with one unit: over questions alone)" if len(units) > 1 else "")
    return (
        f"p and 95 % interval {said}, without correction; Holm p is corrected within a measure and group."
        " d_z: the difference in standard deviations of the questions' differences."
        f" Bold: Holm p below {ALPHA:g}.".replace("0.", ".")
    )


def columns(comparison: Comparison) -> dict[str, Any]:
    """The same for the next program."""
    found = comparison.difference
    return {
        "difference": found.mean,
        "interval_low": found.low,
        "interval_high": found.high,
        "p": found.p,
        "holm_p": comparison.adjusted,
        "d_z": found.effect,
        "units": found.units,
        "questions": found.questions,
    }


def _sheet(
    name: str,
    title: str,
    caption: str,
    head: Sequence[str],
    rows: Sequence[tuple[Entry, ...]],
    found: Sequence[Between | Step],
    data: pd.DataFrame,
) -> Sheet:
    return Sheet(
        name=name,
        title=title,
        caption=f"{caption} {comparison_caption([each.comparison.difference for each in found])}",
        head=(*head, *TESTED),
        rows=tuple(
            (*row, *comparison_cells(each.measure, each.comparison)) for row, each in zip(rows, found, strict=True)
        ),
        words=len(head),
        data=data,
    )


def _place(each: Between | Step) -> tuple[Entry, Entry]:
    return Entry.word(each.measure.title), Entry.word(each.group.name)


def _known(each: Between | Step) -> dict[str, Any]:
    return {
        "benchmark": each.benchmark,
        "arm": each.part.part.arm if each.part.part else "",
        "order": each.part.part.order if each.part.part else "",
        "setting": each.measure.setting,
        "metric": each.measure.metric,
        "group": each.group.name,
    }


def _of_between(each: Between) -> dict[str, Any]:
    return {"languages": each.n, "first": each.first, "second": each.second, **columns(each.comparison)}


def _of_step(each: Step) -> dict[str, Any]:
    return {"strategy": each.line, "from": each.before, "to": each.n, **columns(each.comparison)}
