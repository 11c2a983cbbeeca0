from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from hybridir.config.schema import AugmentConfig
from hybridir.data.codeswitch import SwitchedTexts
from hybridir.data.common_words import common_words
from hybridir.data.lexicons.dictionary import Dictionaries, Dictionary
from hybridir.data.pairs import PairTable, open_collection
from hybridir.data.words import parts

from .conftest import ListedPairs

ENGLISH = "Big water, the King's city: water and water!"
GERMAN = "Wasser der Stadt"
DE = Dictionary(
    {"big": "groß", "water": "Wasser", "king": "König", "city": "Stadt"}, {"wasser": "water", "stadt": "city"}
)
HI = Dictionary({"big": "बड़ा", "water": "पानी", "king": "राजा", "city": "शहर"}, {"पानी": "water"})
ZH = Dictionary({"water": "水", "city": "城市"}, {"水": "water"})
KNOWN = Dictionaries({"de": DE, "hi": HI, "zh": ZH})
ROWS = 40


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> PairTable:
    """40 rows each of en->en, de->en and zh->fi, in the order of the directions: de->en, en->en, zh->fi."""
    rows = {
        ("train", "en", "en"): [(f"water {i}", ENGLISH, str(i)) for i in range(ROWS)],
        ("train", "de", "en"): [(GERMAN, ENGLISH, str(i)) for i in range(ROWS)],
        ("train", "zh", "fi"): [("水", "vesi water", str(i)) for i in range(ROWS)],
    }
    return open_collection(ListedPairs(rows), tmp_path_factory.mktemp("cache")).train


def switched(
    table: PairTable, into: tuple[str, ...] = ("de", "hi"), seed: int = 0, **settings: object
) -> SwitchedTexts:
    augment = AugmentConfig(**{"kind": "multilingual", **settings})  # type: ignore[arg-type]
    return SwitchedTexts(table, augment, {"query": into, "passage": into}, KNOWN, seed)


GERMAN_ROWS, ENGLISH_ROWS, CHINESE_ROWS = (np.arange(ROWS) + i * ROWS for i in range(3))
FIRST = np.zeros(ROWS, dtype=np.int64)


def test_p_1_replaces_every_word_with_a_translation_and_nothing_else(table: PairTable) -> None:
    texts = switched(table, ("hi",), probability=1.0)
    assert texts.texts("passage", ENGLISH_ROWS[:1], FIRST[:1]) == ["बड़ा पानी, the राजा's शहर: पानी and पानी!"]
    assert texts.texts("query", GERMAN_ROWS[:1], FIRST[:1]) == ["पानी der शहर"]


def test_a_capital_stays_a_capital(table: PairTable) -> None:
    texts = switched(table, ("de",), probability=1.0)
    assert texts.texts("passage", ENGLISH_ROWS[:1], FIRST[:1]) == ["Groß Wasser, the König's Stadt: Wasser and Wasser!"]
    assert switched(table, ("en",), probability=1.0).texts("query", GERMAN_ROWS[:1], FIRST[:1]) == ["Water der City"]


def test_p_0_and_share_0_leave_all_as_it_is(table: PairTable) -> None:
    rows = np.arange(3 * ROWS)
    for off in ({"probability": 0.0}, {"share": 0.0}):
        for side in ("query", "passage"):
            assert switched(table, **off).texts(side, rows, np.zeros_like(rows)) == table.texts(side, rows)


def test_unspaced_languages_and_those_without_a_dictionary_stay_and_are_not_chosen(table: PairTable) -> None:
    texts = switched(table, ("de", "en"), probability=1.0)
    assert texts.texts("query", CHINESE_ROWS, FIRST) == ["水"] * ROWS
    assert texts.texts("passage", CHINESE_ROWS, FIRST) == ["vesi water"] * ROWS
    for side in ("query", "passage"):
        assert not texts.chosen(side, CHINESE_ROWS, FIRST).any()
        assert texts.chosen(side, GERMAN_ROWS, FIRST).all()


def test_no_text_is_switched_into_its_own_language(table: PairTable) -> None:
    texts = switched(table, ("en", "zh"), probability=1.0)
    assert texts.texts("query", ENGLISH_ROWS[:1], FIRST[:1]) == ["水 0"]
    assert not switched(table, ("en",)).chosen("query", ENGLISH_ROWS, FIRST).any()


def test_kept_words_stay(table: PairTable) -> None:
    augment = AugmentConfig(kind="multilingual", probability=1.0)
    into = {"query": ("de",), "passage": ("de",)}
    texts = SwitchedTexts(table, augment, into, KNOWN, 0, {"en": frozenset({"water", "king"})})
    assert texts.texts("passage", ENGLISH_ROWS[:1], FIRST[:1]) == ["Groß water, the King's Stadt: water and water!"]


