"""Exact search of passages in shards on disk: hybridir against FAISS with all passages in memory.

    python -m benchmarks.search [--passages 200000] [--dim 384] [--queries 1000] [--depth 100] [--rounds 3]
                                [--threads 1] [--seed 0]

Searches with each in a process of its own for the most memory that it holds, then alternates the two in one process.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import faiss
import numpy as np
import torch

from benchmarks.ratios import Row, alternate, present
from hybridir.evaluation.search import search
from hybridir.evaluation.shards import Shards

SIZE = 1 << 14


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--passages", type=int, default=200_000)
    parser.add_argument("--dim", type=int, default=384)
    parser.add_argument("--queries", type=int, default=1000)
    parser.add_argument("--depth", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)


def measure(options: argparse.Namespace) -> Iterator[Row]:
    set_threads(options.threads)
    with tempfile.TemporaryDirectory() as folder:
        options.folder = Path(folder)
        write_shards(options)
        # first, since a process counts as its own what the one that started it held then
        mine, theirs = (memory_of(name, options) for name in ("hybridir", "faiss"))
        yield Row("exact search, memory", f"{mine:,.0f} MiB", f"{theirs:,.0f} MiB", theirs / mine, goal=1)
        queries, shards, index = queries_of(options), shards_of(options), flat_index(options)
        ours, peer = search(queries, shards, options.depth), index.search(queries, options.depth)
        yield Row("exact search, equal passages", "", "", float((ours.rows == peer[1]).mean()), goal=0.999, unit="")
        seconds, peers = alternate(
            lambda: search(queries, shards, options.depth),
            lambda: index.search(queries, options.depth),
            options.rounds,
        )
    speeds = [f"{options.queries / taken:,.0f} queries/s" for taken in (seconds, peers)]
    yield Row("exact search, passages on disk", speeds[0], speeds[1], peers / seconds, goal=1)


def set_threads(threads: int) -> None:
    torch.set_num_threads(threads)
    faiss.omp_set_num_threads(threads)


def memory_of(name: str, options: argparse.Namespace) -> float:
    """The most memory, in MiB, of a process that searches once."""
    said = json.dumps({key: value for key, value in vars(options).items() if key not in ("json", "folder")})
    code = f"from benchmarks.search import alone; alone({name!r}, {said!r}, {str(options.folder)!r})"
    return float(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout)


def alone(name: str, said: str, folder: str) -> None:
    """Search with one of the two, and print the most memory that this process held."""
    options = argparse.Namespace(**json.loads(said), folder=Path(folder))
    set_threads(options.threads)
    queries = queries_of(options)
    if name == "hybridir":
        search(queries, shards_of(options), options.depth)
    else:
        flat_index(options).search(queries, options.depth)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


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


if __name__ == "__main__":
    present(__doc__, arguments, measure)
