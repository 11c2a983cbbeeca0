"""A static encoder: one vector and one weight per token; a text is the weighted mean of its tokens."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor, nn

from hybridir.encoders.base import KINDS, Encoder, Kind, Tokens
from hybridir.encoders.layout import longest, read_prompts, read_settings, write_modules, write_prompts
from hybridir.encoders.pooled_rows import WeightedSum
from hybridir.encoders.tokenizer import settings_of, tokenize_texts
from hybridir.errors import UserError
from hybridir.files import atomic_directory, write_json

MODULE_FOLDER = "0_StaticEmbedding"
_LENGTHS_FILE = "hybridir.json"


def sif_weights(counts: np.ndarray, a: float = 1e-3) -> np.ndarray:
    """Smooth inverse frequency a / (a + p) of tokens with `counts` [vocab]: float32 [vocab], in (0, 1].

    Arora et al. 2017, "A simple but tough-to-beat baseline for sentence embeddings", section 3.
    """
    share = counts / max(int(counts.sum()), 1)
    return (a / (a + share)).astype(np.float32)


class StaticEncoder(Encoder):
    """Token vectors `table` [vocab, dim] and the logarithms of their weights, `log_weight` [vocab, 1].

    A text is `normalize(sum_t exp(log_weight[t]) * table[t])`; a text without tokens is the zero vector,
    as in sentence-transformers. `token_weights` [vocab], all above zero, are the weights to start from
    (see `sif_weights`). `max_length=None` keeps every token. In training, `token_dropout` is the share of
    tokens that a text loses at random.
    """

    def __init__(
        self,
        tokenizer: Tokenizer,
        dim: int,
        *,
        prompts: Mapping[Kind, str] | None = None,
        max_length: Mapping[Kind, int | None] | None = None,
        token_weights: np.ndarray | None = None,
        seed: int = 0,
        init_scale: float = 0.1,
        token_dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.dim = dim
        self.token_dropout = token_dropout
        self.prompts = dict(prompts) if prompts else dict.fromkeys(KINDS, "")
        self.max_length = dict(max_length) if max_length else dict.fromkeys(KINDS, None)
        self._tokenizer = Tokenizer.from_str(tokenizer.to_str())
        self._tokenizer.no_padding()
        vocab_size = max(tokenizer.get_vocab().values()) + 1
        generator = torch.Generator().manual_seed(seed)
        table = torch.zeros(vocab_size, dim)
        self.table = nn.Parameter(table.normal_(0, init_scale, generator=generator) if init_scale else table)
        self.log_weight = nn.Parameter(_log_weights(token_weights, vocab_size))

    def sparse_parameters(self) -> list[nn.Parameter]:
        return [self.table, self.log_weight]

    @torch.no_grad()
    def set_vectors(self, vectors: np.ndarray) -> None:
        """Start from `vectors`, float32 [vocab, dim], in place of random ones; the token weights stay."""
        self.table.copy_(torch.from_numpy(vectors))

    def tokenize(self, texts: Sequence[str], kind: Kind) -> Tokens:
        return tokenize_texts(self._tokenizer, texts, self.prompts[kind], self.max_length[kind], special_tokens=False)

    def forward(self, tokens: Tokens) -> Tensor:
        if self.training and self.token_dropout:
            tokens = _drop(tokens, self.token_dropout)
        pooled: Tensor = WeightedSum.apply(self.table, self.log_weight, tokens)  # type: ignore[no-untyped-call]
        return F.normalize(pooled, dim=-1)

    @property
    def weights(self) -> Tensor:
        """The weight of each token: float32 [vocab]."""
        return self.log_weight[:, 0].exp()

    def tokenizer_fingerprint(self) -> str:
        return self._tokenizer_sha256

    @cached_property
    def _tokenizer_sha256(self) -> str:  # of a large vocabulary it takes half a second
        settings = [settings_of(self._tokenizer), self.prompts, self.max_length]
        return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()

    @torch.no_grad()
    def save(self, directory: Path) -> None:
        """Write the model into `directory` as StaticEmbedding and Normalize.

        The weights are folded into the vectors there: a plain mean of these points in the same direction.
        `log_weight` is kept beside them, so that `load` can go on training with vectors and weights apart.
        sentence-transformers cuts every text at the longer of the two lengths.
        """
        folded = self.table * self.weights[:, None]
        tensors = {"embedding.weight": folded.cpu(), "log_weight": self.log_weight.detach().cpu()}
        with atomic_directory(directory) as folder:
            module = folder / MODULE_FOLDER
            module.mkdir()
            save_file(tensors, module / "model.safetensors")
            limit = longest(self.max_length)
            if limit is None:
                self._tokenizer.no_truncation()
            else:
                self._tokenizer.enable_truncation(limit)
            self._tokenizer.save(str(module / "tokenizer.json"))
            write_json(module / _LENGTHS_FILE, {"max_length": self.max_length})
            write_modules(folder, [("StaticEmbedding", MODULE_FOLDER), ("Normalize", "1_Normalize")])
            write_prompts(folder, self.prompts)

    @classmethod
    @torch.no_grad()
    def load(cls, folder: Path, module: Path) -> "StaticEncoder":
        """The encoder of a StaticEmbedding saved in `module`, a subfolder of the model `folder`, ours or not."""
        tensors, tokenizer = _read(module)
        folded = tensors["embedding.weight"].float()
        log_weight = tensors.get("log_weight", torch.zeros(len(folded), 1))
        truncation = tokenizer.truncation
        saved_limit = None if truncation is None else truncation["max_length"]
        lengths = read_settings(module / _LENGTHS_FILE).get("max_length", {})
        encoder = cls(
            tokenizer,
            folded.shape[1],
            prompts=read_prompts(folder),
            max_length={kind: lengths.get(kind, saved_limit) for kind in KINDS},
            init_scale=0,
        )
        encoder.log_weight = nn.Parameter(log_weight)
        # Times its weight, the rounded quotient rounds to the very vector that was saved: encoding gives the same bits.
        encoder.table = nn.Parameter(folded / encoder.weights[:, None])
        return encoder


def _log_weights(weights: np.ndarray | None, vocab_size: int) -> Tensor:
    if weights is None:
        return torch.zeros(vocab_size, 1)
    if weights.shape != (vocab_size,) or not (weights > 0).all():
        raise ValueError(f"token_weights must be {vocab_size} numbers above zero, one for each entry of the tokenizer")
    return torch.from_numpy(np.log(weights.astype(np.float64)).astype(np.float32))[:, None]


def _drop(tokens: Tokens, share: float) -> Tokens:
    """`tokens` without a random `share` of them; every text keeps at least one of what it had."""
    kept = torch.rand(len(tokens.ids)).numpy() >= share
    filled = tokens.lengths > 0
    spared = tokens.offsets[:-1] + (torch.rand(len(tokens)).numpy() * tokens.lengths).astype(np.int64)
    kept[spared[filled]] = True
    offsets = np.concatenate([[0], np.cumsum(kept)])[tokens.offsets]
    return Tokens(tokens.ids[kept], offsets)


def _read(module: Path) -> tuple[dict[str, Tensor], Tokenizer]:
    """Tensors and tokenizer of a StaticEmbedding. Raises UserError if either is missing or broken."""
    try:
        tensors = load_file(module / "model.safetensors")
        tokenizer = Tokenizer.from_file(str(module / "tokenizer.json"))
    except Exception as problem:  # safetensors and tokenizers raise classes of their own and bare Exception
        raise UserError(f"the static model in {str(module)!r} cannot be read: {problem}") from problem
    if "embedding.weight" not in tensors:
        raise UserError(
            f"the static model in {str(module)!r} has no tensor 'embedding.weight': save it with"
            " sentence-transformers once more."
        )
    return tensors, tokenizer
