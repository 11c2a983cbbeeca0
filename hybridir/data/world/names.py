"""Proper names: shared by all languages, written in each script."""

from collections.abc import Sequence
from dataclasses import dataclass

from hybridir.data.world.dice import Dice
from hybridir.data.world.phonology import VOWELS
from hybridir.data.world.scripts import SCRIPTS

_ONSETS = "ptkbdgmnsvrlfzSC"
_CODAS = "nrls"

SYLLABLES = 40
"""Syllables that all names are made of: few enough for a model to learn how each script writes them."""


@dataclass(frozen=True)
class NamePools:
    """Words for names, in phonemes; no word of one pool is spelled like one of the other in any script."""

    training: Sequence[str]
    evaluation: Sequence[str]


def draw_names(seed: int, training: int, evaluation: int) -> NamePools:
    """So many different names for training and for evaluation."""
    dice, spelled = Dice(seed, "names"), set[str]()
    syllables = dice.sample([onset + vowel for onset in _ONSETS for vowel in VOWELS], SYLLABLES)
    names: list[str] = []
    while len(names) < training + evaluation:
        name = "".join(dice.pick(syllables) for _ in range(3))
        name += dice.pick(_CODAS) if dice.chance(0.2) else ""
        spellings = {script.spell(name) for script in SCRIPTS.values()}
        if not spellings & spelled:
            spelled |= spellings
            names.append(name)
    return NamePools(names[evaluation:], names[:evaluation])
