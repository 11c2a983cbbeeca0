"""The results of a sweep: its plan, one table of all results, and all scores, gathered from the runs."""

import csv
import io
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from hybridir.benchmarks.registry import is_parallel, load_benchmark
from hybridir.config.paths import cache_dir, data_root
from hybridir.evaluation import questions
from hybridir.evaluation.results import Result, result_lines
from hybridir.evaluation.scores import read_scores
from hybridir.experiments.confounds import confounds
from hybridir.experiments.plan import PlannedRun, Point, SweepPlan, axis_names
from hybridir.experiments.provenance import benchmarks_of, provenance, settings_of
from hybridir.experiments.store import RunFolder
from hybridir.files import atomic_path, mirror, write_json
from hybridir.languages.catalog import Language

_TELL_EVERY = 5.0  # seconds

SCORES, QUESTIONS = "scores.parquet", "questions.parquet"


def gather(plan: SweepPlan, folder: Path) -> int:
    """Write the plan, the results, the scores and the values by question of what is finished; returns the number of
    points."""
    finished = [point for point in plan.points if point.run.done]
    write_json(folder / "plan.json", describe(plan, finished))
    if not finished:
        return 0
    _write_results(finished, [*axis_names(plan), "trained", "run"], folder / "results.csv")
    _by_question(finished)
    _gather_tables(finished, folder)
    return len(finished)


def _write_results(finished: list[Point], columns: list[str], path: Path) -> None:
    """The results of all runs, each line behind what names its point; they are copied as they are."""
    with atomic_path(path) as temporary, temporary.open("w", encoding="utf8", newline="") as table:
        table.write(_line([*columns, *Result._fields]) + "\n")
        for point in finished:
            assert isinstance(point.run.folder, RunFolder)
            named = [*map(_cell, point.axes.values()), "+".join(point.run.languages), point.run.key]
            before = _line(named)
            for benchmark in point.run.config.benchmark:
                lines = result_lines(point.run.folder.evaluation(benchmark) / "results.csv")
                table.writelines(f"{before},{line}\n" for line in lines)


def _line(values: list[Any]) -> str:
    """Values as a line of CSV, without its end."""
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(values)
    return text.getvalue()


def _by_question(finished: list[Point]) -> None:
    """Values by question for evaluations from before there were any; says how far it is, on stderr."""
    missing = {}
    for point in finished:
        assert isinstance(point.run.folder, RunFolder)
        for benchmark in point.run.config.benchmark:
            path = point.run.folder.evaluation(benchmark) / questions.FILE
            if not path.is_file():
                missing[path] = point.run.config, benchmark
    last = time.monotonic()
    for done, (path, (config, benchmark)) in enumerate(missing.items()):
        loaded = load_benchmark(config.benchmark[benchmark], data_root(config), cache_dir(config))
        scores = read_scores(path.parent / "scores.parquet")
        questions.write_questions(path, questions.by_question(scores, is_parallel(loaded)))
        if time.monotonic() - last >= _TELL_EVERY:
            last = time.monotonic()
            print(f"values by question: {done + 1} of {len(missing)} evaluations", file=sys.stderr)


def describe(plan: SweepPlan, finished: list[Point]) -> dict[str, Any]:
    """The plan as data: what `plan.json` holds, with the provenance of the points that are `finished`."""
    config = plan.points[0].run.config
    return {
        "name": plan.spec.name,
        "title": plan.spec.title,
        "axes": {name: list(dict.fromkeys(point.axes[name] for point in plan.points)) for name in axis_names(plan)},
        "labels": {
            "data": config.data.name,
            "model": config.model.kind,
            "sampling": config.sampling.strategy,
            "benchmark": list(config.benchmark),
            **_first_stage(plan),
        },
        "languages": _languages(plan),
        "start": plan.start.key if plan.start is not None else None,
        "points": [
            {
                "axes": dict(point.axes),
                "run": point.run.key,
                "languages": point.run.languages,
                "design": design(point.run),
            }
            for point in plan.points
        ],
        "left_out": [{"axes": dict(axes), "reason": reason} for axes, reason in plan.left_out],
        "choices": list(plan.spec.choices),
        "base": dict(plan.spec.base),
        **settings_of(plan),
        "benchmarks": benchmarks_of(plan),
        "provenance": provenance(list({point.run.key: point.run for point in finished}.values())),
        "confounds": confounds(plan),
        "command": plan.command,
        "expected": plan.spec.expected.plain() if plan.spec.expected is not None else None,
    }


def design(run: PlannedRun) -> dict[str, Any]:
    """How a run stands in a study of the number of languages: what is held fixed, and how languages were added."""
    config = run.config
    return {
        "total": config.budget.total,
        "per_language": config.budget.per_language,
        "pairs": sum(run.sizes.values()),
        "order": config.languages.order,
        "descending": config.languages.descending,
        "order_seed": config.languages.seed if config.languages.order == "random" else None,
        "always": list(config.languages.always),
        "seed": config.seed,
    }


def _first_stage(plan: SweepPlan) -> dict[str, str]:
    """What the point without training languages is called, and what all runs start from."""
    if plan.start is None:
        return {"start": "untrained"}
    languages = len(plan.start.languages)
    return {
        "start": "first stage only",
        "first_stage": f"{plan.start.config.data.name} ({languages} languages)",
    }


def _languages(plan: SweepPlan) -> dict[str, Mapping[str, Any]]:
    """What is known of every language that trains or is evaluated."""
    config = plan.points[0].run.config
    known: dict[str, Language] = {}
    for point in plan.points:
        if point.run.prepared is not None:
            known |= point.run.prepared.collection.languages
    for benchmark in config.benchmark.values():
        known |= load_benchmark(benchmark, data_root(config), cache_dir(config)).languages
    return {code: asdict(language) for code, language in sorted(known.items())}


def _gather_tables(finished: list[Point], folder: Path) -> None:
    """All scores, and all values by question, in one folder each, with a file per evaluation.

    Both can be read whole, as a Parquet data set. The files are those of the runs, linked where the file system can:
    500 runs have some 500 million scores, which nobody wants to wait for twice.
    """
    evaluations: dict[str, Path] = {}
    for point in finished:
        assert isinstance(point.run.folder, RunFolder)
        for benchmark in point.run.config.benchmark:
            evaluations[f"{benchmark}-{point.run.key}.parquet"] = point.run.folder.evaluation(benchmark)
    for name, file in ((SCORES, "scores.parquet"), (QUESTIONS, questions.FILE)):
        mirror(folder / name, {part: source / file for part, source in evaluations.items()})


def _cell(value: Any) -> Any:
    return "" if value is None else value
