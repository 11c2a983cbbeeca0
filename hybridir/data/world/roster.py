"""Which languages there are: family, script, size, and the part that each plays."""

import math
from dataclasses import dataclass
from typing import Literal

from hybridir.data.world.config import WorldConfig
from hybridir.data.world.dice import Dice
from hybridir.data.world.phonology import Phonotactics
from hybridir.data.world.scripts import SCRIPTS, Script
from hybridir.languages.catalog import Language

Part = Literal["trained", "related", "isolate"]
"""Trained on; never trained on, with trained relatives; never trained on, without relatives."""

SMALLEST = 100
"""Pairs of the smallest direction, before `scale`."""

_FAMILY_SCRIPTS = {"A": "Latn", "B": "Cyrl", "C": "Grek"}
_TRAINED = "ABIACBACCBAI"
"""Family of each trained language, largest first, again and again; `I` is an isolate.

Few languages do not cover all scripts, so that the curve over their number has a shape.
"""
_TRAINED_ISOLATES = ("Hira", "Geor")
_UNSEEN_ISOLATES = ("Latn", "Armn", "Cyrl")
_TEXT_EXPONENT = 0.3
"""XLM-R smooths the sizes of its text by this exponent (Conneau et al. 2020, section 3.1)."""


@dataclass(frozen=True)
class Member:
    """One language of the world.

    family: letter of its family, or its own code for an isolate.
    monolingual, crosslingual: training pairs in the language itself and into the pivot.
    sentences: of plain text.
    evaluated: whether it is in the benchmark.

    The resource class of `language` (`joshi`) is planted: sixths of all languages by the size of their
    text and training data, from 5 for the largest to 0.
    """

    language: Language
    part: Part
    family: str
    script: Script
    monolingual: int
    crosslingual: int
    sentences: int
    evaluated: bool

    @property
    def code(self) -> str:
        return self.language.code


def roster(config: WorldConfig) -> list[Member]:
    """All languages, largest first; the first is the pivot."""
    parts = _parts(config.languages)
    members, seen = [], {"trained": 0, "related": 0, "isolate": 0}
    for place, part in enumerate(parts):
        members.append(_member(config, place, part, seen[part], parts.count("trained")))
        seen[part] += 1
    return members


def code_of(place: int) -> str:
    """The code of the language at `place`: qaa, qab, ..., qtz are reserved for private use (ISO 639-2)."""
    return f"q{chr(97 + place // 26)}{chr(97 + place % 26)}"


def _parts(count: int) -> list[Part]:
    """The part of each language by size: after the four largest, every second is never trained on."""
    unseen = max(2, count // 6)
    parts: list[Part] = ["trained"] * (count - 2 * unseen)
    for i in range(unseen):
        parts.insert(min(4 + 4 * i, len(parts)), "related")
        parts.insert(min(6 + 4 * i, len(parts)), "isolate")
    return parts


def _member(config: WorldConfig, place: int, part: Part, rank: int, trained: int) -> Member:
    """The language at `place` of all, the `rank`-th of its part."""
    code = code_of(place)
    family = _family(part, rank, trained) or code
    script = SCRIPTS[_FAMILY_SCRIPTS.get(family) or _isolate_script(part, rank)]
    language = Language(
        code=code,
        name=_name(Dice(config.seed, "name", code)),
        family=code if family == code else _name(Dice(config.seed, "family", family)) + "ic",
        branch="",
        script=script.code,
        joshi=5 - 6 * place // config.languages,
    )
    pairs = _pairs(config, rank) if part == "trained" else 0
    return Member(
        language=language,
        part=part,
        family=family,
        script=script,
        monolingual=0 if rank % 4 == 3 else pairs,
        crosslingual=0 if rank == 0 else pairs,
        sentences=max(1, round(config.sentences * math.pow(place + 1, -config.skew * _TEXT_EXPONENT))),
        evaluated=part != "trained" or rank in _evaluated_ranks(trained),
    )


def _family(part: Part, rank: int, trained: int) -> str | None:
    """The letter of a family, or None for an isolate."""
    if part == "trained":
        letter = _TRAINED[rank % len(_TRAINED)]
        return None if letter == "I" else letter
    families = [letter for letter in _FAMILY_SCRIPTS if letter in _TRAINED[:trained]]
    return families[rank % len(families)] if part == "related" else None


def _pairs(config: WorldConfig, rank: int) -> int:
    """Training pairs of a direction, by Zipf's law over the trained languages."""
    return max(2, round(config.scale * max(SMALLEST, config.pairs * math.pow(rank + 1, -config.skew))))


def _isolate_script(part: Part, rank: int) -> str:
    if part == "trained":
        return _TRAINED_ISOLATES[_TRAINED[: rank % len(_TRAINED)].count("I") % len(_TRAINED_ISOLATES)]
    return _UNSEEN_ISOLATES[rank % len(_UNSEEN_ISOLATES)]


def _evaluated_ranks(trained: int) -> set[int]:
    """0, 1, 2, 4, 7, 11, ...: each larger set of training languages has some more of the benchmark."""
    return {0} | {1 + step * (step + 1) // 2 for step in range(trained)}


def _name(dice: Dice) -> str:
    """A name for a language or a family, in Latin letters."""
    return SCRIPTS["Latn"].spell(Phonotactics.draw(dice).word(dice, 2)).capitalize()
