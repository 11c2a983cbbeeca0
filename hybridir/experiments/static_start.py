"""A static encoder from nothing: tokenizer, token weights, and first vectors, all made from text of the data."""

import hashlib
import json
from collections import Counter
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from hybridir.config.paths import cache_dir, data_root
from hybridir.config.schema import StaticModel
from hybridir.data.rows import Direction
from hybridir.data.sources import plain_texts
from hybridir.encoders.base import KINDS, Tokens
from hybridir.encoders.static import StaticEncoder, sif_weights
from hybridir.encoders.tokenizer import (
    count_tokens,
    settings_of,
    tokenize_texts,
    train_tokenizer,
    wordpiece_from_vocab,
)
from hybridir.encoders.translations import align, translation_vectors
from hybridir.errors import UserError
from hybridir.experiments.prepare import Prepared, vocabulary_path
from hybridir.files import atomic_path, write_atomic

_ENOUGH = 20_000  # tokens of a language before its frequencies mean something


def static_encoder(model: StaticModel, prepared: Prepared) -> StaticEncoder:
    """The static encoder that `model` describes, with a tokenizer and weights of the data in `prepared`."""
    if model.vocabulary:
        path = vocabulary_path(model.vocabulary, data_root(prepared.config))
        tokenizer = wordpiece_from_vocab(path, model.lowercase)
    else:
        tokenizer = trained_tokenizer(prepared, model.vocab_size, model.lowercase)
    encoder = StaticEncoder(
        tokenizer,
        model.dim,
        prompts={"query": model.query_prompt, "passage": model.passage_prompt},
        max_length={"query": model.query_length, "passage": model.passage_length},
        token_weights=None if model.sif is None else _token_weights(prepared, tokenizer, model.sif),
        seed=prepared.config.seed,
        init_scale=model.init_scale,
        token_dropout=model.token_dropout,
    )
    if model.start == "translations":
        encoder.set_vectors(_translations(encoder, tokenizer, prepared))
    return encoder


def corpus(prepared: Prepared) -> dict[str, list[str]]:
    """Text by language: of the data trained on, and of `texts` where that names a further collection."""
    config, root = prepared.config, data_root(prepared.config)
    texts = plain_texts(config.data, prepared.collection, root)
    if config.texts.data is not None and prepared.texts is not None:
        for language, more in plain_texts(config.texts.data, prepared.texts, root).items():
            texts.setdefault(language, []).extend(more)
    return texts


def trained_tokenizer(prepared: Prepared, vocab_size: int, lowercase: bool) -> Tokenizer:
    """The tokenizer of the corpus, trained once and kept in the cache."""
    path = _kept(prepared, f"{vocab_size} {lowercase}", "json")
    if not path.is_file():
        texts = corpus(prepared)
        together = [text for language in sorted(texts) for text in texts[language]]
        write_atomic(path, train_tokenizer(together, vocab_size, lowercase).to_str())
    return Tokenizer.from_file(str(path))


def _token_weights(prepared: Prepared, tokenizer: Tokenizer, a: float) -> np.ndarray:
    """The weights of `_frequency_weights` in the corpus, counted once and kept in the cache."""
    reads = json.dumps(settings_of(tokenizer), sort_keys=True)
    path = _kept(prepared, f"weights {a!r} {_ENOUGH} {reads}", "npy")
    if not path.is_file():
        weights = _frequency_weights(tokenizer, corpus(prepared), a)
        with atomic_path(path) as temporary:
            np.save(temporary, weights)
    kept: np.ndarray = np.load(path)
    return kept


def _kept(prepared: Prepared, made: str, suffix: str) -> Path:
    """The file in the cache for what is `made` of the corpus of a run."""
    name = hashlib.sha256(f"{sorted(prepared.fingerprints.items())} {made}".encode()).hexdigest()[:24]
    return cache_dir(prepared.config) / "tokenizers" / f"{name}.{suffix}"


def _frequency_weights(tokenizer: Tokenizer, texts: dict[str, list[str]], a: float) -> np.ndarray:
    """Smooth inverse frequency of each token in the language where it is most frequent: float32 [vocab].

    A frequency pooled over languages would make the function words of a small one look rare, and weigh them up.
    """
    vocab_size = tokenizer.get_vocab_size()
    weights = np.ones(vocab_size, dtype=np.float32)
    for language in sorted(texts):
        tokens = _plain_tokens(tokenizer, texts[language])
        if len(tokens.ids) >= _ENOUGH or len(texts) == 1:
            weights = np.minimum(weights, sif_weights(count_tokens(tokens, vocab_size), a))
    return weights


def _translations(encoder: StaticEncoder, tokenizer: Tokenizer, prepared: Prepared) -> np.ndarray:
    """Vectors of all tokens from the pairs of every training language with the pivot, the commonest passage side."""
    table = prepared.collection.train
    given = [d for d in table.directions if not d.monolingual and set(d) <= set(prepared.languages)]
    if not given:
        raise UserError(
            "model.start=translations needs parallel pairs among the languages: use data=parallel_sentences."
        )
    pivot = Counter(direction.passage for direction in given).most_common(1)[0][0]
    alignments, pivot_counts = [], np.zeros(tokenizer.get_vocab_size(), dtype=np.int64)
    for direction in given:
        if direction.passage == pivot:
            sentences, translations = _sides(tokenizer, prepared, direction)
            alignments.append(align(sentences, translations))
            pivot_counts = np.maximum(pivot_counts, count_tokens(translations, len(pivot_counts)))
    vectors: np.ndarray = translation_vectors(alignments, pivot_counts, encoder.dim, prepared.config.seed).numpy()
    return vectors


def _sides(tokenizer: Tokenizer, prepared: Prepared, direction: Direction) -> tuple[Tokens, Tokens]:
    table = prepared.collection.train
    rows = np.setdiff1d(table.directions[direction], prepared.selected.dropped, assume_unique=True)
    queries, passages = (_plain_tokens(tokenizer, table.texts(kind, rows)) for kind in KINDS)
    return queries, passages


def _plain_tokens(tokenizer: Tokenizer, texts: list[str]) -> Tokens:
    return tokenize_texts(tokenizer, texts, prompt="", max_length=None, special_tokens=False)
