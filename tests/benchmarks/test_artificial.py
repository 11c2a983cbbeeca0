from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hybridir.benchmarks.artificial import benchmark_articles, load_artificial
from hybridir.data.artificial import ArtificialPairs
from hybridir.data.world.build import build_world
from hybridir.data.world.config import WorldConfig
from hybridir.data.world.facts import Entity
from hybridir.data.world.lexicon import Ending
from hybridir.data.world.scripts import SCRIPTS

CONFIG = WorldConfig()
WORLD = build_world(CONFIG)
ARTICLES = benchmark_articles(WORLD)
BENCHMARK = load_artificial(CONFIG)


def entities(article):
    for sentence in article.sentences:
        for clause in sentence:
            yield clause.fact.subject
            if isinstance(clause.fact.value, Entity):
                yield clause.fact.value


def test_the_shape_is_that_of_xquad_r():
    assert BENCHMARK.name == "artificial"
    assert BENCHMARK.parallel
    assert len(BENCHMARK.queries) == len(BENCHMARK.passages) == len(BENCHMARK.languages) == 12
    assert {len(texts) for texts in BENCHMARK.queries.values()} == {240}
    assert {len(texts) for texts in BENCHMARK.passages.values()} == {288}
    assert {texts.ids for texts in BENCHMARK.queries.values()} == {BENCHMARK.queries["qaa"].ids}
    assert BENCHMARK.passages["qab"].ids[:2] == ("qab_0_0", "qab_0_1")
    pool = [ident for texts in BENCHMARK.passages.values() for ident in texts.ids]
    assert len(set(pool)) == 12 * 288


def test_every_question_has_one_answer_in_each_language_in_the_same_place():
    assert len(BENCHMARK.relevant) == 240 * 12
    for (query, lang), (answer,) in BENCHMARK.relevant.items():
        assert answer in BENCHMARK.passages[lang].ids
        (pivot_answer,) = BENCHMARK.relevant[query, "qaa"]
        assert answer.removeprefix(lang) == pivot_answer.removeprefix("qaa")


@pytest.mark.parametrize("lang", BENCHMARK.queries)
def test_the_relevant_sentence_states_the_fact_asked(lang):
    """A word for the relation and the value stand in the sentence; the subject's name is in the question."""
    tongue, concepts = WORLD.tongues[lang], WORLD.evaluation.concepts
    passages = dict(zip(BENCHMARK.passages[lang].ids, BENCHMARK.passages[lang].texts, strict=True))
    queries = dict(zip(BENCHMARK.queries[lang].ids, BENCHMARK.queries[lang].texts, strict=True))
    for a, article in enumerate(ARTICLES):
        for q, question in enumerate(article.questions):
            fact = question.fact
            sentence = passages[BENCHMARK.relevant[f"{a}_{q}", lang][0]].lower()
            relation = concepts.relation_words[fact.relation.number]
            assert any(tongue.word(word, Ending.STATES) in sentence for word in relation)
            if isinstance(fact.value, Entity):
                assert all(tongue.script.spell(name)[:3] in sentence for name in fact.value.names)
            else:
                assert any(tongue.word(fact.value, ending) in sentence for ending in (Ending.NONE, Ending.OBJECT))
            assert all(tongue.script.spell(name).lower() in queries[f"{a}_{q}"].lower() for name in fact.subject.names)


def test_no_two_sentences_of_the_benchmark_state_the_fact_of_a_question():
    stated = Counter(
        (clause.fact.subject.names, clause.fact.relation.number)
        for article in ARTICLES
        for sentence in article.sentences
        for clause in sentence
    )
    asked = [(q.fact.subject.names, q.fact.relation.number) for article in ARTICLES for q in article.questions]
    assert len(asked) == len(set(asked)) == 240
    assert all(stated[fact] == 1 for fact in asked)


def test_no_name_of_the_benchmark_is_in_the_training_pairs():
    names = {name for article in ARTICLES for entity in entities(article) for name in entity.names}
    assert len(names) > 150
    pivot = {SCRIPTS["Latn"].spell(name).capitalize() for name in names}
    shown = [text for texts in BENCHMARK.passages["qaa"].texts for text in texts.split()]
    assert pivot & {word.strip(".") for word in shown}  # the comparison below can fail
    for shard in ArtificialPairs(replace(CONFIG, scale=0.2)).shards():
        if shard.direction.passage == "qaa":
            words = {word.strip(".") for text in shard.rows["passage"].to_pylist() for word in text.split()}
            assert not words & pivot
    assert not names & set(WORLD.training.names)


def test_trained_languages_related_ones_and_isolates_are_all_there():
    parts = Counter(member.part for member in WORLD.members if member.code in BENCHMARK.queries)
    assert parts == {"trained": 6, "related": 3, "isolate": 3}
    assert {language.script for language in BENCHMARK.languages.values()} == set(SCRIPTS)


def test_it_is_the_same_every_time_and_another_with_another_seed():
    first = BENCHMARK.fingerprint()
    build_world.cache_clear()
    assert load_artificial(CONFIG).fingerprint() == first
    assert load_artificial(WorldConfig(seed=1)).fingerprint() != first


@settings(max_examples=15, deadline=None)
@given(
    st.builds(
        WorldConfig,
        seed=st.integers(0, 2**32),
        languages=st.integers(8, 12),
        questions=st.integers(1, 60),
        synonyms=st.integers(1, 3),
    )
)
def test_every_world_has_as_many_questions_as_it_is_told(config):
    benchmark = load_artificial(config)
    assert all(len(texts) == config.questions for texts in benchmark.queries.values())
    assert len(benchmark.relevant) == config.questions * len(benchmark.queries)
