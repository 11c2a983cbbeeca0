"""The training loop: batch, loss, update; checkpoints, log and validation on the way."""

import json
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from hybridir.batching.permutation import stream_key
from hybridir.batching.plan import Batch, BatchPlan
from hybridir.config.schema import TrainerConfig
from hybridir.data.pools import TRAIN
from hybridir.encoders.base import Trainable
from hybridir.errors import RunFailed
from hybridir.files import write_atomic
from hybridir.training import distributed
from hybridir.training.ahead import prepared
from hybridir.training.checkpoint import newest_checkpoint, remove_unfinished, restore, save_checkpoint, seed_step
from hybridir.training.objective import Objective
from hybridir.training.optimizer import clip_gradients, learning_rate, make_optimizers

Validate = Callable[[], dict[str, float]]
_UNWATCHED = 16  # steps of an accelerator between two looks at its losses, at most


def train(
    model: Trainable,
    plan: BatchPlan,
    objective: Objective,
    trainer: TrainerConfig,
    seed: int,
    folder: Path,
    validate: Validate,
    progress: Callable[[int], None],
) -> None:
    """Train `model` in place for `trainer.steps` steps, going on from the newest checkpoint in `folder`.

    `objective` gives the loss of a batch, and `validate` what is logged of the model now and then. A run that was
    stopped and goes on ends with the same bits as one that never stopped. `progress` is told the number of steps
    done. Raises RunFailed when the loss is not finite.
    """
    optimizers = make_optimizers(model, trainer)
    fingerprint = plan.fingerprint(trainer.steps)
    leads = distributed.rank() == 0  # of several processes the first writes, and the others compute their slices
    if leads:
        remove_unfinished(folder / "checkpoints")
    checkpoint = newest_checkpoint(folder / "checkpoints")
    start = 0
    if checkpoint is not None:
        restore(checkpoint, fingerprint, model, optimizers)
        start = checkpoint.step
    distributed.same_start(model, f"{fingerprint} {start}")
    log = TrainingLog(folder / "train.jsonl", start) if leads else None
    model.train()
    watch = _Watch(log, trainer, 1 if model.device.type == "cpu" else _UNWATCHED) if log else None
    with closing(prepared(plan, objective, range(start, trainer.steps))) as batches:
        for step, (batch, compute) in enumerate(batches, start):
            seed_step(stream_key(seed, "step", step, *([] if leads else [distributed.rank()])))
            rate = learning_rate(trainer, step)
            loss, norm = _update(model, compute, trainer.clip, optimizers, rate)
            if log is None or watch is None:
                continue
            watch.step(batch, loss, norm, rate)
            done = step + 1
            last = done == trainer.steps
            if done % trainer.log_every == 0 or last:
                watch.look()
                log.flush(done)
            if last or (trainer.validate_every and done % trainer.validate_every == 0):
                watch.look()
                log.write({"step": done, "validation": validate()})
            if done % trainer.checkpoint_every == 0 and not last:
                watch.look()
                save_checkpoint(folder / "checkpoints", done, fingerprint, model, optimizers)
            progress(done)


def _update(
    model: Trainable,
    compute: Callable[[], Tensor],
    clip: float | None,
    optimizers: list[torch.optim.Optimizer],
    rate: float,
) -> tuple[Tensor, Tensor]:
    """One optimizer step; returns the loss and the gradient norm before clipping, on the device."""
    loss = compute()
    loss.backward()  # type: ignore[no-untyped-call]
    distributed.sum_gradients(model.parameters())
    norm = clip_gradients(model.parameters(), clip)
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
    return loss.detach(), norm


class _Watch:
    """Sees that losses and gradients are finite, and logs them: at once, or some steps later where a look at a number
    would make the device wait, but always before anything is written."""

    def __init__(self, log: "TrainingLog", trainer: TrainerConfig, most: int) -> None:
        self._log, self._trainer, self._most = log, trainer, most
        self._unseen: list[tuple[Batch, Tensor, Tensor, float]] = []

    def step(self, batch: Batch, loss: Tensor, norm: Tensor, rate: float) -> None:
        self._unseen.append((batch, loss, norm, rate))
        if len(self._unseen) >= self._most:
            self.look()

    def look(self) -> None:
        """Look at what was not seen yet. Raises RunFailed at the first number that is not finite."""
        for batch, loss, norm, rate in self._unseen:
            _check_finite("loss", float(loss), batch, self._trainer, rate)
            _check_finite("gradient norm", float(norm), batch, self._trainer, rate)
            self._log.step(batch, float(loss), float(norm), rate)
        self._unseen = []


def _check_finite(name: str, value: float, batch: Batch, trainer: TrainerConfig, rate: float) -> None:
    if not np.isfinite(value):
        slower = f"a smaller trainer.learning_rate (it is {rate:g} here)"
        flatter = f"a larger trainer.temperature (it is {trainer.temperature:g})"
        finer = " or trainer.precision=fp32" if trainer.precision == "bf16" else ""
        raise RunFailed(f"the {name} is {value} at {batch.describe()}; try {slower}, {flatter}{finer}.")


class TrainingLog:
    """`train.jsonl`: a line per `log_every` steps and per validation; lines beyond the checkpoint are dropped."""

    def __init__(self, path: Path, start: int) -> None:
        self._path = path
        kept = path.read_text(encoding="utf8").splitlines() if path.is_file() else []
        kept = [line for line in kept if _step_of(line) <= start]
        write_atomic(path, "".join(f"{line}\n" for line in kept))
        self._pending: list[tuple[str, float, float]] = []
        self._rate = 0.0
        self._pairs = 0
        self._since = time.perf_counter()

    def step(self, batch: Batch, loss: float, norm: float, rate: float) -> None:
        """Remember one step."""
        self._pending.append((batch.kind if batch.source == TRAIN else batch.source, loss, norm))
        self._pairs += len(batch.rows)
        self._rate = rate

    def flush(self, step: int) -> None:
        """Write the means since the last line."""
        seconds = time.perf_counter() - self._since
        kinds = sorted({kind for kind, _, _ in self._pending})
        losses = {kind: round(float(np.mean([x for k, x, _ in self._pending if k == kind])), 5) for kind in kinds}
        self.write(
            {
                "step": step,
                "loss": losses,
                "gradient_norm": round(float(np.mean([norm for _, _, norm in self._pending])), 5),
                "learning_rate": self._rate,
                "pairs_per_second": round(self._pairs / seconds, 1),
            }
        )
        self._pending, self._pairs, self._since = [], 0, time.perf_counter()

    def write(self, line: dict[str, object]) -> None:
        """Append one line."""
        with open(self._path, "a", encoding="utf8") as log:
            log.write(json.dumps(line) + "\n")


def _step_of(line: str) -> int:
    """The step of a log line; a line cut short by a kill counts as later than any."""
    try:
        return int(json.loads(line)["step"])
    except (json.JSONDecodeError, KeyError, TypeError, ValueError):
        return 1 << 62
