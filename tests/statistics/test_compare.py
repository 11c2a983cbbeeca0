import math

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from hybridir.statistics.compare import compare_all, holm, paired, unpaired
from hybridir.statistics.crossed import estimate, estimates
from tests.statistics.simulate import SKEWED, WORLDS, World


def two(units: int, questions: int = 40, other_units: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    world = World(max(units, other_units or units), questions, 0.1, 0.3, 0.2)
    a, b = world.draw(seed=4, number=2, mean=0.5)
    return a[:units], b[: other_units or units] + 0.1


def test_a_pair_of_single_runs_is_the_paired_t_test() -> None:
    a, b = two(units=1)
    theirs = stats.ttest_rel(a[0], b[0])
    for found in (paired(a, b), unpaired(a, b)):
        assert found.p == pytest.approx(theirs.pvalue)
        assert found.units == 1
    assert paired(a, b).mean == pytest.approx((a - b).mean())


def test_a_pair_is_the_estimate_of_its_differences() -> None:
    a, b = two(units=3)
    assert paired(a, b) == estimate(a - b)
    assert paired(b, a).low == pytest.approx(-paired(a, b).high)


def test_pairs_must_have_one_shape() -> None:
    a, b = two(units=3, other_units=2)
    with pytest.raises(ValueError, match=r"\(3, 40\) and \(2, 40\)"):
        paired(a, b)
    with pytest.raises(ValueError, match="40 and 39"):
        unpaired(a, b[:, 1:])


def test_equal_systems_do_not_differ_even_where_their_sums_were_rounded() -> None:
    a, _ = two(units=3)
    rounded = (a * 3 + 0.3) / 3 - 0.1
    assert np.any(rounded != a)
    for found in (paired(a, rounded), unpaired(a[:1], rounded[:1])):
        assert (found.mean, found.p) == (0, 1)


def test_holm_on_a_hand_worked_case() -> None:
    # sorted: .005 x 4 = .02, .01 x 3 = .03, .03 x 2 = .06, .04 x 1, which may not be below .06
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.6, 0.7]) == [1, 1]


def test_holm_is_that_of_statsmodels() -> None:
    p = np.random.default_rng(0).uniform(size=40) ** 3
    assert holm(list(p)) == pytest.approx(multipletests(p, method="holm")[1])


def test_holm_does_not_count_what_is_not_known() -> None:
    adjusted = holm([0.01, math.nan, 0.04])
    assert math.isnan(adjusted[1])
    assert [adjusted[0], adjusted[2]] == pytest.approx([0.02, 0.04])
    assert holm([]) == []
    assert math.isnan(holm([math.nan])[0])


def test_a_family_is_corrected_together() -> None:
    a, b = two(units=3)
    pairs = [(a, b), (a, a), (b, a + 0.05)]
    found = compare_all(pairs)
    assert [each.p for each in found] == [paired(*pair).p for pair in pairs]
    assert [each.adjusted for each in found] == holm([each.p for each in found])
    assert found[1].adjusted == 1
    assert compare_all([]) == []


def test_units_of_two_sweeps_are_compared_by_welch() -> None:
    a, b = two(units=5, other_units=3, questions=1)
    theirs = stats.ttest_ind(a[:, 0], b[:, 0], equal_var=False)
    found = unpaired(a, b)
    assert found.p == pytest.approx(theirs.pvalue)
    assert found.freedom == pytest.approx(theirs.df)
    assert found.units == 5


def test_two_sweeps_on_a_hand_worked_case() -> None:
    # unit means 1, 3 and 1, 2, 3: variances 2/2 and 1/3; differences of the question means 1, -1, 0: 1/3
    # residual mean squares 3/2 and 0: 3/2/6
    a = np.array([[2.0, 1, 0], [3, 2, 4]])
    b = np.array([[0.5, 1.5, 1.0]] * 3) + np.array([[0.0], [1], [2]])
    found = unpaired(a, b)
    assert found.mean == pytest.approx(0)
    assert found.error**2 == pytest.approx(1 + 1 / 3 + 1 / 3 - 1 / 4)


def test_a_single_run_is_taken_to_vary_as_the_other_side_does() -> None:
    a, b = two(units=1, other_units=4)
    units, rest = b.mean(axis=1).var(ddof=1), b - b.mean(axis=1, keepdims=True) - b.mean(axis=0) + b.mean()
    residual = (rest**2).sum() / (3 * 39) / 40
    questions = (a[0] - b.mean(axis=0)).var(ddof=1) / 40
    for found in (unpaired(a, b), unpaired(b, a)):
        assert found.error**2 == pytest.approx((units - residual) * (1 + 1 / 4) + questions)
        assert found.units == 4


def two_samples(name: str, number: int) -> tuple[World, np.ndarray, np.ndarray]:
    world = WORLDS.get(name) or SKEWED[name]
    draw = world.draw if name in WORLDS else world.draw_skewed
    return world, draw(1, number), draw(2, number)


@pytest.mark.parametrize("name", [*WORLDS, *SKEWED])
def test_equal_systems_differ_as_often_as_the_level_says(name: str) -> None:
    world, a, b = two_samples(name, 4000)
    low, high = world.false_positives
    assert low <= np.mean([each.p < 0.05 for each in estimates(a - b)]) <= high


@pytest.mark.parametrize("name", [*WORLDS, *SKEWED])
def test_equal_sweeps_differ_as_often_as_the_level_says(name: str) -> None:
    world, a, b = two_samples(name, 600)
    low, high = world.false_positives
    assert low <= np.mean([unpaired(*pair).p < 0.05 for pair in zip(a, b, strict=True)]) <= high


@pytest.mark.parametrize("units", [2, 3, 5])
def test_a_single_run_against_several_differs_as_often_as_the_level_says(units: int) -> None:
    world = World(units, 150, 0.05, 0.3, 0.1)
    pairs = zip(world.draw(1, 600), world.draw(2, 600), strict=True)
    assert 0.025 <= np.mean([unpaired(a[:1], b).p < 0.05 for a, b in pairs]) <= 0.075


def test_a_difference_that_is_there_is_found() -> None:
    world = World(3, 150, 0.01, 0.2, 0.2)
    pairs = zip(world.draw(1, 200, mean=0.15), world.draw(2, 200), strict=True)
    assert np.mean([paired(a, b).p < 0.05 for a, b in pairs]) > 0.95
