"""How a figure grows with the number of training languages: the shape, what a doubling brings, where it levels off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from hybridir.statistics.choice import Choice, Interval, Score, choose, fit_all, interval, score
from hybridir.statistics.shapes import LOG_LINEAR, SHAPES, Floats, fit

LEAST = 3
"""Numbers of languages below which no curve is fitted."""


@dataclass(frozen=True)
class Trend:
    """What P points say of a curve over the numbers n of training languages.

    `shape` is the best by AICc ("" with fewer than 3 counts), `scores` all that were tried. `parameters` are those of
    the shape's formula: flat `c`; log-linear `a + b log2 n`; power law with a floor `c + a n^-b`; saturating
    `c + a exp(-n / tau)`. `doubling` is the slope of the log-linear fit, whatever the shape: y per doubling of
    languages over the observed range (None for one count). `last_doubling` is y(n_max) - y(n_max / 2) by the shape
    (None without a curve, or where n_max / 2 was not observed). `enough` is the n from which one more language brings
    less than the gain asked for, its interval cut to the observed range; where None, `enough_words` says why.
    `refused` is empty, or one sentence why the points carry no curve: then `predict` raises. `notes` are sentences
    that belong beside the figures. Intervals take the shape as given: they leave out the doubt about it, which the
    weights show.
    """

    counts: tuple[int, ...]
    shape: str
    scores: Mapping[str, Score]
    parameters: Mapping[str, Interval]
    doubling: Interval | None
    last_doubling: Interval | None
    enough: Interval | None
    enough_words: str
    refused: str
    notes: tuple[str, ...]
    _choice: Choice | None = field(default=None, repr=False, compare=False)

    def predict(self, n: float) -> float:
        """The curve at n languages. ValueError outside the observed range, or where no curve is given."""
        return float(self._choice_for([n]).of_means.at(np.array([n], dtype=np.float64))[0, 0])

    def predict_band(self, ns: ArrayLike) -> tuple[Floats, Floats, Floats]:
        """The curve at `ns` [N] and the ends of its pointwise 95 % band, each [N]. ValueError as `predict`."""
        choice, wanted = self._choice_for(ns), np.asarray(ns, dtype=np.float64)
        low, high = np.percentile(choice.of_draws.at(wanted), (2.5, 97.5), axis=0)
        return choice.of_means.at(wanted)[0], low, high

    def _choice_for(self, ns: ArrayLike) -> Choice:
        """The curve, if there is one and it may be asked for at `ns`."""
        if self._choice is None or self.refused:
            raise ValueError(f"no curve is given: {self.refused}")
        first, last = self.counts[0], self.counts[-1]
        if np.min(ns) < first or np.max(ns) > last:
            raise ValueError(f"n = {ns} lies outside the observed {first} to {last}")
        return self._choice


def fit_trend(
    counts: Sequence[int], curve: Floats, draws: Floats, gain: float = 0.001, higher_is_better: bool = True
) -> Trend:
    """The trend of `curve` [P, K, Q] over `counts` (P, distinct, at least 1, any order).

    `draws` [B, P] are draws of the P means, as `bootstrap` makes them of the same curve; all intervals are percentiles
    of the same fit to each draw. `gain` is in units of y per further language, towards what `higher_is_better` says.
    `evidence` says what AICc is taken of, `choice` what else a curve must show to be given. Raises ValueError on arrays
    that do not belong together.
    """
    _check(counts, curve, draws, gain)
    order = np.argsort(counts)
    curve, draws, ns = curve[order], draws[:, order], np.asarray(counts, dtype=np.float64)[order]
    means = curve.mean(axis=(1, 2))
    doubling = Choice(LOG_LINEAR, fit(LOG_LINEAR, ns, means[None]), fit(LOG_LINEAR, ns, draws)).parameters["b"]
    notes = ["The intervals are over questions alone: there is one unit."] if curve.shape[1] == 1 else []
    choice, scores = None, {}
    refused = f"{len(ns)} number{'s' * (len(ns) > 1)} of languages: a curve needs at least {LEAST}"
    if len(ns) >= LEAST:
        fits = fit_all(ns, means)
        scores = {shape.name: found for shape, found in score(fits, ns, curve).items()}
        choice = choose(fits, score(fits, ns, curve), ns, draws, doubling)
        refused = choice.refused
        notes += _untried(len(ns))
    enough, enough_words, cut = _enough(choice, ns, gain, higher_is_better)
    return Trend(
        counts=tuple(int(n) for n in ns),
        shape=choice.shape.name if choice else "",
        scores=scores,
        parameters=choice.parameters if choice else {},
        doubling=doubling if len(ns) > 1 else None,
        last_doubling=_last_doubling(choice, ns),
        enough=enough,
        enough_words=enough_words,
        refused=refused,
        notes=tuple(notes),
        _choice=choice,
    )
