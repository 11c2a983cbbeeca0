"""The typed configuration of a run. A bad value is refused when it is set, by name and with what is allowed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from hybridir.errors import UserError

STRATEGIES = ("monolingual", "crosslingual", "hybrid", "mixed")
WEIGHTS = ("uniform", "proportional", "temperature")
ORDERS = ("resource", "pairs", "family", "random", "listed")
BATCHES = ("mixed", "unmixed")
STARTS = ("random", "translations")
POOLINGS = ("mean", "cls")
SCHEDULES = ("linear", "cosine", "constant")
PRECISIONS = ("fp32", "bf16")
CANDIDATES = ("sentence", "context")
DATA_KINDS = ("artificial", "hub", "parallel", "swim_ir_files")
BENCHMARK_KINDS = ("artificial", "xquad_r")


@dataclass
class StaticModel:
    """Token embeddings and their weighted mean. `vocabulary` is a WordPiece file below the data root, or null:
    then a tokenizer of `vocab_size` pieces is trained on all languages of the data. `start=translations` makes the
    first vectors from word alignments of the parallel pairs in the data. Token weights start at a / (a + p) with
    a = `sif` (null: all at 1); in training a text loses a share `token_dropout` of its tokens."""

    kind: str = "static"
    init: str | None = None
    dim: int = 256
    vocabulary: str | None = None
    vocab_size: int = 32000
    lowercase: bool = True
    start: str = "random"
    sif: float | None = 1e-3
    init_scale: float = 0.1
    token_dropout: float = 0.0
    query_length: int | None = None
    passage_length: int | None = None
    query_prompt: str = ""
    passage_prompt: str = ""

    def __post_init__(self) -> None:
        _at_least("model.dim", self.dim, 1)
        _at_least("model.vocab_size", self.vocab_size, 300)
        _one_of("model.start", self.start, STARTS)
        _above_zero("model.sif", self.sif)
        _between("model.token_dropout", self.token_dropout, 0.0, 0.9)
        _above_zero("model.init_scale", self.init_scale)
        _lengths(self.query_length, self.passage_length)


@dataclass
class TransformerModel:
    """A Hugging Face encoder: `init` is a hub name, a folder or a run; null builds a small one from nothing."""

    kind: str = "transformer"
    init: str | None = None
    pooling: str = "mean"
    query_prompt: str = ""
    passage_prompt: str = ""
    query_length: int = 64
    passage_length: int = 256
    vocab_size: int = 16000
    lowercase: bool = True
    layers: int = 2
    hidden: int = 128
    heads: int = 4
    intermediate: int = 512
    dropout: float = 0.1
    encoder_parameters: int | None = None  # without embeddings: only for estimating cost

    def __post_init__(self) -> None:
        _one_of("model.pooling", self.pooling, POOLINGS)
        _lengths(self.query_length, self.passage_length)
        for name in ("layers", "hidden", "heads", "intermediate"):
            _at_least(f"model.{name}", getattr(self, name), 1)
        _at_least("model.vocab_size", self.vocab_size, 300)
        _at_least("model.encoder_parameters", self.encoder_parameters, 0)
        if self.hidden % self.heads:
            raise UserError(
                f"model.hidden={self.hidden} is no multiple of model.heads={self.heads}: change one of them."
            )
        _between("model.dropout", self.dropout, 0.0, 0.9)


ModelConfig = StaticModel | TransformerModel
MODELS: dict[str, type[StaticModel] | type[TransformerModel]] = {
    "static": StaticModel,
    "transformer": TransformerModel,
}


@dataclass
class SamplingConfig:
    """How a batch mixes languages. `alpha` is the share of monolingual batches of `hybrid` (arXiv 2408.10536,
    section 3); `temperature` T weighs a direction of n pairs by n**(1/T), with `weights=temperature`. Batches across
    languages hold many directions (`mixed`, as there), or one each (`unmixed`)."""

    strategy: str = "hybrid"
    alpha: float = 0.5
    weights: str = "uniform"
    temperature: float = 2.0
    crosslingual_batches: str = "mixed"
    join: bool = True

    def __post_init__(self) -> None:
        _one_of("sampling.strategy", self.strategy, STRATEGIES)
        _between("sampling.alpha", self.alpha, 0.0, 1.0)
        _one_of("sampling.weights", self.weights, WEIGHTS)
        _above_zero("sampling.temperature", self.temperature)
        _one_of("sampling.crosslingual_batches", self.crosslingual_batches, BATCHES)


@dataclass
class LanguagesConfig:
    """Which languages train: the first `count` (a number, or `all`) of an order; `always` come first in any order."""

    order: str = "pairs"
    count: int | str = "all"
    descending: bool = True
    listed: list[str] = field(default_factory=list)
    always: list[str] = field(default_factory=list)
    seed: int = 0

    def __post_init__(self) -> None:
        _one_of("languages.order", self.order, ORDERS)
        is_number = isinstance(self.count, int) and not isinstance(self.count, bool)
        if self.count != "all" and not (is_number and int(self.count) >= 0):
            raise UserError(f"languages.count={self.count!r} is not allowed: give a number from 0 up, or all.")
        for name in ("listed", "always"):
            codes: list[str] = getattr(self, name)
            repeated = sorted({code for code in codes if codes.count(code) > 1})
            if repeated:
                raise UserError(f"languages.{name} has {repeated[0]!r} twice: give each language once.")
        if self.order == "listed" and not self.listed:
            raise UserError("languages.order=listed needs languages.listed=[de,en,...], and it is empty.")


@dataclass
class SourceConfig:
    """A folder or hub name; `passages` is the language of its passages where rows do not say (null: the query's)."""

    path: str = "???"
    passages: str | None = None
    revision: str | None = None


@dataclass
class DataConfig:
    """A collection of pairs. `only` are the languages to keep of it (empty: all); `heldout` is the share of training
    questions kept for validation."""

    kind: str = "artificial"
    name: str = "artificial"
    sources: list[SourceConfig] = field(default_factory=list)
    folder: str | None = None
    only: list[str] = field(default_factory=list)
    heldout: float = 0.0
    world: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _one_of("data.kind", self.kind, DATA_KINDS)
        if not re.fullmatch(r"\w[\w.-]*", self.name):
            raise UserError(f"data.name={self.name} is not allowed: give letters, digits, '_', '-' and '.' only.")
        _between("data.heldout", self.heldout, 0.0, 0.5)


@dataclass
class ReplayConfig:
    """A second collection that a `share` of the batches comes from, so that what it taught is not forgotten."""

    share: float = 0.0
    data: DataConfig | None = None
    sampling: SamplingConfig = field(default_factory=lambda: SamplingConfig(strategy="crosslingual"))

    def __post_init__(self) -> None:
        _between("replay.share", self.share, 0.0, 0.95)
        if self.share > 0 and self.data is None:
            raise UserError(f"replay.share={self.share} needs a collection: add replay=parallel_sentences.")


@dataclass
class TextsConfig:
    """A further collection whose text, with that of the data, makes tokenizer and token weights; null: none."""

    data: DataConfig | None = None


@dataclass
class BenchmarkConfig:
    """An evaluation set: where it lies (`folder`, below the data root) and what its candidates are."""

    kind: str = "???"
    folder: str | None = None
    candidates: str = "sentence"
    world: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _one_of("benchmark.kind", self.kind, BENCHMARK_KINDS)
        _one_of("benchmark.candidates", self.candidates, CANDIDATES)


@dataclass
class TrainerConfig:
    """Optimisation. `temperature` divides the cosines in InfoNCE; `warmup` is a share of the steps; `clip` the
    largest gradient norm (null: none); `threads` of the CPU are part of a run's identity, since sums depend on them."""

    steps: int = 400
    batch_size: int = 128
    learning_rate: float = 1e-2
    warmup: float = 0.05
    schedule: str = "linear"
    weight_decay: float = 0.0
    clip: float | None = 1.0
    temperature: float = 0.05
    symmetric: bool = False
    beta2: float = 0.999
    precision: str = "fp32"
    threads: int = 1
    log_every: int = 20
    validate_every: int | None = None
    validation_pairs: int = 200
    checkpoint_every: int = 200

    def __post_init__(self) -> None:
        for name in ("threads", "log_every", "validate_every", "validation_pairs", "checkpoint_every"):
            _at_least(f"trainer.{name}", getattr(self, name), 1)
        _at_least("trainer.steps", self.steps, 0)
        _at_least("trainer.batch_size", self.batch_size, 2)
        _above_zero("trainer.learning_rate", self.learning_rate)
        _above_zero("trainer.temperature", self.temperature)
        _above_zero("trainer.clip", self.clip)
        _between("trainer.warmup", self.warmup, 0.0, 1.0)
        _between("trainer.weight_decay", self.weight_decay, 0.0, 1.0)
        _between("trainer.beta2", self.beta2, 0.0, 0.99999)
        _one_of("trainer.schedule", self.schedule, SCHEDULES)
        _one_of("trainer.precision", self.precision, PRECISIONS)


@dataclass
class ExecutorConfig:
    """Where runs are carried out; no part of a run's identity. `jobs` null: as many as the machine carries."""

    kind: str = "local"
    jobs: int | None = None
    device: str = "auto"

    def __post_init__(self) -> None:
        _one_of("executor.kind", self.kind, ("local",))
        _at_least("executor.jobs", self.jobs, 1)


@dataclass
class RunConfig:
    """Everything that a run is made of. Paths say where things lie and are no part of its identity."""

    model: ModelConfig
    sampling: SamplingConfig
    languages: LanguagesConfig
    data: DataConfig
    replay: ReplayConfig
    texts: TextsConfig
    benchmark: dict[str, BenchmarkConfig]
    trainer: TrainerConfig
    executor: ExecutorConfig
    seed: int = 0
    world: dict[str, Any] = field(default_factory=dict)
    runs_dir: str = "runs"
    results_dir: str = "results"
    data_root: str | None = None
    cache_dir: str | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.seed, int) or isinstance(self.seed, bool) or self.seed < 0:
            raise UserError(f"seed={self.seed} is not allowed: give a whole number from 0 up.")
        for name in ("runs_dir", "results_dir", "data_root", "cache_dir"):
            folder = getattr(self, name)
            if not isinstance(folder, str) and (folder is not None or name in ("runs_dir", "results_dir")):
                raise UserError(f"{name}={folder} is not allowed: name a folder.")


def _one_of(name: str, value: object, allowed: Sequence[str]) -> None:
    if value not in allowed:
        raise UserError(f"{name}={value} is not allowed: choose one of {', '.join(allowed)}.")


def _between(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise UserError(f"{name}={value} is out of range: give a number from {low:g} to {high:g}.")


def _at_least(name: str, value: float | None, low: float) -> None:
    if value is not None and not value >= low:
        raise UserError(f"{name}={value} is out of range: give {low:g} or more.")


def _above_zero(name: str, value: float | None) -> None:
    if value is not None and not 0 < value < float("inf"):
        raise UserError(f"{name}={value} is out of range: give a number above 0.")


def _lengths(query: int | None, passage: int | None) -> None:
    _at_least("model.query_length", query, 4)
    _at_least("model.passage_length", passage, 4)
