import pytest

from hybridir.data.world.concepts import KINDS, Concepts
from hybridir.data.world.dice import Dice
from hybridir.data.world.facts import Chronicle, Entity

CONCEPTS = Concepts(synonyms=3)
CHRONICLE = Chronicle(CONCEPTS, [f"name{i}" for i in range(50)])
ARTICLES = [CHRONICLE.article(Dice(0, "test", i), sentences=6, questions=5) for i in range(200)]


def test_every_question_is_answered_by_its_sentence():
    for article in ARTICLES:
        assert len(article.sentences) == 6
        assert len(article.questions) == 5
        for question in article.questions:
            assert question.fact in [clause.fact for clause in article.sentences[question.sentence]]


def test_an_article_states_a_relation_of_a_subject_once():
    for article in ARTICLES:
        stated = [(c.fact.subject.names, c.fact.relation.number) for s in article.sentences for c in s]
        assert len(set(stated)) == len(stated)


def test_values_are_what_their_relation_asks_for():
    for article in ARTICLES:
        for fact in (clause.fact for sentence in article.sentences for clause in sentence):
            assert fact.subject.kind == fact.relation.domain
            if isinstance(fact.value, Entity):
                assert fact.value.kind == fact.relation.range
            else:
                assert fact.relation.range == KINDS
                assert fact.value in CONCEPTS.things


def test_question_and_answer_choose_their_words_on_their_own():
    same = total = 0
    for article in ARTICLES:
        for question in article.questions:
            clauses = [c for c in article.sentences[question.sentence] if c.fact == question.fact]
            same += question.word == clauses[0].word
            total += 1
    assert same / total == pytest.approx(1 / 3, abs=0.06)


def test_articles_that_share_what_is_told_never_state_a_fact_twice():
    told, stated = set(), []
    for i in range(60):
        article = CHRONICLE.article(Dice(0, "shared", i), sentences=6, questions=1, told=told)
        stated += [(c.fact.subject.names, c.fact.relation.number) for s in article.sentences for c in s]
    assert len(set(stated)) == len(stated)
