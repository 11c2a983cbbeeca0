"""Exact search of passages in shards on disk: hybridir against FAISS with all passages in memory.

    python benchmarks/search.py [--passages 1000000] [--dim 384] [--queries 1000] [--depth 100] [--rounds 3]
                                [--threads 1] [--seed 0]

Searches with each in a process of its own, and prints the most memory that it held. Then alternates the two in one
process and prints the ratio of the median times; above 1, hybridir is faster.
"""

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import faiss
import numpy as np
import torch

from hybridir.evaluation.best import Found
from hybridir.evaluation.search import search
from hybridir.evaluation.shards import Shards

SIZE = 1 << 14


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passages", type=int, default=1_000_000)
    parser.add_argument("--dim", type=int, default=384)
    parser.add_argument("--queries", type=int, default=1000)
    parser.add_argument("--depth", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--memory-of", choices=("hybridir", "faiss"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    faiss.omp_set_num_threads(options.threads)
    if options.memory_of:
        report_memory(options)
        return
    with tempfile.TemporaryDirectory() as folder:
        options.folder = Path(folder)
        write_shards(options)
        # first, since a process counts as its own what the one that started it held then
        for name in ("hybridir", "faiss"):
            subprocess.run([sys.executable, *sys.argv, "--memory-of", name, "--folder", folder], check=True)
        compare(options)


def compare(options: argparse.Namespace) -> None:
    queries, shards = queries_of(options), shards_of(options)
    index = flat_index(options)
    ours, peer = search(queries, shards, options.depth), index.search(queries, options.depth)
    same = float((ours.rows == peer[1]).mean())
    times = {"hybridir": list[float](), "faiss": list[float]()}
    for _ in range(options.rounds):
        times["hybridir"].append(timed(lambda: search(queries, shards, options.depth)))
        times["faiss"].append(timed(lambda: index.search(queries, options.depth)))
    medians = {name: statistics.median(values) for name, values in times.items()}
    for name, seconds in medians.items():
        print(f"{name}: {seconds:.2f} s, {options.queries / seconds:,.0f} queries a second")
    print(f"equal passages: {same:.4%}")
    print(f"ratio: {medians['faiss'] / medians['hybridir']:.2f}", flush=True)


def report_memory(options: argparse.Namespace) -> None:
    queries = queries_of(options)
    if options.memory_of == "hybridir":
        search(queries, shards_of(options), options.depth)
    else:
        flat_index(options).search(queries, options.depth)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{options.memory_of}: {peak:,.0f} MiB at most")


def write_shards(options: argparse.Namespace) -> None:
    shards = shards_of(options)
    for number, rows in enumerate(shards.missing()):
        np.save(shards.path(rows.start), unit_vectors(len(rows), options.dim, options.seed, number))


def queries_of(options: argparse.Namespace) -> np.ndarray:
    return unit_vectors(options.queries, options.dim, options.seed, -1)


def unit_vectors(count: int, dim: int, seed: int, number: int) -> np.ndarray:
    vectors = np.random.default_rng([seed, number + 1]).standard_normal((count, dim), np.float32)
    unit: np.ndarray = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def shards_of(options: argparse.Namespace) -> Shards:
    return Shards(options.folder, options.passages, SIZE)


def flat_index(options: argparse.Namespace) -> faiss.IndexFlatIP:
    index = faiss.IndexFlatIP(options.dim)
    for shard in shards_of(options):
        index.add(shard.vectors)
    return index


def timed(work: Callable[[], Found | tuple[np.ndarray, np.ndarray]]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
