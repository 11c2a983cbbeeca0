import random
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import nn

from hybridir.config.schema import TrainerConfig
from hybridir.encoders.base import Encoder, Tokens
from hybridir.errors import UserError
from hybridir.training.checkpoint import newest_checkpoint, restore, save_checkpoint, seed_step
from hybridir.training.optimizer import make_optimizers

MakeEncoder = Callable[[str], Encoder]
Optimizers = list[torch.optim.Optimizer]


def trained(encoder: Encoder, steps: int = 2) -> Optimizers:
    """The optimizers of `encoder` after some steps."""
    optimizers = make_optimizers(encoder, TrainerConfig())
    for step in range(steps):
        encoder(Tokens.of([[7, 8 + step], [9]])).sum().backward()
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad()
    return optimizers


def equal(one: object, other: object) -> bool:
    """Whether two states hold the same bits."""
    if isinstance(one, torch.Tensor):
        return isinstance(other, torch.Tensor) and torch.equal(one, other)
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(equal(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(equal, one, other))
    return one == other


@pytest.mark.parametrize("kind", ["static", "transformer"])
def test_what_was_saved_comes_back(kind: str, make_encoder: MakeEncoder, tmp_path: Path) -> None:
    encoder = make_encoder(kind)
    optimizers = trained(encoder)
    save_checkpoint(tmp_path, 2, "plan", encoder, optimizers)
    checkpoint = newest_checkpoint(tmp_path)
    assert checkpoint is not None
    assert (checkpoint.step, checkpoint.plan, checkpoint.folder.name) == (2, "plan", "step-00000002")
    other = make_encoder(kind)
    others = make_optimizers(other, TrainerConfig())
    assert not equal(dict(other.state_dict()), dict(encoder.state_dict()))
    restore(checkpoint, "plan", other, others)
    assert equal(dict(other.state_dict()), dict(encoder.state_dict()))
    assert equal([o.state_dict() for o in others], [o.state_dict() for o in optimizers])


def test_weights_that_are_one_tensor_under_two_names(tmp_path: Path) -> None:
    # as in the encoder half of a T5
    def tied(value: float) -> nn.ModuleDict:
        modules = nn.ModuleDict({"shared": nn.Embedding(4, 2), "embed_tokens": nn.Embedding(4, 2)})
        modules["embed_tokens"].weight = modules["shared"].weight
        nn.init.constant_(modules["shared"].weight, value)
        return modules

    save_checkpoint(tmp_path, 1, "plan", tied(1.0), [])
    model, checkpoint = tied(0.0), newest_checkpoint(tmp_path)
    assert checkpoint is not None
    restore(checkpoint, "plan", model, [])
    assert model["shared"].weight is model["embed_tokens"].weight
    assert model["embed_tokens"].weight.tolist() == [[1.0, 1.0]] * 4


def test_only_the_newest_is_kept(make_encoder: MakeEncoder, tmp_path: Path) -> None:
    encoder = make_encoder("static")
    for step in (9, 10, 100):
        save_checkpoint(tmp_path, step, "plan", encoder, trained(encoder))
    assert [path.name for path in tmp_path.iterdir()] == ["step-00000100"]


def test_there_may_be_none(tmp_path: Path) -> None:
    assert newest_checkpoint(tmp_path / "nowhere") is None


def test_the_most_steps_are_the_newest(make_encoder: MakeEncoder, tmp_path: Path) -> None:
    # a kill between a checkpoint and the removal of the one before leaves both
    encoder = make_encoder("static")
    save_checkpoint(tmp_path / "a", 5, "plan", encoder, [])
    save_checkpoint(tmp_path, 10, "plan", encoder, [])
    (tmp_path / "a" / "step-00000005").rename(tmp_path / "step-00000005")
    checkpoint = newest_checkpoint(tmp_path)
    assert checkpoint is not None
    assert checkpoint.step == 10


def test_what_a_kill_left_half_written_is_passed_over(make_encoder: MakeEncoder, tmp_path: Path) -> None:
    save_checkpoint(tmp_path, 5, "plan", make_encoder("static"), [])
    for name in (".step-00000010.k3j2", "step-00000010"):  # while writing; while removing
        (tmp_path / name).mkdir()
        (tmp_path / name / "model.safetensors").write_bytes(b"half")
    (tmp_path / ".step-00000010.k3j2" / "state.json").write_text('{"step": 10, "plan": "plan"}')
    checkpoint = newest_checkpoint(tmp_path)
    assert checkpoint is not None
    assert checkpoint.step == 5


def test_a_failure_while_saving_leaves_the_last_one(make_encoder: MakeEncoder, tmp_path: Path) -> None:
    class Broken(torch.optim.SGD):
        def state_dict(self) -> dict[str, object]:
            raise OSError("no space left on device")

    encoder = make_encoder("static")
    save_checkpoint(tmp_path, 5, "plan", encoder, [])
    with pytest.raises(OSError, match="no space"):
        save_checkpoint(tmp_path, 10, "plan", encoder, [Broken(encoder.parameters())])
    assert [path.name for path in tmp_path.iterdir()] == ["step-00000005"]


def test_another_plan_is_refused_in_a_sentence(make_encoder: MakeEncoder, tmp_path: Path) -> None:
    encoder = make_encoder("static")
    save_checkpoint(tmp_path / "run" / "checkpoints", 5, "old", encoder, [])
    before = {name: value.clone() for name, value in encoder.state_dict().items()}
    checkpoint = newest_checkpoint(tmp_path / "run" / "checkpoints")
    assert checkpoint is not None
    with pytest.raises(UserError) as refused:
        restore(checkpoint, "new", encoder, [])
    assert str(refused.value) == (
        f"{tmp_path / 'run'} stopped after 5 steps of another batch plan: the data or the plan's code changed since;"
        " remove that folder to start the run again."
    )
    assert equal(dict(encoder.state_dict()), before)


def test_a_seeded_step_draws_the_same_whatever_came_before() -> None:
    def draws() -> tuple[float, list[float]]:
        return random.random(), torch.rand(3).tolist()

    seed_step(2**64 - 1)
    first = draws()
    seed_step(1)
    assert draws() != first
    seed_step(2**64 - 1)
    assert draws() == first
