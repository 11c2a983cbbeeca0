from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hybridir.batching.schedule import BLOCK, Schedule

shares = st.lists(st.floats(0, 1), min_size=1, max_size=30).filter(lambda values: sum(values) > 1e-6)


def test_the_algorithm_has_not_changed() -> None:
    categories, occurrences = Schedule(np.array([3, 1]), 5).span(0, 12)
    assert categories.tolist() == [1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 1]
    assert occurrences.tolist() == [0, 1, 0, 2, 1, 3, 2, 3, 4, 5, 4, 6]


def test_shares_hold_exactly_in_every_block() -> None:
    schedule = Schedule(np.array([0.5, 0.25, 0.25]), 1)
    for number in (0, 1, 977):
        categories, _ = schedule.span(number * BLOCK, BLOCK)
        assert np.bincount(categories).tolist() == [8192, 4096, 4096]


def test_largest_remainders_get_what_is_left() -> None:
    # 16384 / 7 = 2340.57: sevenths of 1, 1, 2 and 3 leave .57, .57, .14 and .71, and two draws to give
    assert Schedule(np.array([1, 1, 2, 3]), 1).quotas.tolist() == [2341, 2340, 4681, 7022]


@given(shares, st.integers(0, 2**64 - 1))
def test_quotas_fill_a_block_and_are_near_the_shares(values: list[float], key: int) -> None:
    quotas = Schedule(np.array(values), key).quotas
    exact = np.array(values) / np.sum(values) * BLOCK
    assert quotas.sum() == BLOCK
    assert all((quota > 0) == (value > 0) for quota, value in zip(quotas, values, strict=True))
    assert np.all(np.abs(quotas - exact) < len(values) + 1)


def test_a_tiny_share_is_drawn_once_in_a_block_and_a_zero_share_never() -> None:
    categories, _ = Schedule(np.array([1.0, 1e-12, 0.0]), 1).span(0, 3 * BLOCK)
    assert Counter(categories.tolist()) == {0: 3 * BLOCK - 3, 1: 3}


def test_as_many_categories_as_draws() -> None:
    categories, occurrences = Schedule(np.arange(1, BLOCK + 1), 1).span(0, 2 * BLOCK)
    assert np.bincount(categories).tolist() == [2] * BLOCK
    assert occurrences[:BLOCK].max() == 0
    assert occurrences[BLOCK:].min() == 1


@settings(max_examples=25)
@given(shares, st.integers(0, 2**64 - 1), st.integers(0, 10**9), st.integers(1, 2 * BLOCK))
def test_one_draw_alone_is_the_draw_in_sequence(values: list[float], key: int, start: int, count: int) -> None:
    categories, occurrences = Schedule(np.array(values), key).span(start, count)
    for place in {0, count // 2, count - 1}:
        assert Schedule(np.array(values), key).at(start + place) == (categories[place], occurrences[place])


def test_occurrences_count_on_across_blocks() -> None:
    categories, occurrences = Schedule(np.array([5, 2, 1]), 9).span(0, 2 * BLOCK + 100)
    seen: Counter[int] = Counter()
    for category, occurrence in zip(categories.tolist(), occurrences.tolist(), strict=True):
        assert occurrence == seen[category]
        seen[category] += 1


def test_order_is_drawn_by_key_and_anew_in_every_block() -> None:
    half = np.array([1, 1])
    first, second = (Schedule(half, 1).span(number * BLOCK, BLOCK)[0].tolist() for number in (0, 1))
    assert first != second
    assert first != Schedule(half, 2).span(0, BLOCK)[0].tolist()


@pytest.mark.parametrize("values", [[0, 0], [1, -1], [1, float("nan")], [float("inf")], [1] * (BLOCK + 1), []])
def test_shares_that_say_nothing_are_refused(values: list[float]) -> None:
    with pytest.raises(ValueError, match="shares must be finite"):
        Schedule(np.array(values), 1)
