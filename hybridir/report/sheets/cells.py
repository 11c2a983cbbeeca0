"""The cells of a table: which figures stand in it, how they print, and which is best."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from hybridir.report.sheets.sheet import Entry
from hybridir.report.study.measures import NOTHING, Block, Measure, blocks
from hybridir.report.study.points import Points


@dataclass(frozen=True)
class Cell:
    """A mean over seeds, with the lowest and highest seed; or with the ends of its 95 % interval."""

    mean: float
    low: float
    high: float
    seeds: int
    is_interval: bool = False

    @property
    def half_range(self) -> float:
        return (self.high - self.low) / 2

    def text(self, measure: Measure, spread: bool) -> str:
        mean = measure.number(self.mean)
        known = self.seeds > 1 or self.is_interval
        return f"{mean} ± {measure.number(self.half_range)}" if spread and known else mean


Cells = dict[tuple[str, int, Measure], Cell]
"""By line, number of training languages and measure; what was not measured is not there."""


def cells(means: pd.DataFrame) -> Cells:
    """The cells of `group_means`, or of any frame with its columns."""
    return {
        (row.line, row.n, Measure(row.setting, row.metric)): Cell(row.mean, row.low, row.high, row.seeds)
        for row in means.itertuples()
    }


def figures(found: Cells, block: Block, measure: Measure, *, spread: bool) -> list[Entry]:
    """The figure of each line of a block; with `spread`, `± half the range` of the cell follows the mean.

    Best is judged on the means as printed, so equal figures are both best; where all are equal,
    or only one is there, none is.
    """
    row = [found.get((line, block.n, measure)) for line in block.lines]
    means = ["" if cell is None else measure.number(cell.mean) for cell in row]
    best = _best({mean for mean in means if mean}, measure)
    return [
        Entry(NOTHING) if cell is None else Entry(cell.text(measure, spread), cell.mean, best=mean == best)
        for cell, mean in zip(row, means, strict=True)
    ]


def grid(
    points: Points, found: Cells, columns: Sequence[Measure], *, spread: bool
) -> Iterator[tuple[Block, str, list[Entry]]]:
    """The rows of a table, strategies within numbers of languages: block, name of the line, its figures."""
    for block in blocks(points):
        by_measure = [figures(found, block, measure, spread=spread) for measure in columns]
        for i, name in enumerate(block.names):
            yield block, name, [of_measure[i] for of_measure in by_measure]


def _best(printed: Collection[str], measure: Measure) -> str | None:
    if len(printed) < 2:
        return None
    return min(printed, key=float) if measure.is_distance else max(printed, key=float)
