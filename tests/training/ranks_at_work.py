"""What a process of a group does in `test_distributed`: trains its part, and the first writes down what came out."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from tokenizers import Tokenizer

from hybridir.batching.plan import BatchPlan
from hybridir.config.schema import SamplingConfig, TrainerConfig
from hybridir.data.pairs import Collection
from hybridir.data.pools import TRAIN, make_pools
from hybridir.encoders.base import Encoder
from hybridir.encoders.static import StaticEncoder
from hybridir.encoders.token_cache import PairTokens
from hybridir.encoders.transformer import TransformerEncoder
from hybridir.training import distributed
from hybridir.training.loop import train
from hybridir.training.objective import Contrastive, Source


@dataclass(frozen=True)
class Job:
    """A training, by name."""

    name: str
    tokenizer: Tokenizer
    kind: str
    strategy: str
    trainer: TrainerConfig


def encoder_of(job: Job) -> Encoder:
    """The encoder that a job starts from, made anew: without dropout, which every process draws for itself."""
    if job.kind == "static":
        return StaticEncoder(job.tokenizer, 8, seed=0)
    return TransformerEncoder.from_scratch(
        job.tokenizer, layers=1, hidden=8, heads=2, intermediate=16, positions=16, dropout=0.0, seed=0
    )


def plan_of(collection: Collection, strategy: str, batch_size: int) -> BatchPlan:
    return BatchPlan(make_pools(collection.train, ["de", "en"]), SamplingConfig(strategy), batch_size, seed=0)


def meet(rank: int, sizes: Sequence[int], jobs: Sequence[Job], collection: Collection, folder: Path) -> None:
    """Do all `jobs` in a group of each of `sizes`, the first of which holds all processes."""
    torch.set_num_threads(1)
    for size in sizes:
        if rank < size:
            dist.init_process_group("gloo", init_method=f"file://{folder}/meeting-{size}", rank=rank, world_size=size)
            for job in jobs:
                work(job, collection, folder, str(size))
            dist.destroy_process_group()


def work(job: Job, collection: Collection, folder: Path, label: str) -> dict[str, Any]:
    """Write the first gradient and the last weights as `<name>-<label>.pt`, and the hash of each process's weights."""
    encoder, trainer = encoder_of(job), job.trainer
    plan = plan_of(collection, job.strategy, trainer.batch_size)
    tokens = PairTokens(collection, "train", encoder, folder / f"cache-{distributed.rank()}")
    objective = Contrastive(encoder, {TRAIN: Source(collection.train, tokens)}, trainer)
    encoder.train()
    loss = objective(plan.batch(0))
    loss.backward()
    distributed.sum_gradients(encoder.parameters())
    gradients = {
        name: parameter.grad.to_dense().clone()
        for name, parameter in encoder.named_parameters()
        if parameter.grad is not None
    }
    encoder.zero_grad(set_to_none=True)
    run = folder / f"{job.name}-{label}"
    run.mkdir(exist_ok=True)
    train(encoder, plan, objective, trainer, 0, run, dict, lambda _: None)
    weights = {name: tensor.clone() for name, tensor in encoder.state_dict().items()}
    digest = hashlib.sha256(b"".join(tensor.numpy().tobytes() for tensor in weights.values())).hexdigest()
    (run / f"rank-{distributed.rank()}.txt").write_text(digest)
    found = {"loss": loss.detach(), "gradients": gradients, "weights": weights}
    if distributed.rank() == 0:
        torch.save(found, folder / f"{job.name}-{label}.pt")
    return found
