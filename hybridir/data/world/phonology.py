"""Sounds: how words are built, and the regular changes by which daughters drift from their family.

A word is a string with one character per phoneme: `S` is sh, `C` is ch, `x` is kh, `j` is y.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hybridir.data.world.dice import Dice

VOWELS = "aeiou"
CONSONANTS = "ptkbdgmnszfvhlrjwSCx"
_CODAS = "nlrsmk"


@dataclass(frozen=True)
class SoundChange:
    """Every phoneme of `shifts` becomes its value wherever it stands between `before` and `after`.

    Both are regular expressions over phonemes, as in the notation `p > f / before _ after` of
    historical linguistics; the change knows no exceptions.
    """

    name: str
    shifts: Mapping[str, str]
    before: str = ""
    after: str = ""

    def apply(self, word: str) -> str:
        """`word` after the change."""
        pattern = f"(?<={self.before})[{''.join(self.shifts)}](?={self.after})"
        return re.sub(pattern, lambda match: self.shifts[match[0]], word)


_V, _C, _START, _END = f"[{VOWELS}]", f"[{CONSONANTS}]", "^", "$"

CHANGES: tuple[SoundChange, ...] = (
    SoundChange("stops become fricatives", {"p": "f", "t": "s", "k": "x"}, before=_START),
    SoundChange("voicing between vowels", {"p": "b", "t": "d", "k": "g"}, before=_V, after=_V),
    SoundChange("palatalisation", {"k": "C", "s": "S", "t": "C", "x": "S"}, after="[ei]"),
    SoundChange("loss of final vowels", dict.fromkeys(VOWELS, ""), before=f"{_V}{_C}", after=_END),
    SoundChange("final devoicing", {"b": "p", "d": "t", "g": "k", "z": "s", "v": "f"}, after=_END),
    SoundChange("raising", {"e": "i", "o": "u"}, after=f"{_C}{_V}"),
    SoundChange("lowering", {"i": "e", "u": "o"}, after=f"{_C}(?:{_C}|$)"),
    SoundChange("backing of a", {"a": "o"}, after="[mnlr]"),
    SoundChange("rhotacism", {"s": "r", "z": "r"}, before=_V, after=_V),
    SoundChange("s becomes h", {"s": "h"}, before=_START, after=_V),
    SoundChange("loss of h", {"h": "", "x": "h"}),
    SoundChange("glides harden", {"w": "v", "j": "z"}),
    SoundChange("voiced stops weaken", {"b": "v", "g": "h", "d": "z"}, before=_V),
    SoundChange("r and l fall together", {"r": "l"}, before=_V),
    SoundChange("n becomes m", {"n": "m"}, after=_END),
)
"""The changes that daughters draw from; each is well attested in real languages."""


@dataclass(frozen=True)
class Phonotactics:
    """Which words a family can have: its consonants, and how often a syllable is closed."""

    consonants: str
    closed: float

    @classmethod
    def draw(cls, dice: Dice) -> "Phonotactics":
        """The sounds of a new family: 11 to 14 consonants, and a liking for open or closed syllables."""
        consonants = "".join(sorted(dice.sample(CONSONANTS, 11 + dice.below(4))))
        return cls(consonants, closed=0.05 + 0.3 * dice.below(4) / 3)

    def word(self, dice: Dice, syllables: int) -> str:
        """A new word."""
        return "".join(self._syllable(dice) for _ in range(syllables))

    def _syllable(self, dice: Dice) -> str:
        coda = dice.pick(_CODAS) if dice.chance(self.closed) else ""
        return dice.pick(self.consonants) + dice.pick(VOWELS) + coda


def change_all(word: str, changes: Sequence[SoundChange]) -> str:
    """`word` after `changes`, in their order; a word that would be lost altogether stays as it was."""
    changed = word
    for change in changes:
        changed = change.apply(changed)
    return changed or word
