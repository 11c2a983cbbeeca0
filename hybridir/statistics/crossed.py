"""Means with their uncertainty where every unit answers the same questions: the crossed model, both random.

`v[k, q] = mean + unit[k] + question[q] + rest[k, q]`. A unit is an independent repetition (a seed, or a random order of
languages), a question all parallel questions of a benchmark with one meaning.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import special


@dataclass(frozen=True)
class Estimate:
    """A mean, or a difference of means, in the unit of its values."""

    mean: float
    error: float
    """Standard error of the mean."""
    freedom: float
    """Degrees of freedom of the error."""
    low: float
    """The interval: mean - t * error."""
    high: float
    p: float
    """Two-sided, of a mean of 0."""
    effect: float
    """The mean in standard deviations of the question means (Cohen's d_z for a difference); nan where that is 0."""
    units: int
    """With one unit, the error is over questions alone and says nothing about another training."""
    questions: int


class Part(NamedTuple):
    """What one source adds to the variance of a mean, and the degrees of freedom it is known with: float64 [N] each."""

    variance: np.ndarray
    freedom: np.ndarray


class Parts(NamedTuple):
    """The sources of variance of N means; `rest` [N] is what units and questions both count, once too often."""

    units: Part
    questions: Part
    rest: np.ndarray


def estimate(values: np.ndarray, level: float = 0.95) -> Estimate:
    """The mean of `values` [K, Q], K units that answer the same Q questions, with its error and interval.

    With s_a^2 the variance of the K unit means, s_b^2 that of the Q question means and s_e^2 the residual mean square,
    the variance of the mean is s_a^2/K + s_b^2/Q - s_e^2/(K Q), since both of the first contain the third (Owen 2007,
    "The pigeonhole bootstrap", section 2); never below the larger of the first two. Interval and p are Student's.
    K = 1 is the one-sample t-test over questions, Q = 1 that over units.

    Degrees of freedom are s_a^2/K and s_b^2/Q's own, K - 1 and Q - 1, averaged harmonically by the share that each has
    in their sum. Satterthwaite (1946) squares the shares. But with two or three units the shares are as uncertain as
    the variances, and his intervals are too narrow where units matter: of 95 % intervals with 1,190 questions, in the
    worst case 87 % held for two units and 92 % for three. With plain shares (our choice) they are 91 % and 94 %; four
    units or more hold theirs. The limits: two units whose trainings differ far more than questions do hold
    only 91 %; where nearly all variance is the rest, intervals are too wide and hold up to 98.7 %.

    Where all values are the same, the error is 0 and the interval is the mean: p is 1 if that is 0, else 0. A single
    value (K = Q = 1) tells nothing of its error: error, interval and p are nan.
    """
    return estimates(values[None], level)[0]


def estimates(values: np.ndarray, level: float = 0.95) -> list[Estimate]:
    """`estimate` of each of `values` [N, K, Q]."""
    _, units, questions = values.shape
    mean = values.mean(axis=(1, 2))
    total = total_part(parts(values))
    return summarise(mean, total, values.mean(axis=1), units, questions, level)
