"""Curves by repetition and question, and the figures that they average to."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hybridir.errors import UserError
from hybridir.evaluation.evaluate import RANK_DISTANCE
from hybridir.evaluation.questions import HEADLINES, Questions, write_questions
from hybridir.report.study.measures import Measure, measures
from hybridir.report.study.points import METRICS, Points, load_points
from hybridir.report.study.samples import Curve, Samples, _by_unit
from tests.report.small_study import JOSHI, write_study

CODES = list(JOSHI)


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return write_study(tmp_path / "study")


def mono(points: Points) -> Measure:
    return next(measure for measure in measures(points, "xquad_r") if measure.setting == "monolingual")


def curve(folder: Path, codes: list[str] = CODES, line: str = "hybrid") -> Curve:
    points = load_points(folder)
    found = Samples(folder).curve(points, "xquad_r", line, mono(points), codes)
    assert found is not None
    return found


def test_the_means_of_a_curve_are_the_figures_of_the_tables(study: Path) -> None:
    points, found = load_points(study), curve(study)
    assert found.counts == (1, 2, 3) and found.units == ("0", "1", "2")
    assert found.values.shape == (3, 3, 24)
    rows = points.frame.query("line == 'hybrid' and setting == 'monolingual' and query_lang == '*' and metric == 'mAP'")
    of_tables = rows.groupby("n")["value"].mean()
    np.testing.assert_allclose(found.means, of_tables.loc[[1, 2, 3]], rtol=1e-6)
    assert found.start is not None and found.start.mean() == pytest.approx(of_tables.loc[0], rel=1e-6)


def test_some_languages_alone(study: Path) -> None:
    one, two, both = (curve(study, codes).values for codes in (["en"], ["el"], ["en", "el"]))
    np.testing.assert_allclose((one + two) / 2, both)
    points = load_points(study)
    assert Samples(study).curve(points, "xquad_r", "hybrid", mono(points), ["sw"]) is None


def test_values_at_a_count_and_at_the_start(study: Path) -> None:
    found = curve(study)
    np.testing.assert_array_equal(found.at(2), found.values[1])
    assert found.start is not None
    np.testing.assert_array_equal(found.at(0), found.start)
    with pytest.raises(ValueError, match="not in tuple"):
        found.at(9)


def lacking(study: Path, *left_out: tuple[int, str]) -> Points:
    """The points of a study without the hybrid runs of some counts and seeds."""
    points = load_points(study)
    gone = np.zeros(len(points.frame), dtype=bool)
    for n, seed in left_out:
        gone |= (points.frame["line"] == "hybrid") & (points.frame["n"] == n) & (points.frame["seed"] == seed)
    return replace(points, frame=points.frame[~gone].reset_index(drop=True))


def test_a_unit_that_lacks_a_count_is_left_out(study: Path) -> None:
    points = lacking(study, (3, "1"))
    found = Samples(study).curve(points, "xquad_r", "hybrid", mono(points), CODES)
    assert found is not None and (found.counts, found.units) == ((1, 2, 3), ("0", "2"))
    np.testing.assert_array_equal(found.values, curve(study).values[:, [0, 2]])


def test_where_every_unit_lacks_one_the_counts_that_all_have_are_kept(study: Path) -> None:
    points = lacking(study, (3, "0"), (2, "1"), (2, "2"))
    found = Samples(study).curve(points, "xquad_r", "hybrid", mono(points), CODES)
    assert found is not None and (found.counts, found.units) == ((1,), ("0", "1", "2"))
    nothing = lacking(study, (1, "0"), (2, "1"), (3, "2"))
    assert Samples(study).curve(nothing, "xquad_r", "hybrid", mono(nothing), CODES) is None


def test_a_seed_that_only_the_start_has_is_no_unit(study: Path) -> None:
    points = lacking(study, (1, "2"), (2, "2"), (3, "2"), (3, "0"), (2, "1"))
    found = Samples(study).curve(points, "xquad_r", "hybrid", mono(points), CODES)
    assert found is not None and (found.counts, found.units) == ((1,), ("0", "1"))


def test_a_start_that_is_one_run_stands_before_every_unit(study: Path) -> None:
    points, whole = lacking(study, (0, "0"), (0, "2")), curve(study)
    found = Samples(study).curve(points, "xquad_r", "hybrid", mono(points), CODES)
    assert found is not None and found.units == ("0", "1", "2")
    assert found.start is not None and whole.start is not None
    np.testing.assert_array_equal(found.start, whole.start[[1, 1, 1]])


def test_a_sweep_that_does_not_count_its_languages_has_one_place_and_no_start(tmp_path: Path) -> None:
    found = curve(write_study(tmp_path / "uncounted", counts=()))
    assert (found.counts, found.units, found.start) == ((0,), ("0", "1", "2"), None)
    np.testing.assert_array_equal(found.at(0), found.values[0])


def test_the_metric_of_the_tables_is_one_with_values_by_question() -> None:
    assert (*HEADLINES, RANK_DISTANCE) == METRICS


def test_other_questions_are_refused(study: Path) -> None:
    path = next((study / "questions.parquet").glob("xquad_r-all-hybrid-3-0.parquet"))
    values = Samples(study)._of("all-hybrid-2-0", "xquad_r")
    write_questions(path, Questions(tuple(f"other {i}" for i in range(24)), values))
    with pytest.raises(UserError, match=r"all-hybrid-3-0.parquet has other questions than the runs before it"):
        curve(study)


def test_a_run_without_its_file_is_refused(study: Path) -> None:
    next((study / "questions.parquet").glob("xquad_r-all-hybrid-3-0.parquet")).unlink()
    with pytest.raises(UserError, match=r"xquad_r-all-hybrid-3-0.parquet is missing: run `hybridir report`"):
        curve(study)


def units(*names: str) -> tuple[str, ...]:
    return tuple(name.replace("/", ", seed ") for name in names)


def test_seeds_of_one_random_order_are_averaged() -> None:
    values = np.arange(2 * 4 * 3, dtype=float).reshape(2, 4, 3)
    start = np.arange(4 * 3, dtype=float).reshape(4, 3)
    found = _by_unit(Curve((1, 2), units("order 0/0", "order 0/1", "order 5/0", "order 5/1"), values, start))
    assert found.units == ("order 0", "order 5")
    np.testing.assert_array_equal(found.values[:, 0], values[:, :2].mean(axis=1))
    np.testing.assert_array_equal(found.values[:, 1], values[:, 2:].mean(axis=1))
    assert found.start is not None
    np.testing.assert_array_equal(found.start, np.stack([start[:2].mean(axis=0), start[2:].mean(axis=0)]))
    np.testing.assert_allclose(found.means, Curve((1, 2), (), values).means)


def test_where_all_orders_share_their_runs_each_takes_other_seeds() -> None:
    rng = np.random.default_rng(0)
    apart, two = rng.random((4, 3)), rng.random((2, 3))
    shared = two[[0, 1, 0, 1]]  # seeds 0 and 1 of one set of languages, in both orders
    names = units("order 0/0", "order 0/1", "order 1/0", "order 1/1")
    found = _by_unit(Curve((2, 4), names, np.stack([apart, shared])))
    assert sorted(found.values[1].tolist()) == sorted(two.tolist())  # not the same mean twice
    assert found.means[1] == pytest.approx(two.mean())
    np.testing.assert_array_equal(found.values[0, 0], apart[:2].mean(axis=0))


def test_which_runs_an_order_takes_depends_on_their_values_alone() -> None:
    runs = np.array([[3.0, 0.0], [1.0, 5.0], [1.0, 2.0], [2.0, 9.0]])  # ascending: the third, the second, the fourth
    names = units(*(f"order {order}/{seed}" for order in (0, 1) for seed in range(4)))
    found = _by_unit(Curve((4,), names, np.stack([np.concatenate([runs, runs])])))
    np.testing.assert_array_equal(found.values[0], [[1.5, 5.5], [2.0, 2.5]])


@pytest.mark.parametrize("names", [("0", "1"), ("order 0/0", "order 0/1"), ("order 0", "order 1")])
def test_seeds_alone_one_order_and_orders_of_one_run_stay_as_they_are(names: tuple[str, ...]) -> None:
    given = Curve((1,), units(*names), np.ones((1, 2, 3)))
    assert _by_unit(given) is given


@pytest.mark.parametrize(("orders", "seeds"), [(2, 2), (3, 3), (2, 3), (3, 2), (2, 4), (3, 4)])
def test_where_orders_share_their_runs_the_mean_over_units_is_that_over_runs(orders: int, seeds: int) -> None:
    of_seed = np.random.default_rng(0).random((seeds, 5))
    units = [(order, seed) for order in range(orders) for seed in range(seeds)]
    names = tuple(f"order {order}, seed {seed}" for order, seed in units)
    found = _by_unit(Curve((4,), names, np.stack([of_seed[[seed for _, seed in units]]])))
    assert found.means[0] == pytest.approx(of_seed.mean())
