from collections.abc import Sequence
from typing import cast

import numpy as np
import pytest

from hybridir.data.codeswitch import SwitchedTexts
from hybridir.encoders.base import Encoder, Kind, Tokens
from hybridir.encoders.switched_tokens import SwitchedTokens
from hybridir.encoders.token_cache import PairTokens


class Texts:
    """Row r on pass p reads `r p`; odd rows are switched."""

    def chosen(self, column: str, rows: np.ndarray, passes: np.ndarray) -> np.ndarray:
        return rows % 2 == 1

    def texts(self, column: str, rows: np.ndarray, passes: np.ndarray) -> list[str]:
        assert (rows % 2 == 1).all()
        return [f"{row} {turn}" for row, turn in zip(rows, passes, strict=True)]


class Cached:
    def take(self, rows: np.ndarray, kind: Kind) -> Tokens:
        assert (rows % 2 == 0).all()
        return Tokens.of([[int(row)] for row in rows])


class Spelt:
    def tokenize(self, texts: Sequence[str], kind: Kind) -> Tokens:
        return Tokens.of([[int(word) for word in text.split()] for text in texts])


@pytest.mark.parametrize("rows", [[5, 2, 7, 2, 4, 1], [1, 3], [2], []])
def test_switched_texts_are_tokenized_and_the_rest_is_from_the_cache_in_order(rows: list[int]) -> None:
    source = SwitchedTokens(cast(SwitchedTexts, Texts()), cast(PairTokens, Cached()), cast(Encoder, Spelt()))
    which = np.array(rows, dtype=np.int64)
    tokens = source.take(which, "query", which * 10)
    found = [tokens.ids[tokens.offsets[i] : tokens.offsets[i + 1]].tolist() for i in range(len(tokens))]
    assert found == [[row, row * 10] if row % 2 else [row] for row in rows]
