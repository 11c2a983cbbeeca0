"""Texts as 64-bit hashes, of the whole and of every shingle (a run of words or characters), many at a time.

Every hash is that of a substring (Karp and Rabin 1987): with H[i] the sum of T[byte j] * P**j over j < i, modulo 2**64,
the bytes from s up to e hash to (H[e] - H[s]) * P**-s, for a table T of 64-bit random numbers and an odd P. So the
shingles of a block of texts cost a few passes of numpy over its bytes, whatever their length. P is 3 modulo 8, so that
P**k - 1 is divisible by few powers of 2: two different texts of usual length share a hash with probability about 2**-50
or less.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from hybridir.draws import mix

_P = 0x9E3779B97F4A7C13
_P_INVERSE = pow(_P, -1, 2**64)
_T = mix(np.arange(1, 257, dtype=np.uint64))
_SPACE = ord(" ")

# Thai, Lao, Tibetan, Myanmar, Khmer; Hiragana, Katakana, Han
_UNSPACED = re.compile(
    "[\u0e01-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff]+"
)


@dataclass(frozen=True)
class Hashed:
    """Hashes of texts: `texts` uint64 [n]; `shingles` uint64 [m], one for each place, and `text_of` int64 [m], the
    text that each is of."""

    texts: np.ndarray
    shingles: np.ndarray
    text_of: np.ndarray


def normal(text: str) -> tuple[str, bool]:
    """`text` in NFKC, case-folded, with one space between words; or, where half of its characters or more are of
    scripts without spaces, with none: then the second is true."""
    words = unicodedata.normalize("NFKC", text).casefold().split()
    spaced = " ".join(words)
    if spaced.isascii() or 2 * sum(map(len, _UNSPACED.findall(spaced))) < sum(map(len, words)):
        return spaced, False
    return "".join(words), True


def hash_texts(texts: Sequence[str], words: int, characters: int) -> Hashed:
    """Hashes of the normal forms of `texts`, and of their shingles of `words` words, or of `characters` characters in
    scripts without spaces. Equal texts and equal shingles have equal hashes, in every call."""
    forms = [normal(text) for text in texts]
    data = [form.encode() for form, _ in forms]
    lengths = np.array([len(one) for one in data], dtype=np.int64)
    ends = np.cumsum(lengths)
    starts = ends - lengths
    content = np.frombuffer(b"".join(data), dtype=np.uint8)
    unspaced = np.array([is_unspaced for _, is_unspaced in forms], dtype=bool)
    substring = _Substrings(content)
    word = _word_begins(content, starts, ends)
    character = np.flatnonzero((content & 0xC0) != 0x80)  # all but the bytes 10xxxxxx, which continue one
    of_words = _places(word[~_inside(word, ends, unspaced)], ends, words, gap=1)
    of_characters = _places(character[_inside(character, ends, unspaced)], ends, characters, gap=0)
    first, last, text_of = (np.concatenate(both) for both in zip(of_words, of_characters, strict=True))
    return Hashed(substring.hashes(starts, ends), substring.hashes(first, last), text_of)


class HashSet:
    """A set of 64-bit hashes that is asked for many at a time."""

    def __init__(self, hashes: np.ndarray) -> None:
        self._sorted = np.unique(hashes)
        # a table by the highest bits, eight places a hash, turns away most that are not in the set
        bits = max((8 * len(self._sorted)).bit_length(), 8)
        self._shift = np.uint64(64 - bits)
        self._maybe = np.zeros(1 << bits, dtype=bool)
        self._maybe[self._sorted >> self._shift] = True

    def __len__(self) -> int:
        return len(self._sorted)

    def has(self, hashes: np.ndarray) -> np.ndarray:
        """Which of `hashes` (uint64 [n]) are in the set: bool [n]."""
        found = self._maybe[hashes >> self._shift]
        maybe = np.flatnonzero(found)
        at = np.minimum(np.searchsorted(self._sorted, hashes[maybe]), len(self._sorted) - 1)
        found[maybe] = self._sorted[at] == hashes[maybe]
        return np.asarray(found)


def _word_begins(content: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Where the words of spaced texts begin: int64, ascending."""
    begins = np.zeros(len(content), dtype=bool)
    begins[starts[ends > starts]] = True
    begins[1:] |= content[:-1] == _SPACE
    return np.flatnonzero(begins)


def _inside(places: np.ndarray, ends: np.ndarray, texts: np.ndarray) -> np.ndarray:
    """Which of the `places` are in one of the `texts` (bool [n]) that end at `ends`: bool."""
    return np.asarray(texts[np.searchsorted(ends, places, side="right")])


def _places(begins: np.ndarray, ends: np.ndarray, size: int, gap: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """First and last byte (exclusive), and text, of each run of `size` units in one text; units begin at `begins`,
    `gap` bytes after the end of the one before."""
    text_of = np.searchsorted(ends, begins, side="right")
    at = np.flatnonzero(text_of[: max(len(text_of) - size + 1, 0)] == text_of[size - 1 :])
    # the last unit of a shingle ends before the next one, or with its text
    following = np.append(begins, 0)[at + size] - gap
    inside = np.append(text_of, -1)[at + size] == text_of[at]
    return begins[at], np.where(inside, following, ends[text_of[at]]), text_of[at]


class _Substrings:
    """Hashes of substrings of some bytes."""

    def __init__(self, content: np.ndarray) -> None:
        powers, self._inverse = _powers(1 << len(content).bit_length())
        self._sums = np.zeros(len(content) + 1, dtype=np.uint64)
        np.cumsum(_T[content] * powers[: len(content)], out=self._sums[1:])

    def hashes(self, first: np.ndarray, last: np.ndarray) -> np.ndarray:
        """Those of the bytes from `first` up to, without, `last` (int [n]): uint64 [n]."""
        return np.asarray((self._sums[last] - self._sums[first]) * self._inverse[first])


@lru_cache(maxsize=4)
def _powers(count: int) -> tuple[np.ndarray, np.ndarray]:
    """P**j and P**-j modulo 2**64 for j < count: uint64 [count] each."""
    both = []
    for base in (_P, _P_INVERSE):
        factors = np.full(count, base, dtype=np.uint64)
        factors[0] = 1
        both.append(np.cumprod(factors))
    return both[0], both[1]
