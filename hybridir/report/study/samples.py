"""The curves of a sweep by repetition and question: what bands, tests and fits are computed from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from hybridir.errors import UserError
from hybridir.evaluation.questions import Figure, read_questions
from hybridir.report.study.measures import Measure
from hybridir.report.study.points import Points


@dataclass(frozen=True)
class Curve:
    """One line of a part: a measure of some query languages over the number of training languages.

    `values` is float64 [counts, units, questions]; its mean over the last two axes is the figure in the tables. All
    counts have the same units: the seeds, or the random orders (seeds averaged). A sweep that does not count its
    languages has the count 0 alone. `start` is the same without training languages, float64 [units, questions], where
    that was measured; it is one run for all units, unless it has seeds.
    """

    counts: tuple[int, ...]
    units: tuple[str, ...]
    values: np.ndarray
    start: np.ndarray | None = None

    @property
    def means(self) -> np.ndarray:
        """The figure at each count: float64 [counts]."""
        found: np.ndarray = self.values.mean(axis=(1, 2))
        return found

    def at(self, count: int) -> np.ndarray:
        """The values with `count` training languages (0: the start): float64 [units, questions]."""
        if count == 0 and self.start is not None:
            return self.start
        found: np.ndarray = self.values[self.counts.index(count)]
        return found


class Samples:
    """The values by question of all runs of a sweep, read once."""

    def __init__(self, folder: Path) -> None:
        """For the results in `folder`, which `gather` wrote."""
        self._folder = folder / "questions.parquet"
        self._runs: dict[tuple[str, str], dict[Figure, np.ndarray]] = {}
        self._ids: dict[str, tuple[str, ...]] = {}

    @property
    def are_there(self) -> bool:
        """Whether the results have values by question; those from before there were any have none."""
        return self._folder.is_dir()

    @cached_property
    def _files(self) -> dict[str, Path]:
        return {path.stem: path for path in self._folder.glob("*.parquet")}

    def questions(self, benchmark: str) -> int:
        """How many questions the benchmark has."""
        return len(self._ids[benchmark])

    def ids(self, points: Points, benchmark: str) -> tuple[str, ...]:
        """The names of the questions of a benchmark."""
        if benchmark not in self._ids:
            self._of(str(points.of(benchmark)["run"].iloc[0]), benchmark)
        return self._ids[benchmark]

    def run(self, run: str, benchmark: str, measure: Measure, codes: Sequence[str]) -> np.ndarray:
        """The mean over the query languages `codes` by question, float64 [questions], of one run.

        KeyError where the run lacks one of them.
        """
        return _mean(self._of(run, benchmark), _figures(measure, codes))

    def curve(self, points: Points, benchmark: str, line: str, measure: Measure, codes: Sequence[str]) -> Curve | None:
        """The curve of `line` in one part of a sweep (see `Points.parts`); None where there is nothing to draw.

        A unit that lacks a count is left out, unless all do; then the counts that some unit lacks are.
        """
        runs, figures = points.runs.get((benchmark, line), []), _figures(measure, codes)
        found = {run: self._of(run, benchmark) for _, _, run in runs}  # the start may be one run of many units
        means = {run: _mean(values, figures) for run, values in found.items() if _all_there(values, figures)}
        table = {(n, seed): means[run] for n, seed, run in runs if run in means}
        start = {seed: values for (n, seed), values in table.items() if n == 0 and points.counted}
        counts = sorted({n for n, _ in table if n > 0 or not points.counted})
        seeds = list(dict.fromkeys(seed for n, seed in table if n in counts))
        whole = [seed for seed in seeds if all((n, seed) in table for n in counts)]
        if not whole:
            counts = [n for n in counts if all((n, seed) in table for seed in seeds)]
            whole = seeds
        if not counts:
            return None
        values = np.array([[table[n, seed] for seed in whole] for n in counts])
        at_start = None
        if start:
            shared = next(iter(start.values()))
            at_start = np.array([start.get(seed, shared) for seed in whole])
        return _by_unit(Curve(tuple(counts), tuple(whole), values, at_start))

    def has(self, run: str, benchmark: str, measure: Measure, codes: Sequence[str]) -> bool:
        """Whether `run` would find the values."""
        return _all_there(self._of(run, benchmark), _figures(measure, codes))

    def _of(self, run: str, benchmark: str) -> dict[Figure, np.ndarray]:
        if (run, benchmark) not in self._runs:
            name = f"{benchmark}-{run}"
            if name not in self._files:
                raise UserError(f"{self._folder / name}.parquet is missing: run `hybridir report` on the sweep's file")
            read = read_questions(self._files[name])
            if self._ids.setdefault(benchmark, read.ids) != read.ids:
                raise UserError(
                    f"{self._files[name]} has other questions than the runs before it: evaluate all runs on the same"
                    f" {benchmark}"
                )
            self._runs[run, benchmark] = read.values
        return self._runs[run, benchmark]


def _figures(measure: Measure, codes: Sequence[str]) -> list[Figure]:
    return [Figure(measure.setting, code, measure.metric) for code in codes]


def _all_there(values: Mapping[Figure, np.ndarray], figures: Sequence[Figure]) -> bool:
    return all(figure in values for figure in figures)


def _mean(values: Mapping[Figure, np.ndarray], figures: Sequence[Figure]) -> np.ndarray:
    mean: np.ndarray = np.mean([values[figure] for figure in figures], axis=0)
    return mean


def _by_unit(curve: Curve) -> Curve:
    """Several seeds of one random order are no independent units: they are averaged.

    Where all orders have come to the same languages they share their runs, and no order varies any more; there each
    unit takes other seeds of those runs, so that what varies between seeds is still seen.
    """
    order_of = [unit.split(", seed ")[0] if unit.startswith("order ") else "" for unit in curve.units]
    orders = list(dict.fromkeys(order_of))
    if "" in orders or len(orders) < 2 or len(orders) == len(order_of):
        return curve
    members = [[i for i, order in enumerate(order_of) if order == wanted] for wanted in orders]
    rows = np.array([_of_orders(point, members) for point in curve.values])
    start = None if curve.start is None else np.array([curve.start[of_order].mean(axis=0) for of_order in members])
    return Curve(curve.counts, tuple(orders), rows, start)


def _of_orders(point: np.ndarray, members: Sequence[Sequence[int]]) -> np.ndarray:
    """The values [orders, questions] of one number of languages; `members` are the rows of `point` of each order."""
    different = {row.tobytes(): row for row in point}  # `np.unique` takes ten times as long on rows this wide
    if not 1 < len(different) <= max(map(len, members)):
        return np.array([point[of_order].mean(axis=0) for of_order in members])
    runs, number = np.array(sorted(different.values(), key=tuple)), len(members)
    means = np.array([runs[i % len(runs) :: number].mean(axis=0) for i in range(number)])
    # groups of unlike size: their mean must stay that of the runs, which is the figure in the tables
    shifted: np.ndarray = means + (runs.mean(axis=0) - means.mean(axis=0))
    return shifted
