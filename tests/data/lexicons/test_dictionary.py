from hybridir.data.lexicons.dictionary import Dictionaries, Dictionary, make_dictionary
from hybridir.data.lexicons.english import FUNCTION_WORDS, base_forms
from hybridir.data.lexicons.formats import Entry


def test_the_cheapest_translation_is_taken_and_the_first_of_equals() -> None:
    entries = [Entry("run", "fließen", 6), Entry("run", "laufen", 1), Entry("run", "rennen", 1)]
    assert make_dictionary(entries, "muse").from_english == {"run": "laufen"}


def test_into_english_the_cheapest_then_the_one_with_more_entries_then_the_shorter() -> None:
    entries = [
        Entry("h2o", "Wasser", 1), Entry("water", "Wasser", 1), Entry("water", "gießen", 1),
        Entry("monarch", "König", 1), Entry("king", "König", 1), Entry("rex", "Herr", 0), Entry("lord", "Herr", 2),
    ]  # fmt: skip
    assert make_dictionary(entries, "tsv").to_english == {
        "wasser": "water", "gießen": "water", "könig": "king", "herr": "rex",
    }  # fmt: skip


def test_names_of_function_words_and_numbers_are_left_out() -> None:
    entries = [Entry("in", "Indium", 1), Entry("s", "Schwefel", 1), Entry("6", "sechs", 1), Entry("six", "6", 1)]
    assert make_dictionary(entries, "tsv").from_english == {}
    assert make_dictionary(entries, "muse").from_english == {"in": "Indium", "s": "Schwefel"}


def test_phrases_are_for_titles_up_to_three_words() -> None:
    entries = [
        Entry("New York", "Nueva York", 0), Entry("lord of the rings", "anillos", 1), Entry("king", "rey de todos", 2),
    ]  # fmt: skip
    words, titles = make_dictionary(entries, "tsv"), make_dictionary(entries, "titles")
    assert (words.from_english, words.to_english) == ({"king": "rey de todos"}, {})
    assert titles.from_english == {"new york": "Nueva York", "king": "rey de todos"}
    assert titles.to_english == {"nueva york": "New York", "rey de todos": "king"}


GERMAN = Dictionary({"water": "Wasser", "city": "Stadt"}, {"wasser": "water", "stadt": "city", "reich": "empire"})
HINDI = Dictionary({"water": "पानी", "plan": "योजना"}, {"पानी": "water"})


def test_looking_up_from_into_and_through_english() -> None:
    known = Dictionaries({"de": GERMAN, "hi": HINDI})
    assert known.lookup("en", "hi")("water") == "पानी"
    assert known.lookup("hi", "en")("पानी") == "water"
    assert known.lookup("de", "hi")("wasser") == "पानी"
    assert known.lookup("de", "hi")("stadt") is None
    assert known.lookup("de", "hi")("unbekannt") is None
    assert "en" in known and "de" in known and "yo" not in known


def test_regular_forms_are_found_where_they_are_no_words_themselves() -> None:
    plain, inflected = (Dictionaries({"de": GERMAN, "hi": HINDI}, inflected) for inflected in (False, True))
    assert plain.lookup("en", "de")("cities") is None
    assert inflected.lookup("en", "de")("cities") == "Stadt"
    assert inflected.lookup("en", "de")("plan") is None
    assert inflected.lookup("en", "hi")("plans") == "योजना"
    assert inflected.lookup("en", "de")("knowing") is None


def test_no_form_of_a_known_word_is_taken_for_another() -> None:
    known = Dictionaries({"hi": Dictionary({"new": "नया"}, {}), "de": Dictionary({"news": "Nachricht"}, {})}, True)
    assert known.lookup("en", "hi")("news") is None
    assert Dictionaries({"de": Dictionary({"doe": "Hirschkuh"}, {})}, True).lookup("en", "de")("does") is None


def test_base_forms_follow_the_endings() -> None:
    assert list(base_forms("cities")) == ["citie", "city", "citie", "citi"]
    assert list(base_forms("using")) == ["use", "us"]
    assert list(base_forms("water")) == []
    assert {"the", "in", "not"} <= FUNCTION_WORDS and "water" not in FUNCTION_WORDS
