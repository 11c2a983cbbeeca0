"""Large batches in little memory: what a step of batch 4096 holds with trainer.memory=cached, beside one of 64 without.

    python -m benchmarks.grad_cache [--small 64] [--large 4096] [--layers 4] [--hidden 256] [--micro-tokens 512]
                                    [--words 40] [--threads 2] [--seed 0]
    python -m benchmarks.grad_cache --device cuda --layers 12 --hidden 768 --micro-tokens 16384 --words 150

Each step runs in a process of its own, of a transformer with random weights on random words; weights, gradients and
moments, which both have, do not count. On a CPU it is memory as the kernel counts it, else as the device's.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import torch

from benchmarks.pairs import made_up_pairs, random_transformer
from benchmarks.ratios import Row, present
from hybridir.batching.plan import BatchPlan
from hybridir.config.schema import SamplingConfig, TrainerConfig
from hybridir.data.pools import TRAIN, make_pools
from hybridir.encoders.token_cache import PairTokens
from hybridir.training.objective import Contrastive, Source
from hybridir.training.optimizer import make_optimizers


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--small", type=int, default=64)
    parser.add_argument("--large", type=int, default=4096)
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--hidden", type=int, default=256)
    parser.add_argument("--micro-tokens", type=int, default=512)
    parser.add_argument("--words", type=float, default=40, help="of a passage, in the median")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--memory-of", choices=("whole", "cached"), help=argparse.SUPPRESS)


def measure(options: argparse.Namespace) -> Iterator[Row]:
    if options.memory_of:
        print(step_memory(options))
        return
    held = {}
    for memory in ("whole", "cached"):
        command = [sys.executable, "-m", "benchmarks.grad_cache", *sys.argv[1:], "--memory-of", memory]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        held[memory] = float(printed.split()[0])
    yield Row(
        f"a step's memory: batch {options.large} cached, {options.small} whole",
        f"{held['cached']:,.0f} MB",
        f"{held['whole']:,.0f} MB",
        held["cached"] / held["whole"],
        goal=1,
        at_most=True,
    )


def step_memory(options: argparse.Namespace) -> float:
    """The most megabytes that a step holds beyond what stays between steps."""
    torch.set_num_threads(options.threads)
    cached = options.memory_of == "cached"
    batch = options.large if cached else options.small
    trainer = TrainerConfig(
        batch_size=batch,
        memory=options.memory_of,
        micro_tokens=options.micro_tokens if cached else None,
        precision="fp32" if options.device == "cpu" else "bf16",
    )
    with tempfile.TemporaryDirectory() as folder:
        collection, cache = made_up_pairs(options.large, options.seed, Path(folder), options.words)
        encoder = random_transformer(options.layers, options.hidden, options.seed).to(options.device).train()
        source = Source(collection.train, PairTokens(collection, "train", encoder, cache))
        objective, optimizers = Contrastive(encoder, {TRAIN: source}, trainer), make_optimizers(encoder, trainer)
        pools = make_pools(collection.train, ["en"])
        for size in (2, batch):  # the first makes what stays
            plan = BatchPlan(pools, SamplingConfig("monolingual"), size, options.seed)
            before = held(options.device)
            objective(plan.batch(0)).backward()  # type: ignore[no-untyped-call]
            for optimizer in optimizers:
                optimizer.step()
            after = most_held(options.device)
    return (after - before) / 1e6


def held(device: str) -> int:
    """Bytes held now; what was held before is forgotten."""
    if device != "cpu":
        torch.cuda.reset_peak_memory_stats()
        return torch.cuda.memory_allocated()
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return _status("VmRSS")


def most_held(device: str) -> int:
    """The most bytes held since `held`."""
    return _status("VmHWM") if device == "cpu" else torch.cuda.max_memory_allocated()


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))


if __name__ == "__main__":
    present(__doc__, arguments, measure)
