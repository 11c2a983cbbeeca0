import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional as F

from hybridir.training.loss import info_nce, same_answer

# queries along the axes, so that similarities are the passages themselves, transposed
QUERIES = torch.eye(3)
PASSAGES = torch.tensor([[0.8, 0.6, 0.0], [0.0, 1.0, 0.0], [0.6, 0.0, 0.8]])


def unit(rows: int, dim: int, seed: int, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    return F.normalize(torch.randn(rows, dim, generator=torch.Generator().manual_seed(seed), dtype=dtype), dim=-1)


def test_three_pairs_by_hand() -> None:
    # similarities of the queries: (.8, 0, .6), (.6, 1, 0), (0, 0, .8); divided by a temperature of .5
    rows = [
        -1.6 + math.log(math.exp(1.6) + math.exp(0.0) + math.exp(1.2)),
        -2.0 + math.log(math.exp(1.2) + math.exp(2.0) + math.exp(0.0)),
        -1.6 + math.log(math.exp(0.0) + math.exp(0.0) + math.exp(1.6)),
    ]
    assert rows == pytest.approx([0.627123, 0.460373, 0.339178], abs=1e-6)
    assert float(info_nce(QUERIES, PASSAGES, 0.5)) == pytest.approx(0.475558, abs=1e-6)


def test_symmetric_is_the_mean_of_both_ways() -> None:
    # of the passages: (.8, .6, 0), (0, 1, 0), (.6, 0, .8)
    backwards = (
        (-1.6 + math.log(math.exp(1.6) + math.exp(1.2) + 1))
        + (-2.0 + math.log(1 + math.exp(2.0) + 1))
        + (-1.6 + math.log(math.exp(1.2) + 1 + math.exp(1.6)))
    ) / 3
    loss = float(info_nce(QUERIES, PASSAGES, 0.5, symmetric=True))
    assert loss == pytest.approx((0.475558 + backwards) / 2, abs=1e-6)
    assert loss == pytest.approx(float(info_nce(PASSAGES, QUERIES, 0.5, symmetric=True)), abs=1e-7)


def test_an_excluded_pair_by_hand() -> None:
    excluded = torch.zeros(3, 3, dtype=torch.bool)
    excluded[0, 2] = excluded[2, 0] = True
    rows = [math.log(1 + math.exp(-1.6)), 0.460373, math.log(1 + math.exp(-1.6))]
    assert float(info_nce(QUERIES, PASSAGES, 0.5, excluded)) == pytest.approx(sum(rows) / 3, abs=1e-6)


@given(st.integers(1, 12), st.floats(0.01, 1.0), st.integers(0, 1000))
def test_without_exclusions_it_is_cross_entropy(rows: int, temperature: float, seed: int) -> None:
    queries, passages = unit(rows, 4, seed), unit(rows, 4, seed + 1)
    expected = F.cross_entropy(queries @ passages.T / temperature, torch.arange(rows))
    assert float(info_nce(queries, passages, temperature)) == pytest.approx(float(expected), rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("symmetric", [False, True])
def test_where_a_passage_is_excluded_its_similarity_does_not_matter(symmetric: bool) -> None:
    # passages 0 and 1 answer alike; the similarity of one's query with the other's passage is moved at will
    excluded = torch.from_numpy(same_answer(np.array([1, 1, 2])))
    losses = set()
    for moved in (-1.0, 0.0, 0.3, 1.0):
        similarities = torch.tensor([[0.8, moved, 0.6], [moved, 1.0, 0.0], [0.0, 0.0, 0.8]])
        losses.add(float(info_nce(QUERIES, similarities.T, 0.1, excluded, symmetric)))
    assert len(losses) == 1


@pytest.mark.parametrize("symmetric", [False, True])
def test_all_others_excluded_costs_nothing(symmetric: bool) -> None:
    queries, passages = unit(5, 4, 0).requires_grad_(), unit(5, 4, 1)
    loss = info_nce(queries, passages, 0.05, ~torch.eye(5, dtype=torch.bool), symmetric)
    loss.backward()
    assert float(loss.detach()) == 0.0
    assert queries.grad is not None
    assert queries.grad.abs().max() == 0.0


def test_one_pair_costs_nothing() -> None:
    assert float(info_nce(unit(1, 4, 0), unit(1, 4, 1), 0.05)) == 0.0


@pytest.mark.parametrize("symmetric", [False, True])
def test_gradients_of_finite_differences(symmetric: bool) -> None:
    queries, passages = unit(4, 3, 0), unit(4, 3, 1)
    excluded = torch.from_numpy(same_answer(np.array([1, 2, 1, 3])))

    def loss(values: torch.Tensor) -> float:
        return float(info_nce(values, passages, 0.5, excluded, symmetric))

    moving = queries.clone().requires_grad_()
    info_nce(moving, passages, 0.5, excluded, symmetric).backward()
    assert moving.grad is not None
    for row in range(4):
        for column in range(3):
            step = torch.zeros_like(queries)
            step[row, column] = 1e-2
            slope = (loss(queries + step) - loss(queries - step)) / 2e-2
            assert slope == pytest.approx(float(moving.grad[row, column]), abs=2e-4)


@pytest.mark.parametrize("symmetric", [False, True])
@pytest.mark.parametrize("excludes", [False, True])
def test_in_pieces_it_is_the_same(symmetric: bool, excludes: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    excluded = torch.from_numpy(same_answer(np.arange(23) % 7)) if excludes else None
    found = []
    for rows in (1000, 5):
        monkeypatch.setattr("hybridir.training.loss._ROWS", rows)
        sides = [unit(23, 4, seed, torch.float64).requires_grad_() for seed in (0, 1)]
        loss = info_nce(*sides, 0.1, excluded, symmetric)
        loss.backward()
        found.append((float(loss.detach()), *(side.grad for side in sides)))
    (whole, *expected), (pieces, *gradients) = found
    assert pieces == pytest.approx(whole, rel=1e-6)
    for gradient, reference in zip(gradients, expected, strict=True):
        assert torch.allclose(gradient, reference, rtol=0, atol=1e-6)  # type: ignore[arg-type]


def test_half_precision_is_summed_in_single() -> None:
    loss = info_nce(unit(4, 3, 0).bfloat16(), unit(4, 3, 1).bfloat16(), 0.05)
    assert loss.dtype == torch.float32


def test_rows_that_share_anything_are_not_each_others_negatives() -> None:
    docids = np.array([1, 2, 1, 4], dtype=np.uint64)
    queries = np.array([5, 6, 7, 6], dtype=np.uint64)
    pids = np.array([8, 9, 8, 8], dtype=np.uint64)
    assert same_answer(docids, queries, pids).astype(int).tolist() == [
        [0, 0, 1, 1],
        [0, 0, 0, 1],
        [1, 0, 0, 1],
        [1, 1, 1, 0],
    ]
    assert not same_answer(np.arange(4)).any()
