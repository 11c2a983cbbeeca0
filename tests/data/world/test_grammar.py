"""Hand-worked sentences: every concept is called by a word that says what it is."""

import pytest

from hybridir.data.world.concepts import RELATIONS, Concepts
from hybridir.data.world.facts import Article, Clause, Entity, Fact, Question
from hybridir.data.world.grammar import Syntax, Tongue
from hybridir.data.world.lexicon import Lexicon
from hybridir.data.world.scripts import SCRIPTS

CONCEPTS = Concepts(synonyms=2)
RELATION = RELATIONS[0][1]  # of a person, and its value is of the next kind
PERSON = Entity(("kala", "mona"), kind=0, noun=CONCEPTS.nouns[0][0])
PLACE = Entity(("tira",), kind=1, noun=CONCEPTS.nouns[1][0])
FACT = Fact(PERSON, RELATION, PLACE)
NAMED = Clause(FACT, word=0, named=True, description=None, adverb=None)
UNNAMED = Clause(
    Fact(PERSON, RELATIONS[0][4], CONCEPTS.things[0]), 1, named=False,
    description=CONCEPTS.descriptions[0], adverb=CONCEPTS.adverbs[0],
)  # fmt: skip


def lexicon():
    words = ["xxx"] * len(CONCEPTS)
    for concept, word in {
        CONCEPTS.article: "na",
        CONCEPTS.conjunction: "ke",
        CONCEPTS.object_marker: "go",
        CONCEPTS.auxiliary: "se",
        CONCEPTS.question_particle: "da",
        CONCEPTS.question_words[1]: "ver",
        CONCEPTS.nouns[0][0]: "poet",
        CONCEPTS.relation_words[1][0]: "viv",
        CONCEPTS.relation_words[1][1]: "dom",
        CONCEPTS.relation_words[4][1]: "fab",
        CONCEPTS.things[0]: "bred",
        CONCEPTS.descriptions[0]: "old",
        CONCEPTS.adverbs[0]: "lenta",
    }.items():
        words[concept] = word
    return Lexicon(words, ["", "is", "u", "en"])


def tongue(order="SVO", script="Latn", **habits):
    off = dict.fromkeys(
        ("describes_first", "articles", "auxiliary", "object_ending", "question_first", "particle"), False
    )
    return Tongue(lexicon(), Syntax(order, **(off | habits)), SCRIPTS[script], CONCEPTS)


@pytest.mark.parametrize(
    ("order", "habits", "told", "asked"),
    [
        ("SVO", {}, "Kala Mona vivis go Tira.", "Kala Mona domu ver?"),
        ("SOV", {"object_ending": True}, "Kala Mona Tiraen vivis.", "Kala Mona ver domu?"),
        ("VSO", {"auxiliary": True, "question_first": True}, "Vivis se Kala Mona go Tira.", "Ver domu Kala Mona?"),
        ("OVS", {"particle": True}, "Go Tira vivis Kala Mona.", "Ver domu Kala Mona da?"),
    ],
)
def test_word_order_and_marking(order, habits, told, asked):
    speaker = tongue(order, **habits)
    assert speaker.sentence([NAMED]) == told
    assert speaker.question(Question(FACT, sentence=0, word=1, noun=False)) == asked


def test_two_clauses_with_descriptions_and_adverbs():
    speaker = tongue(describes_first=True, articles=True)
    assert speaker.sentence([NAMED, UNNAMED]) == "Kala Mona vivis go Tira ke lenta na old poet fabis go na bred."
    assert tongue().sentence([UNNAMED]) == "Lenta poet old fabis go bred."


def test_a_question_may_say_what_its_subject_is():
    question = Question(FACT, sentence=0, word=0, noun=True)
    assert tongue(articles=True).question(question) == "Na poet Kala Mona vivu ver?"


def test_an_unspaced_script_leaves_no_space_anywhere():
    article = Article(PERSON, ((NAMED,), (UNNAMED,)), ())
    speaker = tongue(script="Hira")
    assert speaker.title(article) == "からもな"
    assert speaker.sentence([NAMED]) == "からもなびびすごちら。"
    assert " " not in speaker.passage(article)
    assert speaker.passage(article) == "".join(speaker.sentences(article))
