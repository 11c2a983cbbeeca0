import numpy as np
import pytest

from hybridir.encoders.base import Tokens
from hybridir.encoders.static import StaticEncoder


def _lists(tokens: Tokens) -> list[list[int]]:
    bounds = zip(tokens.offsets[:-1], tokens.offsets[1:], strict=True)
    return [tokens.ids[start:end].tolist() for start, end in bounds]


def test_tokens_lie_end_to_end():
    tokens = Tokens.of([[5, 6], [], [7]])
    assert tokens.ids.tolist() == [5, 6, 7] and tokens.ids.dtype == np.int32
    assert tokens.offsets.tolist() == [0, 2, 2, 3] and tokens.offsets.dtype == np.int64
    assert len(tokens) == 3 and tokens.lengths.tolist() == [2, 0, 1]


def test_concatenate_keeps_texts_and_types():
    joined = Tokens.concatenate([Tokens.of([[1], [2, 3]]), Tokens.of([]), Tokens.of([[], [4]])])
    assert _lists(joined) == [[1], [2, 3], [], [4]]
    assert joined.ids.dtype == np.int32 and joined.offsets.dtype == np.int64
    assert len(Tokens.concatenate([])) == 0


def test_take_repeats_and_reorders():
    assert _lists(Tokens.of([[1, 2], [], [3]]).take(np.array([2, 0, 1, 0]))) == [[3], [1, 2], [], [1, 2]]


@pytest.mark.parametrize("batch_tokens", [1, 40, 1 << 20])
def test_encoding_does_not_depend_on_the_batches(tokenizer, texts, batch_tokens):
    encoder = StaticEncoder(tokenizer, 8)
    alone = np.concatenate([encoder.encode([text], "query") for text in texts])
    encoder.batch_tokens = batch_tokens
    reported: list[int] = []
    assert (encoder.encode(texts, "query", batch_size=4, progress=reported.append) == alone).all()
    assert sum(reported) == len(texts) and max(reported) <= 4


def test_encoding_leaves_the_mode_as_it_was(tokenizer):
    encoder = StaticEncoder(tokenizer, 8).train()
    encoder.encode(["a"], "query")
    assert encoder.training
