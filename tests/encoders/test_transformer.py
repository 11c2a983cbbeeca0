import json
from pathlib import Path

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer
from transformers import (
    AutoConfig,
    BartConfig,
    DistilBertConfig,
    DistilBertModel,
    PreTrainedTokenizerFast,
    RobertaConfig,
    RobertaModel,
    T5Config,
    T5EncoderModel,
    T5ForConditionalGeneration,
)

from hybridir.encoders.backbone import load_backbone, load_tokenizer
from hybridir.encoders.base import Tokens
from hybridir.encoders.io import load_encoder
from hybridir.encoders.reading import Reading
from hybridir.encoders.transformer import TransformerEncoder, pad
from hybridir.errors import UserError

PROMPTS = {"query": "query: ", "passage": "passage: "}
SMALL = {"layers": 2, "hidden": 16, "heads": 2, "intermediate": 32, "positions": 64}


def _files(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _scratch(tokenizer, **settings) -> TransformerEncoder:
    return TransformerEncoder.from_scratch(tokenizer, **{**SMALL, **settings})


def _plain_folder(backbone, tokenizer, folder, **names):
    """What one finds on the hub: a backbone and its tokenizer, nothing of sentence-transformers."""
    backbone.save_pretrained(folder)
    names = {"pad_token": "[PAD]", "cls_token": "[CLS]", "sep_token": "[SEP]", "unk_token": "[UNK]", **names}
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, **names).save_pretrained(folder)
    return str(folder)


def test_pad_by_hand():
    ids, mask = pad(Tokens.of([[7, 8], [], [9, 9, 9]]), pad_id=1)
    assert ids.tolist() == [[7, 8, 1], [1, 1, 1], [9, 9, 9]]
    assert mask.tolist() == [[1, 1, 0], [0, 0, 0], [1, 1, 1]]


@pytest.mark.parametrize("pooling", ["mean", "cls"])
def test_sentence_transformers_gives_the_same_vectors(pooling, tokenizer, texts, tmp_path):
    encoder = _scratch(tokenizer, pooling=pooling, prompts=PROMPTS, max_length={"query": 24, "passage": 24})
    encoder.save(tmp_path / "model")
    theirs = SentenceTransformer(str(tmp_path / "model"), device="cpu")
    for kind in ("query", "passage"):
        ours = encoder.encode(texts, kind, batch_size=5)
        np.testing.assert_allclose(theirs.encode(texts, prompt_name=kind), ours, atol=1e-5)
        np.testing.assert_allclose(np.linalg.norm(ours, axis=1), 1, atol=1e-6)


def test_two_lengths_reach_sentence_transformers(tokenizer, texts, tmp_path):
    encoder = _scratch(tokenizer, prompts=PROMPTS, max_length={"query": 8, "passage": 24})
    encoder.save(tmp_path / "model")
    theirs = SentenceTransformer(str(tmp_path / "model"), device="cpu")
    np.testing.assert_allclose(theirs.encode_query(texts), encoder.encode(texts, "query"), atol=1e-5)
    np.testing.assert_allclose(theirs.encode_document(texts), encoder.encode(texts, "passage"), atol=1e-5)
    assert load_encoder(tmp_path / "model").max_length == {"query": 8, "passage": 24}


def test_loading_gives_the_same_bits(tokenizer, texts, tmp_path):
    encoder = _scratch(tokenizer, pooling="cls", prompts=PROMPTS)
    encoder.save(tmp_path / "one")
    loaded = load_encoder(tmp_path / "one")
    for kind in ("query", "passage"):
        assert (loaded.encode(texts, kind) == encoder.encode(texts, kind)).all()
    assert loaded.tokenizer_fingerprint() == encoder.tokenizer_fingerprint()
    loaded.save(tmp_path / "two")
    encoder.save(tmp_path / "one")  # over the first, after having encoded
    assert _files(tmp_path / "one") == _files(tmp_path / "two")


def test_seed_decides_the_start_and_nothing_else(tokenizer):
    torch.manual_seed(5)
    before = torch.get_rng_state()
    one, same, other = (_scratch(tokenizer, seed=seed).state_dict() for seed in (1, 1, 2))
    assert torch.equal(torch.get_rng_state(), before)
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert any(not torch.equal(one[name], other[name]) for name in one)


def test_every_weight_gets_a_gradient(tokenizer):
    encoder = _scratch(tokenizer).train()
    encoder(encoder.tokenize(["the sea"], "query"))[:, 0].sum().backward()
    assert [name for name, weight in encoder.named_parameters() if weight.grad is None] == []
    assert encoder.sparse_parameters() == []


def test_dropout_while_training_only(tokenizer):
    encoder = _scratch(tokenizer).train()
    tokens = encoder.tokenize(["the sea"], "query")
    assert not torch.equal(encoder(tokens), encoder(tokens))
    encoder.eval()
    assert torch.equal(encoder(tokens), encoder(tokens))


def test_autocast_leaves_unit_float32(tokenizer):
    encoder = _scratch(tokenizer).eval()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        vectors = encoder(encoder.tokenize(["the sea"], "query"))
    assert vectors.dtype == torch.float32 and vectors.norm().item() == pytest.approx(1, abs=1e-6)


