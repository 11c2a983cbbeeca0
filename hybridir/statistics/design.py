"""The columns of a regression on named terms: categories as indicators, and only what the rows can tell apart."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from hybridir.statistics.clustered import Floats

REFERENCES = ("unrelated", "same family", "same branch", "itself")
"""Categories in the order in which they serve as the reference; others follow by name."""

_ROUNDING = 1e-8


@dataclass(frozen=True)
class Column:
    """A column of the design: `relation: same branch` of the term `relation`, for one."""

    name: str
    term: str
    fixed: bool


@dataclass(frozen=True)
class Design:
    """`matrix` [rows, 1 + columns] begins with the constant and has full column rank; `gain` [rows] is explained.

    `rows` are those of the frame that are used; `left_out` and `notes` say in words what is not.
    """

    matrix: Floats
    gain: Floats
    columns: list[Column]
    rows: pd.DataFrame
    left_out: list[str]
    notes: list[str]


def build(frame: pd.DataFrame, outcome: str, terms: Sequence[str], fixed: Sequence[str], cluster: str) -> Design:
    """The design of `outcome` on `terms`, after the fixed effects: what they explain, no term is credited with.

    A column that follows from those before it is left out; of the terms, with the reason.
    """
    unknown = [term for term in terms if frame[term].isna().all()]
    left_out = [f"{term} (known of no target language)" for term in unknown if len(frame)]
    terms = [term for term in terms if term not in unknown]
    known = frame[[outcome, *terms]].notna().all(axis=1)
    rows = frame[known].reset_index(drop=True)
    notes = _missing(frame[~known], [outcome, *terms], cluster)
    columns: list[Column] = []
    kept = [np.ones(len(rows))]
    basis = np.zeros((len(rows), 0))  # orthonormal, of what is kept but the constant
    for column, values in _candidates(rows, terms, fixed) if len(rows) else ():
        spread = values - values.mean()
        new = spread - basis @ (basis.T @ spread)
        new -= basis @ (basis.T @ new)  # once more, as rounding leaves some
        if np.linalg.norm(new) > _ROUNDING * np.linalg.norm(values):
            columns.append(column)
            kept.append(values)
            basis = np.column_stack([basis, new / np.linalg.norm(new)])
        elif not column.fixed:
            left_out.append(f"{column.name} ({_follows_from(values, kept[1:], columns, cluster)})")
    notes += _reference_notes(rows, terms)
    gain = rows[outcome].to_numpy(np.float64)
    return Design(np.column_stack(kept), gain, columns, rows, left_out, notes)


def _candidates(rows: pd.DataFrame, terms: Sequence[str], fixed: Sequence[str]) -> Iterator[tuple[Column, Floats]]:
    for name in (*fixed, *terms):
        values = rows[name]
        if name not in fixed and not _is_category(values):
            yield Column(name, name, fixed=False), values.to_numpy(np.float64)
            continue
        texts = values.astype(str).to_numpy()
        levels = _levels(texts)
        if len(levels) == 1 and name not in fixed:
            yield Column(name, name, fixed=False), np.ones(len(rows))
        for level in levels[1:]:
            yield Column(f"{name}: {level}", name, fixed=name in fixed), (texts == level).astype(np.float64)


def _follows_from(values: Floats, kept: Sequence[Floats], columns: Sequence[Column], cluster: str) -> str:
    """Why a column, less its mean, adds nothing to those that are kept."""
    spread = values - values.mean()
    if np.linalg.norm(spread) <= _ROUNDING * np.linalg.norm(values):
        return "the same in all rows"
    others = np.column_stack([column - column.mean() for column in kept])
    weights = np.linalg.lstsq(others, spread, rcond=None)[0]
    parts = np.abs(weights) * np.linalg.norm(others, axis=0) > 1e-6 * np.linalg.norm(spread)
    terms = dict.fromkeys(column.term for column, part in zip(columns, parts, strict=True) if part)
    names = ("the target language" if term == cluster else term for term in terms)
    return f"follows from {' and '.join(names)}"


def _missing(lost: pd.DataFrame, needed: Sequence[str], cluster: str) -> list[str]:
    if lost.empty:
        return []
    unknown = [name for name in needed if lost[name].isna().any()]
    languages = ", ".join(sorted({str(name) for name in lost[cluster]}))
    return [f"{len(lost)} rows of {languages} are not in the regression: {' or '.join(unknown)} is not known"]


def _is_category(values: pd.Series) -> bool:
    return not (pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values))


def _levels(texts: Iterable[str]) -> list[str]:
    """The categories, the reference first."""
    there = sorted(set(texts))
    return [name for name in REFERENCES if name in there] + [name for name in there if name not in REFERENCES]


def _reference_notes(rows: pd.DataFrame, terms: Sequence[str]) -> Iterator[str]:
    """What a category that varies is compared with, where that is not what it should be."""
    for term in terms:
        levels = _levels(rows[term].astype(str)) if _is_category(rows[term]) else []
        if len(levels) > 1 and levels[0] != REFERENCES[0]:
            yield f"{term} is compared with {levels[0]}"
