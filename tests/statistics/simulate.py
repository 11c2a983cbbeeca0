"""Simulated crossed data of known truth: units that answer the same questions."""

from dataclasses import dataclass

import numpy as np
from scipy import special


@dataclass(frozen=True)
class World:
    """Numbers of units and questions, and the standard deviations in `mean + unit[k] + question[q] + rest[k, q]`."""

    units: int
    questions: int
    unit: float
    question: float
    rest: float

    def draw(self, seed: int, number: int, mean: float = 0.0) -> np.ndarray:
        """`number` independent samples, normal: float64 [number, K, Q] with expectation `mean`."""
        random = np.random.default_rng(seed)
        unit = random.normal(scale=self.unit, size=(number, self.units, 1))
        question = random.normal(scale=self.question, size=(number, 1, self.questions))
        rest = random.normal(scale=self.rest, size=(number, self.units, self.questions))
        return mean + unit + question + rest

    def draw_skewed(self, seed: int, number: int, centre: float = 0.8) -> np.ndarray:
        """`number` samples in [0, 1], as average precision is: most questions near 1, some near 0.

        They are the logistic function of normal samples about `centre`; `skewed_mean` is their expectation.
        """
        return np.asarray(special.expit(self.draw(seed, number, centre)))

    def skewed_mean(self, centre: float = 0.8) -> float:
        """The expectation of `draw_skewed`, by Gauss-Hermite quadrature."""
        nodes, weights = np.polynomial.hermite_e.hermegauss(100)
        deviation = np.sqrt(self.unit**2 + self.question**2 + self.rest**2)
        return float(weights @ special.expit(centre + deviation * nodes) / weights.sum())

    @property
    def coverage(self) -> tuple[float, float]:
        """Between what a 95 % interval's coverage must lie; with two units it may be too wide (crossed.estimate)."""
        return (0.92, 0.995) if self.units == 2 else (0.92, 0.98)

    @property
    def false_positives(self) -> tuple[float, float]:
        """Between what the rate of p < .05 must lie where there is no difference."""
        return (0.005, 0.075) if self.units == 2 else (0.025, 0.075)


QUESTIONS = 150

# named by what most of the variance of the mean comes from; the rest, at most 60 %, since intervals are known to be too
# wide where it is nearly all
WORLDS = {
    "one unit, questions alone": World(1, QUESTIONS, 0.0, 0.3, 0.1),
    "two, mixed": World(2, QUESTIONS, 0.05, 0.3, 0.3),
    "two, units dominate": World(2, QUESTIONS, 0.05, 0.2, 0.1),
    "three, mixed": World(3, QUESTIONS, 0.02, 0.3, 0.2),
    "three, units dominate": World(3, QUESTIONS, 0.05, 0.1, 0.1),
    "five, questions dominate": World(5, QUESTIONS, 0.005, 0.3, 0.1),
    "five, rest dominates": World(5, QUESTIONS, 0.012, 0.08, 0.3),
    "nine, mixed": World(9, QUESTIONS, 0.05, 0.3, 0.2),
    "nine, units dominate": World(9, QUESTIONS, 0.1, 0.1, 0.1),
}
SKEWED = {
    "one unit, skewed": World(1, QUESTIONS, 0.0, 1.9, 0.8),
    "three, skewed": World(3, QUESTIONS, 0.1, 1.9, 0.8),
    "nine, skewed": World(9, QUESTIONS, 0.3, 1.9, 0.8),
}
