"""The results of a sweep: its plan, one table of all results, and all scores, gathered from the runs."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from hybridir.evaluation.results import Result, read_results, write_rows
from hybridir.evaluation.scores import read_scores
from hybridir.experiments.plan import Point, SweepPlan, axis_names
from hybridir.experiments.store import RunFolder
from hybridir.files import atomic_path, read_json, write_atomic, write_json
from hybridir.languages.catalog import Language


def gather(plan: SweepPlan, folder: Path) -> int:
    """Write `plan.json`, `results.csv` and `scores.parquet` of what is finished; returns the number of points."""
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
    _gather_scores(finished, folder)
    return len(finished)


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
            {"axes": dict(point.axes), "run": point.run.key, "languages": point.run.languages} for point in plan.points
        ],
        "left_out": [{"axes": dict(axes), "reason": reason} for axes, reason in plan.left_out],
        "settings": dict(plan.spec.base),
        "expected": plan.spec.expected.plain() if plan.spec.expected is not None else None,
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
    from hybridir.benchmarks.registry import load_benchmark
    from hybridir.config.paths import cache_dir, data_root

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


def _gather_scores(finished: list[Point], folder: Path) -> None:
    """All scores in one Parquet file, a row group per evaluation; not written again while its parts are the same."""
    parts = {}
    for point in finished:
        run = point.run.folder
        assert isinstance(run, RunFolder)
        for benchmark in point.run.config.benchmark:
            path = run.evaluation(benchmark) / "scores.parquet"
            parts[str(path)] = [path.stat().st_size, path.stat().st_mtime_ns]
    target, record = folder / "scores.parquet", folder / ".scores.json"
    if target.is_file() and record.is_file() and read_json(record) == parts:
        return
    with atomic_path(target) as temporary:
        writer = None
        for part in parts:
            table = read_scores(Path(part))
            writer = writer or pq.ParquetWriter(temporary, _plain_schema(table.schema), compression="zstd")
            writer.write_table(table.cast(writer.schema))
        if writer is not None:
            writer.close()
    write_atomic(record, json.dumps(parts))


def _plain_schema(schema: pa.Schema) -> pa.Schema:
    """Dictionary-encoded columns as plain strings, since dictionaries differ between the files."""
    return pa.schema(
        [
            pa.field(entry.name, entry.type.value_type if pa.types.is_dictionary(entry.type) else entry.type)
            for entry in schema
        ]
    )


def _cell(value: Any) -> Any:
    return "" if value is None else value
