"""Code-switching (arXiv 2305.05295): words of the pairs' texts are replaced by translations from lexicons.

Every draw is a pure function of seed, row and pass, so that a batch can be made alone and a run goes on exactly.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from hybridir.config.schema import AugmentConfig
from hybridir.data.lexicons.dictionary import LONGEST_TITLE, Dictionaries, Lookup
from hybridir.data.lexicons.files import SIDES, Side
from hybridir.data.pairs import PairTable
from hybridir.data.words import core, is_unspaced, normal, parts
from hybridir.draws import nth_key, stream_key, uniform

_NOTHING: frozenset[str] = frozenset()


class Switched(NamedTuple):
    """Texts [n] after switching; int64 [n] each: the words of every text, and how many of them were replaced."""

    texts: list[str]
    words: np.ndarray
    replaced: np.ndarray


class SwitchedTexts:
    """The texts of a collection with some words replaced.

    `into[side]` are the languages that a side is switched into; a text is never switched into its own, save with
    `titles`, where that is one of those drawn (and means that it stays), as English is in the paper. `kept` are
    words of each language that stay. Texts in a language without a dictionary stay as they are, and so do those
    without spaces between words.

    A word is looked up in lower case, and its translation stands as the lexicon writes it, with a capital where the
    word had one. All that is between words stays as it is. With probability `augment.share` a pair is switched at
    all; where query and passage are of different rows (joined pairs), each side is drawn for itself.
    """

    def __init__(
        self,
        table: PairTable,
        augment: AugmentConfig,
        into: Mapping[Side, Sequence[str]],
        dictionaries: Dictionaries,
        seed: int,
        kept: Mapping[str, frozenset[str]] | None = None,
    ) -> None:
        self._table, self._augment, self._kept = table, augment, kept or {}
        self._key = np.uint64(stream_key("code-switching", seed))
        places = {side: [getattr(direction, side) for direction in table.directions] for side in SIDES}
        self._languages = {side: np.array(codes, dtype=object) for side, codes in places.items()}
        self._lookups: dict[tuple[Side, str], list[Lookup]] = {
            (side, code): _lookups(code, into[side], dictionaries, augment.kind)
            for side in SIDES
            for code in set(places[side])
        }

    def texts(self, column: Side, rows: np.ndarray, passes: np.ndarray) -> list[str]:
        """The queries or passages at row ids [n], as they are on their pass [n] over the data."""
        return self.switch(column, rows, passes).texts

    def chosen(self, column: Side, rows: np.ndarray, passes: np.ndarray) -> np.ndarray:
        """Which of these texts may differ from what the collection holds: bool [n]."""
        switchable = np.array([bool(self._lookups[column, code]) for code in self.languages(column, rows)], dtype=bool)
        drawn = uniform(nth_key(self._pair_keys(rows, passes), np.zeros_like(rows))) < self._augment.share
        return np.asarray(switchable & drawn)

    def languages(self, column: Side, rows: np.ndarray) -> list[str]:
        """The language of each text [n]."""
        return list(self._languages[column][self._table.direction_of(rows)])

    def switch(self, column: Side, rows: np.ndarray, passes: np.ndarray) -> Switched:
        """The texts at row ids [n] on their pass [n], and how much of each was replaced."""
        texts = [parts(text) for text in self._table.texts(column, rows)]
        words = np.array([len(text) // 2 for text in texts], dtype=np.int64)
        replaced = np.zeros(len(rows), dtype=np.int64)
        codes, chosen = self.languages(column, rows), self.chosen(column, rows, passes)
        coins, languages = self._draws(column, rows, passes, codes, words)
        ends = np.cumsum(words)
        switch = _switch_titles if self._augment.kind == "titles" else _switch_words
        for i in np.flatnonzero(chosen & (words > 0)):
            mine = slice(ends[i] - words[i], ends[i])
            kept, lookups = self._kept.get(codes[i], _NOTHING), self._lookups[column, codes[i]]
            replaced[i] = switch(
                texts[i], np.flatnonzero(coins[mine]).tolist(), languages[mine].tolist(), lookups, kept
            )
        return Switched(["".join(text) for text in texts], words, replaced)

    def _pair_keys(self, rows: np.ndarray, passes: np.ndarray) -> np.ndarray:
        return nth_key(nth_key(np.full(len(rows), self._key), rows), passes)

    def _draws(
        self, column: Side, rows: np.ndarray, passes: np.ndarray, codes: Sequence[str], words: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """For every word of all texts, end to end: whether it is to be switched, bool, and into which of the languages
        of its text, int64. Only `multilingual` draws the language for each word, others once for each text."""
        keys = nth_key(self._pair_keys(rows, passes), np.full(len(rows), 1 + SIDES.index(column)))
        number = np.arange(words.sum()) - np.repeat(np.cumsum(words) - words, words)
        of_word = np.repeat(keys, words)
        coins = uniform(nth_key(of_word, 2 * number + 1)) < self._augment.probability
        options = np.array([len(self._lookups[column, code]) for code in codes], dtype=np.int64)
        if self._augment.kind == "multilingual":
            drawn = uniform(nth_key(of_word, 2 * number + 2))
        else:
            drawn = np.repeat(uniform(nth_key(keys, np.zeros_like(rows))), words)
        return coins, (drawn * np.repeat(options, words)).astype(np.int64)


def _lookups(code: str, into: Sequence[str], dictionaries: Dictionaries, kind: str) -> list[Lookup]:
    """How a word of the language `code` is looked up in each that it may be switched into."""
    if code not in dictionaries or is_unspaced(code):
        return []
    others: list[Lookup] = [dictionaries.lookup(code, target) for target in into if target != code]
    return [*others, _stays] if kind == "titles" and others else others


def _stays(word: str) -> None:
    """Looked up in its own language, no word has a translation."""


def _switch_words(
    text: list[str], places: list[int], languages: list[int], lookups: list[Lookup], kept: frozenset[str]
) -> int:
    """Replace, in the parts of `text`, the words at `places` that have a translation; returns how many there were."""
    replaced = 0
    for place in places:
        before, word, after = core(text[2 * place + 1])
        key = normal(word)
        translation = lookups[languages[place]](key) if key not in kept else None
        if translation is not None:
            text[2 * place + 1] = before + _cased(translation, word) + after
            replaced += 1
    return replaced


def _switch_titles(
    text: list[str], places: list[int], languages: list[int], lookups: list[Lookup], kept: frozenset[str]
) -> int:
    """Replace, in the parts of `text`, the titles that begin at `places`, longest first and then from left to right;
    returns how many words they had."""
    lookup = lookups[languages[0]]
    keys, run = [normal(word) for word in text[1::2]], _runs(text)
    taken = [False] * len(keys)
    for length in range(LONGEST_TITLE, 0, -1):
        for place in places:
            end = place + length
            title = " ".join(keys[place:end])
            if run[place] < length or title in kept or (translation := lookup(title)) is None or any(taken[place:end]):
                continue
            text[2 * place + 1 : 2 * end] = [_cased(translation, text[2 * place + 1]), *[""] * (2 * length - 2)]
            taken[place:end] = [True] * length
    return sum(taken)


def _runs(text: list[str]) -> list[int]:
    """For each word in the parts of `text`, how many there are from it on with nothing but spaces between."""
    runs = [1]
    for gap in reversed(text[2:-1:2]):
        runs.append(runs[-1] + 1 if gap.isspace() else 1)
    return runs[::-1]


def _cased(translation: str, word: str) -> str:
    return translation[0].upper() + translation[1:] if word[0].isupper() else translation
