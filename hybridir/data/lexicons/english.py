"""What a lexicon of English base forms leaves to be known: function words, and where inflected forms come from."""

from collections.abc import Iterator

_ENDINGS = (
    ("s", ""), ("ses", "s"), ("ves", "f"), ("xes", "x"), ("zes", "z"), ("ches", "ch"), ("shes", "sh"), ("men", "man"),
    ("ies", "y"), ("es", "e"), ("es", ""), ("ed", "e"), ("ed", ""), ("ing", "e"), ("ing", ""),
)  # fmt: skip

# articles, pronouns, prepositions, conjunctions, auxiliaries, question words, negation
_WORDS = """
a an the
i me my mine myself we us our ours ourselves you your yours yourself yourselves he him his himself she her hers
herself it its itself they them their theirs themselves one oneself
this that these those who whom whose which what when where why how whether
all another any both each either enough every few less many more most much neither no none other others own same
several some such
anybody anyone anything everybody everyone everything nobody nothing somebody someone something
about above across after against along among around as at before behind below beneath beside besides between beyond
by down during except for from in inside into like near of off on onto out outside over past per since than through
throughout till to toward towards under until up upon via with within without
and but or nor so yet if because although though while unless
am are is was were be been being do does did done doing have has had having can could may might must shall should
will would ought
not never there here then thus too very also just only even still again
"""

FUNCTION_WORDS = frozenset(_WORDS.split())
"""The list is ours; arXiv 2305.05295 leaves stop words out of its title lexicon, too."""


def base_forms(word: str) -> Iterator[str]:
    """What `word` may be a form of, by the endings of nouns and verbs in WordNet's own search (Morphy). Irregular forms
    are not known."""
    for ending, base in _ENDINGS:
        if word.endswith(ending):
            yield word.removesuffix(ending) + base
