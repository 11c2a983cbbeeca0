"""Opening an encoder from a folder or a hub name: our own models, sentence-transformers and plain Hugging Face ones."""

from pathlib import Path

from hybridir.encoders.base import KINDS, Encoder
from hybridir.encoders.layout import ModuleEntry, model_folder, read_modules, read_prompts
from hybridir.encoders.pooling import Dense, read_pooling
from hybridir.encoders.static import StaticEncoder
from hybridir.errors import UserError


def load_encoder(source: str | Path) -> Encoder:
    """The encoder in the folder `source`, or of that name on the Hugging Face hub, as it was saved.

    Read are: StaticEmbedding; Transformer with mean or CLS pooling and any number of Dense layers; and
    a plain Hugging Face encoder, which gets mean pooling and no prompts. Prompts, lengths and
    lower-casing are those of the folder. Vectors come out L2-normalised whether it says so or not: only
    their cosine is ever used. Raises UserError naming the module or file that cannot be read.
    """
    folder = model_folder(source)
    if not (folder / "modules.json").is_file():
        from hybridir.encoders.transformer import TransformerEncoder

        return TransformerEncoder.from_pretrained(str(folder))
    first, *rest = _without_last_normalize(read_modules(folder))
    if first.name == "StaticEmbedding" and not rest:
        return StaticEncoder.load(folder, first.folder)
    if first.name == "Transformer" and rest and rest[0].name == "Pooling":
        return _load_transformer(folder, first, rest[0], rest[1:])
    raise _unreadable(folder, rest[0] if first.name in ("StaticEmbedding", "Transformer") and rest else first)


def _without_last_normalize(modules: list[ModuleEntry]) -> list[ModuleEntry]:
    return modules[:-1] if len(modules) > 1 and modules[-1].name == "Normalize" else modules


def _load_transformer(folder: Path, first: ModuleEntry, pooling: ModuleEntry, layers: list[ModuleEntry]) -> Encoder:
    # here and not above: transformers takes seconds to import, and static encoders do without it
    from hybridir.encoders.backbone import length_limit, load_backbone, load_tokenizer, read_lengths
    from hybridir.encoders.transformer import TransformerEncoder

    for layer in layers:
        if layer.name != "Dense":
            raise _unreadable(folder, layer)
    lengths, lowercase = read_lengths(first.folder)
    backbone, tokenizer = load_backbone(first.folder), load_tokenizer(first.folder, lowercase)
    limit = length_limit(backbone, tokenizer)
    known = {kind: length for kind in KINDS if (length := lengths[kind]) is not None}
    return TransformerEncoder(
        backbone,
        tokenizer,
        pooling=read_pooling(pooling.config(), pooling.folder),
        prompts=read_prompts(folder),
        max_length={kind: min(known.get(kind, limit), limit) if limit else known.get(kind) for kind in KINDS},
        dense=[Dense.load(layer.folder, layer.config()) for layer in layers],
    )


def _unreadable(folder: Path, module: ModuleEntry) -> UserError:
    return UserError(
        f"the model {str(folder)!r} has the module {module.name} where hybridir cannot use it; it reads"
        " StaticEmbedding, and Transformer, Pooling, Dense..., each with a Normalize at the end: take another model."
    )
