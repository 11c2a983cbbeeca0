"""How and where a run is carried out."""

from dataclasses import dataclass

from hybridir.config.schema.checks import above_zero, at_least, between, one_of

SCHEDULES = ("linear", "cosine", "constant")
PRECISIONS = ("fp32", "bf16")
MEMORIES = ("whole", "cached")


@dataclass
class TrainerConfig:
    """Optimisation. `temperature` divides the cosines in InfoNCE; `warmup` is a share of the steps; `clip` the
    largest gradient norm (null: none). A batch is embedded in micro-batches of `micro_tokens` tokens (null: as suits
    encoder and device); `memory=cached` keeps only the embeddings, and computes each micro-batch twice (GradCache).
    `threads` of the CPU are part of a run's identity, since sums depend on them."""

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
    memory: str = "whole"
    micro_tokens: int | None = None
    threads: int = 1
    log_every: int = 20
    validate_every: int | None = None
    validation_pairs: int = 200
    checkpoint_every: int = 200

    def __post_init__(self) -> None:
        for name in ("threads", "log_every", "validate_every", "validation_pairs", "checkpoint_every"):
            at_least(f"trainer.{name}", getattr(self, name), 1)
        at_least("trainer.steps", self.steps, 0)
        at_least("trainer.batch_size", self.batch_size, 2)
        above_zero("trainer.learning_rate", self.learning_rate)
        above_zero("trainer.temperature", self.temperature)
        above_zero("trainer.clip", self.clip)
        between("trainer.warmup", self.warmup, 0.0, 1.0)
        between("trainer.weight_decay", self.weight_decay, 0.0, 1.0)
        between("trainer.beta2", self.beta2, 0.0, 0.99999)
        one_of("trainer.schedule", self.schedule, SCHEDULES)
        one_of("trainer.precision", self.precision, PRECISIONS)
        one_of("trainer.memory", self.memory, MEMORIES)
        at_least("trainer.micro_tokens", self.micro_tokens, 1)


@dataclass
class ExecutorConfig:
    """Where runs are carried out; no part of a run's identity. `jobs` null: as many as the machine carries.
    `processes` train one run together. Without `keep_models`, the weights of a run are removed once it is evaluated."""

    kind: str = "local"
    jobs: int | None = None
    processes: int = 1
    device: str = "auto"
    keep_models: bool = True

    def __post_init__(self) -> None:
        one_of("executor.kind", self.kind, ("local",))
        at_least("executor.jobs", self.jobs, 1)
        at_least("executor.processes", self.processes, 1)
