"""Rank distance, worked by hand."""

import numpy as np

from hybridir.evaluation.bias import rank_distance

INF = np.inf


def test_distance_is_the_largest_rank_minus_the_smallest() -> None:
    pooled = {
        "de": np.array([[4.0], [1.0], [7.0]]),
        "en": np.array([[1.0], [2.0], [5.0]]),
        "hi": np.array([[90.0], [3.0], [6.0]]),
    }
    assert rank_distance(pooled).tolist() == [89, 2, 2]


def test_a_query_needs_answers_in_two_languages() -> None:
    pooled = {"de": np.array([[4.0], [INF], [INF]]), "en": np.array([[9.0], [3.0], [INF]])}
    np.testing.assert_array_equal(rank_distance(pooled), [5, np.nan, np.nan])


def test_of_several_answers_in_one_language_the_best_counts() -> None:
    pooled = {"de": np.array([[2.0, 50.0]]), "en": np.array([[10.0, INF]])}
    assert rank_distance(pooled).tolist() == [8]
