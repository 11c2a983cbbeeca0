import pytest
import torch
from torch import nn

from hybridir.encoders.dropout import Dropout, draw_kept, kept_levels, kept_scale, quicken


def drawn(share: float, *shape: int, seed: int = 0) -> torch.Tensor:
    torch.manual_seed(seed)
    return draw_kept(torch.Size(shape), share, torch.float32)


@pytest.mark.parametrize(("share", "levels"), [(0.0, 65536), (0.5, 32768), (0.1, 58982), (0.9, 6554), (1.0, 1)])
def test_shares_are_rounded_to_sixteen_bits(share: float, levels: int) -> None:
    assert kept_levels(share) == levels
    assert kept_scale(share) == 65536 / levels


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_as_many_are_dropped_as_asked_wherever_they_stand(share: float) -> None:
    kept = drawn(share, 1000, 400)
    assert set(kept.unique().tolist()) == {0.0, 1.0}
    deviation = (share * (1 - share)) ** 0.5
    for place in range(4):  # of the four numbers that one draw of 64 bits gives
        assert abs(float(kept.flatten()[place::4].mean()) - (1 - share)) < 5 * deviation / 1e5**0.5


def test_each_is_drawn_alone() -> None:
    kept = drawn(0.3, 400_000) - 0.7
    for distance in (1, 2, 3, 4, 5, 64):
        together = (kept[:-distance] * kept[distance:]).mean() / 0.21
        assert abs(float(together)) < 5 / 400_000**0.5


def test_nothing_is_dropped_at_a_share_of_nothing() -> None:
    assert drawn(0.0, 7, 3).tolist() == [[1.0] * 3] * 7


def test_the_seed_decides() -> None:
    assert torch.equal(drawn(0.5, 3, 333), drawn(0.5, 3, 333))
    assert not torch.equal(drawn(0.5, 3, 333), drawn(0.5, 3, 333, seed=1))


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float64])
def test_values_are_dropped_or_scaled_and_so_are_gradients(dtype: torch.dtype) -> None:
    values = torch.full((50, 41), 2.0, dtype=dtype, requires_grad=True)
    dropout = Dropout(0.5).train()
    out = dropout(values)
    out.sum().backward()
    assert out.dtype == dtype and values.grad is not None
    assert set(out.unique().tolist()) == {0.0, 4.0}
    assert torch.equal(values.grad, out / 2)
    assert torch.equal(dropout.eval()(values), values)


def test_only_plain_dropout_is_replaced() -> None:
    model = nn.Sequential(nn.Dropout(0.1), nn.Sequential(nn.Dropout(0.2), nn.Dropout1d(0.3)))
    quicken(model)
    kinds = [type(module) for module in model.modules() if not isinstance(module, nn.Sequential)]
    assert kinds == [Dropout, Dropout, nn.Dropout1d]
    assert [module.p for module in model.modules() if isinstance(module, Dropout)] == [0.1, 0.2]
