"""How a figure grows with the number of training languages: the shape, what a doubling brings, where it levels off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike

from hybridir.statistics.bootstrap import band
from hybridir.statistics.choice import Choice, Interval, Score, choose, fit_all, interval, score
from hybridir.statistics.contrasts import stretch
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
    doubling: Interval | None
    shape: str = ""
    scores: Mapping[str, Score] = field(default_factory=dict)
    parameters: Mapping[str, Interval] = field(default_factory=dict)
    last_doubling: Interval | None = None
    enough: Interval | None = None
    enough_words: str = "no curve is given"
    refused: str = ""
    notes: tuple[str, ...] = ()
    _choice: Choice | None = field(default=None, repr=False, compare=False)

    def predict(self, n: float) -> float:
        """The curve at n languages. ValueError outside the observed range, or where no curve is given."""
        return float(self._choice_for([n]).of_means.at(np.array([n], dtype=np.float64))[0, 0])

    def predict_band(self, ns: ArrayLike) -> tuple[Floats, Floats, Floats]:
        """The curve at `ns` [N] and the ends of its pointwise 95 % band, each [N]. ValueError as `predict`."""
        choice, wanted = self._choice_for(ns), np.asarray(ns, dtype=np.float64)
        return choice.of_means.at(wanted)[0], *band(choice.of_draws.at(wanted))

    def _choice_for(self, ns: ArrayLike) -> Choice:
        """The curve, if there is one and it may be asked for at `ns`."""
        if self._choice is None or self.refused:
            raise ValueError(f"no curve is given: {self.refused}")
        first, last = self.counts[0], self.counts[-1]
        if np.min(ns) < first or np.max(ns) > last:
            raise ValueError(f"n = {ns!r} lies outside the observed {first} to {last}")
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
    ns, curve = np.asarray(counts, dtype=np.float64)[order], curve[order]
    draws = stretch(ns, curve, draws[:, order])
    doubling = _doubling(ns, curve, draws)
    alone = Trend(tuple(int(n) for n in ns), doubling, notes=_notes(curve))
    if doubling is None or len(ns) < LEAST:
        return replace(alone, refused=f"{_numbers(len(ns))} of languages: a curve needs at least {LEAST}")
    if curve[0].size == 1:
        return replace(alone, refused="one unit and one question tell nothing of the noise")
    fits = fit_all(ns, curve.mean(axis=(1, 2)))
    scores = score(fits, ns, curve)
    choice = choose(fits, scores, ns, draws, doubling)
    found = replace(
        alone,
        shape=choice.shape.name,
        scores={shape.name: value for shape, value in scores.items()},
        parameters=choice.parameters,
        refused=choice.refused,
        notes=alone.notes + choice.notes,
    )
    if choice.refused:
        return found
    enough, words = _enough(choice, ns, gain, higher_is_better)
    return replace(found, last_doubling=_last_doubling(choice, ns), enough=enough, enough_words=words, _choice=choice)


def _check(counts: Sequence[int], curve: Floats, draws: Floats, gain: float) -> None:
    points = len(counts)
    if curve.ndim != 3 or draws.ndim != 2 or curve.shape[0] != points or draws.shape[1] != points or not points:
        raise ValueError(f"{points} counts, a curve of shape {curve.shape} and draws of shape {draws.shape}")
    if min(counts) < 1 or len(set(counts)) < points:
        raise ValueError(f"counts must be distinct and at least 1, not {list(counts)}")
    if not gain > 0:
        raise ValueError(f"gain must be above 0, not {gain}")


def _notes(curve: Floats) -> tuple[str, ...]:
    """What holds for this curve whatever is chosen."""
    points, units, _ = curve.shape
    notes = ["The intervals are over questions alone: there is one unit."] if units == 1 else []
    untried = [shape.name for shape in SHAPES if len(shape.names) >= points >= LEAST]
    if untried:
        notes.append(f"Not tried, since they need {points + 1} numbers of languages: {', '.join(untried)}.")
    return tuple(notes)


def _numbers(count: int) -> str:
    return "1 number" if count == 1 else f"{count} numbers"


def _doubling(ns: Floats, curve: Floats, draws: Floats) -> Interval | None:
    """The log-linear slope; None where there is one count."""
    if len(ns) == 1:
        return None
    of_means = fit(LOG_LINEAR, ns, curve.mean(axis=(1, 2))[None])
    return Choice(LOG_LINEAR, of_means, fit(LOG_LINEAR, ns, draws)).parameters["b"]


def _last_doubling(choice: Choice, ns: Floats) -> Interval | None:
    """What the last doubling brought by the curve; None where half of the largest n lies below the smallest."""
    ends = np.array([ns[-1] / 2, ns[-1]])
    if ends[0] < ns[0]:
        return None
    value, drawn = (np.diff(of.at(ends))[:, 0] for of in (choice.of_means, choice.of_draws))
    return interval(value[0], drawn)


def _enough(choice: Choice, ns: Floats, gain: float, higher_is_better: bool) -> tuple[Interval | None, str]:
    """The n from which one more language brings less than `gain`, or why the observed range does not hold it."""
    first, last = ns[0], ns[-1]
    value = choice.of_means.levels_off(gain, higher_is_better)[0]
    if value == 0:
        return None, "more languages bring no improvement"
    if value < first:
        return None, f"one more language brings less than {gain:g} from the first ({first:g}) on"
    if value > last:
        return None, f"one more language still brings {gain:g} or more at {last:g}, the most that were trained on"
    return interval(value, np.clip(choice.of_draws.levels_off(gain, higher_is_better), first, last)), ""
