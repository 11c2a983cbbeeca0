"""Which of the pairs of a collection a run may train on."""

from dataclasses import dataclass

from hybridir.config.schema.checks import at_least, between, one_of

SPLITS = ("even", "size")


@dataclass
class BudgetConfig:
    """How many pairs a run trains on: `per_language` at most for each query language, `total` over all of them, shared
    out evenly (a language with less gives all it has, and the others take the rest) or by size. null: no limit."""

    total: int | None = None
    per_language: int | None = None
    split: str = "even"

    def __post_init__(self) -> None:
        at_least("budget.total", self.total, 1)
        at_least("budget.per_language", self.per_language, 1)
        one_of("budget.split", self.split, SPLITS)


@dataclass
class DecontaminateConfig:
    """Whether training pairs are checked against the benchmarks of the run, and dropped where they overlap.

    A pair overlaps by its question, by the title of its passage, by its passage, or by a `share` of the passage's
    shingles: runs of `words` words, or of `characters` characters in scripts without spaces.
    """

    check: bool = True
    drop: bool = True
    titles: bool = True
    share: float = 0.05
    words: int = 8
    characters: int = 20

    def __post_init__(self) -> None:
        between("decontaminate.share", self.share, 0.0, 1.0)
        at_least("decontaminate.words", self.words, 1)
        at_least("decontaminate.characters", self.characters, 1)
