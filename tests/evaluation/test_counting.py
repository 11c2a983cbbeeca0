"""Counted ranks against those of a stable sort, on made-up scores and on real text."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybridir.benchmarks.xquad_r import load_xquad_r
from hybridir.evaluation.counting import ranks_of
from hybridir.evaluation.evaluate import encode_all
from hybridir.evaluation.ranking import Pool


def sorted_ranks(scores: np.ndarray, targets: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """The ranks of `targets` among `columns`: where they stand when these are sorted, the first of equal ones first."""
    ranks = np.full(targets.shape, np.inf)
    for row, wanted in enumerate(targets):
        order = columns[np.argsort(-scores[row, columns], kind="stable")].tolist()
        ranks[row] = sorted(order.index(target) + 1 if target >= 0 else np.inf for target in wanted.tolist())
    return ranks


def assert_like_a_sort(
    scores: np.ndarray, targets: Mapping[str, np.ndarray], columns: Mapping[str, np.ndarray]
) -> None:
    within, pooled = ranks_of(scores, np.sort(scores, axis=1), targets, columns)
    assert within.keys() == pooled.keys() == targets.keys()
    for lang, wanted in targets.items():
        np.testing.assert_array_equal(within[lang], sorted_ranks(scores, wanted, columns[lang]))
        np.testing.assert_array_equal(pooled[lang], sorted_ranks(scores, wanted, np.arange(scores.shape[1])))


def test_by_hand() -> None:
    scores = np.array([[0.5, 0.9, 0.5, 0.5, 0.1, 0.9]], np.float32)
    columns = {"de": np.array([0, 2, 4]), "en": np.array([1, 3, 5])}
    targets = {"de": np.array([[2, -1, 4]]), "en": np.array([[5, 3, -1]])}
    ranks = ranks_of(scores, np.sort(scores, axis=1), targets, columns)
    # sorted: 1, 5, 0, 2, 3, 4
    assert {lang: of.tolist() for lang, of in ranks.within.items()} == {"de": [[2, 3, np.inf]], "en": [[2, 3, np.inf]]}
    assert {lang: of.tolist() for lang, of in ranks.pooled.items()} == {"de": [[4, 6, np.inf]], "en": [[2, 5, np.inf]]}


@given(data=st.data(), levels=st.sampled_from([2, 5, 1000]), contiguous=st.booleans())
def test_counts_are_those_of_a_stable_sort(data: st.DataObject, levels: int, contiguous: bool) -> None:
    rng = np.random.default_rng(data.draw(st.integers(0, 1 << 30)))
    rows, size = data.draw(st.integers(1, 12)), data.draw(st.integers(2, 60))
    scores = rng.integers(-levels, levels, (rows, size)).astype(np.float32) / np.float32(levels)
    scores[rng.random((rows, size)) < 0.1] *= np.float32(-0.0)  # both zeros are equal
    border = data.draw(st.integers(1, size - 1))
    order = np.arange(size) if contiguous else rng.permutation(size)
    columns = {"de": np.sort(order[:border]), "en": np.sort(order[border:])}
    targets = {lang: rng.permuted(np.tile(of, (rows, 1)), axis=1)[:, :3].copy() for lang, of in columns.items()}
    for wanted in targets.values():
        wanted[rng.random(wanted.shape) < data.draw(st.sampled_from([0, 0.5, 1]))] = -1
    assert_like_a_sort(scores, targets, columns)


def test_no_relevant_passages_have_no_ranks() -> None:
    assert ranks_of(*[np.zeros((2, 3), np.float32)] * 2, {}, {"de": np.arange(3)}) == ({}, {})


@pytest.mark.parametrize("levels", [None, 1], ids=["fine", "with ties"])
def test_ranks_on_xquad_r_are_those_of_a_sort(data_root: Path, hashed: type, levels: int | None) -> None:
    benchmark = load_xquad_r(data_root / "xquad-r", "sentence").only(["de", "en", "th"])
    encode, silent = hashed(16, levels), lambda what: None
    pool = Pool.of(benchmark.passages, encode_all(encode, benchmark.passages, "passage", silent))
    queries = {lang: of[:150] for lang, of in encode_all(encode, benchmark.queries, "query", silent).items()}
    targets = pool.relevant(benchmark.relevant, benchmark.queries["th"].ids[:150])
    blocks = pool.blocks(queries, lambda block, scores: assert_like_a_sort(scores, targets, pool.columns))
    assert len(list(blocks)) == 3
