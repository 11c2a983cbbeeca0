import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from hybridir.encoders.base import Tokens
from hybridir.encoders.pooled_rows import WeightedSum

VOCAB = 9
texts = st.lists(st.lists(st.integers(0, VOCAB - 1), max_size=6), min_size=1, max_size=7)


def start(seed: int) -> list[Tensor]:
    generator = torch.Generator().manual_seed(seed)
    shapes = [(VOCAB, 3), (VOCAB, 1)]
    return [torch.randn(*shape, generator=generator, dtype=torch.float64).requires_grad_() for shape in shapes]


def plain(table: Tensor, log_weight: Tensor, lists: list[list[int]]) -> Tensor:
    """The same by definition, in dense operations."""
    counts = torch.tensor([[ids.count(token) for token in range(VOCAB)] for ids in lists], dtype=table.dtype)
    return counts @ (log_weight.exp() * table)


@settings(max_examples=60, deadline=None)
@given(lists=texts, seed=st.integers(0, 9))
def test_sums_and_gradients_are_those_of_the_definition(lists: list[list[int]], seed: int) -> None:
    ours, theirs = start(seed), start(seed)
    factors = torch.randn(len(lists), 3, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    mine = WeightedSum.apply(*ours, Tokens.of(lists))
    reference = plain(*theirs, lists)
    assert torch.allclose(mine, reference, rtol=1e-12)
    (mine * factors).sum().backward()
    (reference * factors).sum().backward()
    for one, other in zip(ours, theirs, strict=True):
        assert one.grad is not None and other.grad is not None
        assert torch.allclose(one.grad.to_dense(), other.grad, rtol=1e-10, atol=1e-12)


def test_gradients_hold_each_distinct_token_once() -> None:
    table, log_weight = start(0)
    WeightedSum.apply(table, log_weight, Tokens.of([[7, 2, 7], [], [2, 5]])).sum().backward()
    for parameter in (table, log_weight):
        assert parameter.grad is not None
        assert parameter.grad._indices().tolist() == [[2, 5, 7]]
    # token 7 is in one text, twice: twice its weight
    assert table.grad._values()[2].tolist() == pytest.approx([2 * float(log_weight[7].detach().exp())] * 3)


def test_ids_may_be_mapped_from_a_file(tmp_path) -> None:
    np.save(tmp_path / "ids.npy", np.array([1, 1, 3], dtype=np.int32))
    tokens = Tokens(np.load(tmp_path / "ids.npy", mmap_mode="r"), np.array([0, 2, 3]))
    assert torch.equal(WeightedSum.apply(*start(0), tokens), WeightedSum.apply(*start(0), Tokens.of([[1, 1], [3]])))
