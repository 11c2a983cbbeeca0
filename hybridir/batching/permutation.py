"""Pseudo-random permutations of 0..n-1 that answer for any index alone, without a table of n entries.

A Feistel network permutes the smallest power of two that holds n; indices that land outside are
sent through it again until they land inside (cycle walking; Black and Rogaway 2002): less than two
passes for n > 8. Four rounds would do for large n; eight shuffle a handful of elements evenly, too.
"""

import numpy as np

from hybridir.draws import GOLDEN, mix, nth_key, stream_key

__all__ = ["nth_key", "permute", "stream_key"]

_ROUND_KEYS = np.arange(8, dtype=np.uint64) * GOLDEN


def permute(indices: np.ndarray, sizes: np.ndarray | int, keys: np.ndarray | int) -> np.ndarray:
    """Where `indices` [n] go in permutations of 0..size-1: int64 [n].

    `sizes` (at most 2**53) and `keys` (uint64) name the permutation, one for all indices or [n].
    Each index must be in 0..size-1.
    """
    out = np.asarray(indices).astype(np.uint64)
    # one entry where there is one for all: what follows from it is then worked out once
    sizes, keys = (np.asarray(values, dtype=np.uint64).reshape(-1) for values in (sizes, keys))
    out = _feistel(out, sizes, keys)
    outside = np.flatnonzero(out >= sizes)
    sizes, keys = np.broadcast_to(sizes, out.shape), np.broadcast_to(keys, out.shape)
    while len(outside):
        out[outside] = _feistel(out[outside], sizes[outside], keys[outside])
        outside = outside[out[outside] >= sizes[outside]]
    return out.astype(np.int64)


def _feistel(values: np.ndarray, sizes: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """One pass over 0..2**bits-1, the least that holds `sizes`; its halves differ by one bit where `bits` is odd."""
    # frexp gives the bit length; fewer than 4 bits have halves too small to be shuffled evenly
    bits = np.maximum(np.frexp(sizes - np.uint64(1))[1], 4).astype(np.uint64)
    right_bits = bits >> np.uint64(1)
    left_mask, right_mask = _ones(bits - right_bits), _ones(right_bits)
    left, right = values >> right_bits, values & right_mask
    for round_key in _ROUND_KEYS:
        left, right = right, left ^ (mix(right + keys + round_key) & left_mask)
        left_mask, right_mask = right_mask, left_mask
    return np.asarray((left << right_bits) | right)


def _ones(bits: np.ndarray) -> np.ndarray:
    return (np.uint64(1) << bits) - np.uint64(1)
