"""The tables of a sweep, as Markdown for the reader and as CSV for the next program.

Per benchmark: `scaling` (strategy by number of training languages), `by_language` (each query
language at the largest number), `groups` (trained, never trained, resource classes) and, as CSV only,
`directions` (every direction at the largest number). The CSVs hold all metrics, and with them the
numbers of every plot: `scaling` those of the first row of the scaling plot and of the rank distance,
`groups` those of its other rows, `directions` those of the heat map.
"""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from hybridir.files import write_atomic
from hybridir.report import captions, markdown
from hybridir.report.cells import DISTANCE, Measure, blocks, cells, figures, grid, measures
from hybridir.report.expected import expected_csv, expected_page
from hybridir.report.groups import (
    ALL,
    LINE_KEYS,
    Group,
    directions,
    exposure,
    group_means,
    over_seeds,
    per_language,
    resource_classes,
)
from hybridir.report.points import MEAN, SETTINGS, Points
from hybridir.report.transfer import has_transfer, transfer_csv, transfer_page

SPREAD = "± half the range"
BEST = "Bold: best mean, as printed, among the strategies compared."


def write_tables(points: Points, folder: Path) -> list[Path]:
    """Write all tables of all benchmarks to `folder/tables`; returns their paths."""
    written: list[Path] = []
    for benchmark in points.benchmarks:
        files = {
            f"scaling_{benchmark}.md": scaling(points, benchmark),
            f"scaling_{benchmark}.csv": _csv(group_means(points, benchmark, ALL), benchmark),
            f"by_language_{benchmark}.md": by_language(points, benchmark),
            f"by_language_{benchmark}.csv": _csv(_languages_frame(points, benchmark), benchmark),
            f"groups_{benchmark}.md": groups(points, benchmark),
            f"groups_{benchmark}.csv": _csv(_groups_frame(points, benchmark), benchmark),
            f"directions_{benchmark}.csv": _csv(directions(points, benchmark), benchmark),
        }
        if has_transfer(points):
            files[f"transfer_{benchmark}.md"] = transfer_page(points, benchmark)
            files[f"transfer_{benchmark}.csv"] = transfer_csv(points, benchmark)
        written += _write(files, folder)
    if points.expected is not None:
        written += _write({"expected.md": expected_page(points), "expected.csv": expected_csv(points)}, folder)
    return written


def _write(files: Mapping[str, str], folder: Path) -> list[Path]:
    for name, content in files.items():
        write_atomic(folder / "tables" / name, content)
    return [folder / "tables" / name for name in files]


def scaling(points: Points, benchmark: str) -> str:
    """Markdown: the headline metric in each setting, and rank distance, per number of languages."""
    title = f"{points.headline(benchmark)} by strategy"
    title += " and number of training languages" if points.counted else ""
    return markdown.page(
        f"{title}, {benchmark}",
        _caption(points, benchmark, captions.averaged(points, benchmark)),
        _grid(points, benchmark, ALL),
        captions.gaps(points),
    )


def groups(points: Points, benchmark: str) -> str:
    """Markdown: the table of `scaling` for each group of query languages."""
    parts = [f"## {group.title}\n\n{_grid(points, benchmark, group)}" for group in _groups(points, benchmark)]
    averaged = "Macro means over the query languages of a group."
    members = captions.groups(exposure(points, benchmark))
    return markdown.page(
        f"{points.headline(benchmark)} by group of query languages, {benchmark}",
        _caption(points, benchmark, f"{averaged} {members}"),
        *parts,
        captions.gaps(points),
    )


