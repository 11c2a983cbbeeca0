"""A transformer encoder: a Hugging Face backbone, pooled to one vector per text."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import numpy as np
import tokenizers
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from transformers import BertModel, PreTrainedModel, PreTrainedTokenizerBase

from hybridir.encoders.backbone import LENGTH_NAMES, length_limit, quiet
from hybridir.encoders.base import KINDS, Encoder, Kind, Tokens
from hybridir.encoders.dropout import quicken
from hybridir.encoders.layout import longest, write_modules, write_prompts
from hybridir.encoders.lookup import quicken_lookup
from hybridir.encoders.packed import reads_packed, run_packed
from hybridir.encoders.pooling import POOLERS, Dense, Pooling, write_pooling
from hybridir.encoders.scratch import bert_config, wrapped
from hybridir.encoders.tokenizer import settings_of, tokenize_texts
from hybridir.errors import UserError
from hybridir.files import atomic_directory, write_json

_SETTINGS_FILE = "sentence_bert_config.json"
# On a CPU a batch must stay in its caches: measured four times as fast as 256 long texts at once.
BATCH_TOKENS = {"cpu": 2048}
BATCH_TOKENS_ELSEWHERE = 65536
# Without padding there is nothing to gain by small ones: in bfloat16 a tenth faster than 2048 tokens.
_PACKED_TOKENS = 8192


class TransformerEncoder(Encoder):
    """`backbone`, then `pooling`, then the layers of `dense` (usually none), then L2 normalisation.

    Dropout is as the backbone's config says while training. A `max_length` of None keeps every token,
    which only backbones with relative positions can read; UserError if it is more than the backbone reads.
    """

    def __init__(
        self,
        backbone: PreTrainedModel,
        tokenizer: PreTrainedTokenizerBase,
        *,
        pooling: Pooling,
        prompts: Mapping[Kind, str] | None = None,
        max_length: Mapping[Kind, int | None] | None = None,
        dense: Sequence[Dense] = (),
    ) -> None:
        super().__init__()
        limit = length_limit(backbone, tokenizer)
        self.prompts = dict(prompts) if prompts else dict.fromkeys(KINDS, "")
        self.max_length = dict(max_length) if max_length else dict.fromkeys(KINDS, limit)
        _check_lengths(self.max_length, limit)
        self.pooling: Pooling = pooling
        self.backbone: Any = backbone  # each architecture has a call signature of its own
        self._packs = reads_packed(backbone)
        quicken(backbone)
        quicken_lookup(backbone.get_input_embeddings())
        self.dense = nn.ModuleList(dense)
        self.dim = dense[-1].linear.out_features if dense else int(backbone.config.hidden_size)
        self._saved_tokenizer = tokenizer
        self._tokenizer = tokenizers.Tokenizer.from_str(tokenizer.backend_tokenizer.to_str())
        self._tokenizer.no_padding()
        self._pad_id = 0 if tokenizer.pad_token_id is None else int(tokenizer.pad_token_id)

    @classmethod
    def from_scratch(
        cls,
        tokenizer: tokenizers.Tokenizer,
        *,
        layers: int,
        hidden: int,
        heads: int,
        intermediate: int,
        positions: int = 512,
        dropout: float = 0.1,
        pooling: Pooling = "mean",
        prompts: Mapping[Kind, str] | None = None,
        max_length: Mapping[Kind, int | None] | None = None,
        seed: int = 0,
    ) -> "TransformerEncoder":
        """A BERT (Devlin et al. 2019) with random weights that reads texts of up to `positions` tokens.

        `tokenizer` must frame its texts and know `SPECIAL_TOKENS`, as those of `encoders.tokenizer` do.
        """
        made = wrapped(tokenizer, positions)
        config = bert_config(
            made,
            layers=layers,
            hidden=hidden,
            heads=heads,
            intermediate=intermediate,
            positions=positions,
            dropout=dropout,
        )
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            backbone = BertModel(config, add_pooling_layer=False)
        return cls(backbone, made, pooling=pooling, prompts=prompts, max_length=max_length)

    def tokenize(self, texts: Sequence[str], kind: Kind) -> Tokens:
        return tokenize_texts(self._tokenizer, texts, self.prompts[kind], self.max_length[kind], special_tokens=True)

    def forward(self, tokens: Tokens) -> Tensor:
        if self._packs and tokens.lengths.all():
            hidden, spans = run_packed(self.backbone, tokens, self.device)
            vectors = spans.mean(hidden) if self.pooling == "mean" else spans.first(hidden)
        else:
            ids, mask = (torch.from_numpy(array).to(self.device) for array in pad(tokens, self._pad_id))
            hidden = self.backbone(input_ids=ids, attention_mask=mask).last_hidden_state
            vectors = POOLERS[self.pooling](hidden, mask)
        for layer in self.dense:
            vectors = layer(vectors)
        return F.normalize(vectors.float(), dim=-1)

    @property
    def batch_tokens(self) -> int:  # type: ignore[override]
        return BATCH_TOKENS.get(self.device.type, BATCH_TOKENS_ELSEWHERE)

    @property
    def micro_tokens(self) -> int:  # type: ignore[override]
        return max(self.batch_tokens, _PACKED_TOKENS) if self._packs else self.batch_tokens

    def tokenizer_fingerprint(self) -> str:
        return self._tokenizer_sha256

    @cached_property
    def _tokenizer_sha256(self) -> str:  # of a large vocabulary it takes half a second
        settings = [settings_of(self._tokenizer), self.prompts, self.max_length]
        return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()

    def settings(self) -> dict[str, Any]:
        return {**super().settings(), "pooling": self.pooling}

    def save(self, directory: Path) -> None:
        """Write the model into `directory` as Transformer, Pooling, Dense (if any) and Normalize.

        Where queries and passages differ in length, sentence-transformers applies that in `encode_query`
        and `encode_document`; its plain `encode` cuts every text at the longer of the two.
        """
        limit = longest(self.max_length)
        lengths = {LENGTH_NAMES[kind]: self.max_length[kind] for kind in KINDS}
        differ = len(set(lengths.values())) > 1
        modules = [("Transformer", ""), ("Pooling", "1_Pooling")]
        modules += [("Dense", f"{2 + i}_Dense") for i in range(len(self.dense))]
        modules += [("Normalize", f"{len(modules)}_Normalize")]
        with atomic_directory(directory) as folder, quiet():
            self.backbone.save_pretrained(folder)
            if limit is not None:
                self._saved_tokenizer.model_max_length = limit
            self._saved_tokenizer.save_pretrained(folder)
            settings = {"max_seq_length": limit, "do_lower_case": False, **(lengths if differ else {})}
            write_json(folder / _SETTINGS_FILE, settings)
            write_pooling(folder / "1_Pooling", self.pooling, int(self.backbone.config.hidden_size))
            for layer, (_, place) in zip(cast(Sequence[Dense], self.dense), modules[2:-1], strict=True):
                layer.save(folder / place)
            write_modules(folder, modules)
            write_prompts(folder, self.prompts)


def pad(tokens: Tokens, pad_id: int) -> tuple[np.ndarray, np.ndarray]:
    """Ids and mask (1 for a token) of `tokens`, filled up on the right to the longest: int64 [n, length] each."""
    lengths = tokens.lengths
    mask = np.arange(max(1, lengths.max(initial=0))) < lengths[:, None]
    ids = np.full(mask.shape, pad_id, dtype=np.int64)
    ids[mask] = tokens.ids
    return ids, mask.astype(np.int64)


def _check_lengths(max_length: Mapping[Kind, int | None], limit: int | None) -> None:
    for kind in KINDS:
        length = max_length[kind]
        if limit is not None and (length is None or length > limit):
            raise UserError(
                f"max_length={length} for a {kind} is more than the {limit} tokens that this model reads: set"
                f" model.{kind}_length to {limit} or less."
            )
