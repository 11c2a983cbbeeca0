import numpy as np
import pytest
from scipy import stats

from hybridir.statistics.bootstrap import band, bootstrap, question_weights
from hybridir.statistics.crossed import estimate, estimates
from tests.statistics.simulate import SKEWED, WORLDS, World


def a_curve(points: int = 4, units: int = 3, questions: int = 30) -> np.ndarray:
    return World(units, questions, 0.1, 0.3, 0.2).draw(seed=3, number=points, mean=0.5)


def test_draws_are_the_same_for_the_same_seed_alone() -> None:
    curve = a_curve()
    assert bootstrap(curve, draws=50, seed=1).shape == (50, 4)
    np.testing.assert_array_equal(bootstrap(curve, 50, seed=1), bootstrap(curve.copy(), 50, seed=1))
    for drawn in (curve[:, :1], curve[:, :, :1]):
        assert not np.allclose(bootstrap(drawn, 50, seed=1), bootstrap(drawn, 50, seed=2))
    assert not question_weights(50, 30, 1).flags.writeable


@pytest.mark.parametrize("units", [1, 2, 3, 9])
def test_each_point_has_its_mean_and_its_error_stretched_by_few_degrees_of_freedom(units: int) -> None:
    curve = a_curve(units=units)
    drawn = bootstrap(curve, draws=300)
    np.testing.assert_allclose(drawn.mean(axis=0), curve.mean(axis=(1, 2)))
    for point, found in zip(drawn.T, estimates(curve), strict=True):
        stretch = stats.t.ppf(0.975, found.freedom) / stats.norm.ppf(0.975)
        assert point.std() == pytest.approx(found.error * stretch)


@pytest.mark.parametrize("units", [1, 2, 3, 9])
def test_the_band_is_the_interval_of_the_estimate(units: int) -> None:
    curve = a_curve(points=1, units=units, questions=200)
    (low,), (high,) = band(bootstrap(curve, draws=20_000))
    found = estimate(curve[0])
    width = found.high - found.low
    assert (low, high) == pytest.approx((found.low, found.high), abs=0.02 * width)


def test_a_band_is_percentiles_of_each_point() -> None:
    draws = np.stack([np.arange(101.0), 2 * np.arange(101.0)], axis=1)
    low, high = band(draws, level=0.9)
    assert (low.tolist(), high.tolist()) == (pytest.approx([5, 10]), pytest.approx([95, 190]))


def test_what_all_points_share_moves_them_together() -> None:
    point = a_curve(points=1)[0]
    drawn = bootstrap(np.stack([point, point + 0.2, -point]), draws=100)
    np.testing.assert_allclose(drawn[:, 1], drawn[:, 0] + 0.2)
    np.testing.assert_allclose(drawn[:, 2], -drawn[:, 0])


def test_points_without_anything_in_common_move_apart() -> None:
    drawn = bootstrap(World(9, 300, 0, 0.3, 0.1).draw(seed=8, number=2), draws=4000)
    assert abs(np.corrcoef(drawn.T)[0, 1]) < 0.15


def test_units_and_questions_have_their_shares_in_how_points_move() -> None:
    # what units add moves the points apart, what questions add moves them together
    units, questions = np.array([[-0.1], [0.0], [0.1]]), np.linspace(-0.5, 0.5, 30)[None]
    drawn = bootstrap(np.stack([units + questions, -units + questions]), draws=40_000)
    by_units, by_questions = stats.sem(units[:, 0]) ** 2, stats.sem(questions[0]) ** 2
    expected = (by_questions - by_units) / (by_questions + by_units)
    assert np.corrcoef(drawn.T)[0, 1] == pytest.approx(expected, abs=0.03)


def test_a_start_that_all_units_share_varies_over_questions_alone() -> None:
    curve = a_curve()
    curve[0] = curve[0, :1]
    drawn = bootstrap(curve, draws=500)
    stretch = stats.t.ppf(0.975, 29) / stats.norm.ppf(0.975)
    assert drawn[:, 0].std() == pytest.approx(stats.sem(curve[0, 0]) * stretch, rel=1e-6)


@pytest.mark.parametrize("value", [0.0, 0.25])
def test_a_point_without_variance_does_not_move(value: float) -> None:
    curve = a_curve()
    curve[1] = value
    np.testing.assert_array_equal(bootstrap(curve, draws=20)[:, 1], value)


def covered(samples: np.ndarray, truth: float) -> float:
    """The share of the samples [N, K, Q] whose band holds the truth; ten samples at a time are points of one curve."""
    bands = [band(bootstrap(curve, draws=400, seed=n)) for n, curve in enumerate(np.split(samples, len(samples) // 10))]
    return float(np.mean([(low <= truth) & (truth <= high) for low, high in bands]))


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_the_band_covers_the_mean_of_normal_worlds(world: World) -> None:
    low, high = world.coverage
    assert low <= covered(world.draw(seed=1, number=1000, mean=0.4), truth=0.4) <= high


@pytest.mark.parametrize("world", SKEWED.values(), ids=SKEWED)
def test_the_band_covers_the_mean_of_skewed_worlds(world: World) -> None:
    low, high = world.coverage
    assert low <= covered(world.draw_skewed(seed=1, number=1000), world.skewed_mean()) <= high
