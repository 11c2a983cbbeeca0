"""Variance of regression coefficients where the rows of a cluster go together, and clusters are few.

Bias-reduced linearisation (CR2) with Satterthwaite's degrees of freedom: Bell and McCaffrey (2002), Survey
Methodology 28; Imbens and Kolesár (2016), doi 10.1162/REST_a_00552; Pustejovsky and Tipton (2018), doi
10.1080/07350015.2016.1247004. The residuals of a cluster are too small, the more so the more it decides the fit:
(I - H_g)^(-1/2), with H_g the cluster's block of the hat matrix, undoes that, so that the variance is without bias if
errors are independent, and nearly so if they are not. The degrees of freedom say on how many clusters a coefficient
rests: few, where a few clusters decide it, whatever their number.

Why not the usual clustered errors: with 11 clusters, their 95 % intervals (statsmodels, t with 10 degrees of freedom)
held the truth in 92 of 100 simulations for a predictor that varies within clusters, and in 85 to 87 for one that does
not. These held it in 94 to 97, and in 91 to 98 where errors were skewed or differed between clusters.
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
    order = np.argsort(clusters, kind="stable")
    blocks = np.split(order, np.flatnonzero(np.diff(clusters[order])) + 1)
    leverage, axes = np.linalg.eigh([basis[rows].T @ basis[rows] for rows in blocks])  # of H_g, but for its zeros
    kept = np.where(leverage < 1 - _ROUNDING, 1 - leverage, np.inf)
    mine = axes.transpose(0, 2, 1) @ contrasts
    pull = np.array([basis[rows].T @ residuals[rows] for rows in blocks])
    scores = np.einsum("gaj,gba,gb->gj", mine / np.sqrt(kept)[..., None], axes, pull, optimize=True)
    lost = (mine**2 * np.isinf(kept)[..., None]).sum(axis=(0, 1))
    known = lost < _ROUNDING * (contrasts**2).sum(axis=0)
    squares = (mine**2 * (leverage / kept)[..., None]).sum(axis=1)
    shadows = axes @ (mine * (leverage / np.sqrt(kept))[..., None])
    freedom = _freedom(squares[:, known], shadows[:, :, known])
    return Variance(np.where(known, (scores**2).sum(axis=0), np.nan), _spread(freedom, known))


def _freedom(squares: Floats, shadows: Floats) -> Floats:
    """(trace P)^2 / trace P^2, with P [clusters, clusters] the variance as a form of independent errors.

    For each coefficient, P = diag(`squares` [clusters, k]) less the products of `shadows` [clusters, k', k].
    """
    lengths = (shadows**2).sum(axis=1)
    of_each = shadows.transpose(2, 1, 0)
    products = of_each @ of_each.transpose(0, 2, 1)  # as large a trace as that of clusters by clusters, and small
    trace_of_square = (squares**2 - 2 * squares * lengths).sum(axis=0) + (products**2).sum(axis=(1, 2))
    freedom: Floats = (squares - lengths).sum(axis=0) ** 2 / trace_of_square
    return freedom


def _spread(values: Floats, places: NDArray[np.bool_]) -> Floats:
    spread = np.full(len(places), np.nan)
    spread[places] = values
    return spread


def two_way(first: Variance, second: Variance, both: Variance) -> Variance:
    """For two clusterings that cross: first + second - both (Cameron, Gelbach and Miller 2011, JBES 29).

    In simulations where orders differed, 95 % intervals of a predictor that all languages share held the truth in 91 to
    97 of 100 with 3 to 8 orders, in 89 with 2, and in 74 where languages alone were the clusters.
    The second only ever adds; degrees of freedom are Satterthwaite's, from those of the two. Where the second is not
    known, as of a coefficient that one of its clusters decides, or is zero, the first stands alone.
    """
    alone = ~(second.values > _ROUNDING * first.values)
    other = np.where(alone, 0.0, second.values)
    added = np.where(alone, 0.0, np.maximum(0.0, second.values - both.values))
    parts = first.values**2 / first.freedom + other**2 / np.where(alone, 1.0, second.freedom)
    return Variance(first.values + added, (first.values + other) ** 2 / parts)
