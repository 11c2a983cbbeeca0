"""Draws that are honest not only about the height of a curve's points, but about what the curve does along n."""

import numpy as np
from scipy import special

from hybridir.statistics.crossed import parts, quantile, total
from hybridir.statistics.shapes import Floats


def stretch(counts: Floats, curve: Floats, draws: Floats) -> Floats:
    """The `draws` [B, P] of `bootstrap(curve)`, honest in the directions of a curve: [B, P].

    `bootstrap` makes each point's draws as wide as that point's own error asks for. Most of that error is the level of
    the questions, well known and the same at all points; it hides what two or three units leave open, how the curve
    runs. (Simulated with K = 3 and questions that differ much more than units do: of the 95 % intervals of the gain
    per doubling, 89 % held; so stretched, 93 %.) Here the draws are stretched as `bootstrap` does it, not point by
    point but in their level, their slope in log n, and the orthogonal polynomials of log n beyond, one by one.
    """
    means, turn = curve.mean(axis=(1, 2)), directions(counts)
    turned = (draws - means) @ turn.T
    spread = total(parts(np.tensordot(turn, curve, axes=1)))
    wanted = np.sqrt(spread.variance) * quantile(spread.freedom) / special.ndtri(0.975)
    drawn = turned.std(axis=0)
    factor = np.divide(wanted, drawn, where=drawn > 0, out=np.zeros_like(drawn))
    return np.asarray(means + (turned * factor) @ turn)


def directions(counts: Floats) -> Floats:
    """Orthonormal polynomials of log n at sorted `counts` [P], degree 0 first: [P, P], a row each."""
    logs = np.log(counts / counts[0])
    along = 2 * logs / (logs[-1] or 1.0) - 1
    return np.asarray(np.linalg.qr(np.polynomial.chebyshev.chebvander(along, len(counts) - 1))[0].T)
