"""Embedding a batch in micro-batches of texts of like length: the loss, and its gradient, are those of the batch."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor
from torch.utils.checkpoint import checkpoint

from hybridir.config.schema import TrainerConfig
from hybridir.encoders.base import Encoder, Tokens, batches_by_length


def embed(encoder: Encoder, texts: Sequence[Tokens], trainer: TrainerConfig) -> list[Tensor]:
    """The embeddings of each of `texts`: float32 [n, dim] each, with gradient.

    Texts of all are sorted by length into micro-batches of at most `trainer.micro_tokens` tokens (null: as the encoder
    likes best on its device, which may be the texts as they stand), so that hardly any of what is computed is padding.

    With `trainer.memory=cached`, nothing of a micro-batch is kept but its embeddings; the backward pass computes each
    once more, from the same random numbers, when the gradient of its embeddings is known. This is GradCache (Gao et al.
    2021, arXiv 2101.06983, section 3): exact, for one more forward pass, in the memory of one micro-batch.
    """
    most = trainer.micro_tokens or encoder.micro_tokens
    if most is None:
        return [_embedded(encoder, part, trainer) for part in texts]
    together = Tokens.concatenate(texts)
    places = list(batches_by_length(together.lengths, len(together), most))
    vectors = torch.cat([_embedded(encoder, together.take(rows), trainer) for rows in places])
    back = torch.from_numpy(np.argsort(np.concatenate(places))).to(vectors.device)
    return list(torch.split(vectors[back], [len(part) for part in texts]))


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
