"""How long the command line keeps one waiting: help, a dry run of many runs, and a sweep that is done already.

    python -m benchmarks.commands [--runs 1000] [--finished 100] [--starts 3] [--seed 0]

Each figure is the median of several starts of the program, Python's own start included. The dry run is timed as the
first of its kind, with its measuring, and again.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.ratios import Row, present

_TINY = ["world.pairs=120", "world.questions=20", "world.sentences=60", "model.dim=16", "model.vocab_size=600"]


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--finished", type=int, default=100)
    parser.add_argument("--starts", type=int, default=3)


def measure(options: argparse.Namespace) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        starts = [started(["--help"], folder) for _ in range(options.starts)]
        yield _row("hybridir --help", starts, 0.4)
        many = _sweep(folder / "many.yaml", options.runs, options.seed, ["trainer.steps=150"])
        where = ["--dry-run", "cache_dir=cache"]
        yield _row(f"--dry-run of {options.runs:,} runs, the first", [started(["sweep", many, *where], folder)], 10)
        again = [started(["sweep", many, *where], folder) for _ in range(options.starts)]
        yield _row(f"--dry-run of {options.runs:,} runs, again", again, 10)
        few = _sweep(folder / "few.yaml", options.finished, options.seed, ["trainer.steps=4", *_TINY])
        started(["sweep", few, "cache_dir=cache"], folder)
        again = [started(["sweep", few, "cache_dir=cache"], folder) for _ in range(options.starts)]
        yield _row(f"second start of {options.finished} finished runs", again, 3)


def _row(what: str, starts: Sequence[tuple[float, float]], goal: float) -> Row:
    wall, cpu = (statistics.median(column) for column in zip(*starts, strict=True))
    return Row(what, f"{wall:.2f} s ({cpu:.2f} s of CPU)", "", wall, goal, "s", at_most=True)


def _sweep(file: Path, runs: int, seed: int, settings: list[str]) -> str:
    """A sweep file of `runs` runs."""
    base = "".join(f"  {name}: {value}\n" for name, value in (entry.split("=") for entry in settings))
    seeds = [seed + number for number in range(max(1, runs // 10))]
    file.write_text(
        f"name: {file.stem}\nbase:\n  model: static\n{base}axes:\n  sampling: [monolingual, hybrid]\n"
        f"  languages.count: [2, 3, 4, 5, 6]\n  seed: {seeds}\n",
        encoding="utf8",
    )
    return str(file)


def started(command: list[str], folder: Path) -> tuple[float, float]:
    """Seconds and CPU seconds (of all its processes) of one start of `hybridir`."""
    before, began = os.times(), time.perf_counter()
    path = os.pathsep.join([str(Path(__file__).resolve().parents[1]), os.environ.get("PYTHONPATH", "")])
    subprocess.run(
        [sys.executable, "-m", "hybridir.cli", *command],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": path},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return time.perf_counter() - began, cpu


if __name__ == "__main__":
    present(__doc__, arguments, measure)