def test_plain_encoders_get_mean_pooling(tokenizer, texts, tmp_path):
    size = tokenizer.get_vocab_size()
    config = DistilBertConfig(vocab_size=size, dim=16, n_layers=1, n_heads=2, hidden_dim=32, max_position_embeddings=40)
    name = _plain_folder(DistilBertModel(config), tokenizer, tmp_path / "distilbert")
    encoder = load_encoder(name)
    assert encoder.max_length == {"query": 40, "passage": 40} and encoder.prompts == {"query": "", "passage": ""}
    theirs = SentenceTransformer(name, device="cpu").encode(texts, normalize_embeddings=True)
    np.testing.assert_allclose(theirs, encoder.encode(texts, "query"), atol=1e-5)


def test_roberta_counts_positions_from_after_the_padding(tokenizer, texts, tmp_path):
    config = RobertaConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=34,
        pad_token_id=0,
    )
    name = _plain_folder(RobertaModel(config), tokenizer, tmp_path / "roberta")
    encoder = load_encoder(name, Reading("cls"))
    assert encoder.max_length == {"query": 33, "passage": 33}
    assert np.isfinite(encoder.encode(texts, "query")).all()
    assert not any("pooler" in weight for weight, _ in encoder.named_parameters())


@pytest.mark.parametrize("whole", [True, False], ids=["with-decoder", "encoder-only"])
def test_t5_is_its_encoder_half(whole, tokenizer, texts, tmp_path):
    config = T5Config(vocab_size=tokenizer.get_vocab_size(), d_model=16, d_kv=8, d_ff=32, num_layers=1, num_heads=2)
    name = _plain_folder((T5ForConditionalGeneration if whole else T5EncoderModel)(config), tokenizer, tmp_path / "t5")
    encoder = load_encoder(name, Reading(prompts=PROMPTS))
    encoder.save(tmp_path / "model")
    theirs = SentenceTransformer(str(tmp_path / "model"), device="cpu")
    np.testing.assert_allclose(theirs.encode_query(texts), encoder.encode(texts, "query"), atol=1e-5)


def test_a_t5_may_keep_every_token(tokenizer, texts, tmp_path):
    config = T5Config(vocab_size=tokenizer.get_vocab_size(), d_model=16, d_kv=8, d_ff=32, num_layers=1, num_heads=2)
    name = _plain_folder(T5EncoderModel(config), tokenizer, tmp_path / "t5")
    encoder = TransformerEncoder(load_backbone(Path(name)), load_tokenizer(Path(name)), pooling="mean")
    assert encoder.max_length == {"query": None, "passage": None}
    encoder.save(tmp_path / "model")
    assert load_encoder(tmp_path / "model").max_length == {"query": None, "passage": None}
    theirs = SentenceTransformer(str(tmp_path / "model"), device="cpu")
    np.testing.assert_allclose(theirs.encode(texts), encoder.encode(texts, "query"), atol=1e-5)


def test_other_decoders_are_refused(tokenizer, tmp_path):
    BartConfig(vocab_size=10, d_model=16).save_pretrained(tmp_path)
    with pytest.raises(UserError, match="is a bart with a decoder"):
        load_encoder(tmp_path)


def test_models_without_their_weights_are_refused(tokenizer, tmp_path):
    _scratch(tokenizer).save(tmp_path / "model")
    config = AutoConfig.from_pretrained(tmp_path / "model")
    config.num_hidden_layers = 3
    config.save_pretrained(tmp_path / "model")
    with pytest.raises(UserError, match=r"lacks 16 weights of a bert \(encoder\.layer\.2\."):
        load_encoder(tmp_path / "model")
    (tmp_path / "model" / "model.safetensors").unlink()
    with pytest.raises(UserError, match=r"has no \*\.safetensors file"):
        load_encoder(tmp_path / "model")


def test_code_of_the_model_is_not_run(tmp_path):
    settings = {"model_type": "own", "auto_map": {"AutoConfig": "own.Config", "AutoModel": "own.Model"}}
    tmp_path.joinpath("config.json").write_text(json.dumps(settings))
    tmp_path.joinpath("own.py").write_text("raise SystemExit('ran')")
    with pytest.raises(UserError, match="could not be read"):
        load_encoder(tmp_path)


def test_a_folder_without_a_model_is_refused(tmp_path):
    with pytest.raises(UserError, match="could not be read"):
        load_encoder(tmp_path)


def test_wrong_sizes_are_refused(tokenizer):
    with pytest.raises(UserError, match="hidden=16 cannot be shared among heads=3"):
        _scratch(tokenizer, heads=3)
    with pytest.raises(UserError, match="max_length=65 for a passage is more than the 64 tokens"):
        _scratch(tokenizer, max_length={"query": 8, "passage": 65})


def test_fingerprint_names_every_setting(tokenizer):
    lengths = {"query": 8, "passage": 24}
    variants = [
        _scratch(tokenizer, **settings).tokenizer_fingerprint()
        for settings in (
            {},
            {"prompts": PROMPTS},
            {"prompts": {**PROMPTS, "passage": ""}},
            {"max_length": lengths},
            {"max_length": {**lengths, "passage": 25}},
        )
    ]
    assert len(set(variants)) == len(variants)
    assert variants[0] == _scratch(tokenizer, seed=7, layers=1).tokenizer_fingerprint()
