"""Checkpoints: a folder per saved step, whole or absent; the newest is where a stopped run goes on."""

import random
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_model, save_model
from torch import nn

from hybridir.errors import UserError
from hybridir.files import atomic_directory, read_json, write_json


@dataclass(frozen=True)
class Checkpoint:
    """A saved state: `step` steps are done, `plan` is the fingerprint of the batch plan they followed."""

    folder: Path
    step: int
    plan: str


def save_checkpoint(
    folder: Path, step: int, plan: str, model: nn.Module, optimizers: list[torch.optim.Optimizer]
) -> None:
    """Save the state after `step` steps, then remove older checkpoints."""
    target = folder / f"step-{step:08d}"
    with atomic_directory(target) as temporary:
        save_model(model, str(temporary / "model.safetensors"))
        torch.save([optimizer.state_dict() for optimizer in optimizers], temporary / "optimizers.pt")
        write_json(temporary / "state.json", {"step": step, "plan": plan})
    for older in folder.glob("step-*"):
        if older != target:
            shutil.rmtree(older, ignore_errors=True)


def remove_unfinished(folder: Path) -> None:
    """Remove what a kill in the middle of saving left behind."""
    for leftover in folder.glob(".step-*"):
        shutil.rmtree(leftover, ignore_errors=True)


def newest_checkpoint(folder: Path) -> Checkpoint | None:
    """The checkpoint with the most steps, or None."""
    found = sorted(path.parent for path in folder.glob("step-*/state.json"))
    if not found:
        return None
    state: dict[str, Any] = read_json(found[-1] / "state.json")
    return Checkpoint(found[-1], state["step"], state["plan"])


def restore(checkpoint: Checkpoint, plan: str, model: nn.Module, optimizers: list[torch.optim.Optimizer]) -> None:
    """Put the saved state into `model` and `optimizers`; refuse when the batches are no longer the same."""
    if checkpoint.plan != plan:
        raise UserError(
            f"{checkpoint.folder.parents[1]} stopped after {checkpoint.step} steps of another batch plan: the data or"
            " the plan's code changed since; remove that folder to start the run again."
        )
    load_model(model, checkpoint.folder / "model.safetensors")
    states = torch.load(checkpoint.folder / "optimizers.pt", weights_only=True, map_location="cpu")
    for optimizer, state in zip(optimizers, states, strict=True):
        optimizer.load_state_dict(state)


def seed_step(seed: int) -> None:
    """Seed every generator that a training step may ask: what a step draws does not depend on the steps before."""
    random.seed(seed)
    torch.default_generator.manual_seed(seed % 2**63)
    # torch.manual_seed keeps a note, with its stack, for devices that nobody uses: a millisecond, and memory, each step
    if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
        torch.cuda.manual_seed_all(seed % 2**63)
