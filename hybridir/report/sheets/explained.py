"""The sheet of the regression: which of number, training, script, relation and resource explains a language's gain."""

from typing import Any

import numpy as np
import pandas as pd

from hybridir.report import captions
from hybridir.report.sheets.sheet import Entry, Sheet
from hybridir.report.study.findings import Findings
from hybridir.report.study.measures import NOTHING, Measure, measures
from hybridir.report.study.points import Points
from hybridir.report.study.targets import gains
from hybridir.report.wording import ends, p_value, sentence, signed
from hybridir.statistics.explain import Effect, Explanation, explain

FIXED = ("line", "arm", "order")
"""Held fixed where they vary: strategy, arm and order."""

NAMES = {
    "log2_n": "each doubling of languages",
    "trained": "trained on it",
    "script_seen": "its script is trained on",
    "log10_cc100": "ten times the CC-100 text",
    "joshi": "one Joshi class more",
}
"""What a coefficient is for."""

HEAD = ("measure", "effect", "gain", "95 % interval", "p", "degrees of freedom", "share of R²")


def explained(findings: Findings, benchmark: str) -> Sheet | None:
    """The regression of every measure, over all parts; None where no language has a gain to explain."""
    points = findings.points
    if not points.counted or points.counts[0] != 0 or len(points.counts) == 1:
        return None
    found = {measure: explanation(points, benchmark, measure) for measure in measures(points, benchmark)}
    rows = [row for measure, each in found.items() for row in _rows(measure, each)]
    said = " ".join(_said(measure, each) for measure, each in found.items())
    return Sheet(
        name=f"explained_{benchmark}",
        title=f"What explains the gain of a target language, {benchmark}",
        caption=f"{captions.source(points, benchmark)} {_method(points)} {said}",
        head=HEAD,
        rows=tuple(rows),
        words=2,
        data=pd.concat([_frame(benchmark, measure, each) for measure, each in found.items()], ignore_index=True),
    )


def explanation(points: Points, benchmark: str, measure: Measure) -> Explanation:
    """The regression of one measure: strategy, arm and order held fixed, errors by target language and repetition."""
    frame = gains(points, benchmark, measure.setting, measure.metric)
    varies = [name for name in FIXED if frame[name].nunique() > 1]
    repeated = "sequence" if frame["sequence"].nunique() > 1 else "seed"
    frame = frame.assign(repetition=frame[repeated])
    several = frame["repetition"].nunique() > 1
    return explain(frame, fixed=varies, second="repetition" if several else None)


def _method(points: Points) -> str:
    return (
        f"Least squares of the gain over the {points.start} point, a row per point and target language; strategy, arm"
        " and order are held fixed where they vary. An association, not a cause: only a random order makes training a"
        " matter of chance. Share: what R² loses without the term. p without correction."
    )


def _said(measure: Measure, found: Explanation) -> str:
    """What the rows of one measure rest on."""
    rest = [f"R² {_share(found.r2)}"] if not found.refused else []
    rest += [f"{found.observations} rows of {found.clusters} target languages"] if found.observations else []
    rest += [f"not told: {', '.join(found.left_out)}"] if found.left_out else []
    return sentence(f"{measure.title}: {'; '.join([*rest, *found.notes])}") if rest or found.notes else ""


def _share(value: float) -> str:
    return f"{value:.2f}".removeprefix("0")


def _rows(measure: Measure, found: Explanation) -> list[tuple[Entry, ...]]:
    name = Entry.word(measure.title)
    if found.refused:
        return [(name, Entry.word(f"none: {found.refused}"), *[Entry(NOTHING)] * 5)]
    return [(name, Entry.word(_effect_name(effect)), *_figures(measure, effect)) for effect in found.effects]


def _effect_name(effect: Effect) -> str:
    return NAMES.get(effect.name, effect.name)


def _figures(measure: Measure, effect: Effect) -> tuple[Entry, ...]:
    known = not np.isnan(effect.low)
    return (
        Entry(signed(measure, effect.coefficient), effect.coefficient),
        Entry(ends(measure, effect.low, effect.high), effect.low) if known else Entry(NOTHING),
        Entry(p_value(effect.p), effect.p) if known else Entry(NOTHING),
        Entry(f"{effect.freedom:.1f}", effect.freedom) if known else Entry(NOTHING),
        Entry(_share(effect.share), effect.share),
    )


def _frame(benchmark: str, measure: Measure, found: Explanation) -> pd.DataFrame:
    known: dict[str, Any] = {"benchmark": benchmark, "setting": measure.setting, "metric": measure.metric}
    rest = {
        "r2": found.r2,
        "rows": found.observations,
        "target_languages": found.clusters,
        "left_out": "; ".join(found.left_out),
        "notes": "; ".join(found.notes),
        "refused": found.refused,
    }
    fields = ("name", "term", "coefficient", "error", "low", "high", "p", "freedom", "share")
    effects = [{field: getattr(effect, field) for field in fields} for effect in found.effects]
    effects += [{"name": name, "term": name, "share": share} for name, share in found.fixed.items()]
    frame = pd.DataFrame([known | effect | rest for effect in effects or [dict.fromkeys(fields)]])
    return frame.rename(columns={"name": "effect", "low": "interval_low", "high": "interval_high"})
