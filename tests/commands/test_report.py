from pathlib import Path

import pytest

from hybridir.commands.report import compare_sweeps
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
