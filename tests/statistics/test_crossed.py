import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm

from hybridir.statistics.crossed import estimate, estimates
from tests.statistics.simulate import SKEWED, WORLDS, World

# units add -2, -1, 3 and questions -2 to 2 to a mean of 4; the rest is 1, -1 and -1, 1 in the second and third unit
WORKED = np.array([[0.0, 1, 2, 3, 4], [2, 1, 3, 4, 5], [4, 7, 7, 8, 9]])


def test_a_hand_worked_case_with_three_units() -> None:
    # s_a^2 = (4 + 1 + 9)/2 = 7, s_b^2 = 10/4, s_e^2 = 4/8: variance 7/3 + 1/2 - 1/30 = 2.8
    # shares of 7/3 and 1/2: 14/17 and 3/17, so freedom 1 / (14/17/2 + 3/17/4) = 68/31
    found = estimate(WORKED)
    assert (found.units, found.questions, found.mean) == (3, 5, 4.0)
    assert found.error == pytest.approx(2.8**0.5)
    assert found.freedom == pytest.approx(68 / 31)
    assert found.high - found.mean == pytest.approx(stats.t.ppf(0.975, 68 / 31) * 2.8**0.5)
    assert found.mean - found.low == pytest.approx(found.high - found.mean)
    assert found.p == pytest.approx(2 * stats.t.sf(4 / 2.8**0.5, 68 / 31))
    assert found.effect == pytest.approx(4 / 2.5**0.5)
    assert estimate(WORKED, level=0.8).low == pytest.approx(4 - stats.t.ppf(0.9, 68 / 31) * 2.8**0.5)


def test_with_two_units_the_freedom_takes_roots_of_the_shares() -> None:
    # unit means 2 and 3, question means 1 to 4: s_a^2/2 = 1/4, s_b^2/4 = 5/12; residuals of 1/2 and -1/2: s_e^2 = 2/3
    found = estimate(np.array([[1.0, 1, 2, 4], [1, 3, 4, 4]]))
    assert found.error == pytest.approx((1 / 4 + 5 / 12 - 2 / 3 / 8) ** 0.5)
    assert found.freedom == pytest.approx(1 / ((3 / 8) ** 0.5 + (5 / 8) ** 0.5 / 3))


def test_the_freedom_is_never_below_that_of_the_lesser_source() -> None:
    # shares of 9/4 and 13/12 with freedom 1 and 2: the roots alone would make it 0.90
    found = estimate(np.array([[1.0, 2, 3], [3, 4, 8]]))
    assert found.error**2 == pytest.approx(9 / 4 + 13 / 12 - 1.5 / 6)
    assert found.freedom == 1


def test_variances_are_those_of_an_analysis_of_variance() -> None:
    values = World(4, 12, 0.2, 0.5, 0.4).draw(seed=5, number=1)[0]
    cells = [(u, q, values[u, q]) for u, q in itertools.product(range(4), range(12))]
    table = pd.DataFrame(cells, columns=["unit", "question", "value"])
    squares = anova_lm(ols("value ~ C(unit) + C(question)", table).fit())["mean_sq"]
    between = squares["C(unit)"] + squares["C(question)"] - squares["Residual"]
    assert estimate(values).error ** 2 == pytest.approx(between / (4 * 12))


def test_one_unit_is_the_t_test_over_questions_and_one_question_that_over_units() -> None:
    values = World(1, 40, 0, 0.3, 0).draw(seed=1, number=1, mean=0.1)[0]
    theirs = stats.ttest_1samp(values[0], 0)
    interval = theirs.confidence_interval()
    for found in (estimate(values), estimate(values.T)):
        assert found.p == pytest.approx(theirs.pvalue)
        assert (found.low, found.high) == pytest.approx((interval.low, interval.high))
        assert found.freedom == 39
    assert (estimate(values).units, estimate(values.T).questions) == (1, 1)


def test_the_variance_is_never_below_that_of_units_or_of_questions() -> None:
    # units are the same on average, so the residual alone would take more away than they add
    values = np.array([[0.0, 4, 0, 4], [4, 0, 4, 1], [0, 4, 3, 1]])
    by_question = values.mean(axis=0).var(ddof=1) / 4
    assert estimate(values).error == pytest.approx(by_question**0.5)


@pytest.mark.parametrize(("value", "p"), [(0.0, 1.0), (0.1, 0.0)])
def test_equal_values_have_no_error(value: float, p: float) -> None:
    found = estimate(np.full((3, 70), value))
    assert (found.error, found.low, found.high, found.p) == (0, found.mean, found.mean, p)
    assert np.isnan(found.effect)


def test_equal_units_leave_the_error_of_questions() -> None:
    row = np.array([0.1, 0.5, 0.7, 0.2])
    found = estimate(np.stack([row] * 3))
    assert found.error == pytest.approx(stats.sem(row))
    assert found.freedom == pytest.approx(3)


def test_a_single_value_tells_nothing_of_its_error() -> None:
    found = estimate(np.array([[0.3]]))
    assert found.mean == 0.3
    assert np.isnan([found.error, found.low, found.high, found.p]).all()


def test_many_at_once_are_each_alone() -> None:
    values = World(3, 20, 0.1, 0.3, 0.2).draw(seed=2, number=5)
    assert estimates(values, level=0.9) == [estimate(each, level=0.9) for each in values]


samples = arrays(np.float64, st.tuples(st.integers(1, 5), st.integers(2, 9)), elements=st.integers(-8, 8).map(float))


@given(samples, st.integers(-5, 5), st.sampled_from([0.5, 2.0, 8.0]))
@settings(max_examples=60, deadline=None)
def test_shifting_scaling_and_reordering(values: np.ndarray, shift: int, scale: float) -> None:
    found = estimate(values)
    units, questions = (np.random.default_rng(values.size).permutation(n) for n in values.shape)
    moved = estimate(values[units][:, questions] * scale + shift)
    assert moved.mean == pytest.approx(found.mean * scale + shift)
    assert moved.error == pytest.approx(found.error * scale, abs=1e-9)
    assert moved.freedom == pytest.approx(found.freedom)
    assert moved.high - moved.low == pytest.approx((found.high - found.low) * scale, abs=1e-9)
    mirrored = estimate(-values)
    assert (mirrored.low, mirrored.high) == pytest.approx((-found.high, -found.low))
    assert mirrored.p == pytest.approx(found.p)


def held(values: np.ndarray, truth: float) -> float:
    return float(np.mean([each.low <= truth <= each.high for each in estimates(values)]))


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_the_interval_holds_the_mean_of_normal_worlds(world: World) -> None:
    low, high = world.coverage
    assert low <= held(world.draw(seed=1, number=2000, mean=0.4), truth=0.4) <= high


@pytest.mark.parametrize("world", SKEWED.values(), ids=SKEWED)
def test_the_interval_holds_the_mean_of_skewed_worlds(world: World) -> None:
    low, high = world.coverage
    assert low <= held(world.draw_skewed(seed=1, number=2000), world.skewed_mean()) <= high


@pytest.mark.parametrize("units", [2, 3])
def test_where_all_is_rest_the_interval_errs_on_the_wide_side(units: int) -> None:
    assert 0.97 <= held(World(units, 150, 0, 0, 0.3).draw(seed=1, number=2000), truth=0) <= 0.998
