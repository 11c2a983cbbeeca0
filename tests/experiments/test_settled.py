"""A report is written again when, and only when, something that it rests on has changed."""

from pathlib import Path

import pytest

from hybridir.experiments.plan import SweepPlan, plan_sweep
from hybridir.experiments.run import carry_out
from hybridir.experiments.settled import inputs_of, said_before, settle
from hybridir.experiments.sweep import SweepSpec


@pytest.fixture
def finished(tiny: list[str], tmp_path: Path) -> SweepPlan:
    plan = plan_sweep(SweepSpec("s", title="one", axes={"languages.count": [2]}), tiny)
    assert inputs_of(plan) is None
    carry_out(plan.runs[0].prepared, lambda progress: None)
    return plan


def test_nothing_new(finished: SweepPlan, tmp_path: Path) -> None:
    folder = tmp_path / "report"
    folder.mkdir()
    (folder / "report.html").write_text("drawn")
    inputs = inputs_of(finished)
    assert inputs is not None and said_before(folder, inputs) is None
    settle(folder, inputs, "the answer")
    assert said_before(folder, inputs_of(finished)) == "the answer"
    (folder / "report.html").write_text("changed by hand")
    assert said_before(folder, inputs) is None


@pytest.mark.parametrize("changed", ["title", "results", "new evaluation"])
def test_changes_are_noticed(changed: str, finished: SweepPlan, tiny: list[str]) -> None:
    before, spec = inputs_of(finished), finished.spec
    folder = finished.runs[0].folder
    assert folder is not None
    if changed == "title":
        spec = SweepSpec("s", title="two", axes=spec.axes)
    elif changed == "results":
        with (folder.evaluation("artificial") / "results.csv").open("a") as results:
            results.write(" ")
    else:
        (folder.evaluation("artificial") / "evaluation.json").touch()
    assert inputs_of(plan_sweep(spec, tiny)) not in (before, None)
