"""The encoder that a run starts from: loaded, or made from nothing with a tokenizer of its data."""

import hashlib
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from hybridir.config.paths import cache_dir, data_root
from hybridir.config.schema import RunConfig, StaticModel, TransformerModel
from hybridir.data.sources import plain_texts
from hybridir.encoders.base import Encoder, Kind
from hybridir.encoders.io import load_encoder
from hybridir.encoders.static import StaticEncoder, sif_weights
from hybridir.encoders.tokenizer import count_tokens, tokenize_texts, train_tokenizer, wordpiece_from_vocab
from hybridir.encoders.transformer import TransformerEncoder
from hybridir.errors import UserError
from hybridir.experiments.prepare import Prepared, vocabulary_path
from hybridir.experiments.store import find_run
from hybridir.files import write_atomic


def starting_encoder(prepared: Prepared) -> Encoder:
    """The untrained encoder of a run: the same for every strategy and subset of a sweep."""
    config = prepared.config
    model = config.model
    if model.init is not None:
        return _loaded(model.init, config)
    if isinstance(model, StaticModel):
        return _static(model, prepared)
    return TransformerEncoder.from_scratch(
        _trained_tokenizer(prepared, model.vocab_size, model.lowercase),
        layers=model.layers,
        hidden=model.hidden,
        heads=model.heads,
        intermediate=model.intermediate,
        dropout=model.dropout,
        pooling=model.pooling,
        prompts=_prompts(model),
        max_length={"query": model.query_length, "passage": model.passage_length},
        seed=config.seed,
    )


def device_of(config: RunConfig) -> torch.device:
    """The device that `executor.device` names; `auto` takes a GPU where there is one."""
    if config.executor.device != "auto":
        try:
            return torch.device(config.executor.device)
        except RuntimeError as problem:
            raise UserError(f"executor.device={config.executor.device} is no device: give auto, cpu or cuda.") from problem
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def _loaded(init: str, config: RunConfig) -> Encoder:
    run = find_run(init, Path(config.runs_dir))
    if run is not None:
        if not run.trained:
            raise UserError(f"model.init={init} is a run that is not finished; finish it first, or start from another.")
        return load_encoder(run.model)
    model = config.model
    if isinstance(model, TransformerModel) and not (Path(init) / "modules.json").is_file():
        return TransformerEncoder.from_pretrained(
            init,
            pooling=model.pooling,
            prompts=_prompts(model),
            max_length={"query": model.query_length, "passage": model.passage_length},
        )
    return load_encoder(init)


def _static(model: StaticModel, prepared: Prepared) -> StaticEncoder:
    config = prepared.config
    if model.vocabulary:
        tokenizer = wordpiece_from_vocab(vocabulary_path(model.vocabulary, data_root(config)), model.lowercase)
    else:
        tokenizer = _trained_tokenizer(prepared, model.vocab_size, model.lowercase)
    return StaticEncoder(
        tokenizer,
        model.dim,
        prompts=_prompts(model),
        max_length={"query": model.query_length, "passage": model.passage_length},
        token_weights=None if model.sif is None else _token_weights(tokenizer, _texts(prepared), model.sif),
        seed=config.seed,
        init_scale=model.init_scale,
    )


def _token_weights(tokenizer: Tokenizer, texts: dict[str, list[str]], a: float) -> np.ndarray:
    """Smooth inverse frequency of each token by the language in which it is most frequent: float32 [vocab].

    A pooled frequency would make the function words of a small language look rare, and so weigh them up.
    """
    vocab_size = max(tokenizer.get_vocab().values()) + 1
    smallest = np.ones(vocab_size, dtype=np.float32)
    for of_language in texts.values():
        tokens = tokenize_texts(tokenizer, of_language, prompt="", max_length=None, special_tokens=False)
        smallest = np.minimum(smallest, sif_weights(count_tokens(tokens, vocab_size), a))
    return smallest


def _trained_tokenizer(prepared: Prepared, vocab_size: int, lowercase: bool) -> Tokenizer:
    """The tokenizer of the data, trained once and kept in the cache."""
    named = f"{prepared.fingerprints['data']} {vocab_size} {lowercase}"
    path = cache_dir(prepared.config) / "tokenizers" / f"{hashlib.sha256(named.encode()).hexdigest()[:24]}.json"
    if not path.is_file():
        write_atomic(path, train_tokenizer([text for texts in _texts(prepared).values() for text in texts], vocab_size, lowercase).to_str())
    return Tokenizer.from_file(str(path))


def _texts(prepared: Prepared) -> dict[str, list[str]]:
    return plain_texts(prepared.config.data, prepared.collection, data_root(prepared.config))


def _prompts(model: StaticModel | TransformerModel) -> dict[Kind, str]:
    return {"query": model.query_prompt, "passage": model.passage_prompt}
