"""What a transformer from nothing is made of: a tokenizer as transformers wraps it, and the shape of a BERT."""

from typing import Any

import tokenizers
from transformers import BertConfig, PreTrainedTokenizerFast

from hybridir.encoders.tokenizer import SPECIAL_TOKENS
from hybridir.errors import UserError


def wrapped(tokenizer: tokenizers.Tokenizer, positions: int) -> PreTrainedTokenizerFast:
    """A copy of `tokenizer`, which must know `SPECIAL_TOKENS`, as transformers saves it: up to `positions` tokens."""
    names = dict(zip(("pad", "unk", "cls", "sep", "mask"), SPECIAL_TOKENS, strict=True))
    wrap: Any = PreTrainedTokenizerFast
    tokenizer = tokenizers.Tokenizer.from_str(tokenizer.to_str())
    special = {f"{name}_token": token for name, token in names.items()}
    made: PreTrainedTokenizerFast = wrap(tokenizer_object=tokenizer, model_max_length=positions, **special)
    return made


def bert_config(
    tokenizer: PreTrainedTokenizerFast,
    *,
    layers: int,
    hidden: int,
    heads: int,
    intermediate: int,
    positions: int,
    dropout: float,
    **more: Any,
) -> BertConfig:
    """The shape of a BERT (Devlin et al. 2019) over the entries of `tokenizer`. UserError if heads cannot share it."""
    if hidden % heads:
        raise UserError(f"hidden={hidden} cannot be shared among heads={heads}: take a multiple of {heads}.")
    return BertConfig(
        vocab_size=max(tokenizer.get_vocab().values()) + 1,
        hidden_size=hidden,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        intermediate_size=intermediate,
        max_position_embeddings=positions,
        hidden_dropout_prob=dropout,
        attention_probs_dropout_prob=dropout,
        pad_token_id=tokenizer.pad_token_id,
        **more,
    )
