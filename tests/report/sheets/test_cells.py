import pytest

from hybridir.report.sheets.cells import Cell, figures
from hybridir.report.study.measures import DISTANCE, Block, Measure

MAP = Measure("monolingual", "mAP")


@pytest.mark.parametrize(
    ("value", "text"), [(0.7054, ".705"), (0.0, ".000"), (1.0, "1.000"), (0.9996, "1.000"), (0.05, ".050")]
)
def test_metrics_print_like_in_papers(value, text):
    assert MAP.number(value) == text


def test_rank_distances_print_with_one_decimal():
    assert DISTANCE.number(286.649) == "286.6"
    assert DISTANCE.number(0.04) == "0.0"


def test_a_spread_needs_two_seeds():
    assert Cell(0.5, 0.4, 0.6, 2).text(MAP, spread=True) == ".500 ± .100"
    assert Cell(0.5, 0.4, 0.6, 2).text(MAP, spread=False) == ".500"
    assert Cell(0.5, 0.5, 0.5, 1).text(MAP, spread=True) == ".500"


def best(measure, *means):
    """Which of these means are marked as best; None stands for a point without a result."""
    lines = tuple("abcd"[: len(means)])
    found = {
        (line, 2, measure): Cell(mean, mean, mean, 1)
        for line, mean in zip(lines, means, strict=True)
        if mean is not None
    }
    return [figure.best for figure in figures(found, Block(2, lines, lines), measure, spread=False)]


def test_the_best_is_the_highest_metric_and_the_lowest_distance():
    assert best(MAP, 0.1, 0.3, 0.2) == [False, True, False]
    assert best(DISTANCE, 100.0, 9.0, 20.0) == [False, True, False]
    assert best(MAP, 0.999, 1.0) == [False, True]


def test_equal_in_print_is_equally_good():
    assert best(MAP, 0.30041, 0.30049, 0.2) == [True, True, False]


def test_nothing_is_best_without_a_worse_one():
    assert best(MAP, 0.3) == [False]
    assert best(MAP, 0.3, 0.3) == [False, False]
    assert best(MAP, 0.3, None) == [False, False]


def test_a_missing_point_is_never_best():
    assert best(MAP, None, 0.3, 0.2) == [False, True, False]
