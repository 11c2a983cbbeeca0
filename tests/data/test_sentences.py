"""The sentence splitter: hand-made cases, properties, and its agreement with the cuts of LAReQA's files."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybridir.data.sentences import sentences


def cut(text: str, language: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text, language)]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            [
                "It cost 3.50 dollars.",
                "Mr. J. A. Hobson paid!",
                '"Really?"',
                "Yes... or no.",
                "The U.S. Army, e.g. now.",
            ],
        ),
        ("de", ["Am 3. Mai z. B. kam Prof. Weiß.", "Das war 1999.", "Dann ging er ca. 5 km."]),
        ("es", ["Vino el Sr. Gómez.", "¿Por qué?", "¡No sé!", "Costó 1.000 euros en EE. UU."]),
        ("el", ["Ήρθε ο Δρ. Μάρκος.", "Γιατί ήρθε;", "Δεν ξέρω."]),
        ("ru", ["Это Л. Н. Толстой.", "Родился в 1828 г.", "См. также т.е. роман."]),
        ("tr", ["Bu 4. ligde oldu.", "Sonra Dr. Ali geldi."]),
        ("vi", ["Ông đến năm 1920.", "TS. Nam đi."]),
        ("ar", ["هذا بيت.", "وهذا كتاب؟", "نعم."]),
        ("hi", ["यह घर है।", "डॉ. राम आए।", "क्यों?"]),
        ("zh", ["他来了。", "“为什么？”", "我不知道！"]),
        ("zh-Hant", ["他來了。1991年。", "為什麼？"]),
        ("fr", ["Il est venu.", "Pourquoi ?", "Il a 3.5 ans."]),
    ],
)
def test_each_language_is_cut_where_a_reader_would(language: str, expected: list[str]) -> None:
    assert cut(("" if language.startswith("zh") else " ").join(expected), language) == expected


def test_what_follows_decides() -> None:
    assert cut("He said no. then left. Now go.", "en") == ["He said no. then left.", "Now go."]
    assert cut("glued.Here it stays. But not here.", "en") == ["glued.Here it stays.", "But not here."]
    # between two words of a script without capitals no space is needed
    assert cut("هذا بيت.وهذا كتاب", "ar") == ["هذا بيت.", "وهذا كتاب"]
    assert cut("हाँ।नहीं।[1] और।", "hi") == ["हाँ।", "नहीं।[1] और।"]


def test_two_habits_of_lareqas_files() -> None:
    # the name of an initial goes to the next sentence in some languages
    assert cut("Ông John C. Messenger đến.", "vi") == ["Ông John C.", "Messenger đến."]
    assert cut("Mr John C. Messenger came.", "en") == ["Mr John C. Messenger came."]
    # and in others no sentence begins with a digit
    assert cut("完了。1991年开始。然后", "zh") == ["完了。1991年开始。", "然后"]
    assert cut("Bitti. 1991 yılında. Sonra", "tr") == ["Bitti. 1991 yılında.", "Sonra"]
    assert cut("Done. 1991 began.", "en") == ["Done.", "1991 began."]


def test_thai_is_cut_before_conjunctions_that_are_far_enough_apart() -> None:
    clause = "ก" * 70
    assert cut(f"{clause} ซึ่ง{clause} กก โดย{clause}", "th") == [clause, f"ซึ่ง{clause} กก", f"โดย{clause}"]
    assert cut("กก ซึ่งกก", "th") == ["กก ซึ่งกก"]


def test_white_space_belongs_to_no_sentence() -> None:
    assert sentences("  One.\n\n Two. ", "en") == [(2, 6), (9, 13)]
    assert sentences(" \n", "en") == []


LANGUAGES = ("ar", "de", "el", "en", "es", "hi", "ru", "th", "tr", "vi", "zh", "fr")


@given(st.text(alphabet='aB1 .!?。।؟…"”)[ซึ่งวو\n', max_size=60), st.sampled_from(LANGUAGES))
def test_spans_are_in_order_and_hold_everything_but_white_space(text: str, language: str) -> None:
    spans = sentences(text, language)
    assert all(start < end for start, end in spans)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    assert all(text[start:end] == text[start:end].strip() for start, end in spans)
    left = set(range(len(text))) - {i for start, end in spans for i in range(start, end)}
    assert not "".join(text[i] for i in left).strip()


AGREEMENT = {
    "ar": (1.000, 0.996), "de": (0.993, 0.992), "el": (0.997, 0.995), "en": (0.996, 0.993), "es": (0.999, 0.962),
    "hi": (0.999, 0.994), "ru": (0.996, 0.992), "th": (0.605, 0.453), "tr": (0.997, 0.965), "vi": (0.996, 0.991),
    "zh": (0.997, 0.946),
}  # fmt: skip
"""Precision and recall of the borders between sentences in XQuAD-R; docs/figures.md has the same."""


@pytest.mark.parametrize("language", AGREEMENT)
def test_agreement_with_the_cuts_of_xquad_r(data_root: Path, language: str) -> None:
    ours, theirs = set[tuple[int, int]](), set[tuple[int, int]]()
    document = json.loads((data_root / "xquad-r" / f"{language}.json").read_text(encoding="utf8"))
    paragraphs = [paragraph for article in document["data"] for paragraph in article["paragraphs"]]
    for number, paragraph in enumerate(paragraphs):
        context = paragraph["context"]
        ours |= {(number, begin) for begin in _begins(context, sentences(context, language))}
        theirs |= {(number, begin) for begin in _begins(context, paragraph["sentence_breaks"])}
    common = len(ours & theirs)
    assert (round(common / len(ours), 3), round(common / len(theirs), 3)) == AGREEMENT[language]


def _begins(context: str, spans: list[tuple[int, int]]) -> set[int]:
    """Where the sentences after the first begin, past white space."""
    begins = {start + len(context[start:]) - len(context[start:].lstrip()) for start, _ in spans}
    return {begin for begin in begins if context[:begin].strip()}
