"""Several processes that train one model: each embeds its slice of the global batch, and all take the same step.

The loss is that of the whole batch, with the rows of all processes as negatives, and so is the gradient: the number of
processes is a detail (law 1). Without a process group all of this is for one process, and does nothing.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn

from hybridir.errors import RunFailed
from hybridir.training.optimizer import coalesced
from hybridir.training.ranks import MEETING, own_rank, processes

_BUCKET = 1 << 24  # numbers that are summed at a time
_PATIENCE = timedelta(days=1)  # others wait while the first validates; whoever started them ends those left behind


@contextmanager
def group(device: torch.device) -> Iterator[None]:
    """Meet the other processes of the environment: over nccl on a GPU, else over gloo. Alone, this does nothing."""
    if processes() == 1:
        yield
        return
    if device.type == "cuda":
        torch.cuda.set_device(device)
    meeting = os.environ.get(MEETING)
    dist.init_process_group(
        "nccl" if device.type == "cuda" else "gloo",
        init_method=f"file://{meeting}" if meeting else "env://",
        timeout=_PATIENCE,
        rank=own_rank(),
        world_size=processes(),
    )
    try:
        yield
    finally:
        dist.destroy_process_group()


def rank() -> int:
    """The number of this process in its group, from 0 up; the first writes files and validates."""
    return dist.get_rank() if dist.is_initialized() else 0


def size() -> int:
    """How many processes are in the group."""
    return dist.get_world_size() if dist.is_initialized() else 1


def same_start(model: nn.Module, known: str) -> None:
    """Give `model` the weights of the first process. Raises RunFailed where `known`, what a process knows of the run,
    differs between processes: they see other data, or other checkpoints."""
    if size() == 1:
        return
    said: list[Any] = [None] * size()
    dist.all_gather_object(said, known)
    if len(set(said)) > 1:
        other = next(number for number, of in enumerate(said) if of != said[0])
        raise RunFailed(
            f"process {other} of {size()} would train on other batches, or from another checkpoint, than the first:"
            " give all the same data, runs_dir and version of hybridir."
        )
    with torch.no_grad():
        for tensor in (*model.parameters(), *model.buffers()):
            dist.broadcast(tensor, src=0)


def gathered(queries: Tensor, passages: Tensor, total: int) -> tuple[Tensor, Tensor]:
    """The embeddings of the global batch of `total` rows, [total, dim] both, from those of this process's slice
    (`Batch.slice`), with gradient."""
    if size() == 1:
        return queries, passages
    both = _Gather.apply(torch.cat([queries, passages], dim=1), total)  # type: ignore[no-untyped-call]
    one, other = both.split(queries.shape[1], dim=1)
    return one, other


class _Gather(torch.autograd.Function):
    """Row i of the whole is row i // size of process i % size.

    Every process computes the whole loss from the same embeddings, so each already holds the whole gradient of its own
    rows: backward takes these, and nothing is sent.
    """

    @staticmethod
    def forward(ctx: Any, own: Tensor, total: int) -> Tensor:
        longest = -(-total // size())
        padded = own.new_zeros(longest, own.shape[1])
        padded[: len(own)] = own
        parts = [torch.empty_like(padded) for _ in range(size())]
        dist.all_gather(parts, padded)
        return torch.stack(parts, dim=1).reshape(-1, own.shape[1])[:total]

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        return gradient[rank() :: size()].contiguous(), None


def sum_gradients(parameters: Iterable[nn.Parameter]) -> None:
    """Replace each gradient by its sum over the processes: the gradient of the whole batch."""
    if size() == 1:
        return
    bucket: list[Tensor] = []
    for parameter in parameters:
        if parameter.grad is None:
            continue
        if parameter.grad.is_sparse:
            parameter.grad = _summed_rows(parameter.grad)
            continue
        bucket.append(parameter.grad)
        if sum(gradient.numel() for gradient in bucket) >= _BUCKET:
            _sum(bucket)
            bucket = []
    _sum(bucket)


def _sum(gradients: list[Tensor]) -> None:
    """Sum each of `gradients` over the processes, in place and in one message."""
    if not gradients:
        return
    together = torch.cat([gradient.reshape(-1) for gradient in gradients])
    dist.all_reduce(together)
    for gradient, summed in zip(gradients, torch.split(together, [g.numel() for g in gradients]), strict=True):
        gradient.copy_(summed.view_as(gradient))


def _summed_rows(gradient: Tensor) -> Tensor:
    """The sum of row-sparse gradients over the processes; only rows that some process has are sent."""
    gradient = coalesced(gradient)
    own = gradient.values()
    counts = [torch.zeros(1, dtype=torch.int64, device=own.device) for _ in range(size())]
    dist.all_gather(counts, torch.tensor([len(own)], device=own.device))
    numbers = [int(count) for count in counts]
    rows, values = (_joined(tensor, numbers) for tensor in (gradient.indices()[0], own))
    return torch.sparse_coo_tensor(rows[None], values, gradient.shape, check_invariants=False).coalesce()


def _joined(own: Tensor, numbers: list[int]) -> Tensor:
    """The rows of all processes, which have `numbers` of them, one process after the other."""
    padded = own.new_zeros(max(numbers), *own.shape[1:])
    padded[: len(own)] = own
    parts = [torch.empty_like(padded) for _ in numbers]
    dist.all_gather(parts, padded)
    return torch.cat([part[:number] for part, number in zip(parts, numbers, strict=True)])
