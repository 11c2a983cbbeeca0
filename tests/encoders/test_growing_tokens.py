from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hybridir.encoders import growing_tokens
from hybridir.encoders.base import Tokens
from hybridir.encoders.growing_tokens import GrowingTokens

ROWS = 400


def text(row: int) -> str:
    """Of 0 to 4 letters."""
    return chr(97 + row % 26) * (row % 5)


class Store:
    """A store as a process has it; `asked` are the rows whose texts it wanted, in order."""

    def __init__(self, folder: Path) -> None:
        self.asked: list[int] = []
        self.tokens = GrowingTokens(folder / "de-de-query", self._texts, tokenize)

    def _texts(self, rows: np.ndarray) -> list[str]:
        self.asked += rows.tolist()
        return [text(row) for row in rows.tolist()]

    def take(self, *rows: int) -> list[list[int]]:
        found = self.tokens.take(np.array(rows, dtype=np.int64))
        return [found.ids[found.offsets[i] : found.offsets[i + 1]].tolist() for i in range(len(found))]


def tokenize(texts: Sequence[str]) -> Tokens:
    return Tokens.of([[ord(letter) for letter in one] for one in texts])


def expected(*rows: int) -> list[list[int]]:
    return [[ord(letter) for letter in text(row)] for row in rows]


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.npy"))


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growing_tokens, "_PART", 4)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    batches=st.lists(
        st.tuples(st.integers(0, 2), st.lists(st.integers(0, ROWS - 1), max_size=12)), min_size=1, max_size=40
    )
)
def test_whoever_asks_gets_the_tokens_of_the_texts(
    tmp_path_factory: pytest.TempPathFactory, batches: list[tuple[int, list[int]]]
) -> None:
    folder = tmp_path_factory.mktemp("tokens")
    stores = [Store(folder) for _ in range(3)]
    for which, rows in batches:
        assert stores[which].take(*rows) == expected(*rows)
    again = Store(folder)
    assert again.take(*range(ROWS)) == expected(*range(ROWS))


def test_a_text_is_tokenized_once(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.take(5, 1, 5)
    store.take(1, 2)
    assert store.asked == [1, 5, 2]


def test_what_makes_a_file_is_known_to_the_next_process(tmp_path: Path) -> None:
    first = Store(tmp_path)
    first.take(9, 3, 7)
    assert files(tmp_path) == []  # three are not kept
    first.take(1)
    assert len(files(tmp_path)) == 1
    second = Store(tmp_path)
    assert second.take(7, 8, 1) == expected(7, 8, 1)
    assert second.asked == [8]


def test_files_of_one_size_become_one(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for start in range(0, 28, 4):
        store.take(*range(start, start + 4))
    assert len(files(tmp_path)) == 7
    store.take(*range(28, 32))
    assert len(files(tmp_path)) == 1
    for start in range(32, 256, 4):
        store.take(*range(start, start + 4))
    assert len(files(tmp_path)) == 1  # eight times eight
    assert store.take(*range(255, -1, -1)) == expected(*range(255, -1, -1))
    assert len(store.asked) == 256


def test_files_that_another_process_merged_stay_readable(tmp_path: Path) -> None:
    first = Store(tmp_path)
    first.take(0, 1, 2, 3)
    reader = Store(tmp_path)
    for start in range(4, 32, 4):
        first.take(*range(start, start + 4))
    assert len(files(tmp_path)) == 1
    assert reader.take(3, 0) == expected(3, 0)
    assert reader.asked == []


def test_a_large_file_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growing_tokens, "_LARGEST", 1)
    store = Store(tmp_path)
    for start in range(0, 48, 4):
        store.take(*range(start, start + 4))
    assert len(files(tmp_path)) == 12


def test_one_part_that_holds_all_others_survives_their_merging(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stores = [Store(tmp_path) for _ in range(2)]
    monkeypatch.setattr(growing_tokens, "_TOGETHER", 2)
    stores[0].take(0, 1, 2, 3, 4)
    stores[1].take(0, 1, 2, 3)
    assert len(files(tmp_path)) == 1
    assert Store(tmp_path).take(4, 0) == expected(4, 0)
