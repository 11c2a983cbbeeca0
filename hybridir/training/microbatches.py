"""Embedding a batch in micro-batches of texts of like length: the loss, and its gradient, are those of the batch."""

import numpy as np
import torch
from torch import Tensor
from torch.utils.checkpoint import checkpoint

from hybridir.config.schema import TrainerConfig
from hybridir.encoders.base import Encoder, Tokens, batches_by_length


def embed(encoder: Encoder, texts: tuple[Tokens, Tokens], trainer: TrainerConfig) -> tuple[Tensor, Tensor]:
    """The embeddings of queries and passages, `texts`: float32 [n, dim] each, with gradient.

    Texts of both are sorted by length into micro-batches of at most `trainer.micro_tokens` tokens (null: as the encoder
    likes best on its device; some take all texts at once), so that hardly any of what is computed is padding.

    With `trainer.memory=cached`, nothing of a micro-batch is kept but its embeddings; the backward pass computes each
    once more, from the same random numbers, when the gradient of its embeddings is known. This is GradCache (Gao et al.
    2021, arXiv 2101.06983, section 3): exact, for one more forward pass, in the memory of one micro-batch.
    """
    together, most = Tokens.concatenate(texts), trainer.micro_tokens or encoder.micro_tokens
    if most is None:
        vectors = _embedded(encoder, together, trainer)
    else:
        places = list(batches_by_length(together.lengths, len(together), most))
        in_order = torch.cat([_embedded(encoder, together.take(rows), trainer) for rows in places])
        vectors = in_order[torch.from_numpy(np.argsort(np.concatenate(places))).to(in_order.device)]
    queries = len(texts[0])
    return vectors[:queries], vectors[queries:]


def _embedded(encoder: Encoder, tokens: Tokens, trainer: TrainerConfig) -> Tensor:
    def forward(_: Tensor) -> Tensor:
        # its own context for each: the weights' gradients are then summed in float32, not in bfloat16
        with torch.autocast(encoder.device.type, dtype=torch.bfloat16, enabled=trainer.precision == "bf16"):
            vectors: Tensor = encoder(tokens)
        return vectors

    weights = next(encoder.parameters())  # tells the checkpoint that there is a gradient, and whose random state it is
    if trainer.memory == "whole":
        return forward(weights)
    # the reentrant kind keeps no graph of the first pass, of which many small pieces would scatter over the memory
    found: Tensor = checkpoint(forward, weights, use_reentrant=True, preserve_rng_state=True)
    return found
