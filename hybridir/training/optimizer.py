"""AdamW that touches only the rows of a table that a batch touched, gradient clipping, and the learning rate."""

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from hybridir.config.schema import TrainerConfig
from hybridir.encoders.base import Trainable

_BETA1 = 0.9
_EPS = 1e-8
_CHUNK = 1 << 15  # numbers; no more, or torch's own threads would share them out


class RowAdamW(torch.optim.Optimizer):
    """AdamW (Loshchilov and Hutter 2019) for parameters [rows, dim] with row-sparse gradients.

    Moments, decay and weights of a row move only in steps whose batch holds it ("lazy" Adam), so a step costs
    what its batch holds, however large the table. Where every batch holds every row, it is AdamW.
    """

    def __init__(
        self,
        parameters: Iterable[nn.Parameter] | list[dict[str, Any]],
        lr: float,
        weight_decay: float,
        beta2: float = 0.999,
    ) -> None:
        super().__init__(parameters, {"lr": lr, "weight_decay": weight_decay, "beta2": beta2})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """One step over the rows that have a gradient."""
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is not None:
                    self._update(parameter, coalesced(parameter.grad), group)

    def _update(self, parameter: Tensor, gradient: Tensor, group: dict[str, Any]) -> None:
        state = self.state[parameter]
        if not state:
            state["step"] = 0
            state["mean"] = torch.zeros_like(parameter)
            state["square"] = torch.zeros_like(parameter)
        state["step"] += 1
        tables = [parameter.detach(), state["mean"], state["square"]]
        settings = {name: group[name] for name in ("lr", "weight_decay", "beta2")}
        settings |= {"beta1": _BETA1, "eps": _EPS, "amsgrad": False, "maximize": False}
        step = torch.tensor(float(state["step"]), device=parameter.device)
        rows, values = gradient.indices()[0], gradient.values()
        if parameter.device.type != "cpu":
            held = [table.index_select(0, rows) for table in tables]
            _adamw(held, values, step, settings)
            for table, changed in zip(tables, held, strict=True):
                table.index_copy_(0, rows, changed)
            return
        _update_rows(tables, rows.numpy(), values, step, settings)


def _update_rows(
    tables: list[Tensor], rows: np.ndarray, gradient: Tensor, step: Tensor, settings: dict[str, Any]
) -> None:
    """AdamW on `rows` of `tables` (weights, mean and square), whose gradients are `gradient`.

    Some rows at a time, in buffers that the processor's cache holds from reading to writing. numpy moves whole rows in
    a fraction of the time of index_select and index_copy_. In one thread: several hand Python's lock to each other at
    each of these short calls, and take twice as long.
    """
    count = min(len(rows), max(1, _CHUNK // tables[0][0].numel()))
    buffers = [table.new_empty((count, *table.shape[1:])) for table in tables]
    moved = [(table.numpy(), buffer.numpy()) for table, buffer in zip(tables, buffers, strict=True)]
    for start in range(0, len(rows), count or 1):
        some = rows[start : start + count]
        if len(some) < count:  # the last
            buffers = [buffer[: len(some)] for buffer in buffers]
            moved = [(table, buffer[: len(some)]) for table, buffer in moved]
        for table, buffer in moved:
            np.take(table, some, axis=0, out=buffer, mode="clip")
        _adamw(buffers, gradient[start : start + count], step, settings)
        for table, buffer in moved:
            table[some] = buffer


def _adamw(held: list[Tensor], gradient: Tensor, step: Tensor, settings: dict[str, Any]) -> None:
    """One pass over weights, mean and square in place: what `torch.optim.AdamW(fused=True)` runs, without its grouping
    of tensors, which takes as long as the work on a few rows."""
    weights, mean, square = held
    torch._fused_adamw_([weights], [gradient], [mean], [square], [], [step], **settings)


def make_optimizers(model: Trainable, trainer: TrainerConfig) -> list[torch.optim.Optimizer]:
    """One for the row-sparse parameters, one for the rest; biases, norms and token weights are not decayed."""
    sparse = model.sparse_parameters()
    ids = {id(parameter) for parameter in sparse}
    dense = [p for p in model.parameters() if id(p) not in ids and p.requires_grad]
    rate, decay = trainer.learning_rate, trainer.weight_decay
    optimizers: list[torch.optim.Optimizer] = []
    if sparse:
        optimizers.append(RowAdamW(_groups(sparse, decay), rate, decay, trainer.beta2))
    if dense:
        betas = (_BETA1, trainer.beta2)
        optimizers.append(torch.optim.AdamW(_groups(dense, decay), lr=rate, betas=betas, eps=_EPS, fused=True))
    return optimizers


def _groups(parameters: Iterable[nn.Parameter], weight_decay: float) -> list[dict[str, Any]]:
    """Vectors and matrices are decayed; parameters of a single number per row or channel are not."""
    decayed: list[nn.Parameter] = []
    kept: list[nn.Parameter] = []
    for parameter in parameters:
        (decayed if parameter.dim() > 1 and parameter.shape[-1] > 1 else kept).append(parameter)
    return [{"params": decayed, "weight_decay": weight_decay}, {"params": kept, "weight_decay": 0.0}]


def coalesced(gradient: Tensor) -> Tensor:
    """A row-sparse `gradient` with each row once. One that is so already is neither sorted nor copied: autograd forgets
    that it is, and the ascending rows tell."""
    rows = gradient._indices()[0]
    if bool((rows[1:] > rows[:-1]).all()):
        return gradient._coalesced_(True)
    return gradient.coalesce()


def clip_gradients(parameters: Iterable[nn.Parameter], largest: float | None) -> Tensor:
    """Scale all gradients so that their common norm is at most `largest`; returns the norm before, on the device."""
    gradients = []
    for parameter in parameters:
        if parameter.grad is not None:
            if parameter.grad.is_sparse:
                parameter.grad = coalesced(parameter.grad)
            gradients.append(parameter.grad._values() if parameter.grad.is_sparse else parameter.grad)
    norm: Tensor = torch.linalg.vector_norm(torch.stack(torch._foreach_norm(gradients)))
    # on a CPU it costs nothing to look whether there is anything to do; an accelerator would have to wait
    if largest is not None and (norm.device.type != "cpu" or float(norm) > largest):
        torch._foreach_mul_(gradients, (largest / norm).clamp(max=1.0))
    return norm


def learning_rate(trainer: TrainerConfig, step: int) -> float:
    """The learning rate of `step`: a linear rise over the warm-up, then the decay of `trainer.schedule` to 0."""
    warmup = round(trainer.warmup * trainer.steps)
    if step < warmup:
        return trainer.learning_rate * (step + 1) / warmup
    progress = (step - warmup) / max(1, trainer.steps - warmup)
    factor = {
        "constant": 1.0,
        "linear": 1.0 - progress,
        "cosine": 0.5 * (1.0 + math.cos(math.pi * progress)),
    }[trainer.schedule]
    return trainer.learning_rate * factor
