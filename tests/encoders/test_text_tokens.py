"""Tokens of texts are made once, and are those that the encoder makes."""

from pathlib import Path

import numpy as np
import pytest

from hybridir.encoders.static import StaticEncoder
from hybridir.encoders.text_tokens import kept_tokens
from hybridir.encoders.tokenizer import train_tokenizer

TEXTS = ["one two three", "", "drei vier", "五六七"]


def test_made_once_and_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = StaticEncoder(train_tokenizer(TEXTS * 5, 600, lowercase=True), 8)
    plain = encoder.tokenize(TEXTS, "query")
    for _ in range(2):
        kept = kept_tokens(encoder, TEXTS, "query", tmp_path)
        np.testing.assert_array_equal(kept.ids, plain.ids)
        np.testing.assert_array_equal(kept.offsets, plain.offsets)
        monkeypatch.setattr(encoder, "tokenize", None)  # not asked again


def test_other_texts_are_other_tokens(tmp_path: Path) -> None:
    encoder = StaticEncoder(train_tokenizer(TEXTS * 5, 600, lowercase=True), 8)
    first = kept_tokens(encoder, ["one", "two"], "query", tmp_path)
    assert len(kept_tokens(encoder, ["onetwo"], "query", tmp_path)) == 1 and len(first) == 2
