from difflib import SequenceMatcher
from statistics import mean

from hybridir.data.world.concepts import Concepts
from hybridir.data.world.config import WorldConfig
from hybridir.data.world.lexicon import daughter_lexicon, draw_changes, proto_lexicon
from hybridir.data.world.phonology import change_all

CONCEPTS = Concepts(synonyms=2)


def alike(first, second):
    """Mean share of matching letters over the words of two lexicons."""
    pairs = zip(first.words, second.words, strict=True)
    return mean(SequenceMatcher(None, a, b, autojunk=False).ratio() for a, b in pairs)


def test_without_new_words_and_loans_a_daughter_is_its_family_after_regular_changes():
    config = WorldConfig(seed=3, cognates=1.0, loans=0.0)
    proto = proto_lexicon(3, "A", CONCEPTS)
    daughter = daughter_lexicon(config, "qab", proto, CONCEPTS, pivot=proto)
    changes = draw_changes(3, "qab", config.sound_changes)
    assert len(changes) == 4
    assert list(daughter.words) == [change_all(word, changes) for word in proto.words]


def test_sisters_are_alike_and_strangers_are_not():
    config = WorldConfig(seed=0, loans=0.0)
    family, stranger = (proto_lexicon(0, name, CONCEPTS) for name in ("A", "B"))
    sisters = [daughter_lexicon(config, code, family, CONCEPTS, None) for code in ("qaa", "qae")]
    other = daughter_lexicon(config, "qab", stranger, CONCEPTS, None)
    assert 0.55 < alike(*sisters) < 0.95
    assert alike(sisters[0], other) < 0.35


def test_loans_are_words_of_the_pivot_but_function_words_are_never_borrowed():
    config = WorldConfig(loans=1.0)
    pivot, proto = proto_lexicon(0, "A", CONCEPTS), proto_lexicon(0, "B", CONCEPTS)
    words = daughter_lexicon(config, "qab", proto, CONCEPTS, pivot).words
    first = CONCEPTS.short.stop
    assert words[first:] == pivot.words[first:]
    assert words[:first] != pivot.words[:first]


def test_words_of_a_family_are_distinct_and_function_words_short():
    words = proto_lexicon(0, "A", CONCEPTS).words
    assert len(set(words)) == len(words) == len(CONCEPTS)
    assert max(len(word) for word in words[: CONCEPTS.short.stop]) <= 3
    assert min(len(word) for word in words[CONCEPTS.short.stop :]) >= 4
