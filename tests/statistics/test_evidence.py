"""The noise against its definition, AICc against the textbook's, and why the K * P means are not taken as they are."""

import numpy as np
import pytest

from hybridir.statistics.choice import fit_all, score
from hybridir.statistics.crossed import Part, estimate
from hybridir.statistics.evidence import aicc, noise
from hybridir.statistics.shapes import FLAT, LOG_LINEAR

COUNTS = np.array([1.0, 2, 4, 8, 16, 31])


def known(variance: float, freedom: float) -> Part:
    return Part(np.array([variance]), np.array([freedom]))


def test_levels_of_units_and_questions_are_no_noise() -> None:
    random = np.random.default_rng(0)
    levels = random.normal(size=(1, 3, 1)) + random.normal(size=(1, 1, 8)) + np.log2(COUNTS)[:, None, None]
    assert noise(np.broadcast_to(levels, (6, 3, 8))).variance == pytest.approx([0], abs=1e-30)


def test_noise_of_two_points_and_two_units_by_hand() -> None:
    """Differences along n of 2 and 4 are ∓1 and ∓2 about each unit's level, ∓.5 and ±.5 about the mean of units."""
    found = noise(np.array([[[0.0], [0.0]], [[2.0], [4.0]]]))
    assert found.variance == pytest.approx([0.5])  # 4 * .25 over one direction, one freedom, two units
    assert found.freedom == pytest.approx([1])


def test_noise_of_two_points_is_the_crossed_error_of_their_difference() -> None:
    difference = np.random.default_rng(0).normal(size=(3, 12)) + np.array([[-2.0], [0], [3]])
    found, crossed = noise(np.stack([np.zeros((3, 12)), difference])), estimate(difference)
    assert found.variance == pytest.approx([crossed.error**2 / 2])
    assert found.freedom == pytest.approx([crossed.freedom])


def test_noise_is_that_of_the_means() -> None:
    random = np.random.default_rng(1)
    curves = random.normal(scale=0.2, size=(400, 6, 3, 1)) + random.normal(scale=0.5, size=(400, 6, 1, 20))
    found = np.array([noise(curve).variance[0] for curve in curves])
    assert found.mean() == pytest.approx(0.2**2 / 3 + 0.5**2 / 20, rel=0.05)
    assert noise(curves[0]).freedom > 10


def test_aicc_of_units_alone_is_the_textbooks_with_a_level_per_unit() -> None:
    """Least squares on 6 x 3 points about each unit's own level: 18 - 2 observations once the levels are paid for."""
    curve = np.random.default_rng(2).normal(size=(6, 3, 1)) + np.log2(COUNTS)[:, None, None]
    within = curve[:, :, 0] - curve[:, :, 0].mean(axis=0)
    along = np.log2(COUNTS) - np.log2(COUNTS).mean()
    slope = (within * along[:, None]).sum() / (3 * (along**2).sum())
    squares = ((within - slope * along[:, None]) ** 2).sum() / 3  # in squares of a mean of three
    textbook = 16 * np.log(squares / 16) + 2 * 3 + 2 * 3 * 4 / (16 - 3 - 1)
    fits = fit_all(COUNTS, curve.mean(axis=(1, 2)))
    assert score(fits, COUNTS, curve)[LOG_LINEAR].aicc == pytest.approx(textbook)


def test_aicc_with_known_noise_is_chi_square_and_twice_the_parameters() -> None:
    few, many = aicc(7.0, 2, 6, known(1, 1e7), 1.0), aicc(3.0, 3, 6, known(1, 1e7), 1.0)
    assert few - many == pytest.approx((7 + 4) - (3 + 6), abs=1e-4)


def test_rounding_is_no_evidence_and_too_few_points_are_none() -> None:
    exact = known(0, 10)
    assert aicc(1e-28, 2, 6, exact, 1.0) < aicc(0.0, 3, 6, exact, 1.0)
    assert aicc(0.0, 1, 6, exact, 0.0) < aicc(0.0, 2, 6, exact, 0.0)
    assert aicc(1.0, 3, 5, known(0, 0), 1.0) == float("inf")


def test_what_questions_make_of_n_is_not_evidence_of_every_unit() -> None:
    """Flat truth; questions react to each n by chance, all units alike. K * P points find trends in half the curves."""
    random = np.random.default_rng(3)
    ours, usual = 0, 0
    for _ in range(200):
        curve = np.repeat(random.normal(size=(6, 1, 50)), 3, axis=1) + random.normal(scale=0.1, size=(6, 3, 50))
        fits = fit_all(COUNTS, curve.mean(axis=(1, 2)))
        scores = {shape: found.aicc for shape, found in score(fits, COUNTS, curve).items()}
        ours += scores.pop(FLAT) - min(scores.values()) >= 2
        points = curve.mean(axis=2)
        plain = {}
        for shape, made in fits.items():
            squares, unknown = ((points - made.at(COUNTS).T) ** 2).sum(), len(shape.names) + 1
            plain[shape] = 18 * np.log(squares / 18) + 2 * unknown * 18 / (18 - unknown - 1)
        usual += plain.pop(FLAT) - min(plain.values()) >= 2
    assert ours <= 20
    assert usual >= 80
