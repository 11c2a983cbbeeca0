"""Corpora on disk: read once, then by row and by id."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hybridir.benchmarks import corpus as module
from hybridir.benchmarks.corpus import ArrowCorpus, Passage, open_corpus
from hybridir.errors import UserError

THREE = [Passage("a", "Nile", "A river."), Passage("c", "", "No title."), Passage("b", "Ulm", "Ein Münster.")]


def opened(passages: list[Passage], cache: Path, signature: str = "s") -> ArrowCorpus:
    return open_corpus("made", signature, lambda: iter(passages), cache)


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BATCH_ROWS", 4)


def test_rows_are_in_the_order_of_reading(tmp_path: Path) -> None:
    corpus = opened(THREE, tmp_path)
    assert len(corpus) == 3
    assert corpus.ids(np.array([2, 0, 2])) == ["b", "a", "b"]
    assert corpus.texts(np.array([0, 1])) == ["Nile A river.", "No title."]
    assert corpus.bodies(np.array([0])) == ["A river."]
    assert corpus.ids(np.array([], dtype=np.int64)) == []


def test_ids_have_rows_and_unknown_ones_have_none(tmp_path: Path) -> None:
    assert opened(THREE, tmp_path).row_of(["c", "x", "a", "b", "a"]).tolist() == [1, -1, 0, 2, 0]
    assert opened(THREE, tmp_path).row_of([]).tolist() == []


@pytest.mark.usefixtures("small_batches")
def test_rows_are_found_across_batches(tmp_path: Path) -> None:
    corpus = opened([Passage(f"id{i}", "", f"text {i}") for i in range(11)], tmp_path)
    rows = np.array([10, 0, 3, 4, 3, 7])
    assert corpus.texts(rows) == [f"text {i}" for i in rows]
    assert corpus.row_of([f"id{i}" for i in rows]).tolist() == rows.tolist()
    shards = list(corpus.shards(5))
    assert [shard.start for shard in shards] == [0, 5, 10]
    assert [text for shard in shards for text in shard.texts] == [f"text {i}" for i in range(11)]


def test_a_batch_is_bounded_in_characters_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BATCH_CHARACTERS", 10)
    corpus = opened([Passage(str(i), "", "x" * 6) for i in range(5)], tmp_path)
    assert corpus._passages._starts.tolist() == [0, 2, 4, 5]


def test_is_read_once_per_signature(tmp_path: Path) -> None:
    reads = list[str]()

    def passages() -> Iterator[Passage]:
        reads.append("read")
        yield from THREE

    for signature in ("1", "1", "2"):
        open_corpus("made", signature, passages, tmp_path)
    assert len(reads) == 2


def test_the_fingerprint_is_of_what_passages_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = opened(THREE, tmp_path, "1").fingerprint()
    monkeypatch.setattr(module, "_BATCH_ROWS", 2)
    assert opened(THREE, tmp_path, "2").fingerprint() == first
    moved = [THREE[0]._replace(title="", text="Nile A river."), *THREE[1:]]
    assert opened(moved, tmp_path, "3").fingerprint() != first
    assert opened([THREE[1], THREE[0], THREE[2]], tmp_path, "4").fingerprint() != first


def test_a_corpus_that_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    def broken() -> Iterator[Passage]:
        yield THREE[0]
        raise UserError("line 2: not JSON")

    with pytest.raises(UserError, match="line 2"):
        open_corpus("made", "s", broken, tmp_path)
    assert not [path for path in (tmp_path / "corpora").iterdir() if path.is_dir()]
    assert len(opened(THREE, tmp_path)) == 3


@pytest.mark.usefixtures("small_batches")
def test_repeated_ids_and_no_passages_are_refused(tmp_path: Path) -> None:
    repeated = [Passage(f"id{i % 9}", "", "") for i in range(10)]
    with pytest.raises(UserError, match="the passage id 'id0' twice, as passages 1 and 10"):
        opened(repeated, tmp_path)
    with pytest.raises(UserError, match="made has no passages"):
        opened([], tmp_path)


@settings(max_examples=25, deadline=None)
@given(ids=st.lists(st.text("ab", max_size=4), min_size=1, max_size=20, unique=True), asked=st.lists(st.text("ab")))
def test_different_ids_of_one_hash_are_told_apart(
    tmp_path_factory: pytest.TempPathFactory, ids: list[str], asked: list[str]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "hash_texts", lambda ids: np.array([len(ident) for ident in ids], dtype=np.uint64))
        corpus = opened([Passage(ident, "", "") for ident in ids], tmp_path_factory.mktemp("corpus"))
        wanted = [ids.index(ident) if ident in ids else -1 for ident in [*ids, *asked]]
        assert corpus.row_of([*ids, *asked]).tolist() == wanted
