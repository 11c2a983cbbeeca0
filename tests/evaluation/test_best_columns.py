"""The best columns are the first of a stable sort."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hybridir.evaluation.best_columns import best_columns


@given(
    seed=st.integers(0, 1 << 30),
    rows=st.integers(1, 4),
    size=st.sampled_from([1, 9, 600, 1030]),
    depth=st.sampled_from([1, 10, 700]),
    levels=st.sampled_from([1, 3, 30, None]),
)
def test_they_are_the_first_of_a_stable_sort(seed: int, rows: int, size: int, depth: int, levels: int | None) -> None:
    scores = np.random.default_rng(seed).standard_normal((rows, size), np.float32)
    if levels is not None:
        scores = np.round(scores * levels) / np.float32(levels)
    expected = np.argsort(-scores, axis=1, kind="stable")[:, :depth]
    floor = np.sort(scores, axis=1)[:, -min(depth, size)]
    np.testing.assert_array_equal(best_columns(scores, floor, min(depth, size)), expected)
    # a lower floor is as good
    np.testing.assert_array_equal(best_columns(scores, floor - 1, min(depth, size)), expected)
