"""The sheets of figures: each strategy by number of training languages, by group, by language, by direction.

Their CSVs hold all metrics, and with them the numbers of every plot: `scaling` those of the first row of the scaling
plot and of the rank distance, `groups` those of its other rows, `directions` those of the heat map.
"""

import pandas as pd

from hybridir.report import captions
from hybridir.report.sheets.cells import figures, grid
from hybridir.report.sheets.figures import group_frame, interval_cells, spread_words, with_intervals
from hybridir.report.sheets.names import sheet_name, where
from hybridir.report.sheets.sheet import Entry, Sheet
from hybridir.report.study.findings import Findings
from hybridir.report.study.groups import (
    ALL,
    LINE_KEYS,
    Group,
    directions,
    exposure,
    over_seeds,
    per_language,
    resource_classes,
)
from hybridir.report.study.measures import DISTANCE, blocks, measures
from hybridir.report.study.points import MEAN, Points

BEST = "Bold: best mean, as printed, among the strategies compared."


def scaling(findings: Findings, part: Points, benchmark: str) -> Sheet:
    """The headline metric in each setting, and rank distance, per number of languages."""
    frame = group_frame(findings, part, benchmark, ALL)
    title = f"{part.headline(benchmark)} by strategy" + " and number of training languages" * part.counted
    return Sheet(
        name=sheet_name("scaling", part, benchmark),
        title=f"{title}, {where(part, benchmark)}",
        caption=_caption(part, benchmark, spread_words(part, frame), captions.averaged(part, benchmark)),
        head=(*_words(part), *(measure.title for measure in measures(part, benchmark))),
        rows=tuple(_grid(part, benchmark, frame)),
        words=len(_words(part)),
        data=_named(frame, part, benchmark),
    )


def groups(findings: Findings, part: Points, benchmark: str) -> Sheet:
    """The rows of `scaling` for each group of query languages; groups are those of the whole sweep."""
    exposed = exposure(findings.points, benchmark)
    found = [*exposed, *resource_classes(findings.points, benchmark)]
    frames = [group_frame(findings, part, benchmark, group) for group in found]
    rows = [
        (Entry.word(group.title), *row)
        for group, frame in zip(found, frames, strict=True)
        for row in _grid(part, benchmark, frame)
    ]
    averaged = f"Macro means over the query languages of a group. {captions.groups(exposed)}"
    data = pd.concat([_of_group(group, frame) for group, frame in zip(found, frames, strict=True)], ignore_index=True)
    return Sheet(
        name=sheet_name("groups", part, benchmark),
        title=f"{part.headline(benchmark)} by group of query languages, {where(part, benchmark)}",
        caption=_caption(part, benchmark, spread_words(part, data), averaged),
        head=("group", *_words(part), *(measure.title for measure in measures(part, benchmark))),
        rows=tuple(rows),
        words=1 + len(_words(part)),
        data=_named(data, part, benchmark),
    )


def by_language(findings: Findings, part: Points, benchmark: str) -> Sheet:
    """Each query language at the largest number of training languages."""
    codes = [*part.query_languages(benchmark), MEAN]
    rows = per_language(part, benchmark)
    means = over_seeds(rows[rows["n"] == part.counts[-1]], [*LINE_KEYS, "query_lang"])
    every = part.query_languages(benchmark)
    frame = with_intervals(findings, part, benchmark, means, {code: [code] for code in every} | {MEAN: every})
    order = "Cross: mean over passage languages. Languages by resource."
    return Sheet(
        name=sheet_name("by_language", part, benchmark),
        title=f"{part.headline(benchmark)} by query language{captions.largest(part)}, {where(part, benchmark)}",
        caption=_caption(part, benchmark, spread_words(part, frame), order),
        head=("query language", "strategy", *(measure.title for measure in measures(part, benchmark))),
        rows=tuple(row for code in codes for row in _of_language(part, benchmark, code, frame)),
        words=2,
        data=_named(frame, part, benchmark),
    )


def all_directions(findings: Findings, part: Points, benchmark: str) -> Sheet:
    """Every direction at the largest number of training languages, as CSV alone."""
    data = _named(directions(part, benchmark), part, benchmark)
    name = sheet_name("directions", part, benchmark)
    return Sheet(name, f"Every direction, {where(part, benchmark)}", "", head=(), rows=(), data=data)


def _caption(part: Points, benchmark: str, spread: str, averaged: str) -> str:
    distance = captions.distance() if DISTANCE in measures(part, benchmark) else ""
    parts = [captions.source(part, benchmark), spread, averaged, BEST, distance, captions.gaps(part)]
    return " ".join(filter(None, parts))


def _words(part: Points) -> list[str]:
    return ["languages"] * part.counted + ["strategy"]


def _grid(part: Points, benchmark: str, frame: pd.DataFrame) -> list[tuple[Entry, ...]]:
    """Numbers of languages and strategies down, measures across."""
    found, columns = interval_cells(frame), measures(part, benchmark)
    return [
        (*[Entry(str(block.n), block.n)] * part.counted, Entry.word(name), *row)
        for block, name, row in grid(part, found, columns, spread=True)
    ]


def _of_language(part: Points, benchmark: str, code: str, frame: pd.DataFrame) -> list[tuple[Entry, ...]]:
    block = blocks(part)[-1]
    found = interval_cells(frame[frame["query_lang"] == code])
    columns = [figures(found, block, measure, spread=True) for measure in measures(part, benchmark)]
    language = Entry.word("mean" if code == MEAN else f"{code} {part.language(code).name}")
    return [(language, Entry.word(name), *(column[row] for column in columns)) for row, name in enumerate(block.names)]


def _of_group(group: Group, frame: pd.DataFrame) -> pd.DataFrame:
    return pd.concat({(group.name, "+".join(group.codes)): frame}, names=["group", "members"]).reset_index([0, 1])


def _named(frame: pd.DataFrame, part: Points, benchmark: str) -> pd.DataFrame:
    """The frame in the words of `results.csv`: its benchmark first, its arm and order last."""
    named = frame.rename(columns={"line": "strategy", "n": "languages"})
    named.insert(0, "benchmark", benchmark)
    return named.assign(arm=part.part.arm if part.part else "", order=part.part.order if part.part else "")
