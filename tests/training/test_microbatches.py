"""Micro-batches and GradCache: loss and gradient are those of the whole batch."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from hybridir.config.schema import TrainerConfig
from hybridir.encoders.base import Encoder, Tokens
from hybridir.encoders.transformer import TransformerEncoder
from hybridir.training.loss import info_nce
from hybridir.training.microbatches import embed

PAIRS = 40


@pytest.fixture
def encoder(tokenizer: Tokenizer) -> TransformerEncoder:
    return TransformerEncoder.from_scratch(
        tokenizer, layers=2, hidden=32, heads=4, intermediate=64, positions=64, dropout=0.2, seed=0
    ).train()


def texts(pairs: int = PAIRS) -> list[Tokens]:
    """Queries of 3 to 8 tokens, and passages of 4 to 60."""
    draws = np.random.default_rng(0)
    lengths = [draws.integers(3, 9, pairs), draws.integers(4, 61, pairs)]
    return [Tokens.of([draws.integers(4, 120, size) for size in sizes]) for sizes in lengths]  # type: ignore[misc]


def without_dropout(encoder: nn.Module) -> None:
    for module in encoder.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0


def gradient(encoder: Encoder, trainer: TrainerConfig, pairs: int = PAIRS) -> tuple[float, Tensor]:
    """The loss and all gradients of one batch."""
    encoder.zero_grad()
    torch.manual_seed(5)
    queries, passages = embed(encoder, texts(pairs), trainer)
    loss = info_nce(queries, passages, 0.05)
    loss.backward()
    parts = [p.grad.to_dense().flatten() for p in encoder.parameters() if p.grad is not None]
    return float(loss.detach()), torch.cat(parts)


def apart(one: Tensor, other: Tensor) -> float:
    return float((one - other).norm() / other.norm())


def whole_batch(encoder: TransformerEncoder) -> tuple[float, Tensor]:
    """Padded to the longest and at once, by torch's own layers."""
    encoder._packs = False
    loss, found = gradient(encoder, TrainerConfig(micro_tokens=10**6))
    encoder._packs = True
    return loss, found


@pytest.mark.parametrize("packs", [True, False])
@pytest.mark.parametrize("memory", ["whole", "cached"])
@pytest.mark.parametrize("tokens", [1, 100, 700, None])
def test_the_gradient_is_that_of_the_unsplit_batch(
    encoder: TransformerEncoder, tokens: int | None, memory: str, packs: bool
) -> None:
    without_dropout(encoder)
    expected, reference = whole_batch(encoder)
    encoder._packs = packs
    loss, found = gradient(encoder, TrainerConfig(micro_tokens=tokens, memory=memory))
    assert loss == pytest.approx(expected, abs=1e-6)
    assert apart(found, reference) < 1e-5


@pytest.mark.parametrize("tokens", [100, 700])
def test_cached_gradients_are_the_plain_ones_with_dropout_too(encoder: TransformerEncoder, tokens: int) -> None:
    expected, reference = gradient(encoder, TrainerConfig(micro_tokens=tokens))
    loss, found = gradient(encoder, TrainerConfig(micro_tokens=tokens, memory="cached"))
    assert loss == expected
    assert apart(found, reference) < 1e-5
    without_dropout(encoder)
    assert abs(gradient(encoder, TrainerConfig(micro_tokens=tokens))[0] - loss) > 1e-3  # it was at work


@pytest.mark.parametrize("memory", ["whole", "cached"])
def test_half_precision_is_close(encoder: TransformerEncoder, memory: str) -> None:
    without_dropout(encoder)
    reference = whole_batch(encoder)[1]
    found = gradient(encoder, TrainerConfig(micro_tokens=300, memory=memory, precision="bf16"))[1]
    assert 1e-5 < apart(found, reference) < 0.05


def test_embeddings_come_back_in_place(encoder: TransformerEncoder) -> None:
    encoder.eval()
    queries, passages = embed(encoder, texts(), TrainerConfig(micro_tokens=150))
    for found, given in zip((queries, passages), texts(), strict=True):
        alone = torch.cat([encoder(given.take(np.array([row]))) for row in range(PAIRS)])
        assert torch.allclose(found, alone, rtol=0, atol=1e-6)


def test_micro_batches_hold_texts_of_like_length(encoder: TransformerEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    seen, forward = list[np.ndarray](), encoder.forward

    def spy(tokens: Tokens) -> Tensor:
        seen.append(tokens.lengths)
        return forward(tokens)

    monkeypatch.setattr(encoder, "forward", spy)
    embed(encoder, texts(), TrainerConfig(micro_tokens=200))
    assert sorted(np.concatenate(seen)) == sorted(np.concatenate([part.lengths for part in texts()]))
    assert all(lengths.max() * len(lengths) <= 200 for lengths in seen)
    assert all(before.min() >= after.max() for before, after in pairwise(seen))


def test_a_static_encoder_reads_both_sides_at_once(make_encoder: Callable[[str], Encoder]) -> None:
    static, sizes = make_encoder("static"), list[int]()
    forward = static.forward
    static.forward = lambda tokens: sizes.append(len(tokens)) or forward(tokens)  # type: ignore[func-returns-value,method-assign]
    gradient(static, TrainerConfig())
    assert sizes == [2 * PAIRS]
    plain = gradient(static, TrainerConfig())[1]
    assert apart(gradient(static, TrainerConfig(memory="cached", micro_tokens=90))[1], plain) < 1e-5


def bytes_kept(encoder: Encoder, trainer: TrainerConfig, pairs: int) -> int:
    """Of what the backward pass needs after the forward pass, parameters apart."""
    own = {parameter.data_ptr() for parameter in encoder.parameters()}
    kept: dict[int, int] = {}

    def pack(tensor: Tensor) -> Tensor:
        if tensor.data_ptr() not in own:
            kept[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        queries, passages = embed(encoder, texts(pairs), trainer)
        _ = info_nce(queries, passages, 0.05)
    return sum(kept.values())


def test_cached_memory_hardly_grows_with_the_batch(encoder: TransformerEncoder) -> None:
    whole = bytes_kept(encoder, TrainerConfig(micro_tokens=500), 16)
    assert bytes_kept(encoder, TrainerConfig(micro_tokens=500), 64) > 3 * whole
    assert bytes_kept(encoder, TrainerConfig(micro_tokens=500, memory="cached"), 64) < whole / 4
