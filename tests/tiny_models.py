"""Small models of the papers' architectures, in folders laid out like their repositories on the hub."""

import io
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import sentencepiece
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import (
    BertConfig,
    BertForPreTraining,
    BertModel,
    MT5Config,
    MT5ForConditionalGeneration,
    PreTrainedModel,
    XLMRobertaConfig,
    XLMRobertaForMaskedLM,
    XLMRobertaModel,
)

from hybridir.encoders.backbone import quiet

TEXTS = (
    "Query: query: Passage: passage: The river Seine flows through Paris and on to the sea.",
    "Der Fluss fließt durch die Stadt, und weiter ins Meer.",
    "Река течёт через город и впадает в море.",
    "नदी शहर से होकर समुद्र तक बहती है।",
    "يجري النهر عبر المدينة إلى البحر.",
    "河流穿过城市流入大海。",
    "แม่น้ำไหลผ่านเมืองลงสู่ทะเล",
)

# layers, width, attention heads: a sixteenth or so of the real ones
SHAPES = {
    "xlmr_base": (2, 48, 4),
    "xlmr_large": (3, 64, 4),
    "labse": (2, 48, 4),
    "mbert": (2, 48, 4),
    "mcontriever": (2, 48, 4),
    "e5_base": (2, 48, 4),
    "mminilm": (2, 24, 12),
    "mt5_base": (2, 48, 4),
}
FAMILIES = tuple(SHAPES)
"""The models of the papers, by their names in conf/model."""

_PIECES = 500


def make_model(folder: Path, family: str, texts: Sequence[str] = TEXTS) -> None:
    """Write into `folder` a model like `conf/model/<family>.yaml` names, small, with random weights (always the same)
    and a tokenizer of its kind made from `texts`: the files of its hub repository, in the forms they have there."""
    folder.mkdir(parents=True)
    if family == "mt5_base":
        vocab_size = _sentencepiece(folder, texts)
    elif family in ("labse", "mbert", "mcontriever"):
        vocab_size = _wordpiece(folder, texts)
    else:
        vocab_size = _unigram(folder, texts)
    with torch.random.fork_rng(devices=[]), quiet():
        torch.manual_seed(FAMILIES.index(family))
        _backbone(family, vocab_size).save_pretrained(folder)
        if family in ("labse", "e5_base"):
            _sentence_transformer(folder, family)


