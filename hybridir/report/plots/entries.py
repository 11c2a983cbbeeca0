"""Where each target language enters training: its place in each order of a part of a study."""

from dataclasses import dataclass

from hybridir.report.study.points import Points
from hybridir.report.study.targets import orders

_MOST_NAMED = 3


@dataclass(frozen=True)
class Entries:
    """A target language and its place in each order, from 1; None where it never enters."""

    code: str
    places: tuple[int | None, ...]

    @property
    def known(self) -> list[int]:
        return sorted({place for place in self.places if place is not None})

    @property
    def words(self) -> str:
        """`enters 3rd`, `enters 3rd, 7th or never`, `enters 2nd to 11th`, `never trained`."""
        if not self.known:
            return "never trained"
        named = [_ordinal(place) for place in self.known]
        never = " or never" if None in self.places else ""
        return f"enters {', '.join(named) if len(named) <= _MOST_NAMED else f'{named[0]} to {named[-1]}'}{never}"


def entries(part: Points, benchmark: str) -> list[Entries]:
    """The target languages by their place of entry (of several orders the mean), then those that never enter."""
    chains = list(orders(part).values())
    last = max(map(len, chains)) + 1

    def place(found: Entries) -> tuple[bool, int]:
        return not found.known, sum(last if place is None else place for place in found.places)

    codes = part.query_languages(benchmark)
    found = [Entries(code, tuple(c.index(code) + 1 if code in c else None for c in chains)) for code in codes]
    return sorted(found, key=place)


def _ordinal(number: int) -> str:
    suffix = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"
