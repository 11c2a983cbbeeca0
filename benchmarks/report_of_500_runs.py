"""The report of a sweep of 500 finished runs, as `hybridir report` writes it in a process of its own.

    python -m benchmarks.report_of_500_runs [--seeds 5] [--questions 1190] [--seed 0]

The runs are made up, in the shape of `make reproduce` with `--seeds` seeds in every order: two arms, four orders, three
strategies, numbers of languages from 0 to all, 12 target languages, all settings and metrics. A chance encoder is
evaluated once, and every run has its results, a little changed. On a machine that is busy, see the seconds of CPU: two
processes share them, one of which has more than half.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import yaml

from benchmarks.ratios import Row, present, timed
from hybridir.benchmarks.base import Benchmark
from hybridir.benchmarks.registry import load_benchmark
from hybridir.config.compose import packaged
from hybridir.config.paths import cache_dir, data_root
from hybridir.evaluation.evaluate import evaluate
from hybridir.evaluation.questions import FILE, Questions, by_question, write_questions
from hybridir.evaluation.results import Result, summarise, write_results
from hybridir.evaluation.scores import write_scores
from hybridir.experiments.plan import PlannedRun, plan_sweep
from hybridir.experiments.standing import evaluation_signature
from hybridir.experiments.sweep import load_sweep
from hybridir.files import write_json

NAME = "artificial"
"""The benchmark."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--questions", type=int, default=1190)


def measure(options: argparse.Namespace) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sweep = write_sweep(folder / "made.yaml", options)
        places = [f"{place}={folder / place}" for place in ("runs_dir", "results_dir", "cache_dir")]
        runs = plan_sweep(load_sweep(str(sweep)), places).all_runs
        make_up(runs, options.seed)
        command = [sys.executable, "-m", "hybridir.cli", "report", str(sweep), *places]
        before = children_cpu()
        seconds = timed(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL))
        ours = f"{seconds:.0f} s ({children_cpu() - before:.0f} s of CPU)"
    yield Row(f"report of {len(runs)} runs, {os.cpu_count()} cores", ours, "", seconds, 60, "s", at_most=True)


def children_cpu() -> float:
    """Seconds that finished processes of this one have computed."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def write_sweep(path: Path, options: argparse.Namespace) -> Path:
    study = yaml.safe_load((packaged("sweeps") / "quick.yaml").read_text(encoding="utf8"))
    base = study["base"] | {"world.questions": options.questions}
    axes = study["axes"] | {"seed": list(range(options.seeds))}
    path.write_text(yaml.safe_dump({"name": "made", "base": base, "axes": axes}, sort_keys=False), encoding="utf8")
    return path


def make_up(runs: Sequence[PlannedRun], seed: int) -> None:
    """Write what finished runs hold, but for their models."""
    rng, config = np.random.default_rng(seed), runs[0].config
    benchmark = load_benchmark(config.benchmark[NAME], data_root(config), cache_dir(config))
    assert isinstance(benchmark, Benchmark)
    scores = evaluate(lambda texts, _: directions(rng, len(texts)), benchmark, "made")
    results, questions = summarise(scores), by_question(scores, parallel=True)
    record = {"signature": evaluation_signature(config, NAME, reranks=False), "fingerprint": benchmark.fingerprint()}
    write_scores(Path(config.runs_dir) / "scores.parquet", scores)
    for run in runs:
        assert run.folder is not None
        folder, change = run.folder.evaluation(NAME), rng.normal(1, 0.05)
        folder.mkdir(parents=True)
        os.link(Path(config.runs_dir) / "scores.parquet", folder / "scores.parquet")
        write_results(folder / "results.csv", [changed(result, change) for result in results])
        write_questions(folder / FILE, noisy(questions, change, rng))
        write_json(folder / "evaluation.json", record)
        write_json(run.folder.path / "manifest.json", {"versions": {}, "hardware": {}, "fingerprints": {}})


def directions(rng: np.random.Generator, number: int) -> np.ndarray:
    """Chance directions, float32 [number, 16] of length 1."""
    found = rng.normal(size=(number, 16)).astype(np.float32)
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    return found


def changed(result: Result, change: float) -> Result:
    return result if result.metric.startswith("share") else result._replace(value=result.value * change)


def noisy(questions: Questions, change: float, rng: np.random.Generator) -> Questions:
    """The figures of `changed`, from values by question that vary from run to run."""
    noise = rng.normal(0, 0.05, len(questions.ids))
    noise -= noise.mean()
    return Questions(questions.ids, {figure: change * values + noise for figure, values in questions.values.items()})


if __name__ == "__main__":
    present(__doc__, arguments, measure)
