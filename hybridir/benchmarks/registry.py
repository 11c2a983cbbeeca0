"""From a benchmark configuration to a benchmark, and to a signature that tells whether it may have changed."""

import hashlib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, cast

from hybridir.benchmarks import miracl, xor_retrieve, xtreme_up
from hybridir.benchmarks.artificial import load_artificial
from hybridir.benchmarks.base import Benchmark
from hybridir.benchmarks.belebele import load_belebele
from hybridir.benchmarks.mlqa_r import load_mlqa_r
from hybridir.benchmarks.mmarco import SOURCE as MMARCO
from hybridir.benchmarks.mmarco import load_mmarco
from hybridir.benchmarks.paragraphs import Candidates
from hybridir.benchmarks.search import SearchBenchmark
from hybridir.benchmarks.xquad_r import load_xquad_r
from hybridir.config.schema import BenchmarkConfig
from hybridir.data.artificial import ArtificialPairs
from hybridir.data.places import folder_signature
from hybridir.data.world.config import make_world
from hybridir.errors import UserError
from hybridir.hub import dataset_folder, refuse_absent

AnyBenchmark = Benchmark | SearchBenchmark

Load = Callable[[BenchmarkConfig, Path, Path], AnyBenchmark]
"""Reads the benchmark of a configuration from its folder; may keep what it prepared of it in the cache folder."""


class Released(NamedTuple):
    """A kind of benchmark that is read from released files: how, where users get them, and which of a hub dataset's
    files it needs (patterns)."""

    load: Load
    source: str
    files: tuple[str, ...]


RELEASED: dict[str, Released] = {
    "xquad_r": Released(
        lambda config, folder, cache: load_xquad_r(folder, cast(Candidates, config.candidates)),
        "XQuAD-R is xquad-r/ of google-research-datasets/lareqa on GitHub",
        ("*.json",),
    ),
    "mlqa_r": Released(
        lambda config, folder, cache: load_mlqa_r(folder, cast(Candidates, config.candidates), config.split),
        "MLQA is MLQA_V1.zip of facebookresearch/MLQA on GitHub",
        ("*.json",),
    ),
    "miracl": Released(miracl.load_miracl, miracl.SOURCE, ("*.tsv", "*.parquet")),
    "xor_retrieve": Released(xor_retrieve.load_xor_retrieve, xor_retrieve.SOURCE, ("*.jsonl", "*.tsv")),
    "xtreme_up": Released(xtreme_up.load_xtreme_up, xtreme_up.SOURCE, ("*.jsonl", "*.tsv")),
    "belebele": Released(
        lambda config, folder, cache: load_belebele(folder, config.languages),
        "Belebele is the dataset facebook/belebele on the hub",
        ("*.jsonl",),
    ),
    "mmarco": Released(
        lambda config, folder, cache: load_mmarco(config, folder), MMARCO, ("data/qrels.dev.small.tsv",)
    ),
}

SEARCHED = ("miracl", "xor_retrieve", "xtreme_up")
"""Kinds that load as a `SearchBenchmark`."""

RERANKED = ("mmarco",)
"""Kinds that bring candidates for each query, and are re-ranked."""


def load_benchmark(config: BenchmarkConfig, data_root: Path, cache: Path) -> AnyBenchmark:
    """The benchmark that `config.kind` names; loaded once per process while its files stay as they are."""
    return _load(_Key(config, data_root, cache))


def signature(config: BenchmarkConfig, data_root: Path) -> str:
    """Differs whenever the benchmark may differ: local files by size and time of change, a hub dataset by name and
    revision. Cheap, since it is asked for at every start."""
    if config.kind == "artificial":
        return ArtificialPairs(make_world(config.world)).signature()
    folder = _local_folder(config, data_root)
    settings = {name: value for name, value in vars(config).items() if name not in ("folder", "world", "keep_shards")}
    files = folder_signature(folder) if folder else f"hub {config.folder}"
    return hashlib.sha256(f"{settings} {files}".encode()).hexdigest()


def is_parallel(benchmark: AnyBenchmark) -> bool:
    """Whether the same question has the same id in every language."""
    return isinstance(benchmark, Benchmark) and benchmark.parallel


def refuse_missing(config: BenchmarkConfig, data_root: Path) -> None:
    """Raise UserError, in seconds, if the benchmark is neither here nor on the hub; reads and fetches nothing."""
    if config.kind != "artificial" and _local_folder(config, data_root) is None:
        refuse_absent(str(config.folder), "dataset")


def origin(config: BenchmarkConfig, data_root: Path) -> str:
    """Where the benchmark is read from, for the record: a folder, or a hub dataset with its commit."""
    if config.kind == "artificial":
        return "the artificial world"
    folder = _local_folder(config, data_root)
    return str(folder.resolve()) if folder else f"{config.folder} on the hub, commit {_fetched(config).name}"


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
    config = key.config
    if config.kind == "artificial":
        benchmark: AnyBenchmark = load_artificial(make_world(config.world))
    else:
        folder = _local_folder(config, key.data_root) or _fetched(config)
        benchmark = RELEASED[config.kind].load(config, folder, key.cache)
    # a searched benchmark has chosen its languages while it was read
    return benchmark.only(config.languages) if isinstance(benchmark, Benchmark) else benchmark


def _local_folder(config: BenchmarkConfig, data_root: Path) -> Path | None:
    """The benchmark's folder, below the data root or as it stands; None for the name of a hub dataset."""
    named = config.folder or ""
    for folder in (data_root / named, Path(named).expanduser()):
        if named and folder.is_dir():
            return folder
    if named.count("/") == 1 and not named.startswith((".", "/", "~")):
        return None
    raise UserError(
        f"the benchmark {config.kind} is not at {data_root / named}: set --data-root (or HYBRIDIR_DATA) to the folder"
        f" that holds {named or 'it'}; {RELEASED[config.kind].source}."
    )


def _fetched(config: BenchmarkConfig) -> Path:
    """The files of a hub dataset, in the hub's cache; the folder has the name of their commit."""
    return dataset_folder(str(config.folder), config.revision, RELEASED[config.kind].files)
