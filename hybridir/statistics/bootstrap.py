"""The hierarchical bootstrap of a curve: its points drawn again and again, with other units and questions."""

import functools

import numpy as np
from scipy import special

from hybridir.statistics.crossed import parts, quantile, total

_LEVEL = 0.95


def bootstrap(curve: np.ndarray, draws: int = 1000, seed: int = 0) -> np.ndarray:
    """Draws [draws, P] of the P point means of `curve` [P, K, Q]; their mean is the point's mean.

    Units and questions are drawn independently, and the same at every point, so that what holds along the curve (a
    lucky seed, a hard question) holds in every draw. A draw is the mean, plus what the units add, plus what the
    questions add: the pigeonhole bootstrap (Owen 2007) without its product term. K = 1 draws questions alone.

    - Questions: Q of Q with replacement.
    - Units: normal multipliers of their deviations, scaled to the variance s_a^2/K. Drawing K - 1 of K units with
      replacement (Rao and Wu 1988) has that variance too, but of two units only two outcomes, one standard error
      either side, where 95 % of a normal distribution reaches to 1.96.
    - Both terms hold the residual variance, so their sum counts it twice (with the product term, thrice), and few
      units know their own variance badly. So each point's draws are stretched about its mean, until their standard
      deviation is the error of `crossed.estimate` times the ratio of Student's 97.5 % quantile, with the estimate's
      degrees of freedom, to the normal one. Then the percentiles 2.5 and 97.5 are an honest interval for two or three
      units too, within the limits that `crossed.estimate` names. Other percentiles are approximate.

    Curves of the same `draws`, `seed`, K and Q share their draws. A single value (K = Q = 1) gives nan.
    """
    _, units, questions = curve.shape
    means = curve.mean(axis=(1, 2))
    deviations = question_weights(draws, questions, seed) @ curve.mean(axis=1).T
    if units > 1:
        deviations += unit_weights(draws, units, seed) @ curve.mean(axis=2).T
    deviations -= deviations.mean(axis=0)
    spread = total(parts(curve))
    wanted = np.sqrt(spread.variance) * quantile(spread.freedom, _LEVEL) / special.ndtri((1 + _LEVEL) / 2)
    drawn = deviations.std(axis=0)
    return np.asarray(means + deviations * np.divide(wanted, drawn, where=drawn > 0, out=np.zeros_like(drawn)))


def band(draws: np.ndarray, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """The lower and upper percentile [P] that `level` of the draws [draws, P] lie between, point by point."""
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return low, high


# a report asks for hundreds of curves of the same questions; 1,000 draws of 1,190 questions are 9.5 MB
@functools.lru_cache(maxsize=4)
def question_weights(draws: int, questions: int, seed: int) -> np.ndarray:
    """How the weight of each question differs from 1/Q in each draw: float64 [draws, Q], rows of sum 0."""
    drawn = np.random.default_rng([seed, 0]).integers(questions, size=(draws, questions))
    drawn += np.arange(draws)[:, None] * questions
    counts = np.bincount(drawn.ravel(), minlength=draws * questions).reshape(draws, questions)
    weights = (counts - 1.0) / questions
    weights.setflags(write=False)
    return weights


def unit_weights(draws: int, units: int, seed: int) -> np.ndarray:
    """Normal weights of the units, float64 [draws, K]: a weighted sum of deviations has the variance of their mean."""
    weights = np.random.default_rng([seed, 1]).standard_normal((draws, units))
    weights -= weights.mean(axis=1, keepdims=True)
    return np.asarray(weights / np.sqrt(units * (units - 1)))
