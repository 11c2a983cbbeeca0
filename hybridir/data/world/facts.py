"""Articles and questions before they are put into words: facts, and what stands around them."""

from dataclasses import dataclass, field

from hybridir.data.world.concepts import (
    ADVERBS,
    DESCRIPTIONS,
    KINDS,
    NOUNS_PER_KIND,
    RELATIONS,
    RELATIONS_PER_KIND,
    THINGS,
    TOPICS,
    ZIPF,
    Concepts,
    Relation,
)
from hybridir.data.world.dice import Dice, zipf_table

# how often ...
_ABOUT_THE_SUBJECT = 0.7  # a sentence is about the subject of its article
_SECOND_CLAUSE = 0.25  # a sentence states two facts
_NAMED = 0.85  # a clause names its subject
_DESCRIBED = 0.4  # it describes it
_ON_TOPIC = 0.6  # by a word of the topic
_ADVERB = 0.25  # it has an adverb
_NOUN_ASKED = 0.3  # a question says what its subject is

Told = set[tuple[tuple[str, ...], int]]
"""(names of a subject, relation) of facts that have been stated."""


@dataclass(frozen=True)
class Entity:
    """Somebody or something with a name: `names` in phonemes, and the common noun for what it is."""

    names: tuple[str, ...]
    kind: int
    noun: int


@dataclass(frozen=True)
class Fact:
    """`subject` has `value`, an entity or the concept of a thing, as its `relation`."""

    subject: Entity
    relation: Relation
    value: Entity | int


@dataclass(frozen=True)
class Clause:
    """A fact as an article states it.

    word: which word for the relation. named: by name, or only by its noun.
    description: of the subject, a concept or None. adverb: a concept or None.
    """

    fact: Fact
    word: int
    named: bool
    description: int | None
    adverb: int | None


@dataclass(frozen=True)
class Question:
    """Asks for the value of `fact`, which sentence number `sentence` of its article states.

    noun: whether the question says what the subject is.
    """

    fact: Fact
    sentence: int
    word: int
    noun: bool


@dataclass(frozen=True)
class Article:
    """`sentences` of one or two clauses about `subject` and its kin, and the questions that they answer."""

    subject: Entity
    sentences: tuple[tuple[Clause, ...], ...]
    questions: tuple[Question, ...]


@dataclass
class Chronicle:
    """Writes articles about the entities that can be made from `names`."""

    concepts: Concepts
    names: list[str]
    given: list[str] = field(init=False)

    def __post_init__(self) -> None:
        # persons share a few first names, so that a name alone does not settle whom a question means
        self.given = self.names[: max(1, len(self.names) // 8)]
        self._given_table = zipf_table(len(self.given))

    def article(self, dice: Dice, sentences: int, questions: int, told: Told | None = None) -> Article:
        """An article of so many sentences, with at most so many different questions on it.

        `told` holds (names, relation) of facts that it must not state, and takes up its own: hand on
        one set to make every question of several articles have one answer among them all.
        """
        topic = self.concepts.topic(dice.pick_zipf(range(TOPICS), ZIPF[TOPICS]))
        subject = self.entity(dice, dice.below(KINDS))
        facts = self._facts(dice, subject, sentences, set() if told is None else told)
        asked = [(number, fact) for number, stated in enumerate(facts) for fact in stated]
        return Article(
            subject,
            tuple(tuple(self._clause(dice, fact, topic) for fact in stated) for stated in facts),
            tuple(
                self._question(dice, fact, number) for number, fact in dice.sample(asked, min(questions, len(asked)))
            ),
        )

    def entity(self, dice: Dice, kind: int) -> Entity:
        """A new entity of `kind`; the first kind has a first and a second name."""
        first = (dice.pick_zipf(self.given, self._given_table),) if kind == 0 else ()
        noun = dice.pick_zipf(self.concepts.nouns[kind], ZIPF[NOUNS_PER_KIND])
        return Entity((*first, dice.pick(self.names)), kind, noun)

    def _facts(self, dice: Dice, subject: Entity, sentences: int, told: Told) -> list[list[Fact]]:
        """The facts of each sentence: mostly of `subject`, else of an entity named before."""
        subjects, facts = [subject], []
        for _ in range(sentences):
            about = subject if dice.chance(_ABOUT_THE_SUBJECT) else dice.pick(subjects)
            facts.append([self._fact(dice, about, told) for _ in range(2 if dice.chance(_SECOND_CLAUSE) else 1)])
            subjects += [fact.value for fact in facts[-1] if isinstance(fact.value, Entity)]
        return facts

    def _fact(self, dice: Dice, subject: Entity, told: Told) -> Fact:
        while all((subject.names, relation.number) in told for relation in RELATIONS[subject.kind]):
            subject = self.entity(dice, subject.kind)
        relation = dice.pick_zipf(RELATIONS[subject.kind], ZIPF[RELATIONS_PER_KIND])
        while (subject.names, relation.number) in told:  # ends: one at least is free
            relation = dice.pick_zipf(RELATIONS[subject.kind], ZIPF[RELATIONS_PER_KIND])
        told.add((subject.names, relation.number))
        if relation.range < KINDS:
            return Fact(subject, relation, self.entity(dice, relation.range))
        return Fact(subject, relation, dice.pick_zipf(self.concepts.things, ZIPF[THINGS]))

    def _clause(self, dice: Dice, fact: Fact, topic: range) -> Clause:
        description = adverb = None
        if dice.chance(_DESCRIBED):
            if dice.chance(_ON_TOPIC):
                description = dice.pick_zipf(topic, ZIPF[len(topic)])
            else:
                description = dice.pick_zipf(self.concepts.descriptions, ZIPF[DESCRIPTIONS])
        if dice.chance(_ADVERB):
            adverb = dice.pick_zipf(self.concepts.adverbs, ZIPF[ADVERBS])
        word = dice.below(len(self.concepts.relation_words[0]))
        return Clause(fact, word, named=dice.chance(_NAMED), description=description, adverb=adverb)

    def _question(self, dice: Dice, fact: Fact, sentence: int) -> Question:
        word = dice.below(len(self.concepts.relation_words[0]))
        return Question(fact, sentence, word, noun=dice.chance(_NOUN_ASKED))
