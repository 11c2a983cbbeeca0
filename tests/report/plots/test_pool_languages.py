from pathlib import Path

import pytest
from matplotlib.axes import Axes

from hybridir.report.plots.pool_languages import has_shares, pool_languages
from hybridir.report.plots.style import paper_style
from hybridir.report.plots.write import not_plotted
from hybridir.report.study.points import Points, load_points
from tests.report.drawn import add_shares, caption
from tests.report.small_study import write_study


@pytest.fixture
def points(tmp_path: Path) -> Points:
    return load_points(add_shares(write_study(tmp_path, counts=(0, 1, 2), seeds=(0, 1), by_question=False), 0.9))


def panels(points: Points) -> list[Axes]:
    with paper_style():
        figure = pool_languages(points, "xquad_r")
    return [axes for axes in figure.axes if axes.get_label() != "<colorbar>" and axes.get_visible()]


def test_the_start_and_each_strategy(points: Points) -> None:
    assert [axes.get_title() for axes in panels(points)] == ["untrained", "training: monolingual", "training: hybrid"]


def test_white_is_an_even_share(points: Points) -> None:
    cells = panels(points)[1].collections[0]
    red, green, blue, _ = cells.cmap(cells.norm(1 / 3))
    assert min(red, green, blue) > 0.95
    at_most, at_least = cells.cmap(cells.norm(0.9)), cells.cmap(cells.norm(0))
    assert at_most[2] > at_most[0], "more is blue"
    assert at_least[0] > at_least[2], "less is red"


def test_cells_hold_the_shares_and_the_smallest_are_not_printed(points: Points) -> None:
    start, _, panel = panels(points)
    assert [text.get_text() for text in start.texts] == [".33"] * 9
    shares = panel.collections[0].get_array()
    assert shares is not None
    assert shares.tolist() == [[0.9 if q == p else pytest.approx(0.05) for p in range(3)] for q in range(3)]
    assert [text.get_text() for text in panel.texts] == [".90"] * 3
    with paper_style():
        assert "Shares below 0.083 are not printed." in caption(pool_languages(points, "xquad_r"))


def test_left_out_in_words_where_it_was_not_measured(points: Points, tmp_path: Path) -> None:
    assert has_shares(points, "xquad_r")
    bare = load_points(write_study(tmp_path / "bare", counts=(0, 1), seeds=(0,), by_question=False))
    assert not has_shares(bare, "xquad_r")
    assert "no heat map of the pool's languages for xquad_r: its results have no share@10" in not_plotted(bare)
