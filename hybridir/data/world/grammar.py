"""Sentences: how a language orders its words, marks them, and writes them down."""

from collections.abc import Iterable
from dataclasses import dataclass

from hybridir.data.world.concepts import Concepts
from hybridir.data.world.dice import Dice
from hybridir.data.world.facts import Article, Clause, Entity, Fact, Question
from hybridir.data.world.lexicon import Ending, Lexicon
from hybridir.data.world.scripts import Script

_ORDERS = ("SVO", "SOV", "VSO", "SVO", "SOV", "OVS")


@dataclass(frozen=True)
class Syntax:
    """The habits of a language.

    order: of subject, verb and object. describes_first: descriptions before their noun.
    articles: a word before each common noun. auxiliary: a word beside each stating verb.
    object_ending: objects are marked by an ending, else by a word before them.
    question_first: the question word opens the question, else it stands where its answer would.
    particle: a word closes each question.
    """

    order: str
    describes_first: bool
    articles: bool
    auxiliary: bool
    object_ending: bool
    question_first: bool
    particle: bool

    @classmethod
    def draw(cls, dice: Dice) -> "Syntax":
        """The habits of a new family."""
        return cls(dice.pick(_ORDERS), *(dice.chance(0.5) for _ in range(6)))

    def drift(self, dice: Dice) -> "Syntax":
        """Those of a daughter: each habit stays with probability 4/5."""
        new = Syntax.draw(dice)
        return Syntax(**{
            habit: getattr(new if dice.chance(0.2) else self, habit) for habit in self.__dataclass_fields__
        })  # fmt: skip


class Tongue:
    """One language at work: puts articles and questions into its words and letters."""

    def __init__(self, lexicon: Lexicon, syntax: Syntax, script: Script, concepts: Concepts) -> None:
        self.lexicon, self.syntax, self.script, self._concepts = lexicon, syntax, script, concepts
        self._written: dict[tuple[int, int], str] = {}
        self._names: dict[tuple[str, int], str] = {}

    def sentences(self, article: Article) -> list[str]:
        """The sentences of an article."""
        return [self.sentence(clauses) for clauses in article.sentences]

    def passage(self, article: Article) -> str:
        """The article as one text."""
        return self.script.joiner.join(self.sentences(article))

    def title(self, article: Article) -> str:
        """The name of what the article is about."""
        return self.script.joiner.join(self._name(article.subject, Ending.NONE))

    def sentence(self, clauses: Iterable[Clause]) -> str:
        """One sentence, its clauses joined by a conjunction."""
        words: list[str] = []
        for clause in clauses:
            if words:
                words.append(self.word(self._concepts.conjunction))
            words += self._clause(clause)
        return self.script.sentence(words, self.script.period)

    def question(self, question: Question) -> str:
        """A question."""
        fact, syntax = question.fact, self.syntax
        asked = [self.word(self._concepts.question_words[fact.relation.range])]
        subject = self._name(fact.subject, Ending.NONE)
        if question.noun:
            subject = [*self._common(fact.subject.noun, None, Ending.NONE), *subject]
        verb = [self.word(self._relation_word(fact, question.word), Ending.ASKS)]
        order = syntax.order.replace("O", "") if syntax.question_first else syntax.order
        words = asked if syntax.question_first else []
        words = words + self._ordered(order, subject, verb, asked)
        if syntax.particle:
            words.append(self.word(self._concepts.question_particle))
        return self.script.sentence(words, self.script.question)

    def word(self, concept: int, ending: Ending = Ending.NONE) -> str:
        """The word for `concept` with an ending, as it is written."""
        key = (concept, ending)
        if key not in self._written:
            self._written[key] = self.script.spell(self.lexicon.words[concept] + self.lexicon.endings[ending])
        return self._written[key]

    def _clause(self, clause: Clause) -> list[str]:
        fact = clause.fact
        subject = self._name(fact.subject, Ending.NONE) if clause.named else []
        if clause.description is not None or not clause.named:
            subject = [*self._common(fact.subject.noun, clause.description, Ending.NONE), *subject]
        verb = [self.word(self._relation_word(fact, clause.word), Ending.STATES)]
        if self.syntax.auxiliary:
            verb.append(self.word(self._concepts.auxiliary))
        words = self._ordered(self.syntax.order, subject, verb, self._object(fact.value))
        return words if clause.adverb is None else [self.word(clause.adverb), *words]

    def _object(self, value: Entity | int) -> list[str]:
        ending = Ending.OBJECT if self.syntax.object_ending else Ending.NONE
        words = self._name(value, ending) if isinstance(value, Entity) else self._common(value, None, ending)
        return words if self.syntax.object_ending else [self.word(self._concepts.object_marker), *words]

    def _common(self, noun: int, description: int | None, ending: Ending) -> list[str]:
        """A common noun with what belongs to it."""
        words = [self.word(noun, ending)]
        if description is not None:
            described = self.word(description)
            words = [described, *words] if self.syntax.describes_first else [*words, described]
        return [self.word(self._concepts.article), *words] if self.syntax.articles else words

    def _name(self, entity: Entity, ending: Ending) -> list[str]:
        last = len(entity.names) - 1
        return [self._name_word(name, ending if i == last else Ending.NONE) for i, name in enumerate(entity.names)]

    def _name_word(self, name: str, ending: Ending) -> str:
        key = (name, ending)
        if key not in self._names:
            written = self.script.spell(name + self.lexicon.endings[ending])
            self._names[key] = self.script.capital(written)
        return self._names[key]

    def _relation_word(self, fact: Fact, word: int) -> int:
        return self._concepts.relation_words[fact.relation.number][word]

    @staticmethod
    def _ordered(order: str, subject: list[str], verb: list[str], object_: list[str]) -> list[str]:
        parts = {"S": subject, "V": verb, "O": object_}
        return [word for role in order for word in parts[role]]
