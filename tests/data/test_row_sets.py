import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hybridir.data.row_sets import AllBut, Listed, all_rows, rows_at, without


@given(st.integers(0, 50), st.integers(0, 40), st.sets(st.integers(0, 100)), st.data())
def test_rows_without_some_are_those_of_the_obvious_way(start: int, size: int, excluded: set[int], data: st.DataObject):
    within = range(start, start + size)
    rows = without(within, np.array(sorted(excluded), dtype=np.int64))
    expected = [row for row in within if row not in excluded]
    assert all_rows(rows).tolist() == expected
    assert len(rows) == len(expected)
    positions = data.draw(st.lists(st.integers(0, len(expected) - 1))) if expected else []
    assert rows_at(rows, np.array(positions, dtype=np.int64)).tolist() == [expected[at] for at in positions]


def test_a_range_that_loses_nothing_stays_one():
    assert without(range(5, 9), np.array([1, 4, 9])) == range(5, 9)


def test_tens_of_millions_of_rows_are_not_listed():
    rows = without(range(10, 30_000_000), np.array([10, 11, 29_999_999]))
    assert len(rows) == 29_999_987
    assert rows_at(rows, np.array([0, 29_999_986])).tolist() == [12, 29_999_998]


def test_names_tell_sets_of_rows_apart():
    def names(*ids: int) -> list[str]:
        return [str(of) for of in (AllBut(range(9), np.array(ids)), Listed(np.array(ids)))]

    assert names(1, 2) == names(1, 2)
    assert len({*names(1, 2), *names(1, 3), *names(1)}) == 6
    assert names(1)[0].startswith("range(0, 9) without 1 rows ")
