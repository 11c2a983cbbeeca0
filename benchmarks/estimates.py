"""What a dry run foretells of a sweep, and what the sweep then takes: time, memory and disk.

    python -m benchmarks.estimates [--scale 1.0] [--seed 0] [--data-root DIR]

Three sweeps that nothing is known of: the artificial world with a static encoder, open-pairs with a static encoder, and
open-pairs with a small transformer; without a data root the first alone. `--scale` makes them longer or shorter.
"""

import argparse
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from benchmarks.ratios import Row, present
from benchmarks.real_text import data_root
from hybridir.commands.sweep import Asked, plan_of, run_sweep
from hybridir.experiments.estimate import estimate
from hybridir.experiments.study import worker_count
from hybridir.files import on_disk


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--data-root", type=Path, default=data_root() if data_root().is_dir() else None)


def measure(options: argparse.Namespace) -> Iterator[Row]:
    for name, content in _sweeps(options):
        with tempfile.TemporaryDirectory() as place:
            yield from _one(name, content, Path(place), options.data_root)


def _sweeps(options: argparse.Namespace) -> Iterator[tuple[str, dict[str, Any]]]:
    def steps(number: int) -> int:
        scaled: float = number * options.scale
        return max(2, round(scaled))

    seeds = [options.seed, options.seed + 1]
    axes = {"languages.count": [2, 4, "all"], "seed": seeds}
    world = {"data": "artificial", "model": "static", "trainer": "static", "trainer.steps": steps(300)}
    yield "artificial, static", {"base": world, "axes": {"sampling": ["monolingual", "hybrid"], **axes}}
    if options.data_root is None:
        return
    pairs = {"data": "open_pairs", "benchmark": "xquad_r", "languages.always": ["de", "es"]}
    static = {"model": "static", "trainer": "static", "trainer.steps": steps(200), "model.vocab_size": 8000}
    yield "open pairs, static", {"base": pairs | static, "axes": {"languages.count": [2, 8], "seed": seeds}}
    small = {"model": "transformer_small", "trainer": "transformer", "trainer.steps": steps(60)}
    small |= {"trainer.batch_size": 32, "model.vocab_size": 8000}
    yield "open pairs, transformer", {"base": pairs | small, "axes": {"languages.count": [4], "seed": seeds}}


def _one(name: str, content: dict[str, Any], folder: Path, root: Path | None) -> Iterator[Row]:
    file = folder / "sweep.yaml"
    file.write_text(yaml.safe_dump(content), encoding="utf8")
    where = [f"{kind}_dir={folder / kind}" for kind in ("runs", "results", "cache")]
    asked = Asked(str(file), [*where, *([f"data_root={root}"] if root is not None else [])])
    plan = plan_of(asked)
    workers = worker_count(plan.points[0].run.config)
    began = time.perf_counter()
    told = estimate(plan, workers, print)
    print(f"{name}: measured in {time.perf_counter() - began:.1f} s, {told.basis}", flush=True)
    with _Watched() as watched:
        began = time.perf_counter()
        run_sweep(asked, dry_run=False)
        taken = time.perf_counter() - began
    disk = on_disk(folder / "runs")
    yield _row(f"{name}: time", told.seconds, taken, 1.0, "s")
    yield _row(f"{name}: memory", told.memory, watched.peak, 1e6, "MB")
    yield _row(f"{name}: disk", told.disk, disk, 1e6, "MB")


def _row(what: str, told: float, taken: float, unit: float, name: str) -> Row:
    off = 100 * abs(told / taken - 1)
    return Row(what, f"told {told / unit:.3g} {name}", f"took {taken / unit:.3g} {name}", off, 30, "%", at_most=True)


class _Watched:
    """The most memory that this process and its children held at once, looked at four times a second: bytes."""

    def __init__(self) -> None:
        self.peak, self._over = 0, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "_Watched":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.25):
            self.peak = max(self.peak, sum(map(_resident, [os.getpid(), *_children()])))


def _children() -> list[int]:
    found = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    return [int(pid) for path in found for pid in path.read_text(encoding="ascii").split()]


def _resident(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()
    except OSError:  # it has just ended
        return 0
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    present(__doc__, arguments, measure)
