import copy
import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from hybridir.config.schema import TrainerConfig
from hybridir.encoders.base import Encoder
from hybridir.training.optimizer import RowAdamW, clip_gradients, coalesced, learning_rate, make_optimizers

ROWS, DIM = 700, 128  # more numbers than are updated at a time


def table(seed: int = 0, rows: int = ROWS, dim: int = DIM) -> nn.Parameter:
    return nn.Parameter(torch.randn(rows, dim, generator=torch.Generator().manual_seed(seed)))


def sparse(rows: list[int], values: Tensor, like: Tensor) -> Tensor:
    return torch.sparse_coo_tensor(torch.tensor([rows]), values, like.shape, check_invariants=True)


def gradients(steps: int, rows: int = ROWS, dim: int = DIM) -> list[Tensor]:
    generator = torch.Generator().manual_seed(99)
    return [torch.randn(rows, dim, generator=generator) * 10.0 ** -(step % 4) for step in range(steps)]


@pytest.mark.parametrize(("decay", "beta2"), [(0.0, 0.999), (0.1, 0.98)])
def test_where_all_rows_are_touched_it_is_adamw(decay: float, beta2: float) -> None:
    ours, theirs = table(), table()
    mine = RowAdamW([ours], lr=0.01, weight_decay=decay, beta2=beta2)
    reference = torch.optim.AdamW([theirs], lr=0.01, weight_decay=decay, betas=(0.9, beta2), eps=1e-8)
    for values in gradients(20):
        ours.grad, theirs.grad = sparse(list(range(ROWS)), values, ours), values
        mine.step()
        reference.step()
        assert torch.allclose(ours, theirs, rtol=0, atol=1e-6)


def test_the_bits_do_not_depend_on_threads() -> None:
    ended = []
    for threads in (1, 2, 3):
        torch.set_num_threads(threads)
        parameter = table()
        optimizer = RowAdamW([parameter], lr=0.01, weight_decay=0.1)
        for values in gradients(3):
            parameter.grad = sparse(list(range(0, ROWS, 2)), values[::2], parameter)
            optimizer.step()
        ended.append(parameter.detach().clone())
    torch.set_num_threads(1)
    assert torch.equal(ended[0], ended[1]) and torch.equal(ended[0], ended[2])


def test_it_is_torch_sparse_adam_without_decay() -> None:
    # equal but for eps, which SparseAdam adds before the correction of the deviation: 1e-8 beside gradients above 1
    ours, theirs = table(), table()
    mine = RowAdamW([ours], lr=0.01, weight_decay=0.0)
    reference = torch.optim.SparseAdam([theirs], lr=0.01)
    generator = torch.Generator().manual_seed(3)
    for _ in range(20):
        rows = torch.randperm(ROWS, generator=generator)[:100].tolist()
        values = torch.randn(100, DIM, generator=generator)
        values += values.sign()
        ours.grad, theirs.grad = sparse(rows, values, ours), sparse(rows, values, theirs)
        mine.step()
        reference.step()
    assert torch.allclose(ours, theirs, rtol=0, atol=1e-6)


def test_rows_out_of_the_batch_do_not_move_nor_decay() -> None:
    parameter = table()
    before = parameter.detach().clone()
    optimizer = RowAdamW([parameter], lr=0.01, weight_decay=0.5)
    parameter.grad = sparse([3, 5], torch.randn(2, DIM), parameter)
    optimizer.step()
    still = [row for row in range(ROWS) if row not in (3, 5)]
    assert torch.equal(parameter[still], before[still])
    assert not (parameter[[3, 5]] == before[[3, 5]]).any()
    # nor in a later step that touches others only: their moments wait
    after = parameter.detach().clone()
    parameter.grad = sparse([7], torch.randn(1, DIM), parameter)
    optimizer.step()
    assert torch.equal(parameter[[3, 5]], after[[3, 5]])


def test_decay_by_hand() -> None:
    # a gradient of 0 moves nothing but by decay: 1 - 0.1 * 0.5 of what was there
    parameter = nn.Parameter(torch.full((2, 3), 4.0))
    optimizer = RowAdamW([parameter], lr=0.1, weight_decay=0.5)
    parameter.grad = sparse([1], torch.zeros(1, 3), parameter)
    optimizer.step()
    assert parameter.tolist() == [[4.0] * 3, pytest.approx([3.8] * 3)]


def test_a_row_that_comes_twice_in_a_batch_gets_the_sum() -> None:
    once, twice = table(), table()
    value = torch.randn(1, DIM)
    for parameter, rows, values in ((once, [4], 3 * value), (twice, [4, 4], torch.cat([value, 2 * value]))):
        optimizer = RowAdamW([parameter], lr=0.01, weight_decay=0.1)
        parameter.grad = sparse(rows, values, parameter)
        optimizer.step()
    assert torch.allclose(once, twice, rtol=0, atol=1e-7)


def test_saved_and_restored_it_goes_on_with_the_same_bits() -> None:
    def step(parameter: nn.Parameter, optimizer: RowAdamW, number: int) -> None:
        values = torch.randn(50, DIM, generator=torch.Generator().manual_seed(number))
        parameter.grad = sparse(list(range(number, number + 50)), values, parameter)
        optimizer.step()

    straight = table()
    optimizer = RowAdamW([straight], lr=0.01, weight_decay=0.1)
    for number in range(6):
        if number == 3:
            saved, state = copy.deepcopy(straight), copy.deepcopy(optimizer.state_dict())
        step(straight, optimizer, number)
    resumed = RowAdamW([saved], lr=1.0, weight_decay=0.0)
    resumed.load_state_dict(state)
    for number in range(3, 6):
        step(saved, resumed, number)
    assert torch.equal(saved, straight)


