"""Phrases for numbers with their intervals: the same words in the answer, in captions and in comparisons."""

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

from hybridir.report.study.measures import NOTHING, Measure
from hybridir.report.study.points import Part
from hybridir.statistics.choice import Interval
from hybridir.statistics.compare import Comparison
from hybridir.statistics.crossed import Estimate

ALPHA = 0.05
"""The level of a test, after Holm's correction."""

LONG_SETTINGS = {"monolingual": "monolingual", "crosslingual": "cross-lingual", "multilingual": "multilingual"}
_ARMS = (
    (re.compile(r"fixed total: (\S+) pairs"), r"a fixed total of \1 pairs"),
    (re.compile(r"fixed per language: (\S+) pairs"), r"a fixed \1 pairs per language"),
)


class Range(NamedTuple):
    """A value with the ends of its 95 % interval; both are nan where none is known."""

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, found: Estimate | Interval) -> "Range":
        value = found.mean if isinstance(found, Estimate) else found.value
        return cls(value, found.low, found.high)

    @property
    def is_known(self) -> bool:
        return not math.isnan(self.low)

    @property
    def holds_zero(self) -> bool:
        return self.low <= 0 <= self.high


def signed(measure: Measure, value: float, plus: bool = True) -> str:
    """`+.012`, `−.012`, or `.000` for what prints as nothing; without `plus`, `.012`."""
    text = measure.number(abs(value))
    if not text.strip("0."):
        return text
    return ("−" if value < 0 else "+" * plus) + text


def ends(measure: Measure, low: float, high: float) -> str:
    """`−.002 to .004`."""
    return f"{signed(measure, low, plus=False)} to {signed(measure, high, plus=False)}"


def with_interval(
    measure: Measure, found: Range, *, plus: bool = True, short: bool = False, units: int = 2, more: str = ""
) -> str:
    """`+.012 (95 % interval .008 to .016)`; `short` where a sentence has said what the brackets hold.

    With one of `units` the interval is said to be over questions alone. `more` stands behind it in the brackets.
    """
    value = signed(measure, found.value, plus)
    if not found.is_known:
        return value
    named = "" if short else "95 % interval " + "over questions alone " * (units == 1)
    return f"{value} ({named}{ends(measure, found.low, found.high)}{more})"


def difference(measure: Measure, comparison: Comparison) -> str:
    """`+.026, 95 % interval .013 to .039, Holm p = .016`."""
    found = comparison.difference
    if math.isnan(found.low):
        return signed(measure, found.mean)
    alone = "over questions alone " * (found.units == 1)
    said = f"{signed(measure, found.mean)}, 95 % interval {alone}{ends(measure, found.low, found.high)}"
    return said + ("" if math.isnan(comparison.adjusted) else f", Holm {p_words(comparison.adjusted)}")


def tested(measure: Measure, comparison: Comparison, *, short: bool = False) -> str:
    """`+.026 (95 % interval .013 to .039, Holm p = .016)`; `short` as for `with_interval`."""
    found = comparison.difference
    more = "" if math.isnan(comparison.adjusted) else f", Holm {p_words(comparison.adjusted)}"
    return with_interval(measure, Range.of(found), short=short, units=found.units, more=more)


def p_value(p: float) -> str:
    """`.031`, or `< .001`: below that, few repetitions cannot tell; a dash where there is none."""
    if math.isnan(p):
        return NOTHING
    return "< .001" if p < 0.001 else f"{p:.3f}".removeprefix("0")


def p_words(p: float) -> str:
    """`p = .031`, `p < .001`."""
    said = p_value(p)
    return f"p {said}" if said.startswith("<") else f"p = {said}"


def measure_words(measure: Measure) -> str:
    """`cross-lingual mAP`."""
    return measure.title if measure.is_distance else f"{LONG_SETTINGS[measure.setting]} {measure.metric}"


def arm_words(arm: str) -> str:
    """`at a fixed total of 3,800 pairs`; nothing where the sweep has one arm alone."""
    for pattern, words in _ARMS:
        arm = pattern.sub(words, arm)
    return f"with {arm}" if arm.startswith("all") else f"at {arm}" if arm else ""


def part_words(part: Part | None) -> str:
    """`at a fixed total of 3,800 pairs, languages at random`."""
    if part is None:
        return ""
    order = [f"languages {part.order}"] if part.order else []
    return ", ".join([*filter(None, [arm_words(part.arm)]), *order])


def chained(clauses: Sequence[str]) -> str:
    """Clauses of one sentence: `a; b; and c`, or `a, and b`."""
    return ", and ".join(clauses) if len(clauses) < 3 else f"{'; '.join(clauses[:-1])}; and {clauses[-1]}"


def listed(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1]))) if words else ""


def languages(n: int) -> str:
    """`1 training language`, `12 training languages`, `no training language`."""
    return f"{n or 'no'} training language{'' if n in (0, 1) else 's'}"


def repetitions(units: Sequence[str]) -> str:
    """`3 random orders`, `2 seeds`, `one seed`; a random order with a seed of its own is a random order."""
    kind = "random order" if all(unit.startswith("order ") for unit in units) else "seed"
    return f"one {kind}" if len(units) == 1 else f"{len(units)} {kind}s"


def over(units: int) -> str:
    """What an interval is over."""
    return "over questions alone" if units == 1 else "over repetitions and questions"


def sentence(text: str) -> str:
    """`text` with a capital and a full stop."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
