"""Means with their uncertainty where every unit answers the same questions: the crossed model, both random.

`v[k, q] = mean + unit[k] + question[q] + rest[k, q]`. A unit is an independent repetition (a seed, or a random order of
languages), a question all parallel questions of a benchmark with one meaning.
"""

from dataclasses import dataclass
from itertools import repeat
from typing import NamedTuple

import numpy as np
from scipy import special

_ROUNDING = 1e-14


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

    Degrees of freedom come from the shares of s_a^2/K and s_b^2/Q in their sum: the reciprocal of
    share_a/(K - 1) + share_b/(Q - 1). Satterthwaite (1946) squares the shares. But few units leave the shares as
    uncertain as the variances, and his intervals are too narrow: with 1,190 questions and nine tenths of the variance
    between units, 95 % intervals held 87 % of the time for two units and 92 % for three. Plain shares for three units
    or more, and their roots for two (our choice), make it 94 % for both; p below .01 then comes up two or three times
    as often as it should, not 3 to 8 times. The limits: with two or three units, p far below .01 is not to be trusted
    where units differ more than questions. And where nearly all variance is the rest, intervals are too wide: they hold
    98.6 % of the time for three units, 99.5 % for two, and differences may be missed.

    Where all values are the same, the error is 0 and the interval is the mean: p is 1 if that is 0, else 0. A single
    value (K = Q = 1) tells nothing of its error: error, interval and p are nan.
    """
    return estimates(values[None], level)[0]


def estimates(values: np.ndarray, level: float = 0.95) -> list[Estimate]:
    """`estimate` of each of `values` [N, K, Q]."""
    units = values.shape[1]
    return summarise(total(parts(values)), values.mean(axis=1), units, level)


def parts(values: np.ndarray) -> Parts:
    """Where the variance of the mean of each of `values` [N, K, Q] comes from."""
    _, units, questions = values.shape
    by_unit, by_question = values.mean(axis=2), values.mean(axis=1)
    mean = by_unit.mean(axis=1)
    rest = values - by_unit[:, :, None]
    rest -= (by_question - mean[:, None])[:, None, :]
    cells = max((units - 1) * (questions - 1), 1) * units * questions
    return Parts(
        units=of_mean(by_unit),
        questions=of_mean(by_question),
        rest=np.einsum("nkq,nkq->n", rest, rest) / cells,
    )


def of_mean(values: np.ndarray) -> Part:
    """The variance of the mean of each row of independent `values` [N, M]; 0, with no freedom, where M is 1."""
    rows, number = values.shape
    means = values.mean(axis=1)
    deviations = values - means[:, None]
    variance = np.einsum("nm,nm->n", deviations, deviations) / (max(number - 1, 1) * number)
    # the same value everywhere, but for the rounding of its mean
    variance[variance <= (_ROUNDING * means) ** 2] = 0
    return Part(variance, np.full(rows, number - 1.0))


def total(sources: Parts) -> Part:
    """The variance of each mean and its freedom, as `estimate` says; nan where no source has any freedom."""
    units, questions, rest = sources
    fewest = np.minimum(units.freedom, questions.freedom)
    joint = joined(units, questions, exponent=np.clip(fewest / 2, 0.5, 1))
    variance = np.maximum(joint.variance - rest, np.maximum(units.variance, questions.variance))
    return Part(np.where(joint.freedom > 0, variance, np.nan), joint.freedom)


def joined(first: Part, second: Part, exponent: float | np.ndarray = 2.0) -> Part:
    """The sum of two sources, with a freedom of 1 / (sum of share^exponent / freedom), the less the lower the exponent.

    An exponent of 2 is Satterthwaite's (1946). The freedom is never below the lower of the two.
    """
    variance = first.variance + second.variance
    reciprocal = np.zeros_like(variance)
    for part in (first, second):
        share = np.divide(part.variance, variance, where=variance > 0, out=np.zeros_like(variance))
        reciprocal += share**exponent / np.maximum(part.freedom, 1)
    lower, upper = np.minimum(first.freedom, second.freedom), np.maximum(first.freedom, second.freedom)
    freedom = np.divide(1, reciprocal, where=reciprocal > 0, out=upper.copy())
    return Part(variance, np.maximum(freedom, np.where(lower > 0, lower, upper)))


def summarise(spread: Part, by_question: np.ndarray, units: int, level: float = 0.95) -> list[Estimate]:
    """N estimates from the variances of the means and the question means [N, Q]."""
    mean, error = by_question.mean(axis=1), np.sqrt(spread.variance)
    half = quantile(spread.freedom, level) * error
    questions = by_question.shape[1]
    deviation = np.sqrt(of_mean(by_question).variance * questions)
    effect = np.divide(mean, deviation, where=deviation > 0, out=np.full_like(mean, np.nan))
    p = p_values(mean, error, spread.freedom)
    columns = mean, error, spread.freedom, mean - half, mean + half, p, effect
    return list(map(Estimate, *(column.tolist() for column in columns), repeat(units), repeat(questions)))


def quantile(freedom: np.ndarray, level: float = 0.95) -> np.ndarray:
    """Student's t that `level` of its distribution lies within, either side of 0; nan without freedom."""
    # scipy.stats.t gives the same, at a hundred times the cost per call
    return np.asarray(special.stdtrit(np.where(freedom > 0, freedom, np.nan), (1 + level) / 2))


def p_values(mean: np.ndarray, error: np.ndarray, freedom: np.ndarray) -> np.ndarray:
    """Two-sided p of each mean [N] being 0."""
    without_error = np.where(mean == 0, 0.0, np.inf)
    t = np.divide(np.abs(mean), error, where=error != 0, out=without_error)
    return np.asarray(2 * special.stdtr(np.where(freedom > 0, freedom, np.nan), -t))
