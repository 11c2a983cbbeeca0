"""Two systems on the same questions: paired where they share units, and families of pairs with Holm's correction."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hybridir.statistics.crossed import Estimate, Part, Parts, estimate, joined, of_mean, parts, summarise, total

_ROUNDING = 1e-12


@dataclass(frozen=True)
class Comparison:
    """The difference of two systems, first minus second."""

    difference: Estimate
    adjusted: float
    """p after Holm's correction within the family that it was compared in."""

    @property
    def p(self) -> float:
        """Before the correction."""
        return self.difference.p


def paired(a: np.ndarray, b: np.ndarray) -> Estimate:
    """The mean of `a` - `b`, both [K, Q], unit by unit and question by question.

    Raises ValueError where they differ in shape.
    """
    if a.shape != b.shape:
        raise ValueError(f"paired values must have one shape, and have {a.shape} and {b.shape}")
    return estimate(_difference(a, b))


def unpaired(a: np.ndarray, b: np.ndarray) -> Estimate:
    """The mean of `a` [Ka, Q] minus that of `b` [Kb, Q]: the same questions, but units that have nothing in common.

    The variance is that of `estimate`, with the units' variances of both sides summed, and questions paired. A side of
    one unit is taken to vary as the other does; with one unit on both, the error is over questions alone. The
    estimate's `units` are those of the larger side. Raises ValueError where the questions differ in number.
    """
    if a.shape[1] != b.shape[1]:
        raise ValueError(f"both sides must have the same questions, and have {a.shape[1]} and {b.shape[1]}")
    first, second = parts(a[None]), parts(b[None])
    units = joined(first.units, second.units)
    if len(a) == 1:
        first = _single(second, units=len(b))
    elif len(b) == 1:
        second = _single(first, units=len(a))
    by_question = _difference(a.mean(axis=0), b.mean(axis=0))[None]
    units = Part(first.units.variance + second.units.variance, units.freedom)
    sources = Parts(units, of_mean(by_question), first.rest + second.rest)
    return summarise(total(sources), by_question, units=max(len(a), len(b)))[0]


def compare_all(pairs: Sequence[tuple[np.ndarray, np.ndarray]]) -> list[Comparison]:
    """Each pair compared by `paired`, as one family: their p are corrected together."""
    differences = [paired(a, b) for a, b in pairs]
    adjusted = holm([difference.p for difference in differences])
    return [Comparison(*both) for both in zip(differences, adjusted, strict=True)]


def holm(p: Sequence[float]) -> list[float]:
    """Correct p values for how many they are (Holm 1979); a nan stays nan and does not count."""
    adjusted = np.array(p, dtype=np.float64)
    known = np.flatnonzero(~np.isnan(adjusted))
    ascending = known[np.argsort(adjusted[known])]
    # statsmodels' multipletests gives the same, and collects all garbage at each call: seconds in a large report
    steps = np.arange(len(known), 0, -1) * adjusted[ascending]
    adjusted[ascending] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return [float(each) for each in adjusted]


def _difference(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    # equal scores summed in another order differ in their last digits: that is no difference to be tested
    difference = a - b
    return np.where(np.abs(difference) <= _ROUNDING * np.maximum(np.abs(a), np.abs(b)), 0.0, difference)


def _single(other: Parts, units: int) -> Parts:
    """The parts of one unit that varies as each of the `units` of `other` does."""
    variance, freedom = other.units
    return Parts(Part(variance * units, freedom), other.questions, other.rest * units)
