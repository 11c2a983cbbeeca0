"""Every model of the papers, small: from its configuration to vectors, saved, and read again by us and by others."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from sentence_transformers import SentenceTransformer
from transformers import AutoModel, AutoTokenizer, MT5EncoderModel

from hybridir.config.compose import load_config
from hybridir.encoders.backbone import quiet
from hybridir.encoders.base import KINDS, Encoder
from hybridir.encoders.io import load_encoder
from hybridir.experiments.model import reading_of, starting_model
from hybridir.experiments.prepare import Prepared, prepare
from tests.tiny_models import FAMILIES, TEXTS, make_model

QUERY, PASSAGE = "Query: ", "Passage: "
READ_AS = {  # pooling; prompt and tokens of queries, of passages; width of the small one
    "xlmr_base": ("mean", (QUERY, 64), (PASSAGE, 256), 48),
    "xlmr_large": ("mean", (QUERY, 64), (PASSAGE, 256), 64),
    "labse": ("cls", (QUERY, 64), (PASSAGE, 256), 48),
    "mbert": ("cls", ("", 96), ("", 256), 48),
    "mcontriever": ("mean", ("", 64), ("", 256), 48),
    "e5_base": ("mean", ("query: ", 512), ("passage: ", 512), 48),
    "mminilm": ("mean", ("", 64), ("", 256), 24),
    "mt5_base": ("mean", ("", 64), ("", 256), 48),
}
ENDLESS = " ".join(TEXTS * 12)
SOME = [*TEXTS, "", ENDLESS]


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds every model under its name on the hub."""
    folder = tmp_path_factory.mktemp("hub")
    for family in FAMILIES:
        make_model(folder / _name(family), family)
    return folder


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    world = ["world.languages=8", "world.pairs=100", "world.questions=20", "world.sentences=50", "languages.count=0"]
    return prepare(load_config([*world, f"cache_dir={tmp_path_factory.mktemp('cache')}"]))