def test_words_are_counted(table: PairTable) -> None:
    result = switched(table, ("zh",), probability=1.0).switch("passage", ENGLISH_ROWS[:2], FIRST[:2])
    assert (result.words.tolist(), result.replaced.tolist()) == ([8, 8], [4, 4])


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3 * ROWS - 1), st.integers(0, 5)), min_size=1, max_size=30), st.integers(0, 9))
def test_a_text_depends_on_its_seed_row_and_pass_alone(
    table: PairTable, wanted: list[tuple[int, int]], seed: int
) -> None:
    rows, passes = np.array(wanted, dtype=np.int64).T
    for kind in ("bilingual", "multilingual", "titles"):
        texts, again = (switched(table, seed=seed, kind=kind, share=0.8) for _ in range(2))
        together = texts.texts("passage", rows, passes)
        assert together == [again.texts("passage", rows[i : i + 1], passes[i : i + 1])[0] for i in range(len(rows))]
        slices = [again.texts("passage", rows[rank::3], passes[rank::3]) for rank in range(3)]
        assert together == [slices[i % 3][i // 3] for i in range(len(rows))]


def test_another_pass_seed_or_side_gives_other_texts(table: PairTable) -> None:
    def drawn(seed: int = 0, turn: int = 0) -> list[str]:
        return switched(table, seed=seed).texts("passage", ENGLISH_ROWS, FIRST + turn)

    assert drawn() != drawn(turn=1) and drawn() != drawn(seed=1) and drawn(turn=1) != drawn(seed=1)
    assert len(set(drawn())) > ROWS // 2
    bilingual = switched(table, kind="bilingual", probability=1.0)
    german = [
        ["Wasser" in text for text in bilingual.texts(side, ENGLISH_ROWS, FIRST)] for side in ("query", "passage")
    ]
    assert german[0] != german[1]


def test_the_share_of_words_and_pairs_is_as_asked(table: PairTable) -> None:
    rows, passes = np.tile(ENGLISH_ROWS, 50), np.repeat(np.arange(50), ROWS)
    counted = switched(table, ("de",), probability=0.3).switch("passage", rows, passes)
    assert binomtest(int(counted.replaced.sum()), 6 * len(rows), 0.3).pvalue > 0.001
    pairs = switched(table, ("de",), share=0.25).chosen("query", rows, passes)
    assert binomtest(int(pairs.sum()), len(rows), 0.25).pvalue > 0.001
    assert np.array_equal(pairs, switched(table, ("de",), share=0.25).chosen("passage", rows, passes))


def test_bilingual_has_one_language_per_side_and_multilingual_one_per_word(table: PairTable) -> None:
    def languages(kind: str) -> list[set[str]]:
        texts = switched(table, ("de", "hi"), kind=kind, probability=1.0).texts("passage", ENGLISH_ROWS, FIRST)
        return [{"hi" if "\u0900" <= word[0] <= "\u097f" else "de" for word in _content(text)} for text in texts]

    one, many = languages("bilingual"), languages("multilingual")
    assert {frozenset(found) for found in one} == {frozenset({"de"}), frozenset({"hi"})}
    assert sum(found == {"de", "hi"} for found in many) > 0.8 * ROWS


def _content(text: str) -> list[str]:
    return [word for word in parts(text)[1::2] if word not in ("the", "and")]


def test_the_languages_of_words_and_sides_are_drawn_evenly(table: PairTable) -> None:
    rows, passes = np.tile(ENGLISH_ROWS, 20), np.repeat(np.arange(20), ROWS)
    for kind in ("bilingual", "multilingual"):
        texts = switched(table, ("de", "hi"), kind=kind, probability=1.0).texts("query", rows, passes)
        german = sum(text.startswith("Wasser") for text in texts)
        assert binomtest(german, len(texts), 0.5).pvalue > 0.001


class TestTitles:
    TITLES = Dictionaries(
        {
            "de": Dictionary(
                {"new york": "Neu York", "new york city": "Neu-York-Stadt", "york": "Jork", "big water": "Großwasser",
                 "water": "Wasser", "city": "Stadt", "the king's": "des Königs"},
                {"neu york": "New York"},
            )
        }
    )  # fmt: skip

    @pytest.fixture
    def table(self, tmp_path: Path) -> PairTable:
        texts = ["new york city in New York, York", "Big water; big, water", "See the King's city"]
        rows = {("train", "en", "en"): [("Neu York", text, text) for text in texts] * 20}
        rows[("train", "de", "de")] = [("in Neu York", "x", "1")]
        return open_collection(ListedPairs(rows), tmp_path).train

    def texts(self, table: PairTable, rows: range, **settings: object) -> list[str]:
        augment = AugmentConfig(**{"kind": "titles", "format": "titles", "probability": 1.0, **settings})  # type: ignore[arg-type]
        into = {"query": ("de",), "passage": ("de", "en")}
        which = np.array(rows)
        return SwitchedTexts(table, augment, into, self.TITLES, 0).texts("passage", which, np.zeros_like(which))

    def test_longest_first_and_only_words_that_spaces_part(self, table: PairTable) -> None:
        found = [set(self.texts(table, range(1 + i, 61, 3))) for i in range(3)]
        assert found == [
            {"new york city in New York, York", "Neu-York-Stadt in Neu York, Jork"},
            {"Big water; big, water", "Großwasser; big, Wasser"},
            {"See the King's city", "See des Königs Stadt"},
        ]

    def test_in_half_of_the_texts_their_own_language_is_drawn(self, table: PairTable) -> None:
        stayed = sum(text == "Big water; big, water" for text in self.texts(table, range(2, 61, 3)))
        assert 3 <= stayed <= 17

    def test_probability_is_that_of_a_title(self, table: PairTable) -> None:
        assert self.texts(table, range(1, 61), probability=0.0) == table.texts("passage", np.arange(1, 61))


def test_common_words_are_those_of_queries_or_passages(tmp_path: Path) -> None:
    rare = [f"w{i}" for i in range(400)]
    rows = {("train", "en", "de"): [(f"what is {word}'s", f"die {word} {' '.join(rare)}", word) for word in rare]}
    table = open_collection(ListedPairs(rows), tmp_path).train
    assert common_words(table, ["en", "de", "fr"]) == {
        "en": frozenset({"what", "is"}), "de": frozenset(), "fr": frozenset(),
    }  # fmt: skip
