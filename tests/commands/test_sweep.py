"""What a sweep says before it starts, and how it is asked for again."""

import shlex
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from hybridir.commands import sweep
from hybridir.commands.sweep import Asked, run_sweep
from hybridir.errors import UserError
from hybridir.experiments.plan import SweepPlan
from tests.experiments.conftest import TINY

SWEEP = """
axes:
  arm:
    few: {budget.total: 30, trainer.steps: 5}
    many: {budget.total: 60, trainer.steps: 9}
base: {sampling: monolingual, languages.count: 2}
"""


@pytest.fixture
def asked(tmp_path: Path, cache: Path) -> Asked:
    (tmp_path / "arms.yaml").write_text(SWEEP, encoding="utf8")
    sizes = [entry for entry in TINY if not entry.startswith("trainer.steps")]
    folders = [f"runs_dir={tmp_path}/runs", f"results_dir={tmp_path}/results", f"cache_dir={cache}"]
    return Asked(str(tmp_path / "arms.yaml"), [*sizes, *folders], seeds=2, name="it's")


def test_what_is_not_level_is_said_on_stderr_before_anything_runs(
    asked: Asked, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run_sweep(asked, dry_run=True)
    said = capsys.readouterr()
    notes = [line for line in said.err.splitlines() if line.startswith("note: ")]
    assert notes[0] == (
        "note: the axis arm changes trainer.steps (5, 9) along with budget.total: what comes of which cannot be told"
        " apart."
    )
    assert "note:" not in said.out and "4 points" in said.out
    assert not (tmp_path / "runs").exists()


def test_of_many_notes_eight_are_said_and_the_rest_counted(
    asked: Asked, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep, "confounds", lambda plan: [f"[thing] {n} is not level." for n in range(11)])
    run_sweep(asked, dry_run=True)
    notes = [line for line in capsys.readouterr().err.splitlines() if line.startswith("note: ")]
    assert notes[:2] == ["note: [thing] 0 is not level.", "note: [thing] 1 is not level."]
    assert len(notes) == 9 and notes[-1] == "note: and 3 more, in plan.json."


def test_the_plan_knows_the_command_that_asks_for_it(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    planned: list[SweepPlan] = []
    monkeypatch.setattr(sweep, "_show_plan", lambda plan, console: planned.append(plan))
    run_sweep(asked, dry_run=True)
    (plan,) = planned
    assert shlex.split(plan.command) == [
        "hybridir", "sweep", str(asked.file), *asked.overrides, "--seeds", "2", "--name", "it's",
    ]  # fmt: skip


def test_notes_are_as_wide_as_they_are(asked: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    run_sweep(asked, dry_run=True)
    longest = max(capsys.readouterr().err.splitlines(), key=len)
    assert len(longest) > Console().width


def test_sets_of_languages_leave_nothing_to_put_in_order(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    planned: list[SweepPlan] = []
    monkeypatch.setattr(sweep, "_show_plan", lambda plan, console: planned.append(plan))
    Path(str(asked.file)).write_text(
        "base: {sampling: monolingual}\n"
        "axes:\n"
        "  order: {resource: {languages: by_resource}, random: {languages: random, languages.seed: 3}}\n"
        "  languages.count: [1, 2]\n",
        encoding="utf8",
    )
    run_sweep(replace(asked, languages="qaa+qab,qaa"), dry_run=True)
    (plan,) = planned
    assert [tuple(point.axes.items()) for point in plan.points] == [
        (("languages", size), ("seed", seed)) for size in (2, 1) for seed in (0, 1)
    ]
    assert {tuple(run.languages) for run in plan.runs} == {("qaa", "qab"), ("qaa",)}


def test_processes_are_refused_before_anything_is_shown(asked: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UserError, match=r"executor.processes=2 is for one run"):
        run_sweep(replace(asked, overrides=[*asked.overrides, "executor.processes=2"]), dry_run=True)
    assert capsys.readouterr() == ("", "")