@pytest.fixture(autouse=True)
def in_hub(hub: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(hub)


@cache
def _name(family: str) -> str:
    name = load_config([f"model={family}"]).model.init
    assert name is not None
    return name


def _start(prepared: Prepared, *overrides: str) -> Encoder:
    """The encoder that a run of these overrides starts from."""
    encoder = starting_model(replace(prepared, config=load_config(overrides)))
    assert isinstance(encoder, Encoder)
    return encoder


@cache
def _published(family: str) -> tuple[Any, Any]:
    """Tokenizer and backbone as transformers reads them."""
    name = _name(family)
    with quiet():
        model = (MT5EncoderModel if family == "mt5_base" else AutoModel).from_pretrained(name).eval()
        return AutoTokenizer.from_pretrained(name), model


def _by_hand(family: str, kind: str, text: str) -> np.ndarray:
    """The vector of one text, made of nothing but the published files."""
    pooling, query, passage, _ = READ_AS[family]
    prompt, length = query if kind == "query" else passage
    name, (tokenizer, model) = _name(family), _published(family)
    tokens = tokenizer(prompt + text, truncation=True, max_length=length, return_tensors="pt")
    with torch.inference_mode():
        hidden = model(**tokens).last_hidden_state[0].double()
    vector = hidden[0] if pooling == "cls" else hidden.sum(0) / len(hidden)
    if family == "labse":
        dense = load_file(f"{name}/2_Dense/model.safetensors")
        vector = torch.tanh(dense["linear.weight"].double() @ vector + dense["linear.bias"])
    return (vector / vector.norm()).numpy()


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_from_its_configuration_to_its_vectors(family: str, prepared: Prepared, tmp_path: Path) -> None:
    encoder = _start(prepared, f"model={family}")
    pooling, (query, query_length), (passage, passage_length), width = READ_AS[family]
    assert encoder.settings() == {
        "dim": width,
        "pooling": pooling,
        "prompts": {"query": query, "passage": passage},
        "max_length": {"query": query_length, "passage": passage_length},
    }
    for kind, prompt, length in (("query", query, query_length), ("passage", passage, passage_length)):
        tokenizer, _ = _published(family)
        tokens = encoder.tokenize([TEXTS[1], ENDLESS], kind)
        assert tokens.ids[: tokens.lengths[0]].tolist() == tokenizer(prompt + TEXTS[1]).input_ids
        assert tokens.lengths[1] == length < len(tokenizer(ENDLESS).input_ids)
        vectors = encoder.encode(SOME, kind)
        wanted = np.stack([_by_hand(family, kind, text) for text in (TEXTS[0], ENDLESS)])
        np.testing.assert_allclose(vectors[[0, -1]], wanted, atol=2e-5)
    assert not np.allclose(vectors[0], vectors[1], atol=1e-2)

    encoder.save(tmp_path / "model")
    again = load_encoder(tmp_path / "model")
    theirs = SentenceTransformer(str(tmp_path / "model"), device="cpu")
    assert again.settings() == encoder.settings()
    for kind, encode in (("query", theirs.encode_query), ("passage", theirs.encode_document)):
        vectors = encoder.encode(SOME, kind)
        assert (again.encode(SOME, kind) == vectors).all()
        np.testing.assert_allclose(encode(SOME), vectors, atol=2e-5)


@pytest.mark.parametrize(("family", "prompt"), [("labse", ""), ("e5_base", "query: ")])
def test_a_published_sentence_transformer_is_read_as_its_own_library_reads_it(family: str, prompt: str) -> None:
    theirs = SentenceTransformer(_name(family), device="cpu").encode(SOME, prompt=prompt, normalize_embeddings=True)
    asked = reading_of(
        load_config(["model=transformer", *([f"model.query_prompt='{prompt}'"] if prompt else [])]).model
    )
    np.testing.assert_allclose(load_encoder(_name(family), asked).encode(SOME, "query"), theirs, atol=2e-5)


def test_what_is_set_holds_and_what_is_open_is_as_the_folder_says(prepared: Prepared) -> None:
    labse = "sentence-transformers/LaBSE"
    open_, mean, cut = (
        _start(prepared, "model=transformer", f"model.init={labse}", *more)
        for more in ([], ["model.pooling=mean"], ["model.query_prompt=ask", "model.passage_length=16"])
    )
    said = {"dim": 48, "pooling": "cls", "prompts": dict.fromkeys(KINDS, ""), "max_length": dict.fromkeys(KINDS, 256)}
    assert open_.settings() == said
    assert mean.settings() == said | {"pooling": "mean"}
    prompts, lengths = {"query": "ask", "passage": ""}, {"query": 256, "passage": 16}
    assert cut.settings() == said | {"prompts": prompts, "max_length": lengths}
    assert len(mean.dense) == 1 and not np.allclose(mean.encode(TEXTS, "query"), open_.encode(TEXTS, "query"))


def test_a_plain_encoder_that_nobody_speaks_for(prepared: Prepared) -> None:
    encoder = _start(prepared, "model=transformer", "model.init=FacebookAI/xlm-roberta-base")
    lengths = {"query": 64, "passage": 256}
    assert encoder.settings() == {
        "dim": 48,
        "pooling": "mean",
        "prompts": dict.fromkeys(KINDS, ""),
        "max_length": lengths,
    }


@pytest.mark.parametrize("family", ["xlmr_base", "mt5_base"])
@pytest.mark.parametrize("precision", [torch.bfloat16, torch.float16])
def test_weights_in_half_precision_become_float32(family: str, precision: torch.dtype, tmp_path: Path) -> None:
    make_model(tmp_path / "model", family)
    config = json.loads((tmp_path / "model" / "config.json").read_text())
    (tmp_path / "model" / "config.json").write_text(json.dumps(config | {"dtype": str(precision).split(".")[1]}))
    _rewrite(tmp_path / "model", lambda name, weight: (name, weight.to(precision)))
    encoder = load_encoder(tmp_path / "model")
    assert {weight.dtype for weight in encoder.parameters()} == {torch.float32}
    alike = (load_encoder(_name(family)).encode(TEXTS, "query") * encoder.encode(TEXTS, "query")).sum(axis=1)
    assert (alike > 0.99).all() and (alike < 1 - 1e-7).any()


def _rewrite(folder: Path, change) -> None:
    weights = load_file(folder / "model.safetensors")
    changed = dict(change(name, weight) for name, weight in weights.items())
    save_file(changed, folder / "model.safetensors", metadata={"format": "pt"})


def test_of_mt5_the_encoder_alone_is_read_and_saved(tmp_path: Path) -> None:
    published = load_file("google/mt5-base/model.safetensors")
    assert any(name.startswith("decoder.") for name in published) and "lm_head.weight" not in published
    encoder = load_encoder("google/mt5-base")
    names = {name.removeprefix("backbone.") for name, _ in encoder.named_parameters()}
    assert names == {name for name in published if not name.startswith("decoder.")}
    encoder.save(tmp_path / "model")
    assert set(load_file(tmp_path / "model" / "model.safetensors")) == names


@pytest.mark.parametrize("name", ["encoder.embed_tokens.weight", "decoder.embed_tokens.weight"])
def test_the_embeddings_of_a_t5_may_have_another_name(name: str, tmp_path: Path) -> None:
    make_model(tmp_path / "model", "mt5_base")
    _rewrite(tmp_path / "model", lambda old, weight: (name if old == "shared.weight" else old, weight))
    wanted = load_encoder("google/mt5-base").encode(TEXTS, "query")
    assert (load_encoder(tmp_path / "model").encode(TEXTS, "query") == wanted).all()


def test_layer_norms_of_an_old_bert_have_other_names(tmp_path: Path) -> None:
    make_model(tmp_path / "model", "mbert")
    gamma, beta = ("LayerNorm.weight", "LayerNorm.gamma"), ("LayerNorm.bias", "LayerNorm.beta")
    _rewrite(tmp_path / "model", lambda name, weight: (name.replace(*gamma).replace(*beta), weight))
    wanted = load_encoder(_name("mbert")).encode(TEXTS, "query")
    assert (load_encoder(tmp_path / "model").encode(TEXTS, "query") == wanted).all()
