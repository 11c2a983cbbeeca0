"""The shapes a curve over the number of training languages may have, and how each is fitted.

Every shape is `y = offset + scale * g(n; bend)`. Given its `bend` (the exponent of the power law, the length of the
saturating one; the other two have none) it is linear, so the least squares of all three are found by profiling: the
bend runs over a bounded range, the two others follow (variable projection; Golub & Pereyra 1973). The search cannot
fail to converge, and one grid serves all draws of a bootstrap at once.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

Floats = NDArray[np.float64]

GRID = 240
"""Values of the bend that are tried, evenly in its logarithm; draws are refined by a parabola between them."""
EXPONENTS = (0.01, 6.0)
"""The power law's b: below, it is a straight line in log n; above, all is over by the second number of languages."""


@dataclass(frozen=True)
class Shape:
    """One family of curves.

    `g` is the basis at n languages; `levels_off(gain, bend)` the n at which g changes by `gain` per language (in size,
    which falls with n in every shape). Both broadcast. `bounds` gives the range of the bend for sorted counts, None
    where there is none; `names` are those of offset, scale and bend in the shape's formula.
    """

    name: str
    names: tuple[str, ...]
    g: Callable[[Floats, Floats], Floats]
    levels_off: Callable[[Floats, Floats], Floats]
    bounds: Callable[[Floats], tuple[float, float]] | None = None


def _lengths(counts: Floats) -> tuple[float, float]:
    """The saturating curve's tau: from all over by the second count, to straight in n over the observed range.

    Never below a fiftieth of the first count, where `exp(-n / tau)` would leave the range of a float.
    """
    return max(float(counts[1] - counts[0]) / 4, float(counts[0]) / 50), 10 * float(counts[-1])


FLAT = Shape("flat", ("c",), g=lambda n, bend: np.zeros_like(n * bend), levels_off=lambda gain, bend: 0 * gain)
LOG_LINEAR = Shape(
    "log-linear",
    ("a", "b"),
    g=lambda n, bend: np.log2(n) + 0 * bend,
    levels_off=lambda gain, bend: 1 / (gain * np.log(2)),
)
POWER = Shape(
    "power law with a floor",
    ("c", "a", "b"),
    g=lambda n, bend: n**-bend,
    levels_off=lambda gain, bend: (bend / gain) ** (1 / (bend + 1)),
    bounds=lambda counts: EXPONENTS,
)
SATURATING = Shape(
    "saturating",
    ("c", "a", "tau"),
    g=lambda n, bend: np.exp(-n / bend),
    levels_off=lambda gain, bend: -bend * np.log(gain * bend),
    bounds=_lengths,
)
SHAPES = (FLAT, LOG_LINEAR, POWER, SATURATING)


@dataclass(frozen=True)
class Fit:
    """One shape fitted to D curves at once: `offset`, `scale` and `bend`, each [D] (bend is 0 where there is none)."""

    shape: Shape
    offset: Floats
    scale: Floats
    bend: Floats

    def at(self, ns: Floats) -> Floats:
        """The D curves at `ns` [N]: [D, N]."""
        return self.offset[:, None] + self.scale[:, None] * self.shape.g(ns[None, :], self.bend[:, None])

    def parameters(self) -> dict[str, Floats]:
        """The parameters by the names of the shape's formula, each [D]."""
        return dict(zip(self.shape.names, (self.offset, self.scale, self.bend), strict=False))

    def levels_off(self, gain: float, higher_is_better: bool) -> Floats:
        """The n [D] from which one more language improves y by less than `gain`; 0 where more never improve it."""
        rises = self.scale if self.shape is LOG_LINEAR else -self.scale
        improves = rises if higher_is_better else -rises
        found = np.zeros_like(self.scale)
        better = improves > 0
        if better.any():
            found[better] = self.shape.levels_off(gain / improves[better], self.bend[better])
        return found


def fit(shape: Shape, counts: Floats, curves: Floats) -> Fit:
    """The least-squares fit of `shape` to each of `curves` [D, P], at sorted `counts` [P]."""
    if shape.bounds is None:
        return _given(shape, counts, curves, np.zeros(len(curves)))
    grid = np.geomspace(*shape.bounds(counts), GRID)
    basis = shape.g(counts[None, :], grid[:, None])
    basis -= basis.mean(axis=1, keepdims=True)
    basis /= np.linalg.norm(basis, axis=1, keepdims=True)
    explained = (curves @ basis.T) ** 2
    return _given(shape, counts, curves, _peaks(explained, grid))


def fit_one(shape: Shape, counts: Floats, curve: Floats) -> Fit:
    """As `fit`, of one `curve` [P], to full precision: the best bend is refined between its neighbours on the grid."""
    rough = fit(shape, counts, curve[None, :])
    if shape.bounds is None:
        return rough
    low, high = np.log(shape.bounds(counts))
    step = (high - low) / (GRID - 1)
    centre = float(np.log(rough.bend[0]))

    def missed(log_bend: float) -> float:
        tried = _given(shape, counts, curve[None, :], np.exp([log_bend]))
        return float(((tried.at(counts) - curve) ** 2).sum())

    within = (max(low, centre - step), min(high, centre + step))
    found = minimize_scalar(missed, bounds=within, method="bounded", options={"xatol": 1e-10})
    return _given(shape, counts, curve[None, :], np.exp([found.x]))


def _given(shape: Shape, counts: Floats, curves: Floats, bend: Floats) -> Fit:
    """Offset and scale by linear least squares, the bend [D] given."""
    basis = shape.g(counts[None, :], bend[:, None])
    centred = basis - basis.mean(axis=1, keepdims=True)
    size = (centred**2).sum(axis=1)
    scale = np.divide((curves * centred).sum(axis=1), size, out=np.zeros(len(curves)), where=size > 0)
    return Fit(shape, curves.mean(axis=1) - scale * basis.mean(axis=1), scale, bend)


def _peaks(explained: Floats, grid: Floats) -> Floats:
    """Where each row of `explained` [D, GRID] is highest, by a parabola through the highest cell and its neighbours."""
    best = explained.argmax(axis=1)
    inner = np.clip(best, 1, len(grid) - 2)
    rows = np.arange(len(explained))
    left, middle, right = (explained[rows, inner + shift] for shift in (-1, 0, 1))
    bow = left - 2 * middle + right
    shift = np.divide(left - right, 2 * bow, out=np.zeros(len(explained)), where=bow < 0)
    at_end = best != inner
    steps = np.where(at_end, best, inner + np.clip(shift, -1, 1))
    log_low, log_high = np.log(grid[0]), np.log(grid[-1])
    return np.asarray(np.exp(log_low + steps * (log_high - log_low) / (len(grid) - 1)), dtype=np.float64)
