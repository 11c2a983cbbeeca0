"""Words of running text, in any script that parts them by spaces."""

import re
import unicodedata
from functools import cache
from itertools import groupby

UNSPACED = frozenset({"bo", "dz", "ja", "km", "lo", "my", "th", "wuu", "yue", "zh"})
"""Languages whose writing does not part words: `parts` finds whole clauses there."""

_ASCII = re.compile(r"(\w+(?:'\w+)*)")  # what `_pattern` finds there, in half the time
_LONGEST_ENDING = 2  # letters after an apostrophe that are no word: we'll, they've
_LAST_MARK = 0x1FFFF  # beyond it there are only variants of Han characters, which stand in no spaced text


def is_unspaced(code: str) -> bool:
    """Whether the language `code` (with or without subtags) is written without spaces between words."""
    return code.split("-")[0] in UNSPACED


def parts(text: str) -> list[str]:
    """`text` cut into what is between words and words, in turn: words stand at the odd places.

    Joined, the parts are `text` again. A word is a run of letters, digits and combining marks (the vowel signs of
    Devanagari are such), with the joiners that Persian and Indic spelling puts inside words, and with apostrophes
    inside. NLTK's Treebank tokenizer, which arXiv 2305.05295 uses, keeps words with a hyphen whole, too.
    """
    return (_ASCII if text.isascii() else _pattern()).split(text)


def core(word: str) -> tuple[str, str, str]:
    """What stands before, in, and after the part of a word with an apostrophe that has a meaning of its own: l' eau,
    Newton 's; a word with n't is one whole."""
    start, apostrophe, end = _apostrophe(word)
    if not apostrophe or (end == "t" and start.endswith("n")):
        return "", word, ""
    return (start + apostrophe, end, "") if len(end) > _LONGEST_ENDING else ("", start, apostrophe + end)


def _apostrophe(word: str) -> tuple[str, str, str]:
    return word.rpartition("’" if "’" in word else "'")


def normal(word: str) -> str:
    """The form in which words are looked up: lower case, composed (NFC)."""
    return word.lower() if word.isascii() else unicodedata.normalize("NFC", word.lower())


@cache
def _pattern() -> re.Pattern[str]:
    letter = rf"[\w\u200c\u200d{_marks()}]"
    return re.compile(rf"({letter}+(?:['’]{letter}+)*)")


def _marks() -> str:
    """All combining marks, as the inside of a character class; Python's `\\w` has none of them."""
    is_mark = (unicodedata.category(chr(point))[0] == "M" for point in range(_LAST_MARK + 1))
    ranges, start = [], 0
    for marked, run in groupby(is_mark):
        length = sum(1 for _ in run)
        if marked:
            ranges.append(f"\\U{start:08x}-\\U{start + length - 1:08x}")
        start += length
    return "".join(ranges)
