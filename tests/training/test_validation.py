from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from hybridir.data.pairs import Collection
from hybridir.data.rows import Direction
from hybridir.encoders.base import Encoder, Tokens
from hybridir.encoders.token_cache import PairTokens
from hybridir.training.validation import validate

DE_EN, EN_EN = Direction("de", "en"), Direction("en", "en")


class Chosen(Encoder):
    """Gives the text of number i the vector `vectors[kind][i]`; ids are 2 * i, and one more for a passage."""

    def __init__(self, queries: list[list[float]], passages: list[list[float]]) -> None:
        super().__init__()
        self.dim = len(queries[0])
        self.vectors = torch.tensor([queries, passages])
        self.anything = torch.nn.Parameter(torch.zeros(1))
        self.seen: list[bool] = []

    def tokenize(self, texts: list[str], kind: str) -> Tokens:  # type: ignore[override]
        return Tokens.of([[2 * int(text.split()[1][1:]) + (kind == "passage")] for text in texts])

    def forward(self, tokens: Tokens) -> Tensor:
        self.seen.append(self.training)
        ids = torch.from_numpy(np.asarray(tokens.ids).astype(np.int64))
        return self.vectors[ids % 2, ids // 2]

    def tokenizer_fingerprint(self) -> str:
        return "chosen"

    def save(self, directory: Path) -> None:
        raise NotImplementedError


def run(collection: Collection, encoder: Encoder, cache: Path, directions: list[Direction], most: int) -> dict:
    tokens = PairTokens(collection, "validation", encoder, cache)
    return validate(encoder, collection.validation, tokens, directions, most)


def test_ranks_by_hand(collection: Collection, tmp_path: Path) -> None:
    # similarities (query by passage) are the queries: right ones first, second, and third of three
    queries = [[0.9, 0.1, 0.2], [0.8, 0.5, 0.1], [0.7, 0.6, 0.5]]
    encoder = Chosen(queries, np.eye(3).tolist())
    scores = run(collection, encoder, tmp_path, [DE_EN], 3)
    assert scores == {"de->en": pytest.approx((1 + 1 / 2 + 1 / 3) / 3, abs=1e-5), "*": scores["de->en"]}


def test_ties_rank_against_us(collection: Collection, tmp_path: Path) -> None:
    encoder = Chosen([[0.5, 0.5, 0.5]] * 3, np.eye(3).tolist())
    assert run(collection, encoder, tmp_path, [DE_EN], 3)["de->en"] == pytest.approx(1 / 3, abs=1e-5)


def test_the_mean_is_over_directions(collection: Collection, tmp_path: Path) -> None:
    encoder = Chosen(np.eye(12).tolist(), np.eye(12).tolist())
    assert run(collection, encoder, tmp_path, [DE_EN, EN_EN], 12) == {"de->en": 1.0, "en->en": 1.0, "*": 1.0}
    assert run(collection, encoder, tmp_path, [], 12) == {}


def test_a_passage_that_answers_several_stands_once(collection: Collection, tmp_path: Path) -> None:
    # all three rows have the same passage: it is the only candidate, and first for all
    class OnePassage:
        directions = collection.validation.directions

        def hashes(self, column: str, rows: np.ndarray) -> np.ndarray:
            return np.zeros(len(rows), dtype=np.uint64)

    encoder = Chosen([[0.1, 0.9, 0.3]] * 3, np.eye(3).tolist())
    tokens = PairTokens(collection, "validation", encoder, tmp_path)
    assert validate(encoder, OnePassage(), tokens, [DE_EN], 3) == {"de->en": 1.0, "*": 1.0}  # type: ignore[arg-type]


def test_validation_is_without_dropout_and_training_goes_on_after(collection: Collection, tmp_path: Path) -> None:
    encoder = Chosen(np.eye(3).tolist(), np.eye(3).tolist())
    encoder.train()
    run(collection, encoder, tmp_path, [DE_EN], 3)
    assert encoder.seen == [False, False]
    assert encoder.training
