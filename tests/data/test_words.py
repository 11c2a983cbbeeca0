import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybridir.data.words import core, is_unspaced, normal, parts


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Newton's law, and 24-hour days.", ["Newton's", "law", "and", "24", "hour", "days"]),
        ("l’eau d'Évian", ["l’eau", "d'Évian"]),
        ("'quoted' isn't it", ["quoted", "isn't", "it"]),
        ("यह हिन्दी में क्या है?", ["यह", "हिन्दी", "में", "क्या", "है"]),
        ("می‌شود و", ["می‌شود", "و"]),
        ("Бе́ккет получил", ["Бе́ккет", "получил"]),
        ("তিনি ছিলেন।", ["তিনি", "ছিলেন"]),
        ("", []),
        (" – …", []),
    ],
)
def test_words_are_found_in_any_script(text: str, words: list[str]) -> None:
    assert parts(text)[1::2] == words


@given(st.text())
def test_the_parts_are_the_text_and_only_words_hold_letters(text: str) -> None:
    assert "".join(parts(text)) == text
    assert not any(character.isalnum() for gap in parts(text)[::2] for character in gap)


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_the_quick_way_for_ascii_is_the_general_one(text: str) -> None:
    assert parts(text + "é")[1::2] == parts(text + "\u00e9")[1::2]
    general = parts(f"{text} é")[1::2][:-1]
    assert parts(f"{text} ")[1::2] == general


def test_every_mark_is_part_of_a_word() -> None:
    marks = [chr(point) for point in range(0x20000) if unicodedata.category(chr(point))[0] == "M"]
    assert all(len(parts(f"a{mark}b")) == 3 for mark in marks)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("water", ("", "water", "")),
        ("Newton's", ("", "Newton", "'s")),
        ("we’ll", ("", "we", "’ll")),
        ("l'eau", ("l'", "eau", "")),
        ("don't", ("", "don't", "")),
        ("rock'n'roll", ("rock'n'", "roll", "")),
    ],
)
def test_the_part_of_a_word_that_has_a_meaning_of_its_own(word: str, expected: tuple[str, str, str]) -> None:
    assert core(word) == expected


def test_words_are_looked_up_in_lower_case_and_composed() -> None:
    assert normal("E\u0301TAT") == "état"
    assert normal("Water") == "water"


def test_unspaced_languages_with_and_without_subtag() -> None:
    assert [code for code in ("zh", "zh-Hant", "ja", "th", "ko", "de", "no") if is_unspaced(code)] == [
        "zh", "zh-Hant", "ja", "th",
    ]  # fmt: skip
