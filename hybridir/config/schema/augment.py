"""What is done to the texts of a pair before they are trained on."""

from dataclasses import dataclass, field

from hybridir.config.schema.checks import between, one_of

AUGMENTS = ("none", "bilingual", "multilingual", "titles")
LEXICONS = ("tsv", "muse", "vectors", "titles")


@dataclass
class AugmentConfig:
    """Code-switching (arXiv 2305.05295): words of a text are replaced by translations from lexicons.

    `bilingual` takes one language per side, `multilingual` one per word, `titles` switches whole titles of up to three
    words into one language per text. `probability` is that of a word (or title) being switched, `share` that of a pair
    being switched at all. `languages` are those switched into (empty: the training languages that have a lexicon).
    """

    kind: str = "none"
    probability: float = 0.5
    share: float = 1.0
    lexicon: str | None = None
    format: str = "tsv"
    languages: list[str] = field(default_factory=list)
    query_language: str | None = None
    passage_language: str | None = None

    def __post_init__(self) -> None:
        one_of("augment.kind", self.kind, AUGMENTS)
        between("augment.probability", self.probability, 0.0, 1.0)
        between("augment.share", self.share, 0.0, 1.0)
        one_of("augment.format", self.format, LEXICONS)
