from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional as F

from hybridir.encoders.attention import Group, grouped_attention, groups_of
from hybridir.encoders.dropout import draw_kept, kept_scale

HEADS, SIZE = 3, 4


def offsets_of(lengths: list[int]) -> np.ndarray:
    return np.concatenate([[0], np.cumsum(lengths)])


def inputs(tokens: int, dtype: torch.dtype = torch.float64) -> list[Tensor]:
    torch.manual_seed(tokens)
    return [torch.randn(tokens, HEADS, SIZE, dtype=dtype, requires_grad=True) for _ in range(3)]


def by_hand(query: Tensor, key: Tensor, value: Tensor, offsets: np.ndarray, scale: float) -> Tensor:
    """Torch's attention, text by text."""
    parts = []
    for start, end in pairwise(offsets):
        q, k, v = (tensor[start:end].transpose(0, 1) for tensor in (query, key, value))
        parts.append(F.scaled_dot_product_attention(q, k, v, scale=scale).transpose(0, 1))
    return torch.cat(parts)


def assert_same(out: Tensor, expected: Tensor, ours: Sequence[Tensor], theirs: Sequence[Tensor]) -> None:
    """That two computations have the same values, and the same gradients of their inputs."""
    assert torch.allclose(out, expected, rtol=0, atol=1e-12)
    gradient = torch.randn_like(out)
    out.backward(gradient)
    expected.backward(gradient)
    for mine, reference in zip(ours, theirs, strict=True):
        assert torch.allclose(mine.grad, reference.grad, rtol=0, atol=1e-12)  # type: ignore[arg-type]


def test_groups_by_hand() -> None:
    # 3 heads: two texts of 2 are 24 scores, one of 4 has 48, of which 24 hold one head
    groups = list(groups_of(offsets_of([4, 2, 2, 2, 1]), HEADS, scores=24))
    first, second, third, all_of_them = slice(0, 1), slice(1, 2), slice(2, 3), slice(0, 3)
    assert groups == [
        *(Group(0, 1, 4, heads) for heads in (first, second, third)),
        Group(4, 2, 2, all_of_them),
        Group(8, 1, 2, all_of_them),
        Group(10, 1, 1, all_of_them),
    ]


@given(st.lists(st.integers(1, 9), min_size=1, max_size=12), st.integers(1, 400))
def test_groups_hold_every_score_once(lengths: list[int], scores: int) -> None:
    offsets = offsets_of(lengths)
    seen = np.zeros((offsets[-1], HEADS), dtype=int)
    for group in groups_of(offsets, HEADS, scores):
        assert set(np.arange(group.texts) * group.length + group.start) <= set(offsets)
        seen[group.start : group.start + group.texts * group.length, group.heads] += 1
        heads = len(range(*group.heads.indices(HEADS)))
        assert group.texts * heads * group.length**2 <= scores or (group.texts == 1 and heads == 1)
    assert (seen == 1).all()


@pytest.mark.parametrize("lengths", [[5], [3, 3, 3], [7, 2, 2, 1], [1, 1]])
@pytest.mark.parametrize("bytes_at_once", [1, 600, 1 << 21])
def test_values_and_gradients_are_those_of_torch(
    lengths: list[int], bytes_at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hybridir.encoders.attention._BYTES", bytes_at_once)
    offsets, ours, theirs = offsets_of(lengths), inputs(sum(lengths)), inputs(sum(lengths))
    out, expected = grouped_attention(*ours, offsets, 0.3, 0.0, True), by_hand(*theirs, offsets, 0.3)
    assert_same(out, expected, ours, theirs)
    assert torch.allclose(grouped_attention(*ours, offsets, 0.3, 0.0, False), expected, rtol=0, atol=1e-12)


def test_dropout_drops_weights_and_its_gradients_are_those_of_autograd() -> None:
    lengths, share, scale = [5, 4, 4], 0.4, 0.5
    offsets, ours, theirs = offsets_of(lengths), inputs(sum(lengths)), inputs(sum(lengths))
    torch.manual_seed(7)
    out = grouped_attention(*ours, offsets, scale, share, True)
    torch.manual_seed(7)
    parts = []
    for start, texts, length in ((0, 1, 5), (5, 2, 4)):
        q, k, v = (
            tensor[start : start + texts * length].view(texts, length, HEADS, SIZE).transpose(1, 2).flatten(0, 1)
            for tensor in theirs
        )
        weights = torch.softmax(scale * q @ k.transpose(1, 2), dim=-1)
        weights = weights * draw_kept(weights.shape, share, weights.dtype) * kept_scale(share)
        parts.append((weights @ v).view(texts, HEADS, length, SIZE).transpose(1, 2).flatten(0, 1))
    expected = torch.cat(parts)
    assert_same(out, expected, ours, theirs)


def test_dropout_leaves_the_mean_as_it_is() -> None:
    query, key, value = (tensor.detach().requires_grad_() for tensor in inputs(6))
    offsets = offsets_of([6])
    torch.manual_seed(0)
    draws = torch.stack([grouped_attention(query, key, value, offsets, 0.5, 0.3, True).detach() for _ in range(2000)])
    error = draws.std(0) / 2000**0.5
    assert ((draws.mean(0) - by_hand(query, key, value, offsets, 0.5)).abs() < 5 * error).all()


@pytest.mark.parametrize("share", [0.0, 0.2])
def test_bfloat16_stays_bfloat16(share: float) -> None:
    ours = inputs(8, torch.bfloat16)
    out = grouped_attention(*ours, offsets_of([5, 3]), 0.5, share, True)
    out.sum().backward()
    assert out.dtype == torch.bfloat16
    assert all(tensor.grad is not None and tensor.grad.dtype == torch.bfloat16 for tensor in ours)
    if not share:
        close = by_hand(*inputs(8, torch.bfloat16), offsets_of([5, 3]), 0.5)
        assert torch.allclose(out.float(), close.float(), rtol=0, atol=0.03)
