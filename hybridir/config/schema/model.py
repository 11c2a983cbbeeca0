"""What is trained: an encoder or a re-ranker."""

from dataclasses import dataclass

from hybridir.config.schema.checks import above_zero, at_least, between, lengths, one_of
from hybridir.errors import UserError

STARTS = ("random", "translations")
POOLINGS = ("mean", "cls")


@dataclass
class StaticModel:
    """Token embeddings and their weighted mean. `vocabulary` is a WordPiece file below the data root, or null:
    then a tokenizer of `vocab_size` pieces is trained on all languages of the data. `start=translations` makes the
    first vectors from word alignments of the parallel pairs in the data. Token weights start at a / (a + p) with
    a = `sif` (null: all at 1); in training a text loses a share `token_dropout` of its tokens."""

    kind: str = "static"
    init: str | None = None
    revision: str | None = None
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
        at_least("model.dim", self.dim, 1)
        at_least("model.vocab_size", self.vocab_size, 300)
        one_of("model.start", self.start, STARTS)
        above_zero("model.sif", self.sif)
        between("model.token_dropout", self.token_dropout, 0.0, 0.9)
        above_zero("model.init_scale", self.init_scale)
        lengths(self.query_length, self.passage_length)


@dataclass
class TransformerModel:
    """A Hugging Face encoder: `init` is a hub name (at `revision`), a folder or a run; null builds a small one from
    nothing. Of pooling, prompts and lengths, what is set holds, and null is as the model's folder says; where that says
    nothing: mean, no prompts, 64 and 256 tokens."""

    kind: str = "transformer"
    init: str | None = None
    revision: str | None = None
    pooling: str | None = None
    query_prompt: str | None = None
    passage_prompt: str | None = None
    query_length: int | None = None
    passage_length: int | None = None
    vocab_size: int = 16000
    lowercase: bool = True
    layers: int = 2
    hidden: int = 128
    heads: int = 4
    intermediate: int = 512
    dropout: float = 0.1
    encoder_parameters: int | None = None  # without embeddings: only for estimating cost

    def __post_init__(self) -> None:
        if self.pooling is not None:
            one_of("model.pooling", self.pooling, POOLINGS)
        lengths(self.query_length, self.passage_length)
        _from_nothing(self)


@dataclass
class CrossEncoderModel:
    """A re-ranker: a Hugging Face encoder that reads query and passage together and gives one score (arXiv 2305.05295,
    section 3). `length` counts the tokens of both; each pair is trained against `negatives` passages that do not
    answer it."""

    kind: str = "cross_encoder"
    init: str | None = None
    revision: str | None = None
    length: int = 512
    negatives: int = 4
    vocab_size: int = 16000
    lowercase: bool = True
    layers: int = 2
    hidden: int = 128
    heads: int = 4
    intermediate: int = 512
    dropout: float = 0.1
    encoder_parameters: int | None = None  # as above

    def __post_init__(self) -> None:
        at_least("model.length", self.length, 8)
        at_least("model.negatives", self.negatives, 1)
        _from_nothing(self)


ModelConfig = StaticModel | TransformerModel | CrossEncoderModel
MODELS: dict[str, type[StaticModel] | type[TransformerModel] | type[CrossEncoderModel]] = {
    "static": StaticModel,
    "transformer": TransformerModel,
    "cross_encoder": CrossEncoderModel,
}


def _from_nothing(model: TransformerModel | CrossEncoderModel) -> None:
    """The sizes of an encoder that is made from nothing."""
    for name in ("layers", "hidden", "heads", "intermediate"):
        at_least(f"model.{name}", getattr(model, name), 1)
    at_least("model.vocab_size", model.vocab_size, 300)
    at_least("model.encoder_parameters", model.encoder_parameters, 0)
    if model.hidden % model.heads:
        raise UserError(f"model.hidden={model.hidden} is no multiple of model.heads={model.heads}: change one of them.")
    between("model.dropout", model.dropout, 0.0, 0.9)
