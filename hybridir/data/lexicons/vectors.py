"""A lexicon from word vectors of two languages in one space: the nearest word of the other language."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from hybridir.data.lexicons.formats import Entry
from hybridir.errors import UserError

MOST_WORDS = 50_000
"""English words that are translated: the first of their file, where the commonest stand first."""

_BLOCK = 1024  # English words whose nearest ones are sought at a time


def nearest_words(english: Path, other: Path) -> Iterator[Entry]:
    """English words and, for each, the word of the other language with the largest dot product of vectors
    (arXiv 2305.05295), in the order of the English file; vectors are taken as they stand.

    Takes minutes for files of 200,000 words.
    """
    words, vectors = load_vectors(english, MOST_WORDS)
    candidates, others = load_vectors(other)
    if vectors.shape[1] != others.shape[1]:
        raise UserError(
            f"{english} has vectors of {vectors.shape[1]} numbers and {other} of {others.shape[1]}: give vectors"
            " that are aligned in one space."
        )
    for number, place in enumerate(nearest(vectors, others)):
        yield Entry(words[number], candidates[place], number)


def nearest(vectors: np.ndarray, others: np.ndarray) -> np.ndarray:
    """The row of `others` [m, dim] with the largest dot product, the first of equals, for each of `vectors` [n, dim]:
    int64 [n]."""
    starts = range(0, len(vectors), _BLOCK)
    return np.concatenate([np.argmax(vectors[start : start + _BLOCK] @ others.T, axis=1) for start in starts])


def load_vectors(path: Path, most: int | None = None) -> tuple[list[str], np.ndarray]:
    """Words in lower case, each as it comes first, and their vectors float32 [n, dim], from the text format of
    fastText: a header "n dim", then a word and dim numbers per line. Words with white space are left out."""
    try:
        with open(path, encoding="utf8", newline="\n") as file:
            count, dim = (int(number) for number in file.readline().split())
            vectors = np.empty((min(count, most or count), dim), dtype=np.float32)
            words: dict[str, None] = {}
            for line in file:
                word, *numbers = line.rstrip().rsplit(" ", dim)
                if len(numbers) != dim:
                    raise ValueError(f"{len(numbers)} numbers after {word!r} where the header says {dim}")
                if len(words) < len(vectors) and (word := word.lower()) not in words and len(word.split()) == 1:
                    vectors[len(words)] = np.array(numbers, dtype=np.float32)
                    words[word] = None
    except (OSError, ValueError) as problem:
        raise UserError(
            f"the word vectors {path} cannot be read ({problem}): they are text, a header 'n dim', then a word and its"
            " numbers per line."
        ) from problem
    if not words:
        raise UserError(f"the word vectors {path} hold no word: give a file that does.")
    return list(words), vectors[: len(words)]
