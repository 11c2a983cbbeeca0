from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from hybridir.encoders import packed
from hybridir.encoders.attention import grouped_attention
from hybridir.encoders.base import Tokens
from hybridir.encoders.io import load_encoder
from hybridir.encoders.reading import Reading
from hybridir.encoders.transformer import TransformerEncoder
from tests.tiny_models import FAMILIES, TEXTS, make_model


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


def loaded(folder: Path, family: str, pooling: str = "mean") -> TransformerEncoder:
    if not (folder / family).is_dir():
        make_model(folder / family, family)
    encoder = load_encoder(folder / family, Reading(pooling=pooling))  # type: ignore[arg-type]
    assert isinstance(encoder, TransformerEncoder)
    return encoder


@pytest.mark.parametrize("family", [name for name in FAMILIES if name != "mt5_base"])
@pytest.mark.parametrize("pooling", ["mean", "cls"])
def test_packed_and_padded_texts_have_the_same_vectors_and_gradients(folder: Path, family: str, pooling: str) -> None:
    encoder = loaded(folder, family, pooling)
    tokens = encoder.tokenize([*TEXTS, TEXTS[1], "a"], "passage")
    found: list[tuple[Tensor, list[Tensor]]] = []
    for packs in (True, False):
        assert encoder._packs
        encoder._packs = packs
        encoder.zero_grad()
        vectors = encoder(tokens)
        (vectors * torch.linspace(-1, 1, vectors.numel()).view_as(vectors)).sum().backward()
        gradients = [p.grad.clone() for p in encoder.parameters() if p.grad is not None]
        found.append((vectors.detach(), gradients))
        encoder._packs = True
    (ours, mine), (theirs, reference) = found
    assert torch.allclose(ours, theirs, rtol=0, atol=2e-6)
    assert len(mine) == len(reference) == len(list(encoder.parameters()))
    whole = torch.cat([g.flatten() for g in reference])
    assert float((torch.cat([g.flatten() for g in mine]) - whole).norm() / whole.norm()) < 1e-5


def test_backbones_with_relative_positions_are_padded(folder: Path) -> None:
    assert not loaded(folder, "mt5_base")._packs


def test_no_mask_is_made_and_no_padding_is_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encoder, seen = loaded(folder, "xlmr_base"), list[tuple[Any, ...]]()
    tokens = encoder.tokenize(TEXTS, "passage")

    def spy(module: Any, query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None, **others: Any) -> Any:
        seen.append((mask, query.shape[2]))
        return packed._attention(module, query, key, value, mask, **others)

    monkeypatch.setitem(packed.AttentionInterface._global_mapping, packed.NAME, spy)
    encoder(tokens)
    assert seen == [(None, len(tokens.ids))] * 2


def test_texts_without_tokens_go_the_usual_way(folder: Path) -> None:
    encoder = loaded(folder, "mbert").eval()
    tokens = Tokens.of([[2, 7, 9, 3], [], [2, 3]])
    vectors = encoder(tokens)
    assert torch.allclose(vectors[[0, 2]], encoder(tokens.take(np.array([0, 2]))), rtol=0, atol=2e-6)


def test_attention_of_accelerators_is_the_same() -> None:
    tokens = Tokens.of([[0] * length for length in (5, 3, 3, 1)])
    spans = packed.Spans.of(tokens, torch.device("cpu"))
    torch.manual_seed(0)
    ours = [torch.randn(12, 2, 8, requires_grad=True) for _ in range(3)]
    theirs = [tensor.detach().clone().requires_grad_() for tensor in ours]
    nested = packed.nested_attention(*ours, spans, 0.3, 0.0)
    grouped = grouped_attention(*theirs, spans.offsets, 0.3, 0.0, True)
    assert torch.allclose(nested, grouped, rtol=0, atol=1e-6)
    nested.square().sum().backward()
    grouped.square().sum().backward()
    for mine, reference in zip(ours, theirs, strict=True):
        assert torch.allclose(mine.grad, reference.grad, rtol=0, atol=1e-5)  # type: ignore[arg-type]


def test_pooling_by_hand() -> None:
    spans = packed.Spans.of(Tokens.of([[1, 1], [1, 1, 1]]), torch.device("cpu"))
    hidden = torch.tensor([[1.0, 0.0], [3.0, 0.0], [0.0, 3.0], [0.0, 6.0], [3.0, 0.0]])
    assert spans.mean(hidden).tolist() == [[2.0, 0.0], [1.0, 3.0]]
    assert spans.first(hidden).tolist() == [[1.0, 0.0], [0.0, 3.0]]
