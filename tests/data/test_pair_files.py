from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hybridir.data.pair_files import hashes_file, shared_questions

HIGH = 1 << 63


def shared(folder: Path, directions: list[list[int]], at_a_time: int) -> list[list[int]]:
    pids = np.array([pid for of in directions for pid in of], dtype=np.uint64)
    np.save(hashes_file(folder, "pid"), pids)
    return shared_questions(folder, [len(of) for of in directions], at_a_time).tolist()


def test_questions_are_numbered_by_their_hashes_over_all_ranges(tmp_path: Path) -> None:
    directions = [[HIGH + 5, 7, 3, 7], [3, HIGH + 5, HIGH + 1], [HIGH + 1, 9]]
    for at_a_time in (100, 5, 2, 1):  # one range, two, and more
        assert shared(tmp_path, directions, at_a_time) == [[0, 2], [2, 0], [4, 0], [5, 2], [6, 1], [7, 1]]


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    directions=st.lists(
        st.lists(st.sampled_from([0, 1, HIGH >> 1, HIGH, HIGH + 2, 2 * HIGH - 1]), min_size=1, max_size=8),
        min_size=1,
        max_size=4,
    ),
    at_a_time=st.integers(1, 6),
)
def test_ranges_change_nothing(tmp_path: Path, directions: list[list[int]], at_a_time: int) -> None:
    assert shared(tmp_path, directions, at_a_time) == shared(tmp_path, directions, 1000)


@pytest.mark.parametrize("at_a_time", [1, 1000])
def test_no_question_is_shared(tmp_path: Path, at_a_time: int) -> None:
    assert shared(tmp_path, [[1, 1, HIGH], [2]], at_a_time) == []
