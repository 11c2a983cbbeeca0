"""AdamW that touches only the rows of a table that a batch touched, gradient clipping, and the learning rate."""

import math
from collections.abc import Iterable

import torch
from torch import Tensor, nn

from hybridir.config.schema import TrainerConfig
from hybridir.encoders.base import Encoder

_BETAS = (0.9, 0.999)
_EPS = 1e-8


class RowAdamW(torch.optim.Optimizer):
    """AdamW (Loshchilov and Hutter 2019) for parameters [rows, ...] with row-sparse gradients.

    Moments, decay and weights of a row move only in steps whose batch holds it ("lazy" Adam), so a step costs
    what its batch holds, however large the table.
    """

    def __init__(self, parameters: Iterable[nn.Parameter], lr: float, weight_decay: float) -> None:
        super().__init__(parameters, {"lr": lr, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """One step over the rows that have a gradient."""
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is not None:
                    self._update(parameter, parameter.grad.coalesce(), group["lr"], group["weight_decay"])

    def _update(self, parameter: Tensor, gradient: Tensor, lr: float, weight_decay: float) -> None:
        state = self.state[parameter]
        if not state:
            state["step"] = 0
            state["mean"] = torch.zeros_like(parameter)
            state["square"] = torch.zeros_like(parameter)
        state["step"] += 1
        rows, values = gradient.indices()[0], gradient.values()
        mean = state["mean"][rows].lerp_(values, 1 - _BETAS[0])
        square = state["square"][rows].lerp_(values.square(), 1 - _BETAS[1])
        state["mean"][rows], state["square"][rows] = mean, square
        scale = math.sqrt(1 - _BETAS[1] ** state["step"]) / (1 - _BETAS[0] ** state["step"])
        change = mean.mul_(scale).div_(square.sqrt_().add_(_EPS))
        weights = parameter[rows]
        parameter[rows] = weights.sub_(change.add_(weights, alpha=weight_decay), alpha=lr)


def make_optimizers(encoder: Encoder, trainer: TrainerConfig) -> list[torch.optim.Optimizer]:
    """One for the row-sparse parameters, one for the rest; biases and norms are not decayed."""
    sparse = {id(parameter) for parameter in encoder.sparse_parameters()}
    dense = [p for p in encoder.parameters() if id(p) not in sparse and p.requires_grad]
    optimizers: list[torch.optim.Optimizer] = []
    if sparse:
        optimizers.append(RowAdamW(encoder.sparse_parameters(), trainer.learning_rate, trainer.weight_decay))
    if dense:
        groups = [
            {"params": [p for p in dense if p.dim() > 1], "weight_decay": trainer.weight_decay},
            {"params": [p for p in dense if p.dim() <= 1], "weight_decay": 0.0},
        ]
        optimizers.append(torch.optim.AdamW(groups, lr=trainer.learning_rate, betas=_BETAS, eps=_EPS))
    return optimizers


def clip_gradients(parameters: Iterable[nn.Parameter], largest: float | None) -> float:
    """Scale all gradients so that their common norm is at most `largest`; returns the norm before."""
    gradients = []
    for parameter in parameters:
        if parameter.grad is not None:
            if parameter.grad.is_sparse:
                parameter.grad = parameter.grad.coalesce()
            gradients.append(parameter.grad._values() if parameter.grad.is_sparse else parameter.grad)
    norm = float(torch.linalg.vector_norm(torch.stack([torch.linalg.vector_norm(g) for g in gradients])))
    if largest is not None and norm > largest:
        for gradient in gradients:
            gradient.mul_(largest / norm)
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
