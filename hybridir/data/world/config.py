"""The dials of the artificial world."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from hybridir.errors import UserError

LIMITS: dict[str, tuple[float, float]] = {
    "seed": (0, 2**63 - 1),
    "languages": (8, 100),
    "pairs": (100, 1_000_000),
    "scale": (0.001, 100.0),
    "skew": (0.0, 3.0),
    "parallel": (0.0, 1.0),
    "questions": (1, 5_000),
    "sentences": (10, 100_000),
    "cognates": (0.0, 1.0),
    "sound_changes": (0, 12),
    "loans": (0.0, 1.0),
    "synonyms": (1, 6),
}
"""Lowest and highest value of each dial."""


@dataclass(frozen=True)
class WorldConfig:
    """What the artificial world is like; equal configurations give equal bytes.

    seed: every choice in the world follows from it.
    languages: how many there are. A sixth of them (at least two) are never trained on and related
        to trained ones, another sixth are never trained on and isolates.
    pairs: training pairs of the largest direction, before `scale`.
    scale: multiplies the pairs of every direction.
    skew: exponent of Zipf's law over the directions; 0 makes them equally large.
    parallel: share of a direction's pairs that ask the same questions (equal `pid`) as the others.
    questions: questions of the benchmark, in each of its languages.
    sentences: sentences that `texts` gives for the largest language.
    cognates: probability that a daughter keeps a word of its family (else it has a new one).
    sound_changes: rules by which each daughter changes the sounds of its family.
    loans: probability that a word is borrowed from the pivot language.
    synonyms: words for each relation; question and answer choose among them on their own.
    """

    seed: int = 0
    languages: int = 18
    pairs: int = 6000
    scale: float = 1.0
    skew: float = 1.2
    parallel: float = 0.1
    questions: int = 240
    sentences: int = 600
    cognates: float = 0.85
    sound_changes: int = 4
    loans: float = 0.05
    synonyms: int = 3

    def __post_init__(self) -> None:
        for dial in fields(self):
            value, (low, high) = getattr(self, dial.name), LIMITS[dial.name]
            whole = isinstance(dial.default, int)
            if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
                kind = "a whole number" if whole else "a number"
                raise UserError(f"{dial.name}={value!r} of the artificial world is not {kind}; give one.")
            if not low <= value <= high:
                raise UserError(
                    f"{dial.name}={value!r} of the artificial world is out of range; "
                    f"give a value from {low:g} to {high:g}."
                )


DEFAULT_WORLD = WorldConfig()


def make_world(dials: Mapping[str, Any]) -> WorldConfig:
    """The world with `dials` turned; an unknown one is refused by name."""
    unknown = sorted(set(dials) - set(LIMITS))
    if unknown:
        known = ", ".join(LIMITS)
        raise UserError(f"world.{unknown[0]} is no dial of the artificial world: there are {known}.")
    return WorldConfig(**dials)
