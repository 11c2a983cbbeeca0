"""Exact search in shards: the same as ranking everything, however the passages are cut."""

import re
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from hybridir.benchmarks.corpus import ArrowCorpus, Passage, open_corpus
from hybridir.evaluation import search as module
from hybridir.evaluation.best import Best, Found
from hybridir.evaluation.index import PassageIndex
from hybridir.evaluation.search import Shard, search, trec_order


def cut(vectors: np.ndarray, size: int) -> list[Shard]:
    return [Shard(start, vectors[start : start + size]) for start in range(0, len(vectors), size)]


def everything_ranked(queries: np.ndarray, passages: np.ndarray, depth: int) -> Found:
    scores = queries @ passages.T
    order = np.argsort(-scores, axis=1, kind="stable")[:, :depth]
    return Found(np.take_along_axis(scores, order, axis=1), order)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
def test_a_ranking_worked_by_hand(size: int) -> None:
    passages = np.array([[0.6, 0.8], [1, 0], [0, 1], [-1, 0], [1, 0]], np.float32)
    found = search(np.array([[1, 0], [0, 2]], np.float32), cut(passages, size), depth=3)
    # of the last place, which rows 1, 3 and 4 of the second query share, the lowest is in
    assert found.rows.tolist() == [[1, 4, 0], [2, 0, 1]]
    np.testing.assert_allclose(found.scores, [[1, 1, 0.6], [2, 1.6, 0]], rtol=1e-6)


@settings(max_examples=150, deadline=None)
@given(
    st.data(),
    st.integers(1, 4),
    st.integers(1, 60),
    st.integers(1, 12),
    st.integers(1, 70),
    st.integers(1, 60),
    st.integers(1, 9),
)
def test_equals_ranking_everything_for_every_cut(
    data: st.DataObject, dim: int, passages: int, queries: int, depth: int, size: int, block: int
) -> None:
    # small whole numbers: their sums are exact, and many are equal
    whole = st.integers(-2, 2).map(float)
    asked = data.draw(arrays.arrays(np.float32, (queries, dim), elements=whole))
    vectors = data.draw(arrays.arrays(np.float32, (passages, dim), elements=whole))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_PASSAGES", block)
        patch.setattr(module, "_QUERIES", block)
        found = search(asked, cut(vectors, size), depth)
    expected = everything_ranked(asked, vectors, depth)
    assert found.rows.tolist() == expected.rows.tolist()
    assert found.scores.tolist() == expected.scores.tolist()


@pytest.mark.parametrize("depth", [1, 40, 700, 3000])
def test_agrees_with_faiss(depth: int) -> None:
    generator = np.random.default_rng(depth)
    passages, queries = (
        generator.standard_normal((2500, 24), np.float32),
        generator.standard_normal((7, 24), np.float32),
    )
    scores, rows = PassageIndex(passages).search(queries, depth)
    found = search(queries, cut(passages, 600), depth)
    assert found.rows.tolist() == rows.tolist()
    np.testing.assert_allclose(found.scores, scores, atol=1e-5)


def test_memory_holds_a_shard_at_a_time() -> None:
    opened = list[weakref.ref[np.ndarray]]()

    def reader() -> Iterator[Shard]:
        for number in range(6):
            # the loop lets go of a shard when the next one is there
            assert not any(vectors() is not None for vectors in opened[:-1])
            vectors = np.full((50, 4), number, np.float32)
            opened.append(weakref.ref(vectors))
            yield Shard(50 * number, vectors)
            del vectors

    done = list[int]()
    found = search(np.ones((2, 4), np.float32), reader(), 3, done.append)
    assert found.rows.tolist() == [[250, 251, 252]] * 2
    assert done == [50, 100, 150, 200, 250, 300]


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_each_worker_has_one_thread(monkeypatch: pytest.MonkeyPatch, threads: int) -> None:
    seen = set[tuple[str, str]]()
    whole = module._Part.search

    def watched(part: module._Part, shard: Shard) -> None:
        # omp_get_max_threads() is that of the thread which asks
        (omp,) = re.findall(r"omp_get_max_threads\(\) : (\d+)", torch.__config__.parallel_info())
        seen.add((threading.current_thread().name, omp))
        whole(part, shard)

    monkeypatch.setattr(module._Part, "search", watched)
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(threads)
        passages = np.eye(6, dtype=np.float32)
        found = search(passages, cut(passages, 2), 1)
        assert torch.get_num_threads() == threads
    finally:
        torch.set_num_threads(before)
    assert {omp for _, omp in seen} == {"1"}
    assert len(seen) <= threads
    assert threading.current_thread().name not in {name for name, _ in seen}
    assert found.rows[:, 0].tolist() == list(range(6))


def test_what_is_gathered_stays_bounded() -> None:
    # each score is above all before it, so every one is gathered
    best = Best(queries=2, depth=5, block=10)
    for start in range(0, 2000, 10):
        best.add(np.tile(np.arange(start, start + 10, dtype=np.float32), (2, 1)), start)
    assert best._keys.shape == (2, 15)
    assert best.found().rows.tolist() == [[1999, 1998, 1997, 1996, 1995]] * 2


def test_scores_that_are_all_equal_are_not_gathered() -> None:
    best = Best(queries=1, depth=5, block=10)
    for start in range(0, 200, 10):
        best.add(np.ones((1, 10), np.float32), start)
    # the first two blocks do not fit together; then the best of the first are kept, and equal ones are no better
    assert (best._keys & 0xFFFFFFFF).max() == 19
    assert best.found().rows.tolist() == [[0, 1, 2, 3, 4]]


def test_scores_keep_every_bit_and_zeros_are_equal() -> None:
    scores = np.array([[-0.0, 0.0, -1e-45, 1e-45, -3.4e38, 3.4e38, -0.0]], np.float32)
    best = Best(1, 7, 7)
    best.add(scores, 0)
    found = best.found()
    assert found.rows.tolist() == [[5, 3, 0, 1, 6, 2, 4]]
    assert found.scores.tolist() == [scores[0, found.rows[0]].tolist()]


def test_rows_beyond_two_billion() -> None:
    best = Best(1, 2, 2)
    best.add(np.array([[1, 2]], np.float32), 2**32 - 2)
    assert best.found().rows.tolist() == [[2**32 - 1, 2**32 - 2]]


@pytest.fixture
def corpus(tmp_path: Path) -> ArrowCorpus:
    return open_corpus("made", "s", lambda: (Passage(ident, "", "") for ident in ["10", "b", "9", "é", "a"]), tmp_path)


def test_equal_scores_rank_by_id_descending_as_strings(corpus: ArrowCorpus) -> None:
    scores = np.array([[3, 2, 2, 2, 1], [3, 3, 2, 1, 1], [5, 4, 3, 2, 1], [1, 1, 1, -np.inf, -np.inf]], np.float32)
    rows = np.array([[4, 0, 1, 2, 3], [0, 2, 4, 1, 3], [4, 3, 2, 1, 0], [0, 1, 2, -1, -1]])
    ordered = trec_order(Found(scores, rows), corpus)
    assert ordered.rows.tolist() == [[4, 1, 2, 0, 3], [2, 0, 4, 3, 1], [4, 3, 2, 1, 0], [1, 2, 0, -1, -1]]
    assert ordered.scores is scores
    distinct = Found(scores[2:3], rows[2:3])
    assert trec_order(distinct, corpus) is distinct
