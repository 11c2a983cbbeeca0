"""Ranks by counting: how many scores stand ahead of those of the relevant passages, for many queries at once."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

_NEAR = 1 << 20  # bytes of scores at a time: every relevant passage is counted before they leave the processor's cache
_LANES = 16


class Ranks(NamedTuple):
    """By language, of its relevant passages: the ranks `within` that language, and those `pooled` with all others.

    float64 [queries, r] each, 1-based, ascending, filled up with `inf`.
    """

    within: dict[str, np.ndarray]
    pooled: dict[str, np.ndarray]


def ranks_of(scores: np.ndarray, targets: Mapping[str, np.ndarray], columns: Mapping[str, np.ndarray]) -> Ranks:
    """The ranks of the columns `targets[lang]` (int [n, r], -1: none) in the rows of `scores`, float32 [n, p].

    `columns[lang]` are those of one language, ascending. Of equal scores the lower column comes first.
    """
    if not targets:
        return Ranks({}, {})
    wanted = np.concatenate(list(targets.values()), axis=1)
    own = np.take_along_axis(scores, np.maximum(wanted, 0), axis=1)
    among = [_as_slice(columns[lang]) for lang, of in targets.items() for _ in range(of.shape[1])]
    size = max(1, _NEAR // (4 * scores.shape[1]))
    room = np.zeros((size, -(-scores.shape[1] // _LANES) * _LANES), dtype=bool)
    within, pooled = (np.full(wanted.shape, np.inf) for _ in Ranks._fields)
    for start in range(0, len(scores), size):
        rows = slice(start, start + size)
        _count_near(scores[rows], wanted[rows], own[rows], among, room, Near(within[rows], pooled[rows]))
    ends = np.cumsum([of.shape[1] for of in targets.values()])[:-1]
    parts = (np.split(ranks, ends, axis=1) for ranks in (within, pooled))
    return Ranks(*({lang: np.sort(of, axis=1) for lang, of in zip(targets, part, strict=True)} for part in parts))


class Near(NamedTuple):
    """Where the ranks of a few queries go: float64 [n, targets] each."""

    within: np.ndarray
    pooled: np.ndarray


def _count_near(
    scores: np.ndarray,
    wanted: np.ndarray,
    own: np.ndarray,
    among: Sequence[slice | np.ndarray],
    room: np.ndarray,
    ranks: Near,
) -> None:
    """Fill in the `ranks` of the columns `wanted` (int [n, targets], -1: none), whose scores are `own`.

    `among[i]` are the columns of the language of target i; `room` is bool, with zeros behind the columns of `scores`.
    """
    there = wanted >= 0
    everyone = there.all(axis=0)
    for target, columns in enumerate(among):
        rows = slice(None) if everyone[target] else np.flatnonzero(there[:, target])
        places = wanted[rows, target]
        if not len(places):
            continue
        whole = room[: len(places)]
        ahead = whole[:, : scores.shape[1]]
        _ahead(scores[rows], places, own[rows, target, None], ahead)
        ranks.within[rows, target] = 1 + _count(ahead[:, columns])
        ranks.pooled[rows, target] = 1 + _in_lanes(whole)


def _ahead(scores: np.ndarray, targets: np.ndarray, own: np.ndarray, out: np.ndarray) -> None:
    """Which scores rank before that of the column `targets[i]` of row i, `own[i]`: into `out`, bool, like `scores`."""
    # all columns before the first target are before each, so that an equal score there is ahead; after the last, none
    first, last = int(targets.min()), int(targets.max()) + 1
    np.greater_equal(scores[:, :first], own, out=out[:, :first])
    np.greater(scores[:, last:], own, out=out[:, last:])
    between, before = scores[:, first:last], np.arange(first, last) < targets[:, None]
    out[:, first:last] = (between > own) | ((between == own) & before)


def _in_lanes(hits: np.ndarray) -> np.ndarray:
    """How many are true in each row of `hits`, bool [n, a multiple of the lanes]: int32 [n]."""
    # bytes are added as bytes first, which is what the processor does many of at once
    lanes = hits.view(np.uint8).reshape(len(hits), _LANES, -1)
    return _count(np.add.reduce(lanes, axis=1, dtype=np.uint8))


def _count(numbers: np.ndarray) -> np.ndarray:
    """The sums of the rows of `numbers`, bytes or bool [n, m]: int32 [n]."""
    sums: np.ndarray = numbers.astype(np.int32).sum(axis=1, dtype=np.int32)  # a cast within the sum takes twice as long
    return sums


def _as_slice(columns: np.ndarray) -> slice | np.ndarray:
    """The same columns, without a copy where they stand side by side."""
    first, last = int(columns[0]), int(columns[-1]) + 1
    return slice(first, last) if last - first == len(columns) else columns
