"""The cross-encoder: what it reads, that sentence-transformers gives the same scores, and what it can start from."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    PreTrainedTokenizerFast,
    XLMRobertaConfig,
    XLMRobertaModel,
)

from hybridir.encoders.cross_encoder import CrossEncoder
from hybridir.encoders.io import load_encoder, load_model
from hybridir.encoders.transformer import TransformerEncoder
from hybridir.errors import UserError

SHAPE = {"layers": 2, "hidden": 16, "heads": 2, "intermediate": 32}


@pytest.fixture
def reranker(tokenizer: Tokenizer) -> CrossEncoder:
    model = CrossEncoder.from_scratch(tokenizer, length=48, **SHAPE, seed=1)
    with torch.no_grad():  # new weights are small, and give scores that hardly differ
        for parameter in model.parameters():
            parameter.mul_(10)
    return model


def pairs(texts: list[str]) -> tuple[list[str], list[str]]:
    """Every text with every other, and with itself."""
    return [query for query in texts for _ in texts], [passage for _ in texts for passage in texts]


def test_a_pair_is_framed_and_its_sides_are_told_apart(reranker: CrossEncoder, tokenizer: Tokenizer) -> None:
    a, b = (tokenizer.encode(text, add_special_tokens=False).ids for text in ("The river", "meer"))
    read = reranker.tokenize(["The river"], ["meer"])
    assert read.tokens.ids.tolist() == [2, *a, 3, *b, 3]
    assert read.types.tolist() == [0] * (len(a) + 2) + [1] * (len(b) + 1)


def test_the_longer_text_loses_its_end_first(tokenizer: Tokenizer) -> None:
    model = CrossEncoder.from_scratch(tokenizer, length=9, **SHAPE)
    a, b = (tokenizer.encode(text, add_special_tokens=False).ids for text in ("Seine", "a" + " river" * 20))
    read = model.tokenize(["Seine"], ["a" + " river" * 20]).tokens.ids.tolist()
    assert len(a) < 4
    assert read == [2, *a, 3, *b[: 9 - 3 - len(a)], 3]


def test_scores_do_not_depend_on_batch_or_order(
    reranker: CrossEncoder, texts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    queries, passages = pairs(texts[-8:])
    whole = reranker.score(queries, passages)
    assert whole.dtype == np.float32
    assert len(np.unique(whole)) > 8
    one_by_one = np.concatenate([reranker.score([q], [p]) for q, p in zip(queries, passages, strict=True)])
    np.testing.assert_allclose(whole, one_by_one, atol=1e-5)
    np.testing.assert_allclose(whole[::-1], reranker.score(queries[::-1], passages[::-1], batch_size=3), atol=1e-5)
    monkeypatch.setattr("hybridir.encoders.cross_encoder._CHUNK", 7)
    np.testing.assert_allclose(whole, reranker.score(queries, passages), atol=1e-5)


def test_query_and_passage_are_not_alike(reranker: CrossEncoder) -> None:
    there, back = reranker.score(["The river", "Der Fluss"], ["Der Fluss", "The river"])
    assert abs(there - back) > 1e-3


def test_scoring_is_without_dropout_and_tells_how_far_it_is(reranker: CrossEncoder, texts: list[str]) -> None:
    reranker.train()
    told: list[int] = []
    first = reranker.score(texts, texts[::-1], progress=told.append)
    np.testing.assert_array_equal(first, reranker.score(texts, texts[::-1]))
    assert reranker.training
    assert sum(told) == len(texts)
    assert reranker.score([], []).shape == (0,)


def test_sentence_transformers_gives_the_same_scores(reranker: CrossEncoder, texts: list[str], tmp_path: Path) -> None:
    from sentence_transformers import CrossEncoder as Peer

    reranker.save(tmp_path / "model")
    queries, passages = pairs(texts)
    theirs = Peer(str(tmp_path / "model"), device="cpu").predict(list(zip(queries, passages, strict=True)))
    np.testing.assert_allclose(reranker.score(queries, passages), theirs, atol=1e-5)


def test_what_sentence_transformers_saved_is_read(reranker: CrossEncoder, texts: list[str], tmp_path: Path) -> None:
    from sentence_transformers import CrossEncoder as Peer

    reranker.save(tmp_path / "ours")
    Peer(str(tmp_path / "ours"), device="cpu").save_pretrained(str(tmp_path / "theirs"))
    again = load_model(tmp_path / "theirs")
    assert isinstance(again, CrossEncoder)
    np.testing.assert_array_equal(again.score(texts, texts[::-1]), reranker.score(texts, texts[::-1]))


def test_saved_and_read_again_it_is_the_same(reranker: CrossEncoder, texts: list[str], tmp_path: Path) -> None:
    reranker.save(tmp_path / "once")
    again = load_model(tmp_path / "once")
    assert isinstance(again, CrossEncoder)
    assert again.settings() == {"length": 48}
    np.testing.assert_array_equal(again.score(texts, texts[::-1]), reranker.score(texts, texts[::-1]))
    again.save(tmp_path / "twice")
    names = sorted(path.name for path in (tmp_path / "once").iterdir())
    assert names == sorted(path.name for path in (tmp_path / "twice").iterdir())
    for name in names:
        assert (tmp_path / "once" / name).read_bytes() == (tmp_path / "twice" / name).read_bytes(), name


def test_an_encoder_gets_a_new_head_drawn_by_the_seed(tokenizer: Tokenizer, tmp_path: Path) -> None:
    encoder = TransformerEncoder.from_scratch(tokenizer, **SHAPE, positions=64)
    encoder.save(tmp_path / "encoder")
    one, same, other = (CrossEncoder.from_pretrained(tmp_path / "encoder", length=32, seed=s) for s in (0, 0, 1))
    head = [model.classifier.classifier.weight for model in (one, same, other)]
    assert torch.equal(head[0], head[1])
    assert not torch.equal(head[0], head[2])
    assert torch.equal(
        one.classifier.bert.embeddings.word_embeddings.weight, encoder.backbone.embeddings.word_embeddings.weight
    )
    one.save(tmp_path / "reranker")
    assert load_model(tmp_path / "reranker").settings() == {"length": 32}


def test_xlm_roberta_is_read_without_token_types(tokenizer: Tokenizer, texts: list[str], tmp_path: Path) -> None:
    from sentence_transformers import CrossEncoder as Peer

    shape = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}
    config = XLMRobertaConfig(
        vocab_size=tokenizer.get_vocab_size(), max_position_embeddings=66, type_vocab_size=1, pad_token_id=0, **shape
    )
    XLMRobertaModel(config, add_pooling_layer=False).save_pretrained(tmp_path / "base")
    CrossEncoder.from_scratch(tokenizer, length=64, **SHAPE)._saved_tokenizer.save_pretrained(tmp_path / "base")
    settings = json.loads((tmp_path / "base" / "tokenizer_config.json").read_text())
    settings["model_input_names"] = ["input_ids", "attention_mask"]
    (tmp_path / "base" / "tokenizer_config.json").write_text(json.dumps(settings))
    model = CrossEncoder.from_pretrained(tmp_path / "base", length=64)
    model.save(tmp_path / "model")
    theirs = Peer(str(tmp_path / "model"), device="cpu").predict(list(zip(texts, texts[::-1], strict=True)))
    np.testing.assert_allclose(model.score(texts, texts[::-1]), theirs, atol=1e-5)


def test_more_tokens_than_positions_are_refused(tokenizer: Tokenizer, tmp_path: Path) -> None:
    TransformerEncoder.from_scratch(tokenizer, **SHAPE, positions=64).save(tmp_path)
    with pytest.raises(UserError, match=r"model.length=512 is more than the 64 tokens"):
        CrossEncoder.from_pretrained(tmp_path, length=512)


def test_a_reranker_is_no_encoder(reranker: CrossEncoder, tmp_path: Path) -> None:
    reranker.save(tmp_path / "model")
    with pytest.raises(UserError, match="is a re-ranker"):
        load_encoder(tmp_path / "model")


def save_classifier(folder: Path, tokenizer: Tokenizer, labels: int) -> None:
    shape = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}
    config = BertConfig(vocab_size=tokenizer.get_vocab_size(), num_labels=labels, **shape)
    BertForSequenceClassification(config).save_pretrained(folder)
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="[PAD]").save_pretrained(folder)


def test_a_classifier_of_several_labels_is_refused(tokenizer: Tokenizer, tmp_path: Path) -> None:
    save_classifier(tmp_path, tokenizer, 3)
    with pytest.raises(UserError, match="gives 3 scores for a text, a re-ranker one"):
        CrossEncoder.from_pretrained(tmp_path)


def test_weights_that_are_not_safetensors_are_refused(tokenizer: Tokenizer, tmp_path: Path) -> None:
    save_classifier(tmp_path, tokenizer, 1)
    (tmp_path / "model.safetensors").rename(tmp_path / "pytorch_model.bin")
    with pytest.raises(UserError, match=r"has no \*.safetensors"):
        CrossEncoder.from_pretrained(tmp_path)


def test_a_body_that_lacks_weights_is_refused(tokenizer: Tokenizer, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    save_classifier(tmp_path, tokenizer, 1)
    weights = load_file(tmp_path / "model.safetensors")
    for lost in ("bert.encoder.layer.0.output.dense.weight", "classifier.weight"):
        kept = {name: tensor for name, tensor in weights.items() if name != lost}
        save_file(kept, tmp_path / "model.safetensors", metadata={"format": "pt"})
        with pytest.raises(UserError, match=f"lacks 1 weights of a bert .{lost}"):
            CrossEncoder.from_pretrained(tmp_path)
