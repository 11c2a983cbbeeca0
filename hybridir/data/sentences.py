"""Sentences of a paragraph, by rules: where LAReQA's released files are cut, as far as rules can tell.

LAReQA (arXiv 2004.05484) made its candidates with a splitter that was not released. XQuAD-R shows its cuts in 11
languages, and these rules follow them, so that MLQA-R and translated SQuAD can be cut alike; docs/figures.md has
how well they agree. Two habits of those files are kept though a reader would cut otherwise: in some languages an
initial ends a sentence, in others none begins with a digit.
"""

import re

_ENDS_ALONE = "。！？।॥"  # need no space after them, as the others do
_ENDS_BEFORE_SPACE = ".!?…؟۔"
_CLOSING = re.escape("\"'”’»)]」』）】›")
_OPENING = "\"'“‘«([「『（【《¡¿„‹-–—*"
_END = re.compile(rf"[{_ENDS_ALONE}{_ENDS_BEFORE_SPACE}]+[{_CLOSING}]*")
_SPACE = re.compile(r"\s*")
_LONGEST = 24  # characters before a mark that may be an abbreviation
_DOTTED = re.compile(r"(?:[^\W\d]{1,2}\.)+[^\W\d]{1,2}")  # U.S, z.B, т.е: as they stand before their last dot

_NO_SPACE_NEEDED = {"ar", "hi"}  # a full stop between two words ends a sentence even without a space
_INITIAL_ENDS = {"ar", "el", "hi", "tr", "vi"}
_NO_DIGIT_FIRST = {"tr", "zh"}
_ORDINALS = {"de"}  # `im 19. Jahrhundert`
_SMALL_LETTERS = {"de"}  # `z. B.`, `n. Chr.`
_QUESTION_MARK = {"el": ";\u037e"}

_ABBREVIATIONS = {
    "de": "abb bd bzw ca chr dr evtl geb gest ggf hrsg inkl jr mio mrd mr mrs nr prof sog sr st str vgl",
    "el": "αριθ απεβ βλ δισ δρ εκατ κα λ.χ π.χ σελ",
    "en": "al approx ca capt col dr fig gen gov hon jr lt mr mrs ms mt prof rep rev sen sgt sr st v vol vs",
    "es": "aprox art av dr dra ee fig gral núm pág prof sr sra srta st uds vol",
    "hi": "डॉ पं प्रो श्री",
    "ru": "акад англ гл дж др им лат лит млн млрд напр нем проф род рис руб св см ст стр тыс ул ум фр",
    "tr": "av bkz doç dr mr mrs örn prof st vb yy",
    "vi": "dr gs mr mrs pgs st th.s tp ts",
}

_THAI_LEAST = 60
_THAI_STARTS = re.compile(
    r"(?<=\S)\s+(?=ซึ่ง|โดย|เพื่อ|เนื่องจาก|ในขณะที่|นอกจาก|อย่างไรก็|ดังนั้น|เพราะ|แม้|หลังจาก|เมื่อ|ถึงแม้|ทั้งนี้|ต่อมา)"
)


def sentences(text: str, language: str) -> list[tuple[int, int]]:
    """The sentences of `text` as spans of characters, in order, without the white space around them.

    Every character that is not white space is in exactly one span. `language` is a code such as `de` or `zh-Hant`;
    one without rules of its own is cut by those that all share.
    """
    language = language.split("-")[0]
    cuts = _thai_cuts(text) if language == "th" else _cuts(text, language)
    spans = []
    for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True):
        part = text[start:end]
        if stripped := part.strip():
            begin = start + part.index(stripped)
            spans.append((begin, begin + len(stripped)))
    return spans


def _cuts(text: str, language: str) -> list[int]:
    """The places after which a sentence begins."""
    pattern = _END
    if own := _QUESTION_MARK.get(language):
        pattern = re.compile(rf"[{own}{_ENDS_ALONE}{_ENDS_BEFORE_SPACE}]+[{_CLOSING}]*")
    return [m.end() for m in pattern.finditer(text) if _is_end(text, m, language)]


def _is_end(text: str, mark: re.Match[str], language: str) -> bool:
    """Whether a sentence ends with `mark`, a run of ending marks and the closing ones after it."""
    begin = _end_of_space(text, mark.end())
    following, spaced = text[begin : begin + 1], begin > mark.end()
    if not following or following.islower() or not (following.isalnum() or following in _OPENING):
        return False
    alone = any(sign in _ENDS_ALONE for sign in mark[0])
    if following.isdigit() and language in _NO_DIGIT_FIRST and not (alone and spaced):
        return False
    if alone:
        return spaced or following != "["
    before = _last_word(text[max(0, mark.start() - _LONGEST) : mark.start()])
    if not spaced:
        return language in _NO_SPACE_NEEDED and mark[0] == "." and len(before) > 1 and _caseless(following)
    return mark[0][0] != "." or mark[0].startswith("..") or not _is_abbreviation(before, language)


def _end_of_space(text: str, start: int) -> int:
    """The first place from `start` on that is not white space."""
    space = _SPACE.match(text, start)
    return space.end() if space else start


def _last_word(text: str) -> str:
    """What follows the last white space of `text`, without opening marks."""
    return "" if not text or text[-1].isspace() else text.split()[-1].lstrip(_OPENING)


def _is_abbreviation(word: str, language: str) -> bool:
    """Whether the full stop after `word` is part of it rather than the end of a sentence."""
    if len(word) == 1 and word.isalpha():
        return language in _SMALL_LETTERS if word.islower() else language not in _INITIAL_ENDS
    if language in _ORDINALS and word.isdigit() and len(word) <= 2:
        return True
    return bool(_DOTTED.fullmatch(word)) or word.lower() in _ABBREVIATIONS.get(language, "").split()


def _caseless(sign: str) -> bool:
    """Whether `sign` is a letter of a script without capitals."""
    return sign.isalpha() and not sign.isupper() and not sign.islower()


def _thai_cuts(text: str) -> list[int]:
    """Thai has no mark for the end of a sentence: a cut is at a space before a conjunction, not too near the last."""
    cuts = [0]
    for gap in _THAI_STARTS.finditer(text):
        if gap.end() - cuts[-1] >= _THAI_LEAST:
            cuts.append(gap.end())
    return cuts[1:]
