"""Opening a model from a folder or a hub name: our own models, sentence-transformers and plain Hugging Face ones."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hybridir.encoders.base import Encoder
from hybridir.encoders.layout import ModuleEntry, is_cross_encoder, model_folder, read_modules, read_prompts
from hybridir.encoders.pooling import Dense, read_pooling
from hybridir.encoders.reading import AS_SAVED, PLAIN, Reading
from hybridir.encoders.static import StaticEncoder
from hybridir.errors import UserError

if TYPE_CHECKING:
    from hybridir.encoders.cross_encoder import CrossEncoder


def load_encoder(source: str | Path, asked: Reading = AS_SAVED, revision: str | None = None) -> Encoder:
    """The encoder in the folder `source`, or of that name (at `revision`) on the Hugging Face hub.

    Read are: StaticEmbedding; Transformer with mean or CLS pooling and any number of Dense layers; and
    a plain Hugging Face encoder. What `asked` says holds; what it leaves open is as the folder says, or,
    where that says nothing, `PLAIN`, cut to what the model can read. Dense layers and lower-casing are
    always the folder's. Vectors come out L2-normalised whether it says so or not: only their cosine is
    ever used. Raises UserError naming the module or file that cannot be read.
    """
    folder = model_folder(source, revision)
    if is_cross_encoder(folder):
        raise UserError(
            f"the model {str(source)!r} is a re-ranker, which scores a query with a passage and makes no vectors: name"
            " an encoder."
        )
    if not (folder / "modules.json").is_file():
        return _transformer(folder, asked, PLAIN)
    first, *rest = _without_last_normalize(read_modules(folder))
    if first.name == "StaticEmbedding" and not rest:
        if asked != AS_SAVED:
            raise UserError(
                f"the model {str(folder)!r} is a static one, which is read as it was saved: leave out what is said of"
                " pooling, prompts and lengths, or choose model=static."
            )
        return StaticEncoder.load(folder, first.folder)
    if first.name == "Transformer" and rest and rest[0].name == "Pooling":
        return _sentence_transformer(folder, first, rest[0], rest[1:], asked)
    raise _unreadable(folder, rest[0] if first.name in ("StaticEmbedding", "Transformer") and rest else first)


def load_model(source: str | Path, asked: Reading = AS_SAVED, revision: str | None = None) -> "Encoder | CrossEncoder":
    """The encoder or re-ranker in a folder, or of that name on the hub; see `load_encoder` and `CrossEncoder`."""
    if not is_cross_encoder(model_folder(source, revision)):
        return load_encoder(source, asked, revision)
    from hybridir.encoders.cross_encoder import CrossEncoder  # transformers takes seconds to import

    return CrossEncoder.from_pretrained(source, revision=revision)


def _without_last_normalize(modules: list[ModuleEntry]) -> list[ModuleEntry]:
    return modules[:-1] if len(modules) > 1 and modules[-1].name == "Normalize" else modules


def _sentence_transformer(
    folder: Path, first: ModuleEntry, pooling: ModuleEntry, layers: list[ModuleEntry], asked: Reading
) -> Encoder:
    # here and not above: transformers takes seconds to import, and static encoders do without it
    from hybridir.encoders.backbone import read_lengths

    for layer in layers:
        if layer.name != "Dense":
            raise _unreadable(folder, layer)
    lengths, lowercase = read_lengths(first.folder)
    # asked first: a folder that pools in a way unknown here can be read with another
    mode = asked.pooling or read_pooling(pooling.config(), pooling.folder)
    dense = [Dense.load(layer.folder, layer.config()) for layer in layers]
    return _transformer(first.folder, asked, Reading(mode, read_prompts(folder), lengths), lowercase, dense)


def _transformer(
    folder: Path, asked: Reading, said: Reading, lowercase: bool = False, dense: Sequence[Dense] = ()
) -> Encoder:
    """The backbone and tokenizer in `folder`, read as `asked`, otherwise as `said`."""
    from hybridir.encoders.backbone import length_limit, load_backbone, load_tokenizer
    from hybridir.encoders.transformer import TransformerEncoder

    backbone, tokenizer = load_backbone(folder), load_tokenizer(folder, lowercase)
    reading = asked.otherwise(said.within(length_limit(backbone, tokenizer)))
    return TransformerEncoder(backbone, tokenizer, dense=dense, **reading.settled())


def _unreadable(folder: Path, module: ModuleEntry) -> UserError:
    return UserError(
        f"the model {str(folder)!r} has the module {module.name} where hybridir cannot use it; it reads"
        " StaticEmbedding, and Transformer, Pooling, Dense..., each with a Normalize at the end: take another model."
    )
