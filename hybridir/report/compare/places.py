"""The parts of a sweep by what they are, so that one of several is found again where a sweep has it alone."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from hybridir.report.study.design import arm_name, order_name, without_what_is_the_same
from hybridir.report.study.points import Part, Points


@dataclass(frozen=True)
class Place:
    """The points of one arm and order, and which these are; either is empty where the plan does not say it."""

    points: Points
    part: Part

    @property
    def kind(self) -> tuple[str, str]:
        """The arm without its numbers of pairs, which may be what is compared, and the order."""
        return re.sub(r": \S+ pairs", "", self.part.arm), self.part.order

    @cached_property
    def of_all(self) -> int | None:
        """How many languages train at every point, where the sweep does not count them and they are as many."""
        counts = {len(codes.split("+")) for codes in self.points.frame["trained"].unique() if codes}
        return counts.pop() if len(counts) == 1 else None


def places(points: Points, plan: Mapping[str, Any]) -> list[Place]:
    """The parts of a sweep. What the sweep has one of is named by the design of its points in `plan.json`."""
    designs = [point["design"] for point in plan.get("points", []) if point.get("design")]
    designs = without_what_is_the_same(designs)
    arm, order = (_only({name(design) for design in designs}) for name in (arm_name, order_name))
    parts = [(part, part.part or Part("", "")) for part in points.parts]
    return [Place(part, Part(known.arm or arm, known.order or order)) for part, known in parts]


def matched(ours: Sequence[Place], theirs: Sequence[Place]) -> list[tuple[Place, Place]]:
    """The places of two sweeps that compare, in the order of the first.

    Those with the same arm and order; of what is left, those that alone are of their kind; and where each sweep has one
    place, these two, whatever they are.
    """
    if len(ours) == len(theirs) == 1:
        return [(ours[0], theirs[0])]
    found = {one.part: other for one in ours for other in theirs if one.part == other.part}
    left = [one for one in ours if one.part not in found]
    taken = {other.part for other in found.values()}
    for one in left:
        alike = [other for other in theirs if other.kind == one.kind and other.part not in taken]
        if len(alike) == 1 and sum(other.kind == one.kind for other in left) == 1:
            found[one.part] = alike[0]
    return [(one, found[one.part]) for one in ours if one.part in found]


def shared_counts(one: Place, counts: Sequence[int], other: Place, others: Sequence[int]) -> list[tuple[int, int]]:
    """The numbers of training languages that two curves share, as each has them.

    A sweep that does not count its languages has the number 0 alone, which stands for those that train in all of it.
    """
    if one.points.counted == other.points.counted:
        return [(n, n) for n in counts if n in others]
    mine, its = ({_number(place, n): n for n in known} for place, known in ((one, counts), (other, others)))
    return [(n, its[number]) for number, n in mine.items() if number is not None and number in its]


def _number(place: Place, n: int) -> int | None:
    return n if place.points.counted else place.of_all


def _only(names: set[str]) -> str:
    return names.pop() if len(names) == 1 else ""
