"""Pseudo-random permutations of 0..n-1 that answer for any index alone, without a table of n entries.

A Feistel network permutes the smallest power of two that holds n; indices that land outside are
sent through it again until they land inside (cycle walking; Black and Rogaway 2002). Four rounds
are plenty for shuffling, and less than two passes are expected.
"""

import hashlib

import numpy as np

_ROUNDS = 4


def stream_key(*parts: object) -> int:
    """A 64-bit key for the stream of random numbers that `parts` name, equal in every process."""
    text = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little")


def mix(values: np.ndarray) -> np.ndarray:
    """Scramble uint64 values [n] one to one (the finaliser of SplitMix64; Steele et al. 2014)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def permute(indices: np.ndarray, size: int, key: int) -> np.ndarray:
    """Where `indices` (int [m], each in 0..size-1) go in the permutation of 0..size-1 named by `key`."""
    out = np.asarray(indices).astype(np.uint64)
    if size < 2:
        return out.astype(np.int64)
    out = _feistel(out, size, key)
    outside = np.flatnonzero(out >= size)
    while len(outside):
        out[outside] = _feistel(out[outside], size, key)
        outside = outside[out[outside] >= size]
    return out.astype(np.int64)


def _feistel(values: np.ndarray, size: int, key: int) -> np.ndarray:
    """One pass over 0..2**bits-1; the two halves differ by one bit where `bits` is odd."""
    bits = (size - 1).bit_length()
    left_bits, right_bits = bits - bits // 2, bits // 2
    left, right = values >> np.uint64(right_bits), values & np.uint64((1 << right_bits) - 1)
    for number in range(_ROUNDS):
        round_key = np.uint64((key + number * 0x9E3779B97F4A7C15) % 2**64)
        mixed = left ^ (mix(right + round_key) & np.uint64((1 << left_bits) - 1))
        left, right = right, mixed
        left_bits, right_bits = right_bits, left_bits
    return (left << np.uint64(right_bits)) | right
