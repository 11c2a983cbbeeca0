"""Metrics on rankings worked by hand, and against ir-measures on drawn ones."""

import ir_measures
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hybridir.errors import UserError
from hybridir.evaluation.metrics import metric, relevant_found

INF = np.inf

# One relevant passage at rank 1; one at rank 3; two at ranks 2 and 4; three of which one is never found.
RANKS = np.array([[1, INF, INF], [3, INF, INF], [2, 4, INF], [1, 25, INF]])
RELEVANT = np.array([1, 1, 2, 3])

WORKED = {
    "mAP": [1, 1 / 3, (1 / 2 + 2 / 4) / 2, (1 + 2 / 25) / 3],
    "mAP@20": [1, 1 / 3, (1 / 2 + 2 / 4) / 2, 1 / 3],
    "mAP@3": [1, 1 / 3, (1 / 2) / 2, 1 / 3],
    "R@1": [1, 0, 0, 1 / 3],
    "R@3": [1, 1, 1 / 2, 1 / 3],
    "R@100": [1, 1, 1, 2 / 3],
    "MRR": [1, 1 / 3, 1 / 2, 1],
    "MRR@2": [1, 0, 1 / 2, 1],
    "nDCG@3": [
        1,
        1 / np.log2(4),
        (1 / np.log2(3)) / (1 + 1 / np.log2(3)),
        1 / (1 + 1 / np.log2(3) + 1 / np.log2(4)),
    ],
    "nDCG@2": [1, 0, (1 / np.log2(3)) / (1 + 1 / np.log2(3)), 1 / (1 + 1 / np.log2(3))],
}


@pytest.mark.parametrize("name", WORKED)
def test_metrics_have_the_values_worked_by_hand(name: str) -> None:
    np.testing.assert_allclose(metric(name)(RANKS, RELEVANT), WORKED[name], rtol=0, atol=1e-12)


def test_relevant_found_counts_finite_ranks() -> None:
    assert relevant_found(RANKS).tolist() == [1, 1, 2, 2]


@pytest.mark.parametrize(
    "name", ["map", "MAP", "AP", "R", "R@0", "R@-1", "R@1.5", "nDCG", "MRR@0", "rank_distance", ""]
)
def test_unknown_names_are_refused_with_the_legal_ones(name: str) -> None:
    with pytest.raises(UserError, match=r"mAP, mAP@K, R@K, nDCG@K, MRR") as refused:
        metric(name)
    assert repr(name) in str(refused.value)


@settings(max_examples=60, deadline=None)
@given(ranks=st.sets(st.integers(1, 130), min_size=1, max_size=12), unfound=st.integers(0, 3))
def test_metrics_equal_those_of_ir_measures(ranks: set[int], unfound: int) -> None:
    ours = {"mAP": "AP", "mAP@20": "AP@20", "R@1": "R@1", "R@10": "R@10", "nDCG@10": "nDCG@10"}
    ours |= {"MRR": "RR", "MRR@10": "RR@10"}
    run = {"q": {f"d{rank}": float(-rank) for rank in range(1, 131)}}
    qrels = {"q": {f"d{rank}": 1 for rank in ranks} | {f"absent{i}": 1 for i in range(unfound)}}
    theirs = ir_measures.calc_aggregate([ir_measures.parse_measure(m) for m in ours.values()], qrels, run)
    theirs = {str(measure): value for measure, value in theirs.items()}
    row, relevant = np.array([sorted(ranks)], dtype=float), np.array([len(ranks) + unfound])
    for name, peer in ours.items():
        assert metric(name)(row, relevant)[0] == pytest.approx(theirs[peer], abs=1e-9), name


@given(ranks=st.sets(st.integers(1, 50), min_size=1, max_size=5))
def test_absent_ranks_change_nothing(ranks: set[int]) -> None:
    bare, relevant = np.array([sorted(ranks)], dtype=float), np.array([len(ranks)])
    padded = np.concatenate([bare, np.full((1, 4), INF)], axis=1)
    for name in WORKED:
        np.testing.assert_allclose(metric(name)(bare, relevant), metric(name)(padded, relevant), atol=1e-12)
