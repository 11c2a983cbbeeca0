"""How much a curve's points say for one shape against another: Akaike's criterion with an honest noise.

The usual AICc would take the K * P means (one per unit and number of languages) as independent. They are not, twice
over. A unit's own level is in all P of its means: it moves the curve as a whole and says nothing of its shape. And all
units answer the same questions: what these questions happen to make of n is in all K means of a count alike, and looks
like shape however many units there are. (Simulated with questions the only noise, K = 3, P = 6: AICc on the K * P
points found a trend in flat curves nearly always; see tests/statistics/test_trend.py.)

So the shapes are fitted to the P means over units and questions, whose noise is measured apart: by the crossed variance
of what is left of `curve` when each unit's and question's own level is out, pooled over the counts.
"""

from dataclasses import dataclass

import numpy as np

from hybridir.statistics.shapes import Floats

EXACT = 1e-7
"""Misses below this part of the largest |y| are rounding: shapes that both fit so well are told apart by size alone."""


@dataclass(frozen=True)
class Noise:
    """`variance` of one of the P means about its curve, and the degrees of freedom that it was measured with."""

    variance: float
    freedom: float


def noise(curve: Floats) -> Noise:
    """The noise of the P means of `curve` [P, K, Q] about their shape, as if equal and independent over the counts.

    Crossed variance (units K and questions Q, both random) of the differences along n, Satterthwaite's degrees of
    freedom (Biometrics Bulletin 1946). With one unit it is that of the questions alone, and the other way round.
    """
    points, units, questions = curve.shape
    shift = curve - curve.mean(axis=0)
    by_unit, by_question = shift.mean(axis=2), shift.mean(axis=1)
    mean = by_unit.mean(axis=1, keepdims=True)
    of_units = _pooled(by_unit - mean, units)
    of_questions = _pooled(by_question - mean, questions)
    if units == 1 or questions == 1:
        variance = of_units + of_questions
        return Noise(variance, float((points - 1) * (max(units, questions) - 1)))
    rest = shift - by_unit[:, :, None] - by_question[:, None, :] + mean[:, :, None]
    cells = (units - 1) * (questions - 1)
    of_rest = float((rest**2).sum()) / (points - 1) / cells / (units * questions)
    variance = max(of_units + of_questions - of_rest, of_units, of_questions)
    spread = of_units**2 / (units - 1) + of_questions**2 / (questions - 1) + of_rest**2 / cells
    return Noise(variance, (points - 1) * (variance**2 / spread if spread else units - 1.0))


def aicc(missed: float, parameters: int, points: int, of: Noise, largest: float) -> float:
    """The corrected criterion (Hurvich & Tsai 1989) of a shape that misses the P means by `missed` (sum of squares).

    The noise measured apart counts as so many more observations: `points + freedom` in all. Where units are the only
    noise this is the AICc of the K * P points, each unit with a level of its own; where questions are, the chi-square
    of the P means with known errors. `parameters` leaves out the noise itself, which adds one. `largest` is the
    largest |y|, which says what is rounding. Infinite where so few observations cannot carry the parameters.
    """
    observed, unknown = points + of.freedom, parameters + 1
    if observed <= unknown + 1:
        return float("inf")
    squares = max(missed + of.freedom * of.variance, points * (EXACT * largest) ** 2, np.finfo(float).tiny)
    return float(observed * np.log(squares / observed) + 2 * unknown * observed / (observed - unknown - 1))


def _pooled(differences: Floats, levels: int) -> float:
    """The variance of a mean over `levels`, from `differences` [P, levels] with the mean out; 0 for one level."""
    points = len(differences)
    return float((differences**2).sum()) / (points - 1) / (levels - 1) / levels if levels > 1 else 0.0
