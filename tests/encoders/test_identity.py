"""What tells one encoder from another."""

from pathlib import Path

import torch
from tokenizers import Tokenizer
from tokenizers.normalizers import NFC

from hybridir.encoders.base import Encoder
from hybridir.encoders.identity import encoder_fingerprint
from hybridir.encoders.io import load_encoder
from hybridir.encoders.pooling import Pooling
from hybridir.encoders.static import StaticEncoder
from hybridir.encoders.transformer import TransformerEncoder


def transformer(tokenizer: Tokenizer, pooling: Pooling, prompt: str = "", length: int = 32) -> Encoder:
    return TransformerEncoder.from_scratch(
        tokenizer,
        layers=1,
        hidden=16,
        heads=2,
        intermediate=16,
        dropout=0.0,
        pooling=pooling,
        prompts={"query": prompt, "passage": ""},
        max_length={"query": length, "passage": 32},
        seed=0,
    )


def test_equal_encoders_are_the_same_and_others_are_not(tokenizer: Tokenizer) -> None:
    given = [
        StaticEncoder(tokenizer, 16),
        StaticEncoder(tokenizer, 8),
        StaticEncoder(tokenizer, 16, seed=1),
        transformer(tokenizer, "mean"),
        transformer(tokenizer, "cls"),
        transformer(tokenizer, "mean", prompt="query: "),
        transformer(tokenizer, "mean", length=16),
    ]
    assert len({encoder_fingerprint(encoder) for encoder in given}) == len(given)
    assert encoder_fingerprint(transformer(tokenizer, "mean")) == encoder_fingerprint(given[3])


def test_the_tokenizer_counts(tokenizer: Tokenizer) -> None:
    other = Tokenizer.from_str(tokenizer.to_str())
    other.normalizer = NFC()
    assert encoder_fingerprint(StaticEncoder(tokenizer, 16)) != encoder_fingerprint(StaticEncoder(other, 16))


def test_the_last_bit_of_a_weight_counts(tokenizer: Tokenizer) -> None:
    encoder = StaticEncoder(tokenizer, 16)
    before = encoder_fingerprint(encoder)
    with torch.no_grad():
        weights = next(encoder.parameters()).view(-1)
        weights[-1] = torch.nextafter(weights[-1], torch.tensor(9.0))
    assert encoder_fingerprint(encoder) != before


def test_a_saved_encoder_stays_the_same(tokenizer: Tokenizer, tmp_path: Path) -> None:
    transformer(tokenizer, "mean").save(tmp_path)
    assert encoder_fingerprint(load_encoder(tmp_path)) == encoder_fingerprint(load_encoder(tmp_path))


def test_half_precision_weights(tokenizer: Tokenizer) -> None:
    encoder = transformer(tokenizer, "mean")
    assert encoder_fingerprint(encoder.bfloat16()) != encoder_fingerprint(encoder.float())
