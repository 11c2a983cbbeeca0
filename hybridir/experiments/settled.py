"""Whether the report of a sweep is as new as all that it rests on, so that a second start need not write it again."""

import hashlib
import json
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from hybridir.experiments.plan import SweepPlan
from hybridir.experiments.settings import flat
from hybridir.files import read_json, write_json

_RECORD = "settled.json"
_DRAWN_BY = ("matplotlib", "numpy", "pandas", "scipy", "statsmodels", "jinja2")
_READ = ("results.csv", "scores.parquet", "questions.parquet", "groups.csv", "evaluation.json")


def inputs_of(plan: SweepPlan) -> str | None:
    """SHA-256 of all that the report of `plan` rests on: the sweep as asked for, every result by size and time of
    change, and the code that reads and draws them. None while a run is left to do."""
    if not all(run.done for run in plan.all_runs):
        return None
    spec = replace(plan.spec, expected=None)
    expected = plan.spec.expected.plain() if plan.spec.expected is not None else None
    points = [[dict(point.axes), point.run.key, point.run.languages, flat(point.run.config)] for point in plan.points]
    left_out = [[dict(axes), reason] for axes, reason in plan.left_out]
    runs = {run.key: _files(run.folder.path, list(run.config.benchmark)) for run in plan.all_runs if run.folder}
    said = [repr(spec), expected, points, left_out, runs, plan.command, code(), [version(name) for name in _DRAWN_BY]]
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def said_before(folder: Path, inputs: str | None) -> str | None:
    """What the terminal said of the report in `folder` if it rests on `inputs` and all its files are as they were
    written; else None."""
    record = folder / _RECORD
    if inputs is None or not record.is_file():
        return None
    known = read_json(record)
    current = known["inputs"] == inputs and known["written"] == _written(folder)
    return str(known["said"]) if current else None


def settle(folder: Path, inputs: str, said: str) -> None:
    """Remember that the report in `folder` rests on `inputs`, and what the terminal said of it."""
    write_json(folder / _RECORD, {"inputs": inputs, "said": said, "written": _written(folder)})


def _files(run: Path, benchmarks: list[str]) -> dict[str, Any]:
    paths = [run / "manifest.json", *(run / "eval" / name / file for name in benchmarks for file in _READ)]
    return {str(path.relative_to(run)): _as_it_is(path) for path in paths if path.is_file()}


def _written(folder: Path) -> dict[str, Any]:
    found = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != _RECORD)
    return {path.relative_to(folder).as_posix(): _as_it_is(path) for path in found}


def _as_it_is(path: Path) -> list[int]:
    seen = path.stat()
    return [seen.st_size, seen.st_mtime_ns]


def code() -> str:
    """SHA-256 over the package."""
    package, digest = Path(__file__).resolve().parents[1], hashlib.sha256()
    for path in sorted(path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
        digest.update(path.relative_to(package).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
