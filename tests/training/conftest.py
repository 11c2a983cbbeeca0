"""A small collection of made-up pairs, and the two kinds of encoders to train on it."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from hybridir.data.pairs import Collection, open_collection
from hybridir.data.rows import PAIR_SCHEMA, Direction, Shard, Split
from hybridir.encoders.base import Encoder
from hybridir.encoders.static import StaticEncoder
from hybridir.encoders.tokenizer import SPECIAL_TOKENS
from hybridir.encoders.transformer import TransformerEncoder
from hybridir.languages.catalog import Language, describe

SIZES: dict[tuple[Split, str, str], int] = {
    ("train", "de", "de"): 30,
    ("train", "en", "en"): 40,
    ("train", "de", "en"): 50,
    ("validation", "de", "en"): 10,
    ("validation", "en", "en"): 12,
}


class Reader:
    """Pair i of every direction asks for fact i: its question is `<lang> q<i>`, its passage `<lang> p<i> p<i + 1>`."""

    name = "toy"

    def signature(self) -> str:
        return "1"

    def shards(self) -> Iterator[Shard]:
        for (split, query, passage), size in SIZES.items():
            rows = [
                {
                    "query": f"{query} q{i}",
                    "passage": f"{passage} p{i} p{i + 1}",
                    "title": "",
                    "query_lang": query,
                    "passage_lang": passage,
                    "pid": f"{split} {i}",
                    "docid": f"{passage} {i}",
                    "source": "toy",
                }
                for i in range(size)
            ]
            yield Shard(split, Direction(query, passage), pa.RecordBatch.from_pylist(rows, schema=PAIR_SCHEMA))

    def languages(self, codes: list[str]) -> Mapping[str, Language]:
        return {code: describe(code) for code in codes}


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def collection(cache: Path) -> Collection:
    return open_collection(Reader(), cache)


@pytest.fixture(scope="session")
def tokenizer() -> Tokenizer:
    words = [*SPECIAL_TOKENS, "de", "en", *(f"{side}{i}" for side in "qp" for i in range(60))]
    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    frame = [("[CLS]", 2), ("[SEP]", 3)]
    tokenizer.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=frame)
    return tokenizer


@pytest.fixture(scope="session")
def make_encoder(tokenizer: Tokenizer) -> Callable[[str], Encoder]:
    """A new encoder, `static` or `transformer` (with dropout); of one kind, all start alike."""

    def make(kind: str) -> Encoder:
        if kind == "static":
            weights = np.linspace(0.5, 1.0, tokenizer.get_vocab_size())
            return StaticEncoder(tokenizer, 8, token_weights=weights, seed=0)
        return TransformerEncoder.from_scratch(
            tokenizer, layers=1, hidden=8, heads=2, intermediate=16, positions=16, dropout=0.1, seed=0
        )

    return make
