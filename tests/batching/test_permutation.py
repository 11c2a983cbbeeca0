from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybridir.batching.permutation import nth_key, permute, stream_key

keys = st.integers(0, 2**64 - 1)


def chi_square(counts: np.ndarray) -> float:
    expected = counts.sum() / counts.size
    return float(((counts - expected) ** 2 / expected).sum())


@given(size=st.integers(1, 3000), key=keys)
def test_every_index_is_hit_once(size: int, key: int) -> None:
    assert sorted(permute(np.arange(size), size, key)) == list(range(size))


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 2**14 - 1, 2**14, 2**14 + 1])
def test_sizes_around_powers_of_two(size: int) -> None:
    assert np.array_equal(np.sort(permute(np.arange(size), size, stream_key(size))), np.arange(size))


@given(size=st.integers(1, 2**40), key=keys, data=st.data())
def test_some_indices_go_where_they_go_among_all(size: int, key: int, data: st.DataObject) -> None:
    indices = np.array(data.draw(st.lists(st.integers(0, size - 1), min_size=1, max_size=20)))
    together = permute(indices, size, key)
    assert all(0 <= place < size for place in together)
    assert [int(permute(indices[i : i + 1], size, key)[0]) for i in range(len(indices))] == together.tolist()


@given(st.lists(st.tuples(st.integers(1, 2**40), keys), min_size=1, max_size=20))
def test_each_index_may_have_a_permutation_of_its_own(named: list[tuple[int, int]]) -> None:
    sizes, each = np.array([size for size, _ in named]), np.array([key for _, key in named], dtype=np.uint64)
    indices = sizes // 2
    alone = [int(permute(indices[i : i + 1], *named[i])[0]) for i in range(len(named))]
    assert permute(indices, sizes, each).tolist() == alone


def test_no_indices() -> None:
    assert permute(np.arange(0), 5, 1).tolist() == []


def test_the_algorithm_has_not_changed() -> None:
    # a change here changes the batches of every run: results are no longer those of the same key
    assert stream_key("a", 1) == 13722700206037900931
    assert permute(np.arange(10), 10, 7).tolist() == [2, 0, 6, 3, 4, 5, 8, 7, 1, 9]
    assert permute(np.arange(10), 10, 8).tolist() == [0, 2, 7, 3, 1, 6, 4, 9, 8, 5]
    assert permute(np.array([0, 1, 999_999]), 10**6, 2**64 - 1).tolist() == [207852, 613597, 672205]
    assert nth_key(np.array([0, 1, 5], dtype=np.uint64), np.array([0, 0, 3])).tolist() == [
        0,
        6238072747940578789,
        4292726422858613063,
    ]


def test_stream_keys_tell_their_parts_apart() -> None:
    assert stream_key("a", 1) == stream_key("a", np.int64(1)) == stream_key("a", "1")
    assert len({stream_key("a", 1), stream_key("a1"), stream_key(1, "a"), stream_key("a", 1, "")}) == 4


def test_keys_of_passes_differ() -> None:
    base = np.full(10_000, stream_key("pool"), dtype=np.uint64)
    assert len(set(nth_key(base, np.arange(10_000)).tolist())) == 10_000


# Thresholds are the 0.9999 quantiles of chi-square; the keys are fixed, so that a test cannot fail by chance.
@pytest.mark.parametrize(("size", "most"), [(2, 15.1), (3, 18.4), (5, 23.5), (10, 33.7), (17, 46.0), (50, 94.0)])
def test_an_index_goes_everywhere_alike(size: int, most: float) -> None:
    each = np.array([stream_key("chi", number) for number in range(4000)], dtype=np.uint64)
    for index in (0, size - 1):
        places = permute(np.full(len(each), index), np.full(len(each), size), each)
        assert chi_square(np.bincount(places, minlength=size)) < most


def test_two_indices_go_to_all_pairs_of_places_alike() -> None:
    size = 17
    each = np.array([stream_key("pairs", number) for number in range(20_000)], dtype=np.uint64)
    first, second = (permute(np.full(len(each), index), size, each) for index in (0, 1))
    counts = np.bincount(first * size + second, minlength=size**2).reshape(size, size)
    assert counts.diagonal().tolist() == [0] * size
    assert chi_square(counts[~np.eye(size, dtype=bool)]) < 370  # 271 degrees of freedom


def test_neighbours_do_not_stay_neighbours() -> None:
    places = permute(np.arange(100_000), 100_000, stream_key("neighbours"))
    near = sum(abs(a - b) <= 10 for a, b in pairwise(places.tolist()))
    assert near < 50  # 20 expected
