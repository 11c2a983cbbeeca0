"""The results of a sweep: its plan, one table of all results, and all scores, gathered from the runs."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from hybridir.batching.plan import drawn_from
from hybridir.benchmarks.registry import load_benchmark
from hybridir.config.paths import cache_dir, data_root
from hybridir.evaluation import questions
from hybridir.evaluation.results import Result, read_results, write_rows
from hybridir.evaluation.scores import read_scores
from hybridir.experiments.evaluation import is_parallel
from hybridir.experiments.plan import PlannedRun, Point, SweepPlan, axis_names
from hybridir.experiments.store import RunFolder
from hybridir.files import mirror, write_json
from hybridir.languages.catalog import Language

SCORES, QUESTIONS = "scores.parquet", "questions.parquet"


def gather(plan: SweepPlan, folder: Path) -> int:
    """Write the plan, the results, the scores and the values by question of what is finished; returns the number of
    points."""
    finished = [point for point in plan.points if point.run.done]
    write_json(folder / "plan.json", describe(plan))
    if not finished:
        return 0
    header = [*axis_names(plan), "trained", "run", *Result._fields]
    rows = (
        [*map(_cell, point.axes.values()), "+".join(point.run.languages), point.run.key, *result]
        for point in finished
        for result in _results(point)
    )
    write_rows(folder / "results.csv", header, rows)
    _by_question(finished)
    _gather_tables(finished, folder)
    return len(finished)


def _by_question(finished: list[Point]) -> None:
    """Values by question for evaluations from before there were any."""
    for point in finished:
        config, run = point.run.config, point.run.folder
        assert isinstance(run, RunFolder)
        for benchmark in config.benchmark:
            path = run.evaluation(benchmark) / questions.FILE
            if not path.is_file():
                loaded = load_benchmark(config.benchmark[benchmark], data_root(config), cache_dir(config))
                scores = read_scores(run.evaluation(benchmark) / "scores.parquet")
                questions.write_questions(path, questions.by_question(scores, is_parallel(loaded)))


def describe(plan: SweepPlan) -> dict[str, Any]:
    """The plan as data: what `plan.json` holds."""
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
        "settings": dict(plan.spec.base),
        "expected": plan.spec.expected.plain() if plan.spec.expected is not None else None,
    }


def design(run: PlannedRun) -> dict[str, Any]:
    """How a run stands in a study of the number of languages: what is held fixed, and how languages were added."""
    config, pairs = run.config, 0
    if run.prepared is not None and run.languages:
        pairs = sum(drawn_from(run.prepared.pools, config.sampling).sizes().values())
    return {
        "total": config.budget.total,
        "per_language": config.budget.per_language,
        "pairs": pairs,
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


def _results(point: Point) -> list[Result]:
    folder = point.run.folder
    assert folder is not None
    return [
        result
        for benchmark in point.run.config.benchmark
        for result in read_results(folder.evaluation(benchmark) / "results.csv")
    ]


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
