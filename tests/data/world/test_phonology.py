import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybridir.data.world.dice import Dice
from hybridir.data.world.phonology import CHANGES, CONSONANTS, VOWELS, Phonotactics, change_all

BY_NAME = {change.name: change for change in CHANGES}


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("stops become fricatives", "pata", "fata"),  # only the first sound of a word
        ("voicing between vowels", "pataka", "padaga"),
        ("voicing between vowels", "antap", "antap"),  # beside a consonant or an edge: no change
        ("palatalisation", "kesika", "CeSika"),
        ("loss of final vowels", "mara", "mar"),
        ("loss of final vowels", "ma", "ma"),  # the only vowel stays
        ("final devoicing", "badag", "badak"),
        ("raising", "keto", "kito"),
        ("lowering", "tinku", "tenku"),
        ("rhotacism", "sase", "sare"),
        ("loss of h", "haxa", "aha"),  # at once: the new h stays
    ],
)
def test_sound_changes_by_hand(name, before, after):
    assert BY_NAME[name].apply(before) == after


def test_the_order_of_changes_matters():
    loss, devoicing = BY_NAME["loss of final vowels"], BY_NAME["final devoicing"]
    assert change_all("bada", [loss, devoicing]) == "bat"
    assert change_all("bada", [devoicing, loss]) == "bad"


def test_a_word_is_never_lost():
    assert change_all("h", [BY_NAME["loss of h"]]) == "h"


@given(st.text(CONSONANTS + VOWELS, min_size=1, max_size=12))
def test_changes_know_no_exceptions_and_stay_within_the_phonemes(word):
    for change in CHANGES:
        changed = change.apply(word)
        assert changed == change.apply(word)
        assert set(changed) <= set(CONSONANTS + VOWELS)
        assert len(changed) <= len(word)


def test_words_have_the_sounds_of_their_family():
    sounds = Phonotactics(consonants="pt", closed=0.0)
    words = [sounds.word(Dice(0, "test", i), syllables=2) for i in range(50)]
    assert all(len(word) == 4 for word in words)
    assert {word[0] + word[2] for word in words} == {"pp", "pt", "tp", "tt"}
    assert set("".join(word[1] + word[3] for word in words)) == set(VOWELS)
