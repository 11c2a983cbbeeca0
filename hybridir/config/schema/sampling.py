"""How a batch mixes languages, and which languages there are."""

from dataclasses import dataclass, field

from hybridir.config.schema.checks import above_zero, between, one_of
from hybridir.errors import UserError

STRATEGIES = ("monolingual", "crosslingual", "hybrid", "mixed")
WEIGHTS = ("uniform", "proportional", "temperature")
ORDERS = ("resource", "pairs", "family", "random", "listed")
BATCHES = ("mixed", "unmixed")


@dataclass
class SamplingConfig:
    """How a batch mixes languages. `alpha` is the share of monolingual batches of `hybrid` (arXiv 2408.10536,
    section 3); `temperature` T weighs a direction of n pairs by n**(1/T), with `weights=temperature`. Batches across
    languages hold many directions (`mixed`, as there), or one each (`unmixed`). `only` are those of the training
    languages that are drawn from (empty: all)."""

    strategy: str = "hybrid"
    alpha: float = 0.5
    weights: str = "uniform"
    temperature: float = 2.0
    crosslingual_batches: str = "mixed"
    join: bool = True
    only: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        one_of("sampling.strategy", self.strategy, STRATEGIES)
        between("sampling.alpha", self.alpha, 0.0, 1.0)
        one_of("sampling.weights", self.weights, WEIGHTS)
        above_zero("sampling.temperature", self.temperature)
        one_of("sampling.crosslingual_batches", self.crosslingual_batches, BATCHES)


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
        one_of("languages.order", self.order, ORDERS)
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
