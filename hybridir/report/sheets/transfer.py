"""The table of the transfer matrix, the best training set of each query language in bold."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from hybridir.report import captions
from hybridir.report.sheets.names import sheet_name, where
from hybridir.report.sheets.sheet import Entry, Sheet
from hybridir.report.study.measures import NOTHING, Measure
from hybridir.report.study.points import MEAN, Points
from hybridir.report.study.transfer import has_transfer, matrices


def transfer_sheet(points: Points, benchmark: str) -> Sheet | None:
    """Every matrix, the best training set of a query language in bold; None where there are no sets."""
    if not has_transfer(points):
        return None
    found = list(matrices(points, benchmark))
    several = len({line for line, _, _ in found}) > 1
    codes = list(dict.fromkeys(code for _, _, table in found for code in table))
    note = "Rows: languages trained on. Columns: query languages, by resource. Bold: best training set of a column."
    return Sheet(
        name=sheet_name("transfer", points, benchmark),
        title=f"Transfer between languages, {where(points, benchmark)}",
        caption=" ".join([captions.source(points, benchmark), captions.seeds(points), note]),
        head=("measure", *["strategy"] * several, "trained on", *("mean" if code == MEAN else code for code in codes)),
        rows=tuple(row for line, measure, table in found for row in _rows(line, measure, table, codes, several)),
        words=2 + several,
        data=_cells(points, benchmark),
    )


def _rows(
    line: str, measure: Measure, table: pd.DataFrame, codes: Sequence[str], several: bool
) -> Iterator[tuple[Entry, ...]]:
    table = table.reindex(columns=codes)
    best = {code: _best(table[code], measure) for code in codes}
    words = (Entry.word(measure.title), *[Entry.word(line)] * several)
    for name, row in table.iterrows():
        yield *words, Entry.word(str(name)), *(_cell(row[code], measure, best[code]) for code in codes)


def _cells(points: Points, benchmark: str) -> pd.DataFrame:
    """All matrices, a row per cell."""
    frames = [
        table.rename_axis(columns="query_lang")
        .stack()
        .rename("value")
        .reset_index()
        .assign(strategy=line, setting=measure.setting, metric=measure.metric)
        for line, measure, table in matrices(points, benchmark)
    ]
    return pd.concat(frames)


def _best(column: pd.Series, measure: Measure) -> float:
    return float(column.min() if measure.is_distance else column.max())


def _cell(value: float, measure: Measure, best: float) -> Entry:
    if not np.isfinite(value):
        return Entry(NOTHING)
    return Entry(measure.number(value), value, best=measure.number(value) == measure.number(best))
