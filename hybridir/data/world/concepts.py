"""What can be said: kinds of entities, relations between them, and the common vocabulary.

A concept is a number; each language has a word for each. Low numbers within a class are common.
"""

from dataclasses import dataclass

from hybridir.data.world.dice import zipf_table

KINDS = 4
"""Kinds of entities (think of persons, places, groups and works); `KINDS` itself stands for a thing."""
RELATIONS_PER_KIND = 10
NOUNS_PER_KIND = 8
THINGS = 60
DESCRIPTIONS = 240
ADVERBS = 120
TOPICS = 10


@dataclass(frozen=True)
class Relation:
    """Something that an entity of kind `domain` has one of: an entity of kind `range`, or a thing."""

    number: int
    domain: int
    range: int


RELATIONS: tuple[tuple[Relation, ...], ...] = tuple(
    tuple(Relation(kind * RELATIONS_PER_KIND + i, kind, (kind + i) % (KINDS + 1)) for i in range(RELATIONS_PER_KIND))
    for kind in range(KINDS)
)
"""The relations of each kind of entity, the common ones first."""


class Concepts:
    """The numbers of all concepts, class by class; `len()` says how many there are."""

    def __init__(self, synonyms: int) -> None:
        self._count = 0
        self.article = self._take(1)[0]
        self.conjunction = self._take(1)[0]
        self.object_marker = self._take(1)[0]
        self.auxiliary = self._take(1)[0]
        self.question_particle = self._take(1)[0]
        self.question_words = self._take(KINDS + 1)
        self.short = range(self._count)
        self.nouns = [self._take(NOUNS_PER_KIND) for _ in range(KINDS)]
        self.relation_words = [self._take(synonyms) for _ in range(KINDS * RELATIONS_PER_KIND)]
        self.things = self._take(THINGS)
        self.descriptions = self._take(DESCRIPTIONS)
        self.adverbs = self._take(ADVERBS)

    def __len__(self) -> int:
        return self._count

    def _take(self, count: int) -> range:
        self._count += count
        return range(self._count - count, self._count)

    def topic(self, number: int) -> range:
        """The descriptions that articles of one topic prefer."""
        size = DESCRIPTIONS // TOPICS
        return self.descriptions[number * size : (number + 1) * size]


ZIPF = {
    size: zipf_table(size)
    for size in (
        RELATIONS_PER_KIND, NOUNS_PER_KIND, THINGS, DESCRIPTIONS, DESCRIPTIONS // TOPICS, ADVERBS, TOPICS,
    )
}  # fmt: skip
"""Cumulative Zipf weights by number of choices."""
