"""The sheets that say what a study is made of: its target languages, and its runs with their keys."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from hybridir.report import captions
from hybridir.report.sheets.sheet import Entry, Sheet
from hybridir.report.study.findings import Findings
from hybridir.report.study.measures import NOTHING, Measure, measures
from hybridir.report.study.points import AXIS, DESIGN, MEAN, Points
from hybridir.report.study.targets import facts_table

_POINT = ["arm", "order", "line", "n", "seed"]
_FACTS: Mapping[str, Callable[[Any], str]] = {
    "order": str, "code": str, "name": str, "family": str, "branch": str, "script": str, "level": str,
    "trained": lambda value: "yes" if value else "no", "relation": str, "nearest": str,
    "script_seen": lambda value: "yes" if value else "no",
    "joshi": str, "cc100_gib": lambda value: f"{value:.1f}", "entry": str,
}  # fmt: skip
_WORDS = 11


def facts(findings: Findings, benchmark: str) -> Sheet:
    """Every target language at the end of every order."""
    table = facts_table(findings.points, benchmark)
    shown = [name for name in _FACTS if name != "order" or table["order"].nunique() > 1]
    return Sheet(
        name=f"facts_{benchmark}",
        title=f"The target languages, {benchmark}",
        caption=(
            f"{captions.source(findings.points, benchmark)} At the largest number of training languages of an order."
            " Level: XQuAD-R's names for Joshi classes 5, 4 and 3 (Joshi et al. 2020). CC-100: GiB of text (Conneau et"
            " al. 2020). Entry: place in the order. Relation: to the nearest trained language."
        ),
        head=tuple(name.replace("_", " ") for name in shown),
        rows=tuple(tuple(_fact(name, row[name]) for name in shown) for row in table.to_dict("records")),
        words=_WORDS - (len(_FACTS) - len(shown)),
        data=table.assign(benchmark=benchmark)[["benchmark", *table]],
    )


def runs(findings: Findings, benchmark: str) -> Sheet:
    """Every run of every point, with its key and its headline figures."""
    points = findings.points
    table = _runs(points, benchmark)
    shown = measures(points, benchmark)
    axes = [name for name in table if name.startswith((AXIS, DESIGN))]
    words = ["run", *axes, *[name for name in ("arm", "order") if table[name].any()], "seed", "trained"]
    named = {name: name.removeprefix(AXIS).removeprefix(DESIGN) for name in axes}
    # an axis of the design may be called arm or order itself: its values are the short names of the same things
    heads = [named.get(name, "repetition" if name == "seed" else name) for name in words]
    heads = [f"{head} (in words)" if heads.index(head) < place else head for place, head in enumerate(heads)]
    titles = [measure.title for measure in shown]
    return Sheet(
        name=f"runs_{benchmark}",
        title=f"Every run, {benchmark}",
        caption=f"{captions.source(points, benchmark)} A row per point; points that share a run have the same key.",
        head=(*heads, "pairs", *titles),
        rows=tuple(_run_row(row, words, shown) for row in table.to_dict("records")),
        words=len(words),
        data=_plain(table, words, heads, titles),
    )


def _runs(points: Points, benchmark: str) -> pd.DataFrame:
    """A row per point: `run`, its place, its axes, `pairs`, and a column of means per title of a measure."""
    rows = points.of(benchmark)
    rows = rows[rows["query_lang"] == MEAN]
    table = rows[["run", *_POINT]].drop_duplicates().merge(points.axes, on=_POINT)
    table["pairs"] = table["run"].map(dict(points.pairs)).astype("Int64")
    for measure in measures(points, benchmark):
        mine = rows[(rows["setting"] == measure.setting) & (rows["metric"] == measure.metric)]
        table = table.merge(mine[[*_POINT, "value"]].rename(columns={"value": measure.title}), on=_POINT, how="left")
    return table


def _run_row(row: Mapping[str, Any], words: list[str], shown: list[Measure]) -> tuple[Entry, ...]:
    pairs = Entry(NOTHING) if pd.isna(row["pairs"]) else Entry(f"{row['pairs']:,}", int(row["pairs"]))
    means = [(measure, row[measure.title]) for measure in shown]
    return (
        *(Entry.word(row[name].replace("+", " ") if name == "trained" else row[name]) for name in words),
        pairs,
        *(Entry(NOTHING) if pd.isna(value) else Entry(measure.number(value), value) for measure, value in means),
    )


def _plain(table: pd.DataFrame, words: list[str], heads: list[str], titles: list[str]) -> pd.DataFrame:
    plain = {title: title.replace(" ", "_") for title in titles}
    names = {word: head.replace(" (in words)", "_name") for word, head in zip(words, heads, strict=True)}
    return table[[*words, "pairs", *titles]].rename(columns=names | plain)


def _fact(name: str, value: Any) -> Entry:
    if value is None or pd.isna(value) or value == "":
        return Entry(NOTHING)
    text = _FACTS[name](value)
    return Entry(text, float(value) if name in ("joshi", "cc100_gib", "entry") else text)
