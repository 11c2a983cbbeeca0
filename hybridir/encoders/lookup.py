"""Looking up token vectors on a CPU, with a gradient that costs what was looked up and not what the table holds."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Lookup(nn.Embedding):
    """`nn.Embedding` that adds the gradient of each vector straight to `weight.grad`, on the CPU.

    The usual backward pass fills a table of zeros each time, and adds it to the gradient: for XLM-R 770 MB for every
    micro-batch. Gradients reach `weight.grad` alone: `torch.autograd.grad` does not see this table.
    """

    def forward(self, ids: Tensor) -> Tensor:
        weight = self.weight
        if weight.device.type != "cpu" or not weight.requires_grad or not torch.is_grad_enabled():
            return F.embedding(ids, weight, self.padding_idx)
        vectors: Tensor = _Lookup.apply(ids, weight, self.padding_idx)  # type: ignore[no-untyped-call]
        return vectors


class _Lookup(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, ids: Tensor, weight: nn.Parameter, padding: int | None) -> Tensor:
        ctx.ids, ctx.weight, ctx.padding = ids, weight, padding
        return F.embedding(ids, weight)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[None, None, None]:
        ids, weight = ctx.ids.flatten(), ctx.weight
        rows = gradient.flatten(0, -2).to(weight.dtype)
        if ctx.padding is not None and (fills := ids == ctx.padding).any():
            rows = rows.masked_fill(fills[:, None], 0)
        with torch.no_grad():
            if weight.grad is None:
                weight.grad = torch.zeros_like(weight)
            weight.grad.index_add_(0, ids, rows)
        return None, None, None


def quicken_lookup(table: nn.Module) -> None:
    """Make `table` a `Lookup`, if it is an `nn.Embedding` that does nothing else."""
    if type(table) is nn.Embedding and not (table.sparse or table.scale_grad_by_freq or table.max_norm):
        table.__class__ = Lookup
