"""Which shape a curve is given, or the sentence why it is given none."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from hybridir.statistics.bootstrap import band
from hybridir.statistics.evidence import aicc, noise
from hybridir.statistics.shapes import FLAT, SHAPES, Fit, Floats, Shape, fit, fit_one

MARGIN = 2.0
"""AICc differences below this leave two shapes on a level (Burnham & Anderson 2002, 2.6)."""


@dataclass(frozen=True)
class Interval:
    """A value with its 95 % interval."""

    value: float
    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True)
class Score:
    """A shape's AICc and its Akaike weight among the shapes that were tried."""

    aicc: float
    weight: float


@dataclass(frozen=True)
class Choice:
    """A shape with its fit to the means and to their draws; `refused` says in words why it is not to be drawn."""

    shape: Shape
    of_means: Fit
    of_draws: Fit
    refused: str = ""
    notes: tuple[str, ...] = ()

    @property
    def parameters(self) -> dict[str, Interval]:
        """Those of the shape's formula, with percentile intervals."""
        drawn = self.of_draws.parameters()
        return {name: interval(value[0], drawn[name]) for name, value in self.of_means.parameters().items()}


def interval(value: float, draws: Floats) -> Interval:
    """The value with the 2.5 and 97.5 percentiles of its draws."""
    low, high = band(draws)
    return Interval(float(value), float(low), float(high))


def fit_all(counts: Floats, means: Floats) -> dict[Shape, Fit]:
    """Every shape with fewer parameters than there are `counts` (sorted, at least 3), fitted to `means` [P]."""
    return {shape: fit_one(shape, counts, means) for shape in SHAPES if len(shape.names) < len(counts)}


def score(fits: Mapping[Shape, Fit], counts: Floats, curve: Floats) -> dict[Shape, Score]:
    """The AICc of each fit to the means of `curve` [P, K, Q], best first."""
    means, spread = curve.mean(axis=(1, 2)), noise(curve)
    largest = float(np.abs(means).max())
    found = {
        shape: aicc(float(((made.at(counts) - means) ** 2).sum()), len(shape.names), len(counts), spread, largest)
        for shape, made in fits.items()
    }
    best = min(found.values())
    likely = {shape: float(np.exp((best - value) / 2)) for shape, value in found.items()}
    ranked = sorted(found, key=lambda shape: found[shape])
    return {shape: Score(found[shape], likely[shape] / sum(likely.values())) for shape in ranked}


def choose(
    fits: Mapping[Shape, Fit], scores: Mapping[Shape, Score], counts: Floats, draws: Floats, doubling: Interval
) -> Choice:
    """The best shape by AICc or one on a level with it, as long as the draws bear it out.

    AICc takes the noise as equal and independent over the counts; the draws do not. So they decide whether there is a
    trend at all (`doubling` must not hold 0), and whether a shape's bend is known: its interval must lie inside the
    range that was searched. Where it does not, the next shape on a level may still be known.
    """
    best_of_all = min(found.aicc for found in scores.values())
    limit = min(best_of_all + MARGIN, scores[FLAT].aicc - MARGIN)
    level = [shape for shape, found in scores.items() if shape is not FLAT and found.aicc <= limit]
    options = [Choice(shape, fits[shape], fit(shape, counts, draws)) for shape in level or [FLAT]]
    best = options[0]
    if not level:
        return _refused(best, "no shape beats a flat line (AICc)")
    if 0 in doubling:
        return _refused(best, "the interval of the gain per doubling holds 0: a trend is not told from noise")
    doubts = {option.shape: _doubt(option, counts) for option in options}
    known = [option for option in options if not doubts[option.shape]]
    if not known:
        return _refused(best, doubts[best.shape])
    chosen = known[0]
    return Choice(chosen.shape, chosen.of_means, chosen.of_draws, notes=_beside(chosen.shape, doubts))


def _doubt(option: Choice, counts: Floats) -> str:
    """Why the bend of this shape is not known; empty where it is."""
    shape = option.shape
    if shape.bounds is None:
        return ""
    least, most = shape.bounds(counts)
    name = shape.names[-1]
    bend = option.parameters[name]
    if least * (1 + 1e-6) < bend.low and bend.high < most * (1 - 1e-6):
        return ""
    runs = f"the interval of {name} runs from {bend.low:.3g} to {bend.high:.3g}"
    return f"{runs}: these points do not tell how the curve bends"


def _beside(chosen: Shape, doubts: Mapping[Shape, str]) -> tuple[str, ...]:
    """A sentence for each other shape that is as good by AICc."""
    return tuple(
        f"By AICc a {shape.name} curve does as well (within {MARGIN:g})" + (f", but {doubt}." if doubt else ".")
        for shape, doubt in doubts.items()
        if shape is not chosen
    )


def _refused(option: Choice, sentence: str) -> Choice:
    return Choice(option.shape, option.of_means, option.of_draws, refused=sentence)
