import unicodedata

import pytest

from hybridir.data.world.phonology import CONSONANTS, VOWELS
from hybridir.data.world.scripts import SCRIPTS


@pytest.mark.parametrize(
    ("code", "word", "written"),
    [
        ("Latn", "SaCixa", "shachikha"),
        ("Cyrl", "SaCika", "шачика"),
        ("Grek", "SaCika", "σατσικα"),
        ("Grek", "bedus", "μπεντους"),  # b, d and u by two letters each; sigma at the end
        ("Geor", "SaCika", "შაჩიკა"),
        ("Armn", "SaCiku", "շաչիկու"),
        ("Hira", "SaCika", "しゃちか"),
        ("Hira", "kestan", "けすたん"),  # s gets a vowel, n closes a syllable
        ("Hira", "fat", "ふぁと"),
        ("Hira", "valira", "ばりら"),  # v is written like b, l like r
    ],
)
def test_transliteration_by_hand(code, word, written):
    assert SCRIPTS[code].spell(word) == written


def test_sentences_have_the_marks_of_their_script():
    assert SCRIPTS["Latn"].sentence(["ka", "Mo"], SCRIPTS["Latn"].period) == "Ka Mo."
    assert SCRIPTS["Grek"].sentence(["κα", "Μο"], SCRIPTS["Grek"].question) == "Κα Μο;"
    assert SCRIPTS["Geor"].sentence(["კა", "მო"], SCRIPTS["Geor"].question) == "კა მო?"
    assert SCRIPTS["Hira"].sentence(["か", "も"], SCRIPTS["Hira"].period) == "かも。"


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_every_sound_can_be_written_in_letters_of_the_script(script):
    named = {
        "Latn": "LATIN",
        "Cyrl": "CYRILLIC",
        "Grek": "GREEK",
        "Geor": "GEORGIAN",
        "Armn": "ARMENIAN",
        "Hira": "HIRAGANA",
    }
    for consonant in CONSONANTS:
        for vowel in VOWELS:
            written = script.spell(consonant + vowel + consonant) + script.spell(vowel)
            assert written
            assert all(unicodedata.name(letter).startswith(named[script.code]) for letter in written)
