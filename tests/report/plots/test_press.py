from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import pytest

from hybridir.report.plots.press import Press, press
from hybridir.report.plots.style import paper_figure, paper_style


def save_two(opened: Press, folder: Path) -> None:
    for name, by_hand in (("a", True), ("b", False)):
        figure = paper_figure(3, 1, name, "caption", "x", by_hand=by_hand)
        figure.subplots().plot([0, 1], [2, 3])
        opened.save(figure, folder / name)


def written(folder: Path, are_many: bool) -> dict[str, bytes]:
    with paper_style(), press(are_many) as opened:
        save_two(opened, folder)
    assert [path.name for path in opened.paths] == ["a.png", "a.svg", "b.png", "b.svg"]
    return {path.name: path.read_bytes() for path in opened.paths}


def test_a_second_process_writes_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert written(tmp_path / "many", are_many=True) == written(tmp_path / "few", are_many=False)


def test_what_goes_wrong_there_is_raised_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    (tmp_path / "file").write_text("no folder")
    with paper_style(), pytest.raises(OSError, match="file"), press(are_many=True) as opened:
        opened.save(paper_figure(3, 1, "a", "caption", "x"), tmp_path / "file" / "a")


class Idle(Executor):
    """A second process that never begins."""

    def submit(self, *_: Any, **__: Any) -> Future[Any]:  # type: ignore[override]
        return Future()


def test_what_the_second_process_has_not_begun_is_drawn_here(tmp_path: Path) -> None:
    drawn, opened = written(tmp_path / "few", are_many=False), Press(Idle())
    with paper_style():
        save_two(opened, tmp_path)
        assert not (tmp_path / "a.png").exists()
        opened.finish()
    assert {path.name: path.read_bytes() for path in opened.paths} == drawn


def test_the_second_process_draws_no_more_where_this_one_has_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    with pytest.raises(KeyError), paper_style(), press(are_many=True) as opened:
        for name in "abcdefgh":
            opened.save(paper_figure(3, 1, name, "caption", "x"), tmp_path / name)
        raise KeyError
    assert not (tmp_path / "h.png").exists()
