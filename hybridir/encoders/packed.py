"""Texts end to end without padding, through backbones whose layers treat every token alike but for attention."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F
from transformers import AttentionInterface, AttentionMaskInterface, PreTrainedModel
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import sdpa_mask

from hybridir.encoders.attention import grouped_attention
from hybridir.encoders.base import Tokens

NAME = "hybridir_packed"
FAMILIES = ("bert", "roberta", "xlm-roberta", "camembert")
"""Backbones that can read packed texts: absolute positions that may be given, and attention by its name."""


@dataclass(frozen=True)
class Spans:
    """Where texts lie in a row of tokens: text i from `offsets[i]` to `offsets[i + 1]` (int64 [n + 1])."""

    offsets: np.ndarray
    on_device: Tensor

    @classmethod
    def of(cls, tokens: Tokens, device: torch.device) -> "Spans":
        """Those of `tokens`, of which no text is empty."""
        offsets = np.asarray(tokens.offsets)
        return cls(offsets, torch.from_numpy(offsets.copy()).to(device, non_blocking=True))

    @property
    def lengths(self) -> np.ndarray:
        return np.diff(self.offsets)

    def mean(self, hidden: Tensor) -> Tensor:
        """Mean of `hidden` [tokens, dim] over each text: float32 [n, dim]."""
        lengths = self.on_device.diff()
        return torch.segment_reduce(hidden.float(), "mean", lengths=lengths, unsafe=True)

    def first(self, hidden: Tensor) -> Tensor:
        """The first token of each text in `hidden` [tokens, dim]: float32 [n, dim]."""
        return hidden[self.on_device[:-1]].float()


def reads_packed(backbone: PreTrainedModel) -> bool:
    """Let `backbone` read packed texts from now on, beside padded ones; False where it cannot."""
    if backbone.config.model_type not in FAMILIES or backbone.config.is_decoder:
        return False
    AttentionInterface.register(NAME, _attention)
    AttentionMaskInterface.register(NAME, sdpa_mask)
    backbone.set_attn_implementation(NAME)
    return True


def first_position(backbone: Any) -> int:
    """The position of a text's first token: RoBERTa and its kin count from after the padding's own."""
    padding: int | None = backbone.embeddings.position_embeddings.padding_idx
    return 0 if padding is None else padding + 1


def run_packed(backbone: Any, tokens: Tokens, device: torch.device) -> tuple[Tensor, Spans]:
    """The last hidden states of `tokens`, end to end: [tokens, hidden]; and where each text lies."""
    spans = Spans.of(tokens, device)
    places = np.arange(len(tokens.ids)) - np.repeat(spans.offsets[:-1], spans.lengths) + first_position(backbone)
    ids, positions = (
        torch.from_numpy(array.astype(np.int64))[None].to(device, non_blocking=True) for array in (tokens.ids, places)
    )
    hidden: Tensor = backbone(input_ids=ids, position_ids=positions, spans=spans).last_hidden_state
    return hidden[0], spans


def _attention(
    module: torch.nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    scaling: float | None = None,
    dropout: float = 0.0,
    spans: Spans | None = None,
    **others: Any,
) -> tuple[Tensor, None]:
    """Attention of each text to itself. `query`, `key`, `value` [1, heads, tokens, size]; padded texts, which come
    without `spans`, go the usual way. Returns [1, tokens, heads, size]."""
    if spans is None:
        usual: tuple[Tensor, None] = sdpa_attention_forward(
            module, query, key, value, attention_mask, dropout=dropout, scaling=scaling, **others
        )
        return usual
    scale = query.shape[-1] ** -0.5 if scaling is None else scaling
    q, k, v = (tensor[0].transpose(0, 1) for tensor in (query, key, value))
    if query.device.type == "cpu":
        return grouped_attention(q, k, v, spans.offsets, scale, dropout, module.training)[None], None
    return nested_attention(q, k, v, spans, scale, dropout)[None], None


def nested_attention(query: Tensor, key: Tensor, value: Tensor, spans: Spans, scale: float, dropout: float) -> Tensor:
    """The same for accelerators, whose kernels read texts of different lengths at once: [tokens, heads, size]."""
    shortest, longest = int(spans.lengths.min()), int(spans.lengths.max())  # or the device would be asked
    q, k, v = (
        torch.nested.nested_tensor_from_jagged(
            tensor, spans.on_device, min_seqlen=shortest, max_seqlen=longest
        ).transpose(1, 2)
        for tensor in (query, key, value)
    )
    return F.scaled_dot_product_attention(q, k, v, dropout_p=dropout, scale=scale).transpose(1, 2).values()
