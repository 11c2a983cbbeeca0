from pathlib import Path

import pytest

from hybridir.report.plots.press import press
from hybridir.report.plots.style import paper_figure, paper_style


def written(folder: Path, are_many: bool) -> dict[str, bytes]:
    folder.mkdir()
    with paper_style(), press(are_many) as opened:
        for name, by_hand in (("a", True), ("b", False)):
            figure = paper_figure(3, 1, name, "caption", "x", by_hand=by_hand)
            figure.subplots().plot([0, 1], [2, 3])
            opened.save(figure, folder / name)
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
