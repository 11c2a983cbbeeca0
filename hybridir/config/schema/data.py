"""Where pairs come from."""

import re
from dataclasses import dataclass, field
from typing import Any

from hybridir.config.schema.checks import between, one_of
from hybridir.config.schema.sampling import SamplingConfig
from hybridir.errors import UserError

DATA_KINDS = ("artificial", "hub", "parallel", "swim_ir_files", "files", "mmarco", "squad")
PASSAGES = ("sentence", "paragraph")


@dataclass
class SourceConfig:
    """A folder or hub name; `passages` is the language of its passages where rows do not say (null: the query's).
    `both_ways`: its pairs are translations, read both ways round and joined by their side in that language."""

    path: str = "???"
    passages: str | None = None
    revision: str | None = None
    both_ways: bool = False


@dataclass
class DataConfig:
    """A collection of pairs, read from `sources` or, where it is given, from `folder`.

    `only` are the languages to keep of it (empty: all); `heldout` is the share of training questions kept for
    validation. `scripts` refuses directions whose text contradicts their languages. `passage` is what answers a
    question of SQuAD's format: the sentence with the answer, or its paragraph.
    """

    kind: str = "artificial"
    name: str = "artificial"
    sources: list[SourceConfig] = field(default_factory=list)
    folder: str | None = None
    only: list[str] = field(default_factory=list)
    heldout: float = 0.0
    scripts: bool = True
    passage: str = "sentence"
    world: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        one_of("data.kind", self.kind, DATA_KINDS)
        if not re.fullmatch(r"\w[\w.-]*", self.name):
            raise UserError(f"data.name={self.name} is not allowed: give letters, digits, '_', '-' and '.' only.")
        between("data.heldout", self.heldout, 0.0, 0.5)
        one_of("data.passage", self.passage, PASSAGES)


@dataclass
class ReplayConfig:
    """A second collection that a `share` of the batches comes from, so that what it taught is not forgotten."""

    share: float = 0.0
    data: DataConfig | None = None
    sampling: SamplingConfig = field(default_factory=lambda: SamplingConfig(strategy="crosslingual"))

    def __post_init__(self) -> None:
        between("replay.share", self.share, 0.0, 0.95)
        if self.share > 0 and self.data is None:
            raise UserError(f"replay.share={self.share} needs a collection: add replay=parallel_sentences.")


@dataclass
class TextsConfig:
    """A further collection whose text, with that of the data, makes tokenizer and token weights; null: none."""

    data: DataConfig | None = None
