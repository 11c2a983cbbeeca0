"""AdamW that touches only the rows of a table that a batch touched, gradient clipping, and the learning rate."""

import math
from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor, nn

from hybridir.config.schema import TrainerConfig
from hybridir.encoders.base import Trainable

_BETA1 = 0.9
_EPS = 1e-8
_CHUNK = 1 << 16  # numbers


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
                    self._update(parameter, parameter.grad.coalesce(), group)

    def _update(self, parameter: Tensor, gradient: Tensor, group: dict[str, Any]) -> None:
        lr, weight_decay, beta2 = group["lr"], group["weight_decay"], group["beta2"]
        state = self.state[parameter]
        if not state:
            state["step"] = 0
            state["mean"] = torch.zeros_like(parameter)
            state["square"] = torch.zeros_like(parameter)
        state["step"] += 1
        mean_scale = 1 - _BETA1 ** state["step"]
        square_scale = math.sqrt(1 - beta2 ** state["step"])
        # some rows at a time, which the processor's cache holds through all that follows: twice as fast
        count = max(1, _CHUNK // parameter[0].numel())
        chunks = [torch.split(tensor, count) for tensor in (gradient.indices()[0], gradient.values())]
        for rows, values in zip(*chunks, strict=True):
            mean = state["mean"].index_select(0, rows).lerp_(values, 1 - _BETA1)
            square = state["square"].index_select(0, rows).lerp_(values.square(), 1 - beta2)
            state["mean"].index_copy_(0, rows, mean)
            state["square"].index_copy_(0, rows, square)
            weights = parameter.index_select(0, rows).mul_(1 - lr * weight_decay)
            deviation = square.sqrt_().div_(square_scale).add_(_EPS)
            parameter.index_copy_(0, rows, weights.addcdiv_(mean, deviation, value=-lr / mean_scale))


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


def clip_gradients(parameters: Iterable[nn.Parameter], largest: float | None) -> Tensor:
    """Scale all gradients so that their common norm is at most `largest`; returns the norm before, on the device."""
    gradients = []
    for parameter in parameters:
        if parameter.grad is not None:
            if parameter.grad.is_sparse:
                parameter.grad = parameter.grad.coalesce()
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
