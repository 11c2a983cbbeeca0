"""How much a curve's points say for one shape against another: Akaike's criterion with the noise measured apart.

The usual AICc would take the K * P means (one per unit and number of languages) as independent. They are not, twice
over. A unit's own level is in all P of its means: it moves the curve as a whole and says nothing of its shape. And all
units answer the same questions: what these questions happen to make of n is in all K means of a count alike, and looks
like shape however many units there are. (Simulated flat curves with questions the only noise, K = 3, P = 6: AICc on
the K * P means found a trend in half of them; see tests/statistics/test_evidence.py.)

So the shapes are fitted to the P means over units and questions, whose noise is measured apart: by the crossed variance
of what is left of the curve when each unit's and question's own level is out, pooled over the counts. Pooled, it has
P - 1 times the degrees of freedom, which three units need; the price is that noise is taken as equal and independent
along n. Nested subsets break this (a unit's slope hangs together), so `choice` does not rest on AICc alone.
"""

import numpy as np

from hybridir.statistics.crossed import Part, Parts, parts, total
from hybridir.statistics.shapes import Floats

EXACT = 1e-7
"""Misses below this part of the largest |y| are rounding: shapes that both fit so well are told apart by size alone."""


def noise(curve: Floats) -> Part:
    """The variance of one of the P means of `curve` [P, K, Q] about their shape, with its degrees of freedom: each [1].

    With one unit it is that of the questions alone.
    """
    directions = len(curve) - 1
    units, questions, rest = parts(curve - curve.mean(axis=0))
    units, questions = (
        Part(source.variance.sum(keepdims=True) / directions, source.freedom[:1] * directions)
        for source in (units, questions)
    )
    return total(Parts(units, questions, rest.sum(keepdims=True) / directions))


def aicc(missed: float, parameters: int, points: int, spread: Part, largest: float) -> float:
    """The corrected criterion (Hurvich & Tsai 1989) of a shape that misses the P means by `missed` (sum of squares).

    The noise measured apart counts as so many more observations: `points + freedom` in all. Where units are the only
    noise this is the AICc of the K * P points, each unit with a level of its own; where questions are, the chi-square
    of the P means with known errors. `parameters` leaves out the noise itself, which adds one. `largest` is the
    largest |y|, which says what is rounding. Infinite where so few observations cannot carry the parameters.
    """
    (variance,), (freedom,) = spread
    observed, unknown = points + float(freedom), parameters + 1
    if observed <= unknown + 1:
        return float("inf")
    rounding = max(points * (EXACT * largest) ** 2, float(np.finfo(np.float64).tiny))
    squares = max(missed + float(freedom * variance), rounding)
    return float(observed * np.log(squares / observed) + 2 * unknown * observed / (observed - unknown - 1))
