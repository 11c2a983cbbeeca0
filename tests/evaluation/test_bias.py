"""Rank distance and language shares, worked by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from hybridir.evaluation.bias import language_shares, rank_distance

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


COLUMNS = {"de": np.array([0, 3]), "en": np.array([1, 2]), "hi": np.array([4])}


def shares_of(scores: np.ndarray, depth: int = 10) -> dict[str, np.ndarray]:
    return language_shares(scores, np.sort(scores, axis=1), COLUMNS, depth)


def test_shares_of_the_best_candidates() -> None:
    scores = np.array([[0.9, 0.1, 0.2, 0.8, 0.7], [0.1, 0.9, 0.8, 0.2, 0.3]], dtype=np.float32)
    shares = shares_of(scores, depth=2)
    assert {lang: of.tolist() for lang, of in shares.items()} == {"de": [1, 0], "en": [0, 1], "hi": [0, 0]}
    thirds = shares_of(scores, depth=3)
    assert {lang: of.tolist() for lang, of in thirds.items()} == {
        "de": pytest.approx([2 / 3, 0]),
        "en": pytest.approx([0, 2 / 3]),
        "hi": pytest.approx([1 / 3, 1 / 3]),
    }


def test_of_equal_scores_the_lower_columns_count() -> None:
    scores = np.array([[0.5, 0.5, 0.5, 0.5, 0.5], [0.1, 0.4, 0.4, 0.4, 0.9]], dtype=np.float32)
    shares = shares_of(scores, depth=3)
    # columns 0, 1, 2 of the first row, and 4, 1, 2 of the second
    assert shares["de"].tolist() == pytest.approx([1 / 3, 0])
    assert shares["en"].tolist() == pytest.approx([2 / 3, 2 / 3])
    assert shares["hi"].tolist() == pytest.approx([0, 1 / 3])


def test_a_small_pool_counts_whole() -> None:
    shares = shares_of(np.zeros((1, 5), dtype=np.float32))
    assert [of.item() for of in shares.values()] == pytest.approx([0.4, 0.4, 0.2])


@given(arrays.arrays(np.float32, (3, 40), elements=st.sampled_from([0.0, 0.25, 0.5, 1.0])), st.integers(1, 45))
def test_shares_are_those_of_a_stable_sort(scores: np.ndarray, depth: int) -> None:
    columns = {"de": np.arange(0, 40, 3), "en": np.arange(1, 40, 3), "hi": np.arange(2, 40, 3)}
    best = np.argsort(-scores, axis=1, kind="stable")[:, :depth]
    shares = language_shares(scores, np.sort(scores, axis=1), columns, depth)
    for lang, of in columns.items():
        np.testing.assert_allclose(shares[lang], np.isin(best, of).mean(axis=1))
    np.testing.assert_allclose(sum(shares.values()), 1)
