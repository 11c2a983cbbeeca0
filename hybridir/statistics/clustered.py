"""Variance of regression coefficients where rows of a cluster go together, and clusters are few.

Bias-reduced linearisation (CR2) with Satterthwaite's degrees of freedom: Bell and McCaffrey (2002), Survey
Methodology 28; Imbens and Kolesár (2016), Review of Economics and Statistics 98; Pustejovsky and Tipton (2018),
JBES 36. The residuals of a cluster are too small, the more so the more the cluster decides the fit: each is made
larger by (I - H_g)^(-1/2), with H_g the cluster's block of the hat matrix, so that the variance is unbiased if errors
are independent, and nearly so if they are not. The degrees of freedom say how many clusters a coefficient in truth
rests on: few for a predictor that a few clusters decide, whatever their number.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_OWN = 1e-9
"""Below this, 1 - eigenvalue of H_g is rounding: a direction that one cluster alone decides has no residual."""


@dataclass(frozen=True)
class Variance:
    """Of k coefficients: `values` [k], the sampling variances, and `freedom` [k], their degrees of freedom."""

    values: Floats
    freedom: Floats


def variance(design: Floats, residuals: Floats, clusters: NDArray[np.int64]) -> Variance:
    """CR2 variances of the least-squares coefficients of `design` [rows, k], which has full column rank.

    `residuals` [rows] are those of the fit, `clusters` [rows] number each row's cluster.
    """
    basis, triangle = np.linalg.qr(design)
    contrasts = np.linalg.inv(triangle).T  # [k, k]: column j makes coefficient j from the coordinates in the basis
    scores, squares, shadows = [], [], []
    for cluster in np.unique(clusters):
        rows = clusters == cluster
        leverage, axes = np.linalg.eigh(basis[rows].T @ basis[rows])
        kept = np.where(leverage < 1 - _OWN, 1 - leverage, np.inf)
        mine = axes.T @ contrasts
        scores.append(mine.T @ ((axes.T @ (basis[rows].T @ residuals[rows])) / np.sqrt(kept)))
        squares.append((mine**2 * (leverage / kept)[:, None]).sum(axis=0))
        shadows.append(axes @ (mine * (leverage / np.sqrt(kept))[:, None]))
    values = (np.array(scores) ** 2).sum(axis=0)
    return Variance(values, _freedom(np.array(squares), np.array(shadows)))


def _freedom(squares: Floats, shadows: Floats) -> Floats:
    """Satterthwaite: (trace P)^2 / trace P^2, P [clusters, clusters] the form that the variance is of the errors.

    P = diag(`squares` [clusters, k]) minus the products of the `shadows` [clusters, k, k], for each coefficient.
    """
    products = np.einsum("gaj,haj->jgh", shadows, shadows)
    form = np.einsum("gj,gh->jgh", squares, np.eye(len(squares))) - products
    trace = np.trace(form, axis1=1, axis2=2)
    freedom: Floats = trace**2 / (form**2).sum(axis=(1, 2))
    return freedom


def crossed(first: Variance, second: Variance, both: Variance) -> Variance:
    """Two clusterings that cross: first + second - both (Cameron, Gelbach and Miller 2011, JBES 29).

    Never below the larger of the first two; degrees of freedom by Satterthwaite from theirs.
    """
    values = np.maximum(first.values + second.values - both.values, np.maximum(first.values, second.values))
    parts = first.values**2 / first.freedom + second.values**2 / second.freedom
    return Variance(values, (first.values + second.values) ** 2 / parts)
