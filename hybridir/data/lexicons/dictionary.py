"""Looking up: from any language with a lexicon into any other, through English where it is neither."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from hybridir.data.lexicons.english import FUNCTION_WORDS, base_forms
from hybridir.data.lexicons.files import ENGLISH
from hybridir.data.lexicons.formats import Entry
from hybridir.data.words import normal

LONGEST_TITLE = 3
"""Words of a title that is switched, at most (arXiv 2305.05295, code: n-grams up to 3)."""

NAMES = ("tsv", "titles")
"""Formats whose lexicons have no function words."""


@dataclass(frozen=True)
class Dictionary:
    """One translation of each English word `from_english`, and of each word of the other language `to_english`."""

    from_english: Mapping[str, str]
    to_english: Mapping[str, str]


Lookup = Callable[[str], str | None]
"""The translation of a word in its normal form (`words.normal`), or None."""


class Dictionaries:
    """The dictionaries of several languages. With `inflected`, an English word that none of them knows is looked up as
    a regular form of one that they know, as word lists of base forms need it."""

    def __init__(self, dictionaries: Mapping[str, Dictionary], inflected: bool = False) -> None:
        self._dictionaries = dictionaries
        self._english = {word for known in dictionaries.values() for word in known.from_english} if inflected else None

    def __contains__(self, code: str) -> bool:
        return code == ENGLISH or code in self._dictionaries

    def lookup(self, source: str, target: str) -> Lookup:
        """From `source` into another language; between two others than English, through the English word."""
        if source == ENGLISH:
            return self._from_english(target)
        to_english = self._dictionaries[source].to_english.get
        if target == ENGLISH:
            return to_english
        from_english = self._dictionaries[target].from_english.get

        def through_english(word: str) -> str | None:
            english = to_english(word)
            return None if english is None else from_english(normal(english))

        return through_english

    def _from_english(self, target: str) -> Lookup:
        translation, known = self._dictionaries[target].from_english.get, self._english
        if known is None:
            return translation

        def of_base_form(word: str) -> str | None:
            found = translation(word)
            if found is not None or word in known or word in FUNCTION_WORDS:
                return found
            return next((found for base in base_forms(word) if (found := translation(base)) is not None), None)

        return of_base_form


def make_dictionary(entries: Iterable[Entry], form: str) -> Dictionary:
    """The cheapest translation of each word, either way; numbers have none.

    Equal costs are settled from English by the order of the entries, and into English by which word has more of
    them (common words have more senses), then by the shorter one, then by the alphabet.
    """
    usable = [(key, entry) for key, entry in _keyed(entries, form) if _has_letter(entry.translation)]
    count = Counter(key for key, _ in usable)
    from_english: dict[str, tuple[int, str]] = {}
    to_english: dict[str, tuple[int, int, int, str]] = {}
    for key, entry in usable:
        if key not in from_english or entry.cost < from_english[key][0]:
            from_english[key] = entry.cost, entry.translation
        if entry.translation.count(" ") < _longest(form):
            rank = entry.cost, -count[key], len(key), entry.english
            translation = normal(entry.translation)
            if translation not in to_english or rank < to_english[translation]:
                to_english[translation] = rank
    return Dictionary(
        {english: translation for english, (_, translation) in from_english.items()},
        {translation: english for translation, (_, _, _, english) in to_english.items()},
    )


def _keyed(entries: Iterable[Entry], form: str) -> Iterator[tuple[str, Entry]]:
    """The entries whose English can be switched, with its normal form.

    Lists that know no function words (`tsv`) or hold names (`titles`) say of English function words and single
    letters only what their namesakes are, such as indium for "in": these are left out.
    """
    names = form in NAMES
    for english, same in groupby(entries, key=lambda entry: entry.english):
        key = normal(english)
        short = key.count(" ") < _longest(form)
        if (
            short
            and key[:1].isalnum()
            and _has_letter(key)
            and not (names and (key in FUNCTION_WORDS or len(key) == 1))
        ):
            yield from ((key, entry) for entry in same)


def _longest(form: str) -> int:
    return LONGEST_TITLE if form == "titles" else 1


def _has_letter(text: str) -> bool:
    return text.isalpha() or any(character.isalpha() for character in text)