def by_language(points: Points, benchmark: str) -> str:
    """Markdown: each query language at the largest number of languages; a cell holds all strategies."""
    block = blocks(points)[-1]
    columns = measures(points, benchmark)
    frame = _languages_frame(points, benchmark)
    rows = []
    for code in [*points.query_languages(benchmark), MEAN]:
        found = cells(frame[frame["query_lang"] == code])
        row = [figures(found, block, measure, spread=False) for measure in columns]
        texts = ["/".join(markdown.bold(figure.text, figure.best) for figure in one) for one in row]
        rows.append(["mean" if code == MEAN else f"{code} {points.language(code).name}", *texts])
    if frame["seeds"].max() > 1:
        rows.append(["largest ±", *(m.number(_largest_half_range(frame, m)) for m in columns)])
    order = f"In a cell: {' / '.join(block.names)}. Cross: mean over passage languages. Languages by resource."
    return markdown.page(
        f"{points.headline(benchmark)} by query language{captions.largest(points)}, {benchmark}",
        _caption(points, benchmark, order, f"{SPREAD}, of which the last row has the largest"),
        markdown.table(["query language", *(m.title for m in columns)], rows),
    )


def summary(points: Points, benchmark: str) -> Table:
    """What a terminal shows of one benchmark at the end of a sweep: the table of `scaling`."""
    metric = points.headline(benchmark)
    note = f"{captions.seeds(points, SPREAD)} {BEST} Rank distance: lower is better."
    table = Table(
        title=f"{points.name}: {metric} on {benchmark}",
        caption=note,
        box=SIMPLE_HEAD,
        collapse_padding=True,
        pad_edge=False,
    )
    if points.counted:
        table.add_column("langs", justify="right", no_wrap=True)
    table.add_column("strategy", no_wrap=True)
    for head in ("mono", "cross", "multi", "rank distance"):
        table.add_column(head, justify="right", no_wrap=True)
    columns = [Measure(setting, metric) for setting in SETTINGS] + [DISTANCE]
    found = cells(group_means(points, benchmark, ALL))
    for block, name, row in grid(points, found, columns, spread=True):
        words = [str(block.n)] * points.counted + [name]
        texts = [Text(figure.text, style="bold" if figure.best else "") for figure in row]
        table.add_row(*map(Text, words), *texts, end_section=name == block.names[-1])
    return table


def _grid(points: Points, benchmark: str, group: Group) -> str:
    """Markdown: numbers of languages and strategies down, measures across."""
    found, columns = cells(group_means(points, benchmark, group)), measures(points, benchmark)
    rows = [
        [str(block.n)] * points.counted + [name, *(markdown.bold(figure.text, figure.best) for figure in row)]
        for block, name, row in grid(points, found, columns, spread=True)
    ]
    words = ["languages"] * points.counted + ["strategy"]
    return markdown.table([*words, *(measure.title for measure in columns)], rows, words=len(words))


def _caption(points: Points, benchmark: str, averaged: str, spread: str = SPREAD) -> str:
    distance = captions.distance() if DISTANCE in measures(points, benchmark) else ""
    parts = [captions.source(points, benchmark), captions.seeds(points, spread), averaged, BEST, distance]
    return " ".join(filter(None, parts))


def _groups(points: Points, benchmark: str) -> list[Group]:
    return [*exposure(points, benchmark), *resource_classes(points, benchmark)]


def _groups_frame(points: Points, benchmark: str) -> pd.DataFrame:
    """All groups below each other, with their names and members."""
    frames = []
    for group in _groups(points, benchmark):
        frame = group_means(points, benchmark, group)
        frame.insert(0, "group", group.name)
        frame.insert(1, "members", "+".join(group.codes))
        frames.append(frame)
    return pd.concat(frames)


def _languages_frame(points: Points, benchmark: str) -> pd.DataFrame:
    """Every query language, and `*` for the mean, at the largest number of languages."""
    rows = per_language(points, benchmark)
    return over_seeds(rows[rows["n"] == points.counts[-1]], [*LINE_KEYS, "query_lang"])


def _largest_half_range(frame: pd.DataFrame, measure: Measure) -> float:
    of_measure = frame[(frame["setting"] == measure.setting) & (frame["metric"] == measure.metric)]
    return float((of_measure["high"] - of_measure["low"]).max() / 2)


def _csv(frame: pd.DataFrame, benchmark: str) -> str:
    """The frame in the words of `results.csv`, six decimals, with its benchmark first."""
    named = frame.rename(columns={"line": "strategy", "n": "languages"})
    named.insert(0, "benchmark", benchmark)
    text: str = named.to_csv(index=False, float_format="%.6f", lineterminator="\n")
    return text
