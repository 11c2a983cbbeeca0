"""The best columns of rows of scores, found without a sort."""

import numpy as np

_CLASSES = 512


def best_columns(scores: np.ndarray, depth: int) -> np.ndarray:
    """The `depth` best columns in each row of `scores`, float32 [n, p]: int64 [n, depth], best first; all, where there
    are fewer.

    Of equal scores the lower column comes first. Columns are dealt out in classes; the best of a class are distinct
    columns, so that the `depth`-th of these is a floor below which no column need be looked at.
    """
    depth = min(depth, scores.shape[1])
    height = scores.shape[1] // max(_CLASSES, depth)
    if height < 2:
        return np.argsort(-scores, axis=1, kind="stable")[:, :depth]
    width = scores.shape[1] // height
    heads = scores[:, : height * width].reshape(len(scores), height, width).max(axis=1)
    heads.partition(width - depth, axis=1)
    rows, columns = np.divmod(np.flatnonzero(scores >= heads[:, width - depth, None]), scores.shape[1])
    order = np.lexsort((columns, -scores[rows, columns], rows))
    first = np.searchsorted(rows, np.arange(len(scores)))  # of each row; sorted by row first, so rows stay in place
    best: np.ndarray = columns[order][first[:, None] + np.arange(depth)]
    return best
