import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer, models, pre_tokenizers

from hybridir.encoders.base import Tokens
from hybridir.encoders.io import load_encoder
from hybridir.encoders.static import StaticEncoder, sif_weights

PROMPTS = {"query": "query: ", "passage": "passage: "}


def _abc() -> Tokenizer:
    tokenizer = Tokenizer(models.WordLevel({"a": 0, "b": 1, "c": 2, "?": 3}, unk_token="?"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return tokenizer


def _by_hand() -> StaticEncoder:
    """a = (3, 0) and b = (0, 1) with weight 4: the text `a b` points to (3, 4)."""
    encoder = StaticEncoder(_abc(), 2, token_weights=np.array([1.0, 4.0, 1.0, 1.0]))
    encoder.table.data[:2] = torch.tensor([[3.0, 0.0], [0.0, 1.0]])
    return encoder


def _files(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_weighted_mean_by_hand():
    vectors = _by_hand().encode(["a b", "a a b", "b", ""], "query")
    np.testing.assert_allclose(vectors[0], [0.6, 0.8], atol=1e-6)
    np.testing.assert_allclose(vectors[1], [6 / 52**0.5, 4 / 52**0.5], atol=1e-6)
    assert vectors[2].tolist() == [0, 1] and vectors[3].tolist() == [0, 0]
    assert vectors.dtype == np.float32


def test_gradient_touches_the_rows_of_the_batch_only():
    encoder = _by_hand()
    encoder(Tokens.of([[0, 1, 0], []])).sum().backward()
    gradient = encoder.table.grad
    assert gradient.is_sparse and gradient.coalesce().indices().tolist() == [[0, 1]]
    assert torch.isfinite(gradient.coalesce().values()).all()
    weights = encoder.log_weight.grad
    assert weights.is_sparse and weights.coalesce().indices().tolist() == [[0, 1]]
    assert weights.coalesce().values().abs().min() > 0
    assert [id(p) for p in encoder.sparse_parameters()] == [id(encoder.table), id(encoder.log_weight)]


def test_gradient_equals_the_plain_formula():
    encoder = _by_hand()
    encoder(Tokens.of([[0, 1, 1], [2]]))[:, 0].sum().backward()
    table = encoder.table.detach().double().requires_grad_()
    log_weight = encoder.log_weight.detach().double().requires_grad_()
    scaled = table * log_weight.exp()
    plain = torch.nn.functional.normalize(torch.stack([scaled[0] + 2 * scaled[1], scaled[2]]), dim=-1)
    plain[:, 0].sum().backward()
    torch.testing.assert_close(encoder.table.grad.to_dense().double(), table.grad, atol=1e-6, rtol=1e-5)
    torch.testing.assert_close(encoder.log_weight.grad.to_dense().double(), log_weight.grad, atol=1e-6, rtol=1e-5)


def test_token_dropout_in_training_only():
    encoder = _by_hand()
    encoder.token_dropout = 0.5
    tokens = Tokens.of([[0] * 400 + [1] * 400, [2], []])
    whole = StaticEncoder.forward(encoder.eval(), tokens)
    encoder.train()
    torch.manual_seed(0)
    dropped, again = encoder(tokens), encoder(tokens)
    assert not torch.equal(dropped[0], again[0])
    torch.testing.assert_close(dropped[0], whole[0], atol=0.1, rtol=0)
    assert torch.equal(dropped[1:], whole[1:])  # the last token of a text is never dropped
    torch.manual_seed(0)
    assert torch.equal(encoder(tokens), dropped)


def test_sif_weights_by_hand():
    # shares .5, .25, .25, 0 of four tokens; a / (a + share) with a = .25
    np.testing.assert_allclose(sif_weights(np.array([2, 1, 1, 0]), a=0.25), [1 / 3, 0.5, 0.5, 1], rtol=1e-6)
    assert sif_weights(np.zeros(3, dtype=np.int64)).tolist() == [1, 1, 1]


def test_token_weights_must_fit(tokenizer):
    with pytest.raises(ValueError, match="4 numbers above zero"):
        StaticEncoder(_abc(), 2, token_weights=np.ones(3))
    with pytest.raises(ValueError, match="4 numbers above zero"):
        StaticEncoder(_abc(), 2, token_weights=np.array([1.0, 0.0, 1.0, 1.0]))


def test_seed_decides_the_start(tokenizer):
    one, same, other = (StaticEncoder(tokenizer, 8, seed=seed, init_scale=0.5).table for seed in (1, 1, 2))
    assert torch.equal(one, same) and not torch.equal(one, other)
    assert one.std().item() == pytest.approx(0.5, rel=0.05)


def test_autocast_leaves_unit_float32(tokenizer, texts):
    encoder = StaticEncoder(tokenizer, 8)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        vectors = encoder(encoder.tokenize(["the sea"], "query"))
    assert vectors.dtype == torch.float32 and vectors.norm().item() == pytest.approx(1, abs=1e-6)


@pytest.fixture(params=[None, 20], ids=["unlimited", "20-tokens"])
def trained(request, tokenizer, texts) -> StaticEncoder:
    """As training leaves it: weights anywhere, some vectors far from where they began."""
    weights = np.random.default_rng(0).lognormal(0, 2, tokenizer.get_vocab_size())
    lengths = {"query": request.param, "passage": request.param}
    return StaticEncoder(tokenizer, 16, prompts=PROMPTS, max_length=lengths, token_weights=weights, seed=3)


def test_sentence_transformers_gives_the_same_vectors(trained, texts, tmp_path):
    trained.save(tmp_path / "model")
    theirs = SentenceTransformer(str(tmp_path / "model"), device="cpu")
    for kind in ("query", "passage"):
        np.testing.assert_allclose(theirs.encode(texts, prompt_name=kind), trained.encode(texts, kind), atol=1e-5)
    np.testing.assert_allclose(theirs.encode_query(texts), trained.encode(texts, "query"), atol=1e-5)
    np.testing.assert_allclose(theirs.encode_document(texts), trained.encode(texts, "passage"), atol=1e-5)
    assert theirs.encode([""]).tolist() == [[0.0] * 16]


def test_loading_gives_the_same_bits(trained, texts, tmp_path):
    trained.save(tmp_path / "one")
    loaded = load_encoder(tmp_path / "one")
    assert isinstance(loaded, StaticEncoder)
    for kind in ("query", "passage"):
        assert (loaded.encode(texts, kind) == trained.encode(texts, kind)).all()
    assert torch.equal(loaded.log_weight, trained.log_weight)
    torch.testing.assert_close(loaded.table, trained.table, rtol=1e-6, atol=0)
    assert loaded.tokenizer_fingerprint() == trained.tokenizer_fingerprint()
    loaded.save(tmp_path / "two")
    trained.save(tmp_path / "one")  # over the first
    assert _files(tmp_path / "one") == _files(tmp_path / "two")


def test_two_lengths_are_kept(tokenizer, tmp_path):
    lengths = {"query": 3, "passage": 5}
    StaticEncoder(tokenizer, 4, max_length=lengths).save(tmp_path / "model")
    loaded = load_encoder(tmp_path / "model")
    assert loaded.max_length == lengths
    assert [loaded.tokenize(["a " * 9], kind).lengths[0] for kind in ("query", "passage")] == [3, 5]


def test_fingerprint_names_every_setting(tokenizer):
    def fingerprint(tokenizer=tokenizer, **settings):
        return StaticEncoder(tokenizer, 4, **settings).tokenizer_fingerprint()

    lengths = {"query": 3, "passage": 5}
    variants = [
        fingerprint(),
        fingerprint(_abc()),
        fingerprint(prompts=PROMPTS),
        fingerprint(prompts={**PROMPTS, "query": "q: "}),
        fingerprint(max_length=lengths),
        fingerprint(max_length={**lengths, "query": 4}),
    ]
    assert len(set(variants)) == len(variants)
    assert fingerprint() == fingerprint(seed=9), "weights do not change what texts are read as"
    encoder = StaticEncoder(tokenizer, 4, max_length=lengths)
    before = encoder.tokenizer_fingerprint()
    encoder.tokenize(["a"], "query")
    assert encoder.tokenizer_fingerprint() == before
