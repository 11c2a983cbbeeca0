"""Variance of regression coefficients where the rows of a cluster go together, and clusters are few.

Bias-reduced linearisation (CR2) with Satterthwaite's degrees of freedom: Bell and McCaffrey (2002), Survey
Methodology 28; Imbens and Kolesár (2016), doi 10.1162/REST_a_00552; Pustejovsky and Tipton (2018), doi
10.1080/07350015.2016.1247004. The residuals of a cluster are too small, the more so the more it decides the fit:
(I - H_g)^(-1/2), with H_g the cluster's block of the hat matrix, undoes that, so that the variance is without bias if
errors are independent, and nearly so if they are not. The degrees of freedom say on how many clusters a coefficient
rests: few, where a few clusters decide it, whatever their number.

Why not the usual clustered errors: with 11 clusters, their 95 % intervals (statsmodels, t with 10 degrees of freedom)
held the truth in 92 of 100 simulations for a predictor that varies within clusters, but in 85 to 89 for one that does
not; these did in 92 to 98 (tests/statistics/test_explain.py).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_ROUNDING = 1e-9


@dataclass(frozen=True)
class Variance:
    """Of k coefficients: `values` [k], the sampling variances, and `freedom` [k], their degrees of freedom.

    Both are nan for a coefficient that one cluster alone decides: its residuals are zero, and say nothing.
    """

    values: Floats
    freedom: Floats


def variance(design: Floats, residuals: Floats, clusters: NDArray[np.int64]) -> Variance:
    """CR2 variances of the least-squares coefficients of `design` [rows, k], which has full column rank.

    `residuals` [rows] are those of the fit, `clusters` [rows] number each row's cluster.
    """
    basis, triangle = np.linalg.qr(design)
    contrasts = np.linalg.inv(triangle).T  # column j makes coefficient j of coordinates in the basis
    values, lost = np.zeros(len(contrasts)), np.zeros(len(contrasts))
    squares, shadows = [], []
    order = np.argsort(clusters, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(clusters[order])) + 1):
        leverage, axes = np.linalg.eigh(basis[rows].T @ basis[rows])  # of H_g, but for its zeros
        kept = np.where(leverage < 1 - _ROUNDING, 1 - leverage, np.inf)
        mine = axes.T @ contrasts
        values += (mine.T @ ((axes.T @ (basis[rows].T @ residuals[rows])) / np.sqrt(kept))) ** 2
        squares.append((mine**2 * (leverage / kept)[:, None]).sum(axis=0))
        shadows.append(axes @ (mine * (leverage / np.sqrt(kept))[:, None]))
        lost += (mine[np.isinf(kept)] ** 2).sum(axis=0)
    known = lost < _ROUNDING * (contrasts**2).sum(axis=0)
    freedom = _freedom(np.array(squares)[:, known], np.array(shadows)[:, :, known])
    return Variance(np.where(known, values, np.nan), _spread(freedom, known))


def _freedom(squares: Floats, shadows: Floats) -> Floats:
    """(trace P)^2 / trace P^2, with P [clusters, clusters] the variance as a form of independent errors.

    For each coefficient, P = diag(`squares` [clusters, k]) less the products of `shadows` [clusters, k', k].
    """
    form = np.einsum("gj,gh->jgh", squares, np.eye(len(squares))) - np.einsum("gaj,haj->jgh", shadows, shadows)
    freedom: Floats = np.trace(form, axis1=1, axis2=2) ** 2 / (form**2).sum(axis=(1, 2))
    return freedom


def _spread(values: Floats, places: NDArray[np.bool_]) -> Floats:
    spread = np.full(len(places), np.nan)
    spread[places] = values
    return spread


def two_way(first: Variance, second: Variance, both: Variance) -> Variance:
    """For two clusterings that cross: first + second - both (Cameron, Gelbach and Miller 2011, JBES 29).

    Never below the larger of the first two; degrees of freedom by Satterthwaite from theirs. Where the second is not
    known, as of a coefficient that one of its clusters decides, or is zero, the first stands alone.
    """
    alone = ~(second.values > _ROUNDING * first.values)
    parts = np.where(alone, 0.0, second.values), np.where(alone, 1.0, second.freedom)
    values = np.maximum(first.values + parts[0] - np.where(alone, 0.0, both.values), np.maximum(first.values, parts[0]))
    freedom = (first.values + parts[0]) ** 2 / (first.values**2 / first.freedom + parts[0] ** 2 / parts[1])
    return Variance(values, freedom)
