from collections.abc import Collection
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from hybridir.commands import report
from hybridir.commands.report import compare_sweeps
from hybridir.commands.sweep import Asked
from hybridir.errors import UserError
from tests.report.small_study import write_study


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two studies, by folder and by name below `results`."""
    monkeypatch.chdir(tmp_path)
    write_study(tmp_path / "results" / "first", counts=(0, 2), shift=0.05)
    write_study(tmp_path / "elsewhere" / "second", counts=(0, 2))
    return tmp_path / "results"


def test_two_sweeps_side_by_side(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    compare_sweeps("first", "elsewhere/second")
    said = " ".join(capsys.readouterr().out.split())
    assert "2 of 4 points in cross-lingual mAP on xquad_r can be told apart: first is better at 2, second at 0." in said
    folder = results / "first-vs-second"
    assert (folder / "answer.md").read_text().startswith("# first beside second\n")
    written = {path.name for path in (folder / "tables").iterdir()}
    assert written == {f"compared_xquad_r.{suffix}" for suffix in ("md", "csv", "tex")}


def test_results_dir_moves_what_is_read_and_written(results: Path) -> None:
    results.rename(results.with_name("moved"))
    compare_sweeps("first", "elsewhere/second", ["results_dir=moved"])
    assert (results.with_name("moved") / "first-vs-second" / "answer.md").is_file()


@pytest.mark.parametrize(
    ("a", "b", "words"),
    [
        ("first", "results/first", "are the same results"),
        ("first", "nothing", "there is no sweep file 'nothing'"),
        ("first", "elsewhere", "elsewhere holds no results of a sweep"),
    ],
)
def test_what_is_asked_wrongly_is_refused(results: Path, a: str, b: str, words: str) -> None:
    with pytest.raises(UserError, match=words):
        compare_sweeps(a, b)


def test_two_of_the_same_name_are_told_apart_by_their_folders(results: Path) -> None:
    write_study(results.parent / "later" / "results" / "first", counts=(0, 2))
    compare_sweeps("first", "later/results/first")
    (folder,) = results.glob("*-vs-*")
    assert folder.name == f"{results.parent.name}_first-vs-later_first"


KNOWN = {f"all-{name}-{seed}" for name in ("start-0", "monolingual-2", "hybrid-2") for seed in (0, 1, 2)}
"""The runs whose results the fixture writes."""


class Planned:
    """Stands in for the plan of a sweep's file; `gathered` are the folders that were gathered anew."""

    def __init__(self, done: set[str], left: Collection[str] = (), name: str = "first") -> None:
        config = SimpleNamespace(results_dir="results")
        runs = [SimpleNamespace(key=key, done=key in done, config=config) for key in sorted({*done, *left})]
        self.spec = SimpleNamespace(name=name)
        self.points = [SimpleNamespace(run=run) for run in runs]
        self.gathered: list[Path] = []

    def plan_of(self, asked: Asked) -> "Planned":
        if asked.file != "first":
            raise UserError("there is no sweep file")
        return self

    def gather(self, plan: "Planned", folder: Path) -> int:
        assert plan is self
        self.gathered.append(folder)
        return len(self.points)


@pytest.fixture
def compared(results: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Compare `first` by the name given, where its file is planned so; returns what was gathered, and what was said."""

    def compare(plan: Planned, name: str = "first") -> tuple[list[Path], str]:
        monkeypatch.setattr(report, "plan_of", plan.plan_of)
        monkeypatch.setattr(report, "gather", plan.gather)
        compare_sweeps(name, "elsewhere/second")
        return plan.gathered, " ".join(capsys.readouterr().out.split())

    return compare


def test_runs_that_have_finished_since_are_gathered_before_a_name_is_compared(compared: Any) -> None:
    gathered, said = compared(Planned({*KNOWN, "new"}, left={"later"}))
    assert gathered == [Path("results/first")]
    assert said.startswith("first: 1 more finished run gathered 2 of 4 points")
    assert "2 more finished runs" in compared(Planned({*KNOWN, "new", "newer"}))[1]


@pytest.mark.parametrize(
    "plan",
    [
        Planned(KNOWN, left={"later"}),  # nothing new
        Planned({"other", "than", *sorted(KNOWN)[1:]}),  # the file asks for other runs by now
        Planned(set(), left={"all"}),  # its runs are gone
        Planned({*KNOWN, "new"}, name="renamed"),  # the file writes elsewhere
    ],
)
def test_other_results_stay_as_they_are(compared: Any, plan: Planned) -> None:
    gathered, said = compared(plan)
    assert not gathered and said.startswith("2 of 4 points")


def test_a_folder_that_is_named_stays_as_it_is(compared: Any) -> None:
    assert compared(Planned({*KNOWN, "new"}), "results/first")[0] == []


def test_results_stand_by_themselves_where_no_file_has_their_name(results: Path, compared: Any) -> None:
    results.joinpath("first").rename(results / "mine")
    assert compared(Planned({*KNOWN, "new"}), "mine")[0] == []
