"""The best columns of rows of scores."""

import numpy as np


def best_columns(scores: np.ndarray, floor: np.ndarray, depth: int) -> np.ndarray:
    """The `depth` best columns in each row of `scores`, float32 [n, p]: int64 [n, depth], best first.

    `floor` [n] is the score at that depth, or a lower one that few are above. Of equal scores the lower column comes
    first.
    """
    rows, columns = np.divmod(np.flatnonzero(scores >= floor[:, None]), scores.shape[1])
    order = np.lexsort((columns, -scores[rows, columns], rows))
    first = np.searchsorted(rows, np.arange(len(scores)))  # of each row; sorted by row first, so rows stay in place
    best: np.ndarray = columns[order][first[:, None] + np.arange(depth)]
    return best
