"""Approximate search: near what the exact one finds."""

import faiss
import numpy as np
import pytest
import torch

from hybridir.errors import UserError
from hybridir.evaluation.approximate import build_index, recall, refuse_too_large, search_index, settings
from hybridir.evaluation.best import Found
from hybridir.evaluation.search import Shard, search


def clusters(count: int, each: int, dim: int = 16) -> tuple[np.ndarray, np.ndarray]:
    """Unit vectors around `count` random centres, and one query near each centre."""
    generator = np.random.default_rng(7)
    centres = generator.standard_normal((count, dim))
    passages = np.tile(centres, (each, 1)) + 0.3 * generator.standard_normal((count * each, dim))
    queries = centres + 0.1 * generator.standard_normal(centres.shape)
    passages, queries = ((v / np.linalg.norm(v, axis=1, keepdims=True)).astype(np.float32) for v in (passages, queries))
    return passages, queries


@pytest.mark.parametrize("kind", ["ivf", "hnsw"])
def test_finds_what_exact_search_finds(kind: str) -> None:
    passages, queries = clusters(40, 50)
    shards = [Shard(start, passages[start : start + 300]) for start in range(0, len(passages), 300)]
    added = list[int]()
    index = build_index(kind, shards, len(passages), 16, 20, added.append)
    found, exact = search_index(index, queries, 20), search(queries, shards, 20)
    assert added == [300, 600, 900, 1200, 1500, 1800, 2000]
    assert recall(found, exact)["recall@20"] > 0.95
    same = found.rows[:, 0] == exact.rows[:, 0]
    np.testing.assert_allclose(found.scores[same, 0], exact.scores[same, 0], rtol=1e-5)


def test_what_the_defaults_come_to() -> None:
    passages, _ = clusters(100, 200, dim=4)
    ivf = build_index("ivf", [Shard(0, passages)], 20_000, 4, 10)
    # 4 times the root of 20,000 would be 566 lists; 20,000 / 39 passages to train each are 512
    assert settings(ivf) == {"nlist": 512, "nprobe": 32}
    few = [Shard(0, passages[:30])]
    assert settings(build_index("ivf", few, 30, 4, 10)) == {"nlist": 1, "nprobe": 1}
    assert settings(build_index("hnsw", few, 30, 4, 10)) == {"M": 32, "efConstruction": 40, "efSearch": 128}
    assert settings(build_index("hnsw", few, 30, 4, 100))["efSearch"] == 200


def test_faiss_has_as_many_threads_as_torch() -> None:
    before = torch.get_num_threads()
    try:
        for threads in (1, 2):
            torch.set_num_threads(threads)
            build_index("hnsw", [], 1, 4, 10)
            assert faiss.omp_get_max_threads() == threads
    finally:
        torch.set_num_threads(before)


def test_places_that_are_empty_are_marked() -> None:
    vectors = np.eye(4, dtype=np.float32)
    index = faiss.IndexIVFFlat(faiss.IndexFlatIP(4), 4, 4, faiss.METRIC_INNER_PRODUCT)
    index.train(vectors)
    index.add(vectors)  # one in each list, of which one is visited
    found = search_index(index, vectors[:1], 9)
    assert found.rows.tolist() == [[0, -1, -1, -1]]
    assert found.scores.tolist() == [[1, -np.inf, -np.inf, -np.inf]]


def test_recall_counts_what_was_found() -> None:
    exact = np.arange(200)[None, :].repeat(2, axis=0)
    near = exact.copy()
    near[0, :5] = -1  # 5 of the first 10 missing in one of two queries
    near[1] = near[1, ::-1]  # all there, the first 100 in the second half
    scores = np.zeros(exact.shape, np.float32)
    assert recall(Found(scores, near), Found(scores, exact)) == pytest.approx(
        {"recall@10": (0.5 + 0) / 2, "recall@100": (0.95 + 0) / 2, "recall@200": (0.975 + 1) / 2}
    )


def test_an_index_beyond_memory_is_refused() -> None:
    refuse_too_large("hnsw", 1000, 384)
    with pytest.raises(UserError, match=r"10,000,000,000 passages with benchmark.NAME.index=ivf needs 7,?227 GiB"):
        refuse_too_large("ivf", 10**10, 192)