def _backbone(family: str, vocab_size: int) -> PreTrainedModel:
    """What was published: XLM-R, mMiniLM and mBERT with the head they were trained with, mT5 with its decoder."""
    layers, width, heads = SHAPES[family]
    common: dict[str, Any] = {
        "vocab_size": vocab_size,
        "hidden_size": width,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "intermediate_size": 4 * width,
        "initializer_range": 0.2,  # ten times the usual, or vectors of different texts would hardly differ
    }
    if family == "mt5_base":
        sizes = {"d_model": width, "d_kv": width // heads, "d_ff": 2 * width, "num_heads": heads}
        return MT5ForConditionalGeneration(MT5Config(vocab_size=vocab_size + 12, num_layers=layers, **sizes))
    if family in ("labse", "mbert", "mcontriever"):
        return (BertForPreTraining if family == "mbert" else BertModel)(BertConfig(**common))
    ids = {"bos_token_id": 0, "pad_token_id": 1, "eos_token_id": 2}
    config = XLMRobertaConfig(**common, **ids, max_position_embeddings=514, type_vocab_size=1, layer_norm_eps=1e-5)
    return (XLMRobertaModel if family == "e5_base" else XLMRobertaForMaskedLM)(config)


def _sentence_transformer(folder: Path, family: str) -> None:
    """The files of sentence-transformers: those of LaBSE have a dense layer, those of E5 no prompts."""
    width, labse = SHAPES[family][1], family == "labse"
    names = ["Transformer", "Pooling", *(["Dense"] if labse else []), "Normalize"]
    places = ["", *(f"{i}_{name}" for i, name in enumerate(names) if i)]
    modules = [
        {"idx": i, "name": str(i), "path": place, "type": f"sentence_transformers.models.{name}"}
        for i, (name, place) in enumerate(zip(names, places, strict=True))
    ]
    _write(folder / "modules.json", modules)
    _write(folder / "sentence_bert_config.json", {"max_seq_length": 256 if labse else 512, "do_lower_case": False})
    pooling = {
        "word_embedding_dimension": width,
        "pooling_mode_cls_token": labse,
        "pooling_mode_mean_tokens": not labse,
    }
    _write(folder / "1_Pooling" / "config.json", pooling)
    if labse:
        activation = "torch.nn.modules.activation.Tanh"
        dense = {"in_features": width, "out_features": width, "bias": True, "activation_function": activation}
        _write(folder / "2_Dense" / "config.json", dense)
        weights = {"linear.weight": torch.randn(width, width) / 4, "linear.bias": torch.randn(width) / 4}
        save_file(weights, folder / "2_Dense" / "model.safetensors")
        _write(folder / "config_sentence_transformers.json", {"__version__": {"sentence_transformers": "2.0.0"}})


def _wordpiece(folder: Path, texts: Sequence[str]) -> int:
    """A cased WordPiece tokenizer as BERT's; returns the size of its vocabulary."""
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    normalizer, splitter = normalizers.BertNormalizer(lowercase=False), pre_tokenizers.BertPreTokenizer()
    words = _frequent(word for text in texts for word, _ in splitter.pre_tokenize_str(normalizer.normalize_str(text)))
    letters = sorted(set("".join(words)))
    pieces = dict.fromkeys([*special, *letters, *(f"##{letter}" for letter in letters), *words])
    tokenizer = Tokenizer(models.WordPiece({piece: i for i, piece in enumerate(pieces)}, unk_token="[UNK]"))
    tokenizer.normalizer, tokenizer.pre_tokenizer = normalizer, splitter
    tokenizer.add_special_tokens(special)
    _frame(tokenizer, "[CLS]", "[SEP]")
    tokenizer.save(str(folder / "tokenizer.json"))
    _write(folder / "tokenizer_config.json", {"do_lower_case": False, "model_max_length": 512})
    return tokenizer.get_vocab_size()


def _unigram(folder: Path, texts: Sequence[str]) -> int:
    """A Unigram tokenizer as XLM-R's, with its ids of special tokens; returns the size of its vocabulary."""
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    words = _frequent(f"▁{word}" for text in texts for word in text.split())
    letters = sorted(set("".join(words)))
    pieces = [*((token, 0.0) for token in special), *((letter, -9.0) for letter in letters)]
    pieces += [(word, -5.0) for word in words if len(word) > 1] + [("<mask>", 0.0)]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=3))
    metaspace = pre_tokenizers.Metaspace("▁", "always")
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), metaspace])
    tokenizer.add_special_tokens([*special, "<mask>"])
    _frame(tokenizer, "<s>", "</s>")
    tokenizer.save(str(folder / "tokenizer.json"))
    _write(folder / "tokenizer_config.json", {"model_max_length": 512})
    return tokenizer.get_vocab_size()


def _frequent(words: Iterable[str]) -> list[str]:
    """The most frequent words; not left to a trainer of `tokenizers`, which breaks ties by chance."""
    counts = Counter(words)
    return sorted(counts, key=lambda word: (-counts[word], word))[:_PIECES]


def _sentencepiece(folder: Path, texts: Sequence[str]) -> int:
    """A SentencePiece model as mT5's, which has no tokenizer.json; returns the size of its vocabulary."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(texts),
        model_writer=model,
        model_type="unigram",
        vocab_size=_PIECES,
        hard_vocab_limit=False,
        character_coverage=1.0,
        pad_id=0,
        eos_id=1,
        unk_id=2,
        bos_id=-1,
        minloglevel=2,
    )
    (folder / "spiece.model").write_bytes(model.getvalue())
    tokens = {"eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}
    _write(folder / "special_tokens_map.json", tokens)
    _write(folder / "tokenizer_config.json", {**tokens, "extra_ids": 0, "tokenizer_class": "T5Tokenizer"})
    return int(sentencepiece.SentencePieceProcessor(model_proto=model.getvalue()).get_piece_size())


def _frame(tokenizer: Tokenizer, first: str, last: str) -> None:
    """Put `first` and `last` around every text."""
    ids = [(token, tokenizer.token_to_id(token)) for token in (first, last)]
    tokenizer.post_processor = processors.TemplateProcessing(single=f"{first} $A {last}", special_tokens=ids)


def _write(path: Path, value: Any) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(value), encoding="utf8")
