"""What the three sentences speak of, where the sections say more: one strategy, and two arms at most."""

from collections.abc import Sequence
from dataclasses import dataclass

from hybridir.report.answer.reading import Reading
from hybridir.report.study.points import Points
from hybridir.report.study.preferred import preferred_parts


@dataclass(frozen=True)
class Spoken:
    """The strategy and the parts; `rest` says what the parts are of where they are not all of the arms."""

    name: str
    parts: Sequence[Points]
    rest: str


def spoken(reading: Reading) -> Spoken:
    """The best strategy over the arms; of several arms those where it ends lowest and highest."""
    parts, name = preferred_parts(reading.points, reading.benchmark), chosen_line(reading)
    ends = {id(part): dict(reading.ranked(part)).get(name) for part in parts}
    known = [(end, place) for place, part in enumerate(parts) if (end := ends[id(part)]) is not None]
    if len(parts) <= 2 or len(known) < 2:
        return Spoken(name, parts, "")
    places = sorted((min(known)[1], max(known)[1]))
    return Spoken(name, [parts[place] for place in places], f" (the lowest and the highest of {len(parts)} arms)")


def chosen_line(reading: Reading) -> str:
    """The best strategy at the largest number of languages, over the arms, among those that most arms have."""
    ranks: dict[str, list[int]] = {}
    for part in preferred_parts(reading.points, reading.benchmark):
        for rank, (name, _) in enumerate(reading.ranked(part)):
            ranks.setdefault(name, []).append(rank)
    most = max(map(len, ranks.values()))
    return min((name for name in ranks if len(ranks[name]) == most), key=lambda name: sum(ranks[name]))
