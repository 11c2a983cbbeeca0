"""A small parallel benchmark, and encoders that need no model."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from hybridir.benchmarks.base import Benchmark, Texts
from hybridir.languages.catalog import describe

METRICS = ("mAP", "mAP@20", "R@1", "R@10", "R@100", "nDCG@10", "MRR", "rank_distance")


def _parallel_benchmark(langs: Sequence[str], questions: int, passages: int, copies: int = 0) -> Benchmark:
    """Passage i of every language answers question i; the last `copies` passages repeat the first texts."""
    numbers = [*range(passages), *range(copies)]
    return Benchmark(
        name="toy",
        queries={
            lang: Texts(tuple(f"q{i}" for i in range(questions)), tuple(f"{lang} q{i}" for i in range(questions)))
            for lang in langs
        },
        passages={
            lang: Texts(tuple(f"{lang}_{i}" for i in range(len(numbers))), tuple(f"{lang} p{i}" for i in numbers))
            for lang in langs
        },
        relevant={(f"q{i}", lang): (f"{lang}_{i}",) for i in range(questions) for lang in langs},
        metrics=METRICS,
        parallel=True,
        languages={lang: describe(lang) for lang in langs},
    )


class Hashed:
    """Gives every text a random unit vector of its own; with `levels`, a coarse one, so that many tie."""

    def __init__(self, dim: int = 16, levels: int | None = None) -> None:
        self.dim, self.levels = dim, levels

    def __call__(self, texts: Sequence[str], kind: str) -> np.ndarray:
        vectors = np.stack([np.random.default_rng([*text.encode()]).standard_normal(self.dim) for text in texts])
        if self.levels is not None:
            return np.round(vectors * self.levels).astype(np.float32)
        return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def _oracle(texts: Sequence[str], kind: str) -> np.ndarray:
    """A perfect encoder of the benchmark: question i and its answers have equal vectors in every language."""
    return np.stack([np.eye(64, dtype=np.float32)[int(text.split()[1][1:])] for text in texts])


@pytest.fixture(scope="session")
def parallel_benchmark() -> Callable[..., Benchmark]:
    return _parallel_benchmark


@pytest.fixture(scope="session")
def hashed() -> type[Hashed]:
    return Hashed


@pytest.fixture(scope="session")
def oracle() -> Callable[[Sequence[str], str], np.ndarray]:
    return _oracle
