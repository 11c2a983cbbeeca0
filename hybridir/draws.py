"""Random numbers as pure functions of what names them: any one alone, and the same in every process."""

import hashlib

import numpy as np

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
"""SplitMix64's step: its multiples are spread evenly over 64 bits."""


def stream_key(*parts: object) -> int:
    """A 64-bit key for the stream of random numbers that `parts` name, equal in every process."""
    text = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little")


def nth_key(keys: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """Key number `numbers` (int [n]) of each of the streams `keys` (uint64 [n]): uint64 [n]."""
    return mix(keys + numbers.astype(np.uint64) * GOLDEN)


def mix(values: np.ndarray) -> np.ndarray:
    """Scramble uint64 values [n] one to one (the finaliser of SplitMix64; Steele et al. 2014)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(values ^ (values >> np.uint64(31)))


def uniform(keys: np.ndarray) -> np.ndarray:
    """A number from 0 up to, and never, 1 for each of `keys` (uint64 [n]): float64 [n]."""
    return np.asarray((keys >> np.uint64(11)).astype(np.float64) * 2.0**-53)
