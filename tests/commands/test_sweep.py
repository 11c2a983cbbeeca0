"""What a sweep says before it starts, and how it is asked for again."""

import shlex
from pathlib import Path

import pytest
from rich.console import Console

from hybridir.commands import sweep
from hybridir.commands.sweep import Asked, run_sweep
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
