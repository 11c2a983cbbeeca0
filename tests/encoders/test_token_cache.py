import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import Tensor

from hybridir.data.pairs import Collection, open_collection
from hybridir.data.rows import PAIR_SCHEMA, Direction, Shard
from hybridir.encoders.base import KINDS, Encoder, Kind, Tokens
from hybridir.encoders.token_cache import PairTokens
from hybridir.languages.catalog import Language, describe

SIZES = {Direction("de", "de"): 5, Direction("de", "en"): 7, Direction("en", "en"): 3}
ROWS = sum(SIZES.values())


class Reader:
    """Texts of different lengths; every fourth query is empty, and so is every passage of en->en."""

    name = "toy"

    def signature(self) -> str:
        return "1"

    def shards(self) -> Iterator[Shard]:
        for direction, size in SIZES.items():
            rows = [
                {
                    **dict.fromkeys(PAIR_SCHEMA.names, f"{direction} {i}"),
                    "query": f"{direction} question {i}" * (i % 4),
                    "passage": "" if direction == ("en", "en") else f"{direction} passage {'long ' * i}",
                }
                for i in range(size)
            ]
            yield Shard("train", direction, pa.RecordBatch.from_pylist(rows, schema=PAIR_SCHEMA))

    def languages(self, codes: list[str]) -> Mapping[str, Language]:
        return {code: describe(code) for code in codes}


class Letters(Encoder):
    """Ids are code points, a passage's one higher; counts what it is asked for."""

    def __init__(self, fingerprint: str = "a" * 64) -> None:
        super().__init__()
        self.fingerprint, self.asked = fingerprint, 0

    def tokenize(self, texts: Sequence[str], kind: Kind) -> Tokens:
        self.asked += 1
        return Tokens.of([[ord(letter) + (kind == "passage") for letter in text] for text in texts])

    def tokenizer_fingerprint(self) -> str:
        return self.fingerprint

    def forward(self, tokens: Tokens) -> Tensor:
        raise NotImplementedError

    def save(self, directory: Path) -> None:
        raise NotImplementedError


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    return open_collection(Reader(), tmp_path_factory.mktemp("pairs"))


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tokens")


def lists(tokens: Tokens) -> list[list[int]]:
    return [tokens.ids[start:stop].tolist() for start, stop in zip(tokens.offsets, tokens.offsets[1:], strict=False)]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.integers(0, ROWS - 1), min_size=1, max_size=30),
    kind=st.sampled_from(KINDS),
    whole=st.sampled_from([0, 5, ROWS]),
)
def test_rows_in_any_order_have_the_tokens_of_their_texts(
    collection: Collection, cache: Path, rows: list[int], kind: Kind, whole: int
) -> None:
    tokens = PairTokens(collection, "train", Letters(), cache, whole).take(np.array(rows), kind)
    expected = Letters().tokenize(collection.train.texts(kind, np.array(rows)), kind)
    assert lists(tokens) == lists(expected)
    assert (tokens.ids.dtype, tokens.offsets.dtype) == (np.int32, np.int64)


def test_no_rows(collection: Collection, cache: Path) -> None:
    assert len(PairTokens(collection, "train", Letters(), cache).take(np.array([], dtype=np.int64), "query")) == 0


def test_only_what_is_asked_for_is_tokenized_and_only_once(collection: Collection, tmp_path: Path) -> None:
    encoder = Letters()
    tokens = PairTokens(collection, "train", encoder, tmp_path)
    assert encoder.asked == 0
    for _ in range(3):
        tokens.take(np.array([0, 3]), "query")
    assert encoder.asked == 1  # de->de, queries
    tokens.take(np.array([0, 6]), "query")
    assert encoder.asked == 2  # de->en too
    again = Letters()
    PairTokens(collection, "train", again, tmp_path).take(np.array([0, 6]), "query")
    assert again.asked == 0


def test_another_tokenizer_has_files_of_its_own(collection: Collection, tmp_path: Path) -> None:
    for fingerprint in ("a" * 64, "b" * 64):
        encoder = Letters(fingerprint)
        PairTokens(collection, "train", encoder, tmp_path).take(np.array([0]), "query")
        assert encoder.asked == 1
    assert sorted(path.name for path in (tmp_path / "tokens").iterdir()) == ["a" * 16, "b" * 16]


def test_a_kill_between_the_two_files_is_made_good(
    collection: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    save, calls = np.save, []

    def killed_at_the_second(path: Path, values: np.ndarray) -> None:
        calls.append(path)
        if len(calls) == 2:
            raise Killed
        save(path, values)

    monkeypatch.setattr(np, "save", killed_at_the_second)
    with pytest.raises(Killed):
        PairTokens(collection, "train", Letters(), tmp_path).take(np.array([0]), "query")
    monkeypatch.undo()
    written = [path.name for path in (tmp_path / "tokens" / ("a" * 16)).glob("*.npy")]
    assert len(written) == 1
    assert written[0].endswith(".ids.npy")
    encoder = Letters()
    tokens = PairTokens(collection, "train", encoder, tmp_path).take(np.array([1]), "query")
    assert encoder.asked == 1
    assert lists(tokens) == [[ord(letter) for letter in "de->de question 1"]]


def test_a_large_direction_is_tokenized_in_blocks(
    collection: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hybridir.encoders.token_cache._BLOCK", 3)
    encoder = Letters()
    tokens = PairTokens(collection, "train", encoder, tmp_path).take(np.arange(5, 12), "passage")
    assert encoder.asked == 3  # of 7 pairs
    assert lists(tokens) == lists(Letters().tokenize(collection.train.texts("passage", np.arange(5, 12)), "passage"))


def test_of_a_larger_one_only_the_rows_that_are_asked_for(collection: Collection, tmp_path: Path) -> None:
    class Listing(Letters):
        def tokenize(self, texts: Sequence[str], kind: Kind) -> Tokens:
            seen.extend(texts)
            return super().tokenize(texts, kind)

    seen: list[str] = []
    tokens = PairTokens(collection, "train", Listing(), tmp_path, whole=6)
    for _ in range(2):
        tokens.take(np.array([7, 9, 7]), "passage")  # of de->en, which has 7 pairs
    assert seen == collection.train.texts("passage", np.array([7, 9]))
    tokens.take(np.array([0]), "passage")  # of de->de, which has 5
    assert len(seen) == 7


def test_of_two_that_want_a_direction_at_once_one_tokenizes_it(collection: Collection, tmp_path: Path) -> None:
    class Slow(Letters):
        def tokenize(self, texts: Sequence[str], kind: Kind) -> Tokens:
            time.sleep(0.2)
            return super().tokenize(texts, kind)

    encoders = [Slow(), Slow()]
    sources = [PairTokens(collection, "train", encoder, tmp_path) for encoder in encoders]
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda source: source.take(np.arange(5), "query"), sources))
    assert sum(encoder.asked for encoder in encoders) == 1
    assert lists(found[0]) == lists(found[1])
