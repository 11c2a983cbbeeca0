"""What a sweep takes beside its trainings: `hybridir sweep` against the same trainings and evaluations in a bare loop.

    python -m benchmarks.sweep_overhead [--seeds 6] [--steps 400] [--seed 0]

The loop is one process in which data, tokens and benchmark are at hand: it makes each model, trains it, encodes and
ranks, and keeps nothing. To it counts one start of Python with all that it imports. The sweep has one worker, and a
cache with tokens. CPU seconds of all processes are compared, since they tell the work apart from what else the machine
does; what a sweep takes once (its planning and report, and the process of these) is measured on the same sweep with
nothing left but the report.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import torch

from benchmarks.commands import started
from benchmarks.ratios import Row, present
from hybridir.benchmarks.base import Benchmark
from hybridir.benchmarks.registry import load_benchmark
from hybridir.config.paths import cache_dir, data_root
from hybridir.encoders.base import Encoder
from hybridir.evaluation.evaluate import evaluate
from hybridir.experiments.model import starting_model
from hybridir.experiments.plan import PlannedRun, plan_sweep
from hybridir.experiments.run import carry_out, learning, make_plan
from hybridir.experiments.sweep import load_sweep
from hybridir.training.loop import train


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seeds", type=int, default=6)
    parser.add_argument("--steps", type=int, default=400)


def measure(options: argparse.Namespace) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        file = folder / "sweep.yaml"
        seeds = [options.seed + number for number in range(options.seeds)]
        file.write_text(
            f"name: sweep\nbase: {{model: static, trainer: static, trainer.steps: {options.steps}}}\n"
            f"axes:\n  sampling: [hybrid]\n  languages.count: [4, all]\n  seed: {seeds}\n",
            encoding="utf8",
        )
        plan = plan_sweep(load_sweep(str(file)), [f"cache_dir={folder / 'cache'}", f"runs_dir={folder / 'none'}"])
        for number in (0, -1):
            _bare(plan.runs[number], folder / f"warm{number}")
        began = time.process_time()
        for number, run in enumerate(plan.runs):
            _bare(run, folder / f"bare-{number}")
        bare = time.process_time() - began + _start()
        command = ["sweep", str(file), "--jobs", "1", f"cache_dir={folder / 'cache'}"]
        _, whole = started(command, folder)
        _, report = started(["report", *command[1:2], f"cache_dir={folder / 'cache'}"], folder)
    runs = whole - report
    count = len(plan.runs)
    ours, peer = f"{runs / count:.2f} s of CPU a run", f"{bare / count:.2f} s of CPU a run"
    yield Row("sweep over the bare trainings, per run", ours, peer, 100 * (runs / bare - 1), 5, "%", at_most=True)
    said = f"{whole:.1f} s of CPU", f"{bare:.1f} s of CPU"
    yield Row(f"the same, {count} runs and their report", *said, 100 * (whole / bare - 1), 5, "%", at_most=True)


def _start() -> float:
    """CPU seconds of a process that imports what a training needs, and ends."""
    before = os.times()
    subprocess.run([sys.executable, "-c", f"import {carry_out.__module__}"], check=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def _bare(run: PlannedRun, folder: Path) -> None:
    """Train and evaluate, and nothing else."""
    prepared, config = run.prepared, run.config
    assert prepared is not None
    torch.set_num_threads(config.trainer.threads)
    model = starting_model(prepared)
    assert isinstance(model, Encoder)
    objective, check = learning(prepared, model, None)
    trainer, plan = config.trainer, make_plan(prepared)
    folder.mkdir(exist_ok=True)
    train(model, plan, objective, trainer, config.seed, folder, check, lambda done: None)
    for chosen in config.benchmark.values():
        benchmark = load_benchmark(chosen, data_root(config), cache_dir(config))
        assert isinstance(benchmark, Benchmark)
        evaluate(model.encode, benchmark, "bare")


if __name__ == "__main__":
    present(__doc__, arguments, measure)
