"""XQuAD-R whole from embeddings: 121 directions, the pool of all languages, all metrics, both kinds of candidates.

    python -m benchmarks.rank_xquad_r [--dims 384 768] [--threads 2] [--rounds 3] [--data-root DIR] [--seed 0]

Embeddings are random unit vectors: nothing that is timed depends on their values. The seconds are those of `evaluate`
with an encoder that looks them up, and of `summarise`, for sentences and for sentences with their context, one after
the other: the median over rounds. Beside them stand the seconds of CPU, of both cores together, which a busy machine
changes less, and what the matrix products alone take, in the same rounds.
"""

import argparse
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import torch

from benchmarks.ratios import Row, present, timed
from benchmarks.real_text import data_root
from hybridir.benchmarks.base import Benchmark, Texts
from hybridir.benchmarks.xquad_r import load_xquad_r
from hybridir.encoders.base import Kind
from hybridir.evaluation.evaluate import Encode, evaluate
from hybridir.evaluation.results import summarise


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dims", type=int, nargs="+", default=[384, 768])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--data-root", type=Path, default=data_root())


def measure(options: argparse.Namespace) -> Iterator[Row]:
    torch.set_num_threads(options.threads)
    folder = options.data_root / "xquad-r"
    benchmarks = [load_xquad_r(folder, "sentence"), load_xquad_r(folder, "context")]
    for dim in options.dims:
        lookups = [lookup(benchmark, dim, options.seed) for benchmark in benchmarks]
        rounds = list[tuple[float, float, float]]()
        for _ in range(options.rounds + 1):
            began = time.process_time()
            whole = sum(timed(partial(figures, *both)) for both in zip(benchmarks, lookups, strict=True))
            worked = time.process_time() - began
            rounds.append((whole, worked, timed(partial(products, benchmarks, dim))))
        seconds, worked, least = map(statistics.median, zip(*rounds[1:], strict=True))
        what = f"XQuAD-R whole from embeddings, both kinds, {dim} dims, {options.threads} threads"
        ours = f"{seconds:.2f} s ({worked:.2f} s of CPU); the products alone {least:.2f} s"
        yield Row(what, ours, "", seconds, goal=2.0, unit="s", at_most=True)


def figures(benchmark: Benchmark, encode: Encode) -> None:
    summarise(evaluate(encode, benchmark, "run"))


def lookup(benchmark: Benchmark, dim: int, seed: int) -> Encode:
    """An encoder whose embeddings are there before it is asked."""
    rng = np.random.default_rng(seed)
    sides: dict[Kind, Mapping[str, Texts]] = {"passage": benchmark.passages, "query": benchmark.queries}
    known = {}
    for kind, side in sides.items():
        texts = dict.fromkeys(text for lang in sorted(side) for text in side[lang].texts)
        vectors = rng.standard_normal((len(texts), dim), np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        known[kind] = vectors, {text: row for row, text in enumerate(texts)}

    def encode(texts: Sequence[str], kind: Kind) -> np.ndarray:
        vectors, row = known[kind]
        start = row[texts[0]]  # new texts come in the order of the languages
        return vectors[start : start + len(texts)]

    return encode


def products(benchmarks: list[Benchmark], dim: int) -> None:
    """The products of all queries with all passages, as one call for each language."""
    for benchmark in benchmarks:
        passages = torch.randn(sum(map(len, benchmark.passages.values())), dim)
        scores = torch.empty(max(map(len, benchmark.queries.values())), len(passages))
        for texts in benchmark.queries.values():
            torch.matmul(torch.randn(len(texts), dim), passages.T, out=scores[: len(texts)])


if __name__ == "__main__":
    present(__doc__, arguments, measure)
