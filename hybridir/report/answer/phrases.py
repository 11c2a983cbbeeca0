"""Turns of phrase that all parts of the answer share: headings, lists, and what brackets hold."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

from hybridir.report.study.measures import Measure
from hybridir.report.study.points import Points
from hybridir.report.study.transfer import ALONE
from hybridir.report.wording import Range, arm_words, listed, part_words, sentence, tested, with_interval
from hybridir.statistics.compare import Comparison

NO_INTERVALS = "there are no intervals and no tests, since these results have no values by question"


class Brackets:
    """Says what brackets hold the first time, and again where that changes to questions alone or back."""

    def __init__(self, measure: Measure, said: bool = False) -> None:
        """`said`: whether the reader knows already that they are 95 % intervals over repetitions and questions."""
        self._measure = measure
        self._alone = False if said else None

    def figure(self, found: Range, units: int, *, plus: bool = True, more: str = "") -> str:
        """`+.012 (95 % interval .008 to .016)`, then `+.012 (.008 to .016)`; `units` as in `Estimate`."""
        short = self._known(units) if found.is_known else False
        return with_interval(self._measure, found, plus=plus, short=short, units=units, more=more)

    def difference(self, found: Comparison) -> str:
        """`+.012 (95 % interval .008 to .016, Holm p = .012)`."""
        return tested(self._measure, found, short=self._known(found.difference.units))

    def _known(self, units: int) -> bool:
        known, self._alone = self._alone == (units == 1), units == 1
        return known


def strategy(name: str) -> str:
    """` with hybrid`; nothing where strategies are not what varies."""
    return "" if name == ALONE else f" with {name}"


def arm(part: Points) -> str:
    """` at a fixed total of 3,800 pairs`; nothing where the sweep has one arm alone."""
    return f" {arm_words(part.part.arm)}" if part.part and part.part.arm else ""


def bullets(lead: str, lines: Iterable[str]) -> str:
    """A list in Markdown below the paragraph that leads to it."""
    return "\n".join([lead, "", *(f"- {line}" for line in lines)]).strip()


def heading(part: Points) -> str:
    """`**At a fixed total of 3,800 pairs, languages at random.** `"""
    return bold(part_words(part.part))


def bold(words: str) -> str:
    """A heading within a paragraph, and the space behind it; nothing for no words."""
    return f"**{sentence(words)}** " if words else ""


def said_once(
    parts: Sequence[Points], runs: Callable[[Points], tuple[int, Hashable]], body: Callable[[Points], str]
) -> Iterator[str]:
    """The body of every part below its heading; once for those orders of an arm that have come to the same runs.

    `runs` gives the number of languages that a body speaks of, and what ran there. An empty body is left out.
    """
    groups: dict[Hashable, list[Points]] = {}
    texts = {id(part): body(part) for part in parts}
    for part in parts:
        alike = (_arm(part), *runs(part), texts[id(part)])
        groups.setdefault(alike, []).append(part)
    for group in groups.values():
        if text := texts[id(group[0])]:
            of_arm = [part for part in parts if _arm(part) == _arm(group[0])]
            head = heading(group[0]) if len(group) == 1 else bold(_shared(group, runs(group[0])[0], of_arm))
            yield head + text


def _arm(part: Points) -> str:
    return part.part.arm if part.part else ""


def _shared(group: Sequence[Points], n: int, of_arm: Sequence[Points]) -> str:
    """`at a fixed total of 940 pairs (with 9 languages every order holds the same ones)`."""
    who = "every order holds" if len(group) == len(of_arm) else "they hold"
    orders = [part.part.order for part in group if part.part]
    named = [] if len(group) == len(of_arm) else [f"languages {listed(orders)}"]
    words = ", ".join([*filter(None, [arm_words(_arm(group[0]))]), *named])
    note = f"with {n} language{'s' * (n != 1)} {who} the same ones"
    return f"{words} ({note})" if words else note
