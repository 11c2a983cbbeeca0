"""How cost grows: with pairs, languages, points of a sweep, and passages of a corpus.

    python -m benchmarks.growth [--pairs 800000] [--languages 32] [--points 400] [--passages 800000] [--repeats 3]
                                [--plot docs/images/growth.png] [--seed 0]

Each is measured at four sizes, each twice the one before, up to the one that is given, in seconds of processor time
(the least of --repeats). The exponent of growth is the slope of a straight line through the logarithms: 1 is cost in
proportion to size, and 0 what does not depend on it. `--plot` draws all of them.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path

import numpy as np
import torch

from benchmarks.made import swim_ir
from benchmarks.ratios import Row, present
from hybridir.batching.plan import BatchPlan
from hybridir.config.schema import SamplingConfig
from hybridir.data.pairs import open_collection
from hybridir.data.pools import counted_pools, make_pools
from hybridir.data.rows import Direction
from hybridir.data.sources import make_reader
from hybridir.evaluation.search import search
from hybridir.evaluation.shards import Shards
from hybridir.experiments.estimate import estimate
from hybridir.experiments.plan import plan_sweep
from hybridir.experiments.sweep import SweepSpec, parse_sweep

SIZES = 4
DIM = 64
QUERIES = 200


@dataclass(frozen=True)
class Line:
    """Seconds that `what` took at each of the `sizes`, counted in `unit`; its exponent should be `goal` or less."""

    unit: str
    what: str
    sizes: Sequence[int]
    seconds: Sequence[float]
    goal: float

    @property
    def exponent(self) -> float:
        return float(np.polyfit(np.log(self.sizes), np.log(self.seconds), 1)[0])

    @property
    def row(self) -> Row:
        first, last = (f"{seconds:.2g} s" for seconds in (self.seconds[0], self.seconds[-1]))
        said = f"{first} at {self.sizes[0]:,}, {last} at {self.sizes[-1]:,}"
        return Row(f"{self.what}, by {self.unit}", said, "", self.exponent, self.goal, "exponent", at_most=True)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--pairs", type=int, default=800_000)
    parser.add_argument("--languages", type=int, default=32)
    parser.add_argument("--points", type=int, default=400)
    parser.add_argument("--passages", type=int, default=800_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--plot", type=Path, help="where to draw it, as .png or .svg")


def measure(options: argparse.Namespace) -> Iterator[Row]:
    torch.set_num_threads(1)
    lines = []
    for measured in (by_pairs, by_languages, by_points, by_passages):
        lines += measured(options)
        yield from (line.row for line in lines[-2:] if line.unit == lines[-1].unit)
    if options.plot:
        draw(lines, options.plot)


def by_pairs(options: argparse.Namespace) -> list[Line]:
    counts, first, again = up_to(options.pairs), list[float](), list[float]()
    for pairs in [1000, *counts]:  # the first imports what the others need
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            swim_ir.write(folder, pairs, options.seed)
            read = partial(opened, folder)
            first.append(least(read, 1))
            again.append(least(read, options.repeats))
    return [
        Line("pairs", "opening first", counts, first[1:], 1.1),
        Line("pairs", "opening again", counts, again[1:], 0.5),
    ]


def opened(folder: Path) -> None:
    collection = open_collection(make_reader(swim_ir.config(folder), folder), folder / "cache")
    make_pools(collection.train, sorted(collection.languages))


def by_languages(options: argparse.Namespace) -> list[Line]:
    """Batches of 256 over all directions among the languages."""
    counts, making, drawing = up_to(options.languages), list[float](), list[float]()
    for languages in counts:
        codes = [f"l{number}" for number in range(languages)]
        pools = counted_pools({Direction(*pair): 100_000 for pair in product(codes, repeat=2)}, codes)
        make = partial(BatchPlan, pools, SamplingConfig(strategy="hybrid"), 256, options.seed)
        making.append(least(make, options.repeats))
        drawing.append(least(partial(draw_batches, make()), options.repeats) / 200)
    return [
        Line("languages", "making a plan", counts, making, 2.1),  # there are as many directions as pairs of languages
        Line("languages", "drawing a batch", counts, drawing, 1.1),
    ]


def draw_batches(plan: BatchPlan) -> None:
    for step in range(200):
        plan.batch(step)


def by_points(options: argparse.Namespace) -> list[Line]:
    counts, seconds = up_to(options.points), list[float]()
    with tempfile.TemporaryDirectory() as folder:
        for points in counts:
            base = {
                "data": "artificial",
                "model": "static",
                "cache_dir": f"{folder}/cache",
                "runs_dir": f"{folder}/runs",
            }
            axes = {"sampling": ["monolingual", "hybrid"], "languages.count": [4, 8], "seed": list(range(points // 4))}
            spec = parse_sweep({"base": base, "axes": axes}, "growth", "growth")
            seconds.append(least(partial(plan_and_estimate, spec), options.repeats))
    return [Line("points", "planning a sweep", counts, seconds, 1.1)]


def plan_and_estimate(spec: SweepSpec) -> None:
    estimate(plan_sweep(spec), workers=2)


def by_passages(options: argparse.Namespace) -> list[Line]:
    counts, seconds = up_to(options.passages), list[float]()
    generator = np.random.default_rng(options.seed)
    queries = generator.standard_normal((QUERIES, DIM), np.float32)
    for passages in counts:
        with tempfile.TemporaryDirectory() as folder:
            shards = Shards(Path(folder), passages, 1 << 14)
            for rows in shards.missing():
                np.save(shards.path(rows.start), generator.standard_normal((len(rows), DIM), np.float32))
            seconds.append(least(partial(search, queries, shards, 100), options.repeats))
    return [Line("passages", "exact search", counts, seconds, 1.1)]


def up_to(largest: int) -> list[int]:
    return [max(4, largest >> halved) for halved in reversed(range(SIZES))]


def least(work: Callable[[], object], repeats: int) -> float:
    """Seconds of processor time that `work` takes, the least of several times."""
    seconds = []
    for _ in range(repeats):
        began = time.process_time()
        work()
        seconds.append(time.process_time() - began)
    return max(min(seconds), 1e-6)


def draw(lines: Sequence[Line], path: Path) -> None:
    """One panel per unit, both axes by logarithm."""
    from hybridir.report.plots.style import GREY, PAGE, line_styles, paper_figure, paper_style, save_as

    units = list(dict.fromkeys(line.unit for line in lines))
    with paper_style():
        figure = paper_figure(
            PAGE,
            1.9,
            "Seconds of processor time as sizes double",
            "The number beside a line is the exponent of its growth: 1 is cost in proportion to size.",
            "",
        )
        for axes, unit in zip(figure.subplots(1, len(units)), units, strict=True):
            mine = [line for line in lines if line.unit == unit]
            for line, style in zip(mine, line_styles([line.what for line in mine]).values(), strict=True):
                axes.loglog(line.sizes, line.seconds, label=f"{line.what}: {line.exponent:.2f}", **style.options)
            axes.set_xlabel(unit)
            axes.set_xticks(mine[0].sizes, [_short(size) for size in mine[0].sizes])
            axes.tick_params(axis="x", which="minor", bottom=False, labelbottom=False)
            low, high = axes.get_ylim()
            axes.set_ylim(low / 2, high * 6)  # room for the names
            axes.legend(loc="upper left", labelcolor=GREY, fontsize=6.5)
        figure.axes[0].set_ylabel("seconds")
        path.parent.mkdir(parents=True, exist_ok=True)
        save_as(figure, path)


def _short(number: int) -> str:
    return f"{number / 1000:g}k" if number >= 1000 else str(number)


if __name__ == "__main__":
    present(__doc__, arguments, measure)
