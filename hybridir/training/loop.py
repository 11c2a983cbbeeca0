"""The training loop: batch, loss, update; checkpoints, log and validation on the way."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from hybridir.batching.permutation import stream_key
from hybridir.batching.plan import Batch, BatchPlan
from hybridir.config.schema import TrainerConfig
from hybridir.data.pools import TRAIN
from hybridir.encoders.base import Trainable
from hybridir.errors import RunFailed
from hybridir.files import write_atomic
from hybridir.training import distributed
from hybridir.training.checkpoint import newest_checkpoint, remove_unfinished, restore, save_checkpoint, seed_step
from hybridir.training.objective import Objective
from hybridir.training.optimizer import clip_gradients, learning_rate, make_optimizers

Validate = Callable[[], dict[str, float]]


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
    for step in range(start, trainer.steps):
        seed_step(stream_key(seed, "step", step, *([] if leads else [distributed.rank()])))
        batch = plan.batch(step)
        rate = learning_rate(trainer, step)
        loss, norm = _update(model, batch, objective, trainer, optimizers, rate)
        if log is None:
            continue
        log.step(batch, loss, norm, rate)
        done = step + 1
        last = done == trainer.steps
        if done % trainer.log_every == 0 or last:
            log.flush(done)
        if last or (trainer.validate_every and done % trainer.validate_every == 0):
            log.write({"step": done, "validation": validate()})
        if done % trainer.checkpoint_every == 0 and not last:
            save_checkpoint(folder / "checkpoints", done, fingerprint, model, optimizers)
        progress(done)


def _update(
    model: Trainable,
    batch: Batch,
    objective: Objective,
    trainer: TrainerConfig,
    optimizers: list[torch.optim.Optimizer],
    rate: float,
) -> tuple[float, float]:
    """One optimizer step on one batch; returns its loss and the gradient norm before clipping."""
    loss = objective(batch)
    value = float(loss.detach())
    _check_finite("loss", value, batch, trainer, rate)
    loss.backward()  # type: ignore[no-untyped-call]
    distributed.sum_gradients(model.parameters())
    norm = clip_gradients(model.parameters(), trainer.clip)
    _check_finite("gradient norm", norm, batch, trainer, rate)
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
    return value, norm


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