@pytest.mark.parametrize("rows", [[1, 4, 7], [4, 1, 7], [1, 1, 7], [], [3]])
def test_coalescing_is_torchs_whether_or_not_there_is_need(rows: list[int]) -> None:
    like = torch.zeros(9, 2)
    values = torch.arange(2.0 * len(rows)).reshape(-1, 2)
    found, expected = coalesced(sparse(rows, values, like)), sparse(rows, values, like).coalesce()
    assert found.is_coalesced()
    assert found.indices().tolist() == expected.indices().tolist() and found.values().equal(expected.values())


@pytest.mark.parametrize("largest", [0.5, 1e6, None])
def test_clipping_dense_gradients_is_torchs(largest: float | None) -> None:
    ours = [nn.Parameter(torch.zeros(4, 3)), nn.Parameter(torch.zeros(5)), nn.Parameter(torch.zeros(2))]
    theirs = copy.deepcopy(ours)
    for number in (0, 1):
        gradient = torch.randn(ours[number].shape, generator=torch.Generator().manual_seed(number))
        ours[number].grad, theirs[number].grad = gradient, gradient.clone()
    norm = clip_gradients(ours, largest)
    assert norm == pytest.approx(float(torch.nn.utils.clip_grad_norm_(theirs, largest or math.inf)), rel=1e-6)
    for mine, reference in zip(ours[:2], theirs[:2], strict=True):
        assert mine.grad is not None and reference.grad is not None
        assert torch.allclose(mine.grad, reference.grad, rtol=1e-5, atol=0)


def test_clipping_takes_sparse_and_dense_together() -> None:
    # rows 1 and 1 sum to (3, 0), with a dense gradient of 4: a norm of 5, to be halved
    rows, dense = nn.Parameter(torch.zeros(3, 2)), nn.Parameter(torch.zeros(1))
    rows.grad = sparse([1, 1], torch.tensor([[1.0, 2.0], [2.0, -2.0]]), rows)
    dense.grad = torch.tensor([4.0])
    assert clip_gradients([rows, dense], 2.5) == 5.0
    assert rows.grad.to_dense().tolist() == [[0, 0], [1.5, 0], [0, 0]]
    assert dense.grad.tolist() == [2.0]


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        # 100 steps, 10 of them warm-up: steps 0, 4, 9 rise by tenths; 10 is the top, 55 half-way, 99 the last
        ("linear", [0.1, 0.5, 1.0, 1.0, 0.5, 1 / 90]),
        ("cosine", [0.1, 0.5, 1.0, 1.0, 0.5, 0.5 * (1 + math.cos(math.pi * 89 / 90))]),
        ("constant", [0.1, 0.5, 1.0, 1.0, 1.0, 1.0]),
    ],
)
def test_learning_rates(schedule: str, expected: list[float]) -> None:
    trainer = TrainerConfig(steps=100, warmup=0.1, schedule=schedule, learning_rate=2.0)
    rates = [learning_rate(trainer, step) for step in (0, 4, 9, 10, 55, 99)]
    assert rates == pytest.approx([2.0 * value for value in expected])


@pytest.mark.parametrize(("warmup", "expected"), [(0.0, [1.0, 0.5]), (1.0, [0.5, 1.0])])
def test_learning_rates_without_and_with_nothing_but_warmup(warmup: float, expected: list[float]) -> None:
    trainer = TrainerConfig(steps=2, warmup=warmup, learning_rate=1.0)
    assert [learning_rate(trainer, step) for step in range(2)] == expected


def decays(optimizer: torch.optim.Optimizer) -> dict[int, float]:
    return {id(p): group["weight_decay"] for group in optimizer.param_groups for p in group["params"]}


def test_every_parameter_is_in_one_optimizer(make_encoder: Callable[[str], Encoder]) -> None:
    for kind in ("static", "transformer"):
        encoder = make_encoder(kind)
        optimizers = make_optimizers(encoder, TrainerConfig(weight_decay=0.1))
        members = [id(p) for o in optimizers for group in o.param_groups for p in group["params"]]
        assert sorted(members) == sorted(id(p) for p in encoder.parameters())


def test_token_weights_biases_and_norms_are_not_decayed(make_encoder: Callable[[str], Encoder]) -> None:
    static = make_encoder("static")
    (rows,) = make_optimizers(static, TrainerConfig(weight_decay=0.1))
    assert isinstance(rows, RowAdamW)
    named = dict(static.named_parameters())
    assert decays(rows) == {id(named["table"]): 0.1, id(named["log_weight"]): 0.0}
    transformer = make_encoder("transformer")
    (dense,) = make_optimizers(transformer, TrainerConfig(weight_decay=0.1, beta2=0.98))
    assert decays(dense) == {id(p): 0.1 if p.dim() > 1 else 0.0 for p in transformer.parameters()}
    assert {group["betas"] for group in dense.param_groups} == {(0.9, 0.98)}
