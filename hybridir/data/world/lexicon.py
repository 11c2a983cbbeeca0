"""Words: what each language calls each concept, and how that came about."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from hybridir.data.world.concepts import Concepts
from hybridir.data.world.config import WorldConfig
from hybridir.data.world.dice import Dice
from hybridir.data.world.phonology import CHANGES, Phonotactics, SoundChange, change_all


class Ending(IntEnum):
    """What an ending says: nothing, that a verb states or asks, that a noun is an object."""

    NONE = 0
    STATES = 1
    ASKS = 2
    OBJECT = 3


@dataclass(frozen=True)
class Lexicon:
    """The words of one language in phonemes: `words[concept]` and `endings[Ending]`."""

    words: Sequence[str]
    endings: Sequence[str]


def proto_lexicon(seed: int, family: str, concepts: Concepts) -> Lexicon:
    """The words of a family before its daughters parted."""
    dice = Dice(seed, "proto", family)
    sounds, taken = Phonotactics.draw(dice), set[str]()
    words = [_new_word(dice, sounds, concept, concepts, taken) for concept in range(len(concepts))]
    endings = [sounds.word(dice, 1)[::-1] for ending in Ending if ending is not Ending.NONE]
    return Lexicon(words, ["", *endings])


def draw_changes(seed: int, code: str, count: int) -> list[SoundChange]:
    """The sound changes of one daughter, in the order in which they happened."""
    return Dice(seed, "changes", code).sample(CHANGES, count)


def daughter_lexicon(
    config: WorldConfig, code: str, proto: Lexicon, concepts: Concepts, pivot: Lexicon | None
) -> Lexicon:
    """The words of a language: most are those of `proto` after its sound changes, some are new or borrowed.

    Function words and endings are never borrowed. Without `pivot` nothing is.
    """
    changes = draw_changes(config.seed, code, config.sound_changes)
    dice = Dice(config.seed, "lexicon", code)
    sounds, taken = Phonotactics.draw(dice), set[str]()
    words = []
    for concept, root in enumerate(proto.words):
        word = change_all(root, changes)
        if not dice.chance(config.cognates):
            word = _new_word(dice, sounds, concept, concepts, taken)
        if pivot is not None and dice.chance(config.loans) and concept not in concepts.short:
            word = pivot.words[concept]
        words.append(word)
    return Lexicon(words, [change_all(ending, changes) for ending in proto.endings])


def _new_word(dice: Dice, sounds: Phonotactics, concept: int, concepts: Concepts, taken: set[str]) -> str:
    """A word that is not `taken`; common words are short (Zipf's law of abbreviation)."""
    while True:
        syllables = 1 if concept in concepts.short else 2 + dice.chance(0.35)
        word = sounds.word(dice, syllables)
        if word not in taken:
            taken.add(word)
            return word
