"""What all benchmarks share: work that alternates with a peer's in one process, and the table of what came out."""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from hybridir.errors import UserError


@dataclass(frozen=True)
class Row:
    """One figure beside its goal.

    `ours` and `peer` are words with their units; `peer` is empty where the goal is no ratio. `value` is what the goal
    is about: the ratio to the peer, else our figure in `unit`. `at_most` says that lower is better.
    """

    what: str
    ours: str
    peer: str
    value: float
    goal: float
    unit: str = "×"
    at_most: bool = False

    @property
    def met(self) -> bool:
        return self.value <= self.goal if self.at_most else self.value >= self.goal


def alternate(ours: Callable[[], object], peer: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Median seconds of each over `rounds`, taken in turns, after a round of each that does not count."""
    times = [(timed(ours), timed(peer)) for _ in range(rounds + 1)][1:]
    mine, theirs = zip(*times, strict=True)
    return statistics.median(mine), statistics.median(theirs)


def timed(work: Callable[[], object]) -> float:
    """Seconds that `work` takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def present(
    doc: str | None,
    arguments: Callable[[argparse.ArgumentParser], None],
    measure: Callable[[argparse.Namespace], Iterable[Row]],
) -> None:
    """The main function of a benchmark: reads its arguments, measures, prints; `--json` also keeps the rows."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments(parser)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    try:
        rows = list(measure(options))
    except UserError as problem:  # such as data that is not here
        print(problem, file=sys.stderr)
        sys.exit(2)
    print_rows(rows)
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows]), encoding="utf8")


def print_rows(rows: Sequence[Row]) -> None:
    """The table: what, ours, peer, ratio, goal, met or not."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for head in ("what", "ours", "peer", "figure", "goal", "met"):
        table.add_column(head, justify="left" if head in ("what", "met") else "right", overflow="fold")
    for row in rows:
        goal = f"{'at most' if row.at_most else 'at least'} {row.goal:g} {row.unit}"
        table.add_row(row.what, row.ours, row.peer or "—", f"{row.value:.3g} {row.unit}", goal, _verdict(row))
    Console(width=None if Console().is_terminal else 140).print(table)


def _verdict(row: Row) -> str:
    return "[green]yes[/green]" if row.met else "[red]no[/red]"
