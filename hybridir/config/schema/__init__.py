"""The typed configuration of a run, a module per section. A bad value is refused when it is set, by name and with what
is allowed."""

from dataclasses import dataclass, field
from typing import Any

from hybridir.config.schema.augment import AUGMENTS, LEXICONS, AugmentConfig
from hybridir.config.schema.benchmark import (
    BENCHMARK_KINDS,
    CANDIDATES,
    CORPORA,
    INDEXES,
    BenchmarkConfig,
    RerankConfig,
)
from hybridir.config.schema.data import DATA_KINDS, PASSAGES, DataConfig, ReplayConfig, SourceConfig, TextsConfig
from hybridir.config.schema.model import (
    MODELS,
    POOLINGS,
    STARTS,
    CrossEncoderModel,
    ModelConfig,
    StaticModel,
    TransformerModel,
)
from hybridir.config.schema.sampling import BATCHES, ORDERS, STRATEGIES, WEIGHTS, LanguagesConfig, SamplingConfig
from hybridir.config.schema.selection import SPLITS, BudgetConfig, DecontaminateConfig
from hybridir.config.schema.training import PRECISIONS, SCHEDULES, ExecutorConfig, TrainerConfig
from hybridir.errors import UserError

__all__ = [
    "AUGMENTS",
    "BATCHES",
    "BENCHMARK_KINDS",
    "CANDIDATES",
    "CORPORA",
    "DATA_KINDS",
    "INDEXES",
    "LEXICONS",
    "MODELS",
    "ORDERS",
    "PASSAGES",
    "POOLINGS",
    "PRECISIONS",
    "SCHEDULES",
    "SPLITS",
    "STARTS",
    "STRATEGIES",
    "WEIGHTS",
    "AugmentConfig",
    "BenchmarkConfig",
    "BudgetConfig",
    "CrossEncoderModel",
    "DataConfig",
    "DecontaminateConfig",
    "ExecutorConfig",
    "LanguagesConfig",
    "ModelConfig",
    "ReplayConfig",
    "RerankConfig",
    "RunConfig",
    "SamplingConfig",
    "SourceConfig",
    "StaticModel",
    "TextsConfig",
    "TrainerConfig",
    "TransformerModel",
]


@dataclass
class RunConfig:
    """Everything that a run is made of. Paths say where things lie and are no part of its identity."""

    model: ModelConfig
    sampling: SamplingConfig
    languages: LanguagesConfig
    data: DataConfig
    augment: AugmentConfig
    replay: ReplayConfig
    texts: TextsConfig
    benchmark: dict[str, BenchmarkConfig]
    trainer: TrainerConfig
    executor: ExecutorConfig
    budget: BudgetConfig = field(default_factory=BudgetConfig)
    decontaminate: DecontaminateConfig = field(default_factory=DecontaminateConfig)
    rerank: RerankConfig = field(default_factory=RerankConfig)
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
