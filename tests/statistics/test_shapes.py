"""The shapes' fits: exact on exact data, as good as scipy's own search, and the same for one curve and for many."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy.optimize import curve_fit

from hybridir.statistics.shapes import FLAT, LOG_LINEAR, POWER, SATURATING, SHAPES, Floats, Shape, fit, fit_one

COUNTS = np.array([1.0, 2, 4, 8, 16, 31])
Formula = Callable[..., Floats]
TRUTHS: list[tuple[Shape, Formula, tuple[float, ...]]] = [
    (FLAT, lambda n, c: c + 0 * n, (0.4,)),
    (LOG_LINEAR, lambda n, a, b: a + b * np.log2(n), (0.4, 0.01)),
    (POWER, lambda n, c, a, b: c + a * n**-b, (0.5, -0.1, 0.7)),
    (POWER, lambda n, c, a, b: c + a * n**-b, (20.0, 55.0, 1.6)),
    (SATURATING, lambda n, c, a, tau: c + a * np.exp(-n / tau), (0.5, -0.1, 5.0)),
    (SATURATING, lambda n, c, a, tau: c + a * np.exp(-n / tau), (20.0, 55.0, 17.0)),
]
each_truth = pytest.mark.parametrize(
    ("shape", "formula", "truth"), TRUTHS, ids=lambda value: getattr(value, "name", "")
)


@each_truth
def test_exact_data_give_back_their_parameters(shape: Shape, formula: Formula, truth: tuple[float, ...]) -> None:
    found = fit_one(shape, COUNTS, formula(COUNTS, *truth))
    assert list(found.parameters()) == list(shape.names)
    assert [value[0] for value in found.parameters().values()] == pytest.approx(truth, rel=1e-6)
    assert found.at(np.array([3.0, 20.0]))[0] == pytest.approx(formula(np.array([3.0, 20.0]), *truth), rel=1e-9)


@each_truth
@pytest.mark.parametrize("seed", range(5))
def test_no_search_of_scipy_finds_a_closer_curve(
    shape: Shape, formula: Formula, truth: tuple[float, ...], seed: int
) -> None:
    curve = formula(COUNTS, *truth) + np.random.default_rng(seed).normal(scale=0.02 * abs(truth[-2:][0]), size=6)
    lows, highs = np.full(len(truth), -np.inf), np.full(len(truth), np.inf)
    if shape.bounds is not None:
        lows[-1], highs[-1] = shape.bounds(COUNTS)
    theirs, _ = curve_fit(formula, COUNTS, curve, p0=truth, bounds=(lows, highs), xtol=1e-14, ftol=1e-14, gtol=1e-14)
    ours = fit_one(shape, COUNTS, curve)
    missed = ((curve - ours.at(COUNTS)[0]) ** 2).sum()
    assert missed <= ((curve - formula(COUNTS, *theirs)) ** 2).sum() * (1 + 1e-9)
    assert [value[0] for value in ours.parameters().values()] == pytest.approx(theirs, rel=1e-4)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_many_curves_at_once_are_fitted_as_each_alone(shape: Shape) -> None:
    random = np.random.default_rng(0)
    curves = 0.5 - 0.1 * COUNTS**-0.8 + random.normal(scale=0.005, size=(50, 6))
    together = fit(shape, COUNTS, curves)
    for number, curve in enumerate(curves):
        alone = fit_one(shape, COUNTS, curve)
        assert together.at(COUNTS)[number] == pytest.approx(alone.at(COUNTS)[0], abs=1e-5)
        assert together.bend[number] == pytest.approx(alone.bend[0], rel=5e-3)


@pytest.mark.parametrize("shape", [POWER, SATURATING], ids=lambda shape: shape.name)
def test_data_beyond_the_range_of_the_bend_end_at_its_bounds(shape: Shape) -> None:
    step, straight = np.where(COUNTS > 1, 1.0, 0.0), {POWER: np.log(COUNTS), SATURATING: COUNTS}[shape]
    assert shape.bounds is not None
    low, high = shape.bounds(COUNTS)
    at_once, never = (high, low) if shape is POWER else (low, high)
    assert fit_one(shape, COUNTS, step).bend[0] == pytest.approx(at_once)
    assert fit_one(shape, COUNTS, straight).bend[0] == pytest.approx(never)
    assert fit(shape, COUNTS, np.array([step, straight])).bend == pytest.approx([at_once, never])


@pytest.mark.parametrize(
    ("shape", "curve", "expected"),
    [
        (LOG_LINEAR, 0.4 + 0.01 * np.log2(COUNTS), 0.01 / (0.001 * np.log(2))),  # 14.43
        (POWER, 0.5 - 0.1 * COUNTS**-0.7, 70 ** (1 / 1.7)),  # .07 n^-1.7 = .001
        (SATURATING, 0.5 - 0.1 * np.exp(-COUNTS / 5), 5 * np.log(20)),  # .02 exp(-n / 5) = .001
    ],
)
def test_levels_off_where_the_slope_falls_below_the_gain(shape: Shape, curve: Floats, expected: float) -> None:
    both = fit(shape, COUNTS, np.array([curve, 1 - curve]))
    assert both.levels_off(0.001, higher_is_better=True) == pytest.approx([expected, 0], rel=1e-3)
    assert both.levels_off(0.001, higher_is_better=False) == pytest.approx([0, expected], rel=1e-3)
    slope = np.diff(fit_one(shape, COUNTS, curve).at(np.array([expected - 1e-4, expected + 1e-4]))[0]) / 2e-4
    assert slope == pytest.approx([0.001], rel=1e-4)


def test_a_flat_line_never_improves() -> None:
    assert fit(FLAT, COUNTS, np.ones((1, 6))).levels_off(0.001, higher_is_better=True) == [0]


def test_counts_that_start_high_and_lie_close_stay_within_floats() -> None:
    counts = np.array([200.0, 201, 202, 203, 204])
    curve = np.array([0.1, 0.2, 0.21, 0.22, 0.22])
    assert np.isfinite(fit_one(SATURATING, counts, curve).at(counts)).all()
    assert np.isfinite(fit(POWER, counts, curve[None]).at(counts)).all()
