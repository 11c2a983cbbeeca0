"""From a benchmark configuration to a benchmark, and to a signature that tells whether it may have changed."""

import hashlib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, cast

from hybridir.benchmarks.artificial import load_artificial
from hybridir.benchmarks.base import Benchmark
from hybridir.benchmarks.search import SearchBenchmark
from hybridir.benchmarks.xquad_r import Candidates, load_xquad_r
from hybridir.config.schema import BenchmarkConfig
from hybridir.data.artificial import ArtificialPairs
from hybridir.data.hub import folder_signature
from hybridir.data.world.config import make_world
from hybridir.errors import UserError

AnyBenchmark = Benchmark | SearchBenchmark

Load = Callable[[BenchmarkConfig, Path, Path], AnyBenchmark]
"""Reads the benchmark of a configuration from its folder; may keep what it prepared of it in the cache folder."""


class Released(NamedTuple):
    """A kind of benchmark that is read from released files: how, and where users get them."""

    load: Load
    source: str


RELEASED: dict[str, Released] = {
    "xquad_r": Released(
        lambda config, folder, cache: load_xquad_r(folder, cast(Candidates, config.candidates)),
        "XQuAD-R is xquad-r/ of google-research-datasets/lareqa on GitHub",
    ),
}


def load_benchmark(config: BenchmarkConfig, data_root: Path, cache: Path) -> AnyBenchmark:
    """The benchmark that `config.kind` names; loaded once per process while its files stay as they are."""
    return _load(_Key(config, data_root, cache))


def signature(config: BenchmarkConfig, data_root: Path) -> str:
    """Differs whenever the benchmark may differ; cheap, since it is asked for at every start."""
    if config.kind == "artificial":
        return ArtificialPairs(make_world(config.world)).signature()
    folder = _folder(config, data_root)
    settings = {name: value for name, value in vars(config).items() if name not in ("folder", "world")}
    return hashlib.sha256(f"{settings} {folder_signature(folder)}".encode()).hexdigest()


class _Key:
    """A configuration as a cache key: equal while its signature is."""

    def __init__(self, config: BenchmarkConfig, data_root: Path, cache: Path) -> None:
        self.config, self.data_root, self.cache = config, data_root, cache
        self._signature = signature(config, data_root)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self._signature == other._signature

    def __hash__(self) -> int:
        return hash(self._signature)


@lru_cache(maxsize=4)
def _load(key: _Key) -> AnyBenchmark:
    if key.config.kind == "artificial":
        return load_artificial(make_world(key.config.world))
    return RELEASED[key.config.kind].load(key.config, _folder(key.config, key.data_root), key.cache)


def _folder(config: BenchmarkConfig, data_root: Path) -> Path:
    folder = data_root / (config.folder or "")
    if not config.folder or not folder.is_dir():
        raise UserError(
            f"the benchmark {config.kind} is not at {folder}: set --data-root (or HYBRIDIR_DATA) to the folder that"
            f" holds {config.folder or 'it'}; {RELEASED[config.kind].source}."
        )
    return folder
