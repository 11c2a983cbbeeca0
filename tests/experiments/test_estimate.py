"""What a sweep will take, from what finished runs took."""

from pathlib import Path
from typing import Any

import pytest

from hybridir.experiments.estimate import estimate
from hybridir.experiments.plan import plan_sweep
from hybridir.experiments.store import RunFolder
from hybridir.experiments.sweep import SweepSpec
from hybridir.files import write_json

START = 5.0
"""Seconds until a worker is ready."""


def finish(folder: RunFolder, training_seconds: float, evaluation_seconds: float, **trainer: Any) -> None:
    """Leave the records of a run of 100 pairs, as a finished run leaves them."""
    known = {"steps": 10, "batch_size": 10, "threads": 1, "precision": "fp32"} | trainer
    config = {"model": {"kind": "static"}, "data": {"name": "artificial"}, "trainer": known}
    manifest = {"config": config, "cost": {"training_seconds": training_seconds}, "languages": ["qaa"]}
    write_json(folder.path / "manifest.json", manifest)
    record = {"signature": "as it was", "seconds": evaluation_seconds}
    write_json(folder.evaluation("artificial") / "evaluation.json", record)


def test_the_median_of_finished_runs_is_the_yardstick(tiny: list[str], tmp_path: Path) -> None:
    for name, seconds, evaluating in (("a", 1.0, 4.0), ("b", 3.0, 2.0), ("c", 9.0, 3.0)):
        finish(RunFolder(tmp_path / "runs" / name), seconds, evaluating)
    finish(RunFolder(tmp_path / "runs" / "d"), 1000.0, 3.0, threads=8)  # of another kind
    plan = plan_sweep(SweepSpec("s", axes={"seed": [0, 1, 2], "languages.count": [2]}), tiny)
    found = estimate(plan.all_runs)
    # three runs of 12 steps of 16 pairs at .03 s a pair, and three evaluations of 3 s
    assert found.measured and found.seconds == pytest.approx(START + 3 * (12 * 16 * 0.03 + 3.0))


def test_the_store_is_read_once_however_many_runs_are_left(
    tiny: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "abc":
        finish(RunFolder(tmp_path / "runs" / name), 1.0, 1.0)
    plan = plan_sweep(SweepSpec("s", axes={"seed": list(range(8)), "languages.count": [0, 2]}), tiny)
    read: list[str] = []
    for name in ("manifest", "evaluated"):
        original = getattr(RunFolder, name)
        monkeypatch.setattr(
            RunFolder,
            name,
            lambda self, *more, of=original, name=name: read.append(f"{name} {self.path.name}") or of(self, *more),
        )
    estimate(plan.all_runs)
    assert sorted(entry for entry in read if entry[-2] == " ") == [
        *(f"evaluated {name}" for name in "abc"),
        *(f"manifest {name}" for name in "abc"),
    ]
