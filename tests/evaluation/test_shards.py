"""Embeddings in shards: what is there is not made again, what is of something else is."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from hybridir.benchmarks.corpus import ArrowCorpus, Passage, open_corpus
from hybridir.errors import RunFailed
from hybridir.evaluation import shards as module
from hybridir.evaluation.shards import Shards, encode_corpus


class Counting:
    """Embeds `passage 7` as [7, 1]; remembers what it was given, and is killed before text number `until`."""

    def __init__(self, until: int = 10**9) -> None:
        self.texts, self.until = list[str](), until

    def __call__(self, texts: Sequence[str], kind: str) -> np.ndarray:
        assert kind == "passage"
        if len(self.texts) + len(texts) > self.until:
            raise KeyboardInterrupt
        self.texts += texts
        return np.array([[int(text.split()[1]), 1] for text in texts], np.float32)


def corpus_of(count: int, cache: Path) -> ArrowCorpus:
    passages = [Passage(f"p{i}", "", f"passage {i}") for i in range(count)]
    return open_corpus("made", str(count), lambda: iter(passages), cache)


def encoded(encode: Counting, corpus: ArrowCorpus, folder: Path, model: str = "m", size: int = 10) -> Shards:
    return encode_corpus(encode, corpus, folder, model, 2, lambda done: None, size)


def rows_of(shards: Shards) -> list[int]:
    assert all(shard.vectors[0, 0] == shard.start for shard in shards)
    return [int(row) for shard in shards for row in shard.vectors[:, 0]]


def test_every_passage_is_there_in_order(tmp_path: Path) -> None:
    shards = encoded(Counting(), corpus_of(25, tmp_path), tmp_path / "shards")
    assert rows_of(shards) == rows_of(shards) == list(range(25))
    assert sorted(path.name for path in (tmp_path / "shards").iterdir()) == [
        "00000.npy", "00001.npy", "00002.npy", "shards.json",
    ]  # fmt: skip
    assert {shard.vectors.dtype for shard in shards} == {np.dtype(np.float32)}


def test_a_kill_costs_one_shard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_AT_ONCE", 4)
    corpus, folder = corpus_of(45, tmp_path), tmp_path / "shards"
    first, second = Counting(until=29), Counting()
    with pytest.raises(KeyboardInterrupt):
        encoded(first, corpus, folder)
    assert len(first.texts) == 28  # two shards and 8 passages of the third
    shards = encoded(second, corpus, folder)
    assert second.texts == [f"passage {i}" for i in range(20, 45)]
    assert rows_of(shards) == list(range(45))


def test_half_written_files_of_a_kill_are_removed(tmp_path: Path) -> None:
    corpus, folder = corpus_of(25, tmp_path), tmp_path / "shards"
    encoded(Counting(), corpus, folder)
    (folder / "00001.npy").rename(folder / ".00001.npy.0123456789ab.npy")
    assert rows_of(encoded(Counting(), corpus, folder)) == list(range(25))
    assert not list(folder.glob(".0*"))


@pytest.mark.parametrize("change", ["model", "corpus", "size", "record"])
def test_shards_of_something_else_are_not_used(tmp_path: Path, change: str) -> None:
    corpus, folder = corpus_of(25, tmp_path), tmp_path / "shards"
    encoded(Counting(), corpus, folder)
    if change == "record":
        (folder / "shards.json").unlink()
    other = corpus_of(24, tmp_path) if change == "corpus" else corpus
    again = Counting()
    shards = encoded(again, other, folder, "n" if change == "model" else "m", 5 if change == "size" else 10)
    assert len(again.texts) == len(other)
    assert rows_of(shards) == list(range(len(other)))


def test_progress_counts_passages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_AT_ONCE", 4)
    corpus, folder, done = corpus_of(25, tmp_path), tmp_path / "shards", list[int]()
    encode_corpus(Counting(), corpus, folder, "m", 2, done.append, 10)
    assert done == [0, 4, 8, 10, 14, 18, 20, 24, 25]
    (folder / "00001.npy").unlink()
    done.clear()
    encode_corpus(Counting(), corpus, folder, "m", 2, done.append, 10)
    assert done == [15, 19, 23, 25]


def test_a_full_disk_is_said_before_anything_is_encoded(tmp_path: Path) -> None:
    corpus, never = corpus_of(3, tmp_path), Counting(until=0)
    with pytest.raises(RunFailed, match=r"need [\d.]+ GiB in .*shards, where [\d.]+ GiB are free"):
        encode_corpus(never, corpus, tmp_path / "shards", "m", 10**15, lambda done: None)


def test_embeddings_that_are_not_finite_stop_it(tmp_path: Path) -> None:
    def broken(texts: Sequence[str], kind: str) -> np.ndarray:
        return np.full((len(texts), 2), np.nan, np.float32)

    with pytest.raises(RunFailed, match="3 of 3 embeddings are not finite"):
        encode_corpus(broken, corpus_of(3, tmp_path), tmp_path / "shards", "m", 2, lambda done: None)
    assert not (tmp_path / "shards" / "00000.npy").exists()


def test_removing_frees_the_disk(tmp_path: Path) -> None:
    shards = encoded(Counting(), corpus_of(25, tmp_path), tmp_path / "shards")
    shards.remove()
    assert not list((tmp_path / "shards").glob("*.npy"))
    assert len(shards.missing()) == 3
