"""Which of the number of languages, training, script, relation and resource explains the gain of a target language.

Least squares over the points of curves and the target languages, one row each, all with the same weight:

    gain = constant + fixed effects + log2_n + trained + script_seen + relation + log10_cc100 + joshi + rest

What it assumes: effects add up, so each doubling of languages brings the same, to every language; what is left is the
language's own, and may hang together in any way within a language, and, with `second`, within an order (or seed).
Target languages are a sample of languages: an interval speaks of others like them. Give one arm of a study at a time,
where its arms have slopes of their own, and leave out the start, where every gain is zero.

How to read it. A trained language is its own nearest relative, so `trained` compares it with a language that is
unrelated to all that was trained, and `relation` compares languages that are not trained. CC-100 size and Joshi class
do not change within a language: they rest on as many values as there are languages, and are confounded with all else
that languages differ in. With the target language among the fixed effects, the other terms are read within languages
alone, and these two are left out. Only an order drawn at random makes an effect of `trained` one of training.

Intervals and p values: see `hybridir.statistics.clustered`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.regression.linear_model import OLS  # `statsmodels.api` takes half a second more to import

from hybridir.statistics.clustered import Floats, Variance, two_way, variance
from hybridir.statistics.design import Column, Design, build

TERMS = ("log2_n", "trained", "script_seen", "relation", "log10_cc100", "joshi")

FEWEST = 6
"""Target languages below which nothing is said; our choice, as the next two are."""
FEW_FREEDOM = 4.0
FEW_SECOND = 4


@dataclass(frozen=True)
class Effect:
    """One coefficient, in units of the gain per unit of its predictor; of a category, against the reference.

    `low` and `high` are its interval, `p` is two-sided, `freedom` the degrees of freedom of both. These and `error`
    are nan where one target language alone decides the coefficient. `share` is the drop in R^2 when the whole
    `term` is left out, all of its categories together.
    """

    name: str
    term: str
    coefficient: float
    error: float
    low: float
    high: float
    p: float
    freedom: float
    share: float


@dataclass(frozen=True)
class Explanation:
    """What the regression says. `refused` says in words why there are no effects, and is empty where there are.

    `fixed` has the share of each fixed effect that varies. `left_out` names terms that cannot be told, with the reason;
    `notes` say what to keep in mind. Shares do not add up to `r2`: what terms explain only together is in none.
    """

    effects: list[Effect] = field(default_factory=list)
    fixed: dict[str, float] = field(default_factory=dict)
    r2: float = float("nan")
    observations: int = 0
    clusters: int = 0
    left_out: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    refused: str = ""


def explain(
    frame: pd.DataFrame,
    fixed: Sequence[str] = (),
    cluster: str = "cluster",
    second: str | None = None,
    terms: Sequence[str] = TERMS,
    level: float = 0.95,
) -> Explanation:
    """Regress the column `gain` on `terms`, with the categories of `fixed` held fixed.

    `frame` has a row per point of a curve and target language, and all the columns named. `cluster` names the target
    language, `second` the order or seed (what a study repeats), where the curves have several. A term that is text is
    a category, and `relation` is compared with `unrelated`; all others are numbers, missing where not known.
    `level` is that of the intervals.
    """
    design = build(frame, "gain", terms, fixed, cluster)
    clusters = design.rows[cluster].nunique()
    nothing = Explanation(observations=len(design.rows), clusters=clusters, left_out=design.left_out)
    refused = _refusal(design, clusters)
    if refused:
        return replace(nothing, refused=refused)
    fit = OLS(design.gain, design.matrix).fit()
    if fit.ssr <= 1e-12 * fit.centered_tss:
        return replace(nothing, refused="the terms explain the gain without rest, so that no error can be told.")
    spread = _variance(design, fit.resid, cluster, second)
    shares = {term: float(fit.rsquared) - _r2_without(design, term) for term in {c.term for c in design.columns}}
    effects = _effects(design, fit.params, spread, shares, level)
    return replace(
        nothing,
        effects=effects,
        fixed={name: shares[name] for name in fixed if name in shares},
        r2=float(fit.rsquared),
        notes=[*design.notes, *_notes(effects, design.rows, cluster, second)],
    )


def _refusal(design: Design, clusters: int) -> str:
    """Why there is nothing to say, in words, or nothing."""
    if clusters == 0:
        return "there are no gains: they need the point without training languages, and others."
    if clusters < FEWEST:
        return f"{clusters} target languages are too few to tell an effect from chance: {FEWEST} are the fewest."
    if len(design.rows) <= len(design.columns) + 1:
        return f"{len(design.rows)} rows are too few for {len(design.columns) + 1} coefficients."
    if np.ptp(design.gain) == 0:
        return "the gain is the same in all rows."
    if all(column.fixed for column in design.columns):
        return "none of the terms can be told."
    return ""


def _variance(design: Design, residuals: Floats, cluster: str, second: str | None) -> Variance:
    groups = pd.factorize(design.rows[cluster])[0]
    own = variance(design.matrix, residuals, groups)
    if second is None:
        return own
    units = pd.factorize(design.rows[second])[0]
    both = groups * (units.max() + 1) + units
    return two_way(own, variance(design.matrix, residuals, units), variance(design.matrix, residuals, both))


def _r2_without(design: Design, term: str) -> float:
    kept = [0, *(place for place, column in enumerate(design.columns, 1) if column.term != term)]
    some, gain = design.matrix[:, kept], design.gain
    rest = gain - some @ np.linalg.lstsq(some, gain, rcond=None)[0]
    return float(1 - rest @ rest / (gain.var() * len(gain)))


def _effects(
    design: Design, coefficients: Floats, spread: Variance, shares: dict[str, float], level: float
) -> list[Effect]:
    def effect(place: int, column: Column) -> Effect:
        value, freedom = float(coefficients[place]), float(spread.freedom[place])
        error = float(np.sqrt(spread.values[place]))
        half = float(stats.t.ppf(0.5 + level / 2, freedom)) * error
        p = float(2 * stats.t.sf(abs(value) / error, freedom))
        low, high, share = value - half, value + half, shares[column.term]
        return Effect(column.name, column.term, value, error, low, high, p, freedom, share)

    return [effect(place, column) for place, column in enumerate(design.columns, 1) if not column.fixed]


def _notes(effects: Sequence[Effect], rows: pd.DataFrame, cluster: str, second: str | None) -> list[str]:
    units = rows[second].nunique() if second is not None else 0
    across = f"{rows[cluster].nunique()} target languages" + (f" and {units} values of {second}" if units > 1 else "")
    notes = [f"errors are clustered by {across} (CR2); intervals use t with {_freedoms(effects)} degrees of freedom"]
    alone = [effect.name for effect in effects if np.isnan(effect.freedom)]
    if alone:
        notes.append(f"{', '.join(alone)}: one target language alone decides this, so there is no interval")
    rough = [effect.name for effect in effects if effect.freedom < FEW_FREEDOM]
    if rough:
        notes.append(f"{', '.join(rough)}: this rests on few independent comparisons; its interval is rough")
    if units < 2:
        notes.append("intervals speak of other target languages, not of other orders or seeds")
    elif units < FEW_SECOND:
        notes.append(f"{units} values of {second} are few: what all languages share, as log2_n, may be less certain")
    return notes


def _freedoms(effects: Sequence[Effect]) -> str:
    """`3.9`, or `3.9 to 9.6`."""
    known = [effect.freedom for effect in effects if not np.isnan(effect.freedom)]
    ends = [f"{end:.1f}" for end in (min(known), max(known))] if known else ["no"]
    return " to ".join(dict.fromkeys(ends))
