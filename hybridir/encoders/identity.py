"""Which encoder is this: for what is kept of its embeddings."""

import hashlib
import json

import torch

from hybridir.encoders.base import Encoder


def encoder_fingerprint(encoder: Encoder) -> str:
    """SHA-256 of all that decides the embeddings: weights, settings and tokenizer."""
    said = [encoder.settings(), encoder.tokenizer_fingerprint()]
    digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode())
    for name, weights in sorted(encoder.state_dict().items()):
        digest.update(f"{name} {weights.dtype} {tuple(weights.shape)}".encode())
        digest.update(weights.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy())
    return digest.hexdigest()
