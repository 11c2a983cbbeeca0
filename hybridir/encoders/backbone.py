"""Reading the parts of a Hugging Face encoder: backbone, tokenizer, and how many tokens they take."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
import transformers
from tokenizers.normalizers import Lowercase
from tokenizers.normalizers import Sequence as NormalizerSequence
from transformers import AutoConfig, AutoModel, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase

from hybridir.encoders.base import KINDS, Kind
from hybridir.encoders.layout import read_settings
from hybridir.errors import UserError
from hybridir.hub import hub_problem

LENGTH_NAMES: Mapping[Kind, str] = {"query": "query_length", "passage": "document_length"}
"""What sentence-transformers calls the length of each kind where it knows one."""
_ENCODER_HALVES = {"t5": "T5EncoderModel", "mt5": "MT5EncoderModel", "umt5": "UMT5EncoderModel"}
# T5 has one table of embeddings under three names, and a file may hold it under the decoder's (safetensors issue 520).
_EMBEDDING = {r"^decoder\.embed_tokens\.weight$": "shared.weight"}
_NO_LIMIT = 10**6  # tokenizers that know no limit say some astronomic number


def load_backbone(folder: Path) -> PreTrainedModel:
    """The encoder in `folder`, in float32 and without the pooler of BERT's family, which nothing here reads."""
    with hub_problem(str(folder), "model"), quiet():
        config = AutoConfig.from_pretrained(folder, trust_remote_code=False)
        half = _ENCODER_HALVES.get(config.model_type)
        if config.is_encoder_decoder and half is None:
            raise UserError(
                f"the model {str(folder)!r} is a {config.model_type} with a decoder; hybridir reads encoders, and"
                f" the encoder halves of {', '.join(_ENCODER_HALVES)}: take one of these."
            )
        if not any(folder.glob("*.safetensors")):
            raise UserError(
                f"the model {str(folder)!r} has no *.safetensors file: name a revision that has one"
                " (model.revision=refs/pr/1), or convert its weights with save_pretrained of transformers."
            )
        reader = AutoModel if half is None else getattr(transformers, half)
        backbone: Any
        backbone, report = reader.from_pretrained(
            folder,
            config=config,
            dtype=torch.float32,
            use_safetensors=True,
            trust_remote_code=False,
            key_mapping=None if half is None else _EMBEDDING,
            output_loading_info=True,
        )
    missing = sorted(name for name in report["missing_keys"] if not name.startswith("pooler."))
    if missing:
        raise UserError(
            f"the model {str(folder)!r} lacks {len(missing)} weights of a {config.model_type} ({missing[0]}, ...):"
            " fetch or save it again."
        )
    if getattr(backbone, "pooler", None) is not None:
        backbone.pooler = None
    encoder: PreTrainedModel = backbone
    return encoder


def load_tokenizer(folder: Path, lowercase: bool = False) -> PreTrainedTokenizerBase:
    """The tokenizer in `folder`; `lowercase` puts lower-casing before everything that it does by itself."""
    with hub_problem(str(folder), "model"), quiet():
        tokenizer = AutoTokenizer.from_pretrained(folder, trust_remote_code=False)
    if not tokenizer.is_fast or tokenizer.padding_side != "right":
        raise UserError(
            f"the tokenizer in {str(folder)!r} is {'slow' if not tokenizer.is_fast else 'one that pads on the left'};"
            " hybridir reads fast tokenizers (tokenizer.json) that pad on the right: take another model."
        )
    for whence in ("is_local", "local_files_only"):  # saved otherwise: the same tokenizer, other bytes
        tokenizer.init_kwargs.pop(whence, None)
    backend = tokenizer.backend_tokenizer
    backend.no_truncation()
    backend.no_padding()
    if lowercase:
        steps = [Lowercase()] if backend.normalizer is None else [Lowercase(), backend.normalizer]
        backend.normalizer = NormalizerSequence(steps)
    return tokenizer


def length_limit(backbone: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> int | None:
    """The most tokens that `backbone` reads, as it and its tokenizer say; None if there is no limit."""
    limits = [tokenizer.model_max_length] if tokenizer.model_max_length < _NO_LIMIT else []
    positions = position_limit(backbone)
    return min([*limits, positions] if positions is not None else limits, default=None)


def position_limit(backbone: PreTrainedModel) -> int | None:
    """The tokens that `backbone` has positions for; None if it counts them relatively."""
    positions: int | None = getattr(backbone.config, "max_position_embeddings", None)
    if not positions or positions < 0:
        return None
    table = getattr(getattr(backbone, "embeddings", None), "position_embeddings", None)
    padding: int | None = getattr(table, "padding_idx", None)
    # RoBERTa and its kin count positions from after the padding's own
    return positions if padding is None else positions - padding - 1


def read_lengths(folder: Path) -> tuple[dict[Kind, int | None], bool]:
    """What a Transformer module saved in `folder` sets: tokens kept per kind (None: unsaid), and lower-casing.

    Raises UserError if it takes anything else from the backbone than the last layer.
    """
    settings: dict[str, Any] = {}
    for path in sorted(folder.glob("sentence_*_config.json")):
        settings = settings or read_settings(path)
    output = settings.get("modality_config", {}).get("text", {}).get("method_output_name", "last_hidden_state")
    if output not in ("last_hidden_state", ["last_hidden_state"]):
        raise UserError(
            f"the module Transformer in {str(folder)!r} takes {output!r} from its backbone; hybridir takes"
            " 'last_hidden_state': take another model."
        )
    common = settings.get("max_seq_length")
    lengths = {kind: settings.get(LENGTH_NAMES[kind]) or common for kind in KINDS}
    return lengths, bool(settings.get("do_lower_case", False))


@contextmanager
def quiet() -> Iterator[None]:
    """Without the progress bars and loading reports of transformers: what matters of them is raised."""
    log: Any = transformers.utils.logging
    verbosity, bars = log.get_verbosity(), log.is_progress_bar_enabled()
    log.set_verbosity_error()
    log.disable_progress_bar()
    try:
        yield
    finally:
        log.set_verbosity(verbosity)
        if bars:
            log.enable_progress_bar()
