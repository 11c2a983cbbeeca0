"""The first question: what more training languages bring."""

from collections.abc import Iterator, Sequence

from hybridir.report.answer.reading import Reading
from hybridir.report.study.findings import DISTANCE_GAIN, GAIN, Line
from hybridir.report.study.groups import ALL, NEVER_TRAINED, TRAINED, Group
from hybridir.report.study.points import Points
from hybridir.report.study.preferred import preferred_parts
from hybridir.report.study.transfer import ALONE
from hybridir.report.wording import (
    Range,
    arm_words,
    chained,
    languages,
    listed,
    measure_words,
    part_words,
    sentence,
    signed,
    with_interval,
)
from hybridir.statistics.trend import Trend

NO_INTERVALS = "there are no intervals and no tests, since these results have no values by question"
HOLDS_ZERO = ", which holds 0"


def chosen_line(reading: Reading) -> str:
    """The strategy that the sentences speak of: the best at the largest number of languages, over the arms."""
    ranks: dict[str, list[int]] = {}
    for part in preferred_parts(reading.points, reading.benchmark):
        for rank, (name, _) in enumerate(reading.ranked(part)):
            ranks.setdefault(name, []).append(rank)
    most = max(map(len, ranks.values()))
    return min((name for name in ranks if len(ranks[name]) == most), key=lambda name: sum(ranks[name]))


def growth_sentence(reading: Reading) -> str:
    """What each doubling of the training languages goes with, per arm, and for never-trained and trained languages."""
    parts, name = preferred_parts(reading.points, reading.benchmark), chosen_line(reading)
    if not reading.points.counted:
        return "This sweep does not vary the number of training languages, so it does not say what more of them bring."
    if not reading.findings.lines and len(reading.points.counts) > 1:
        return _without_intervals(reading, parts, name)
    lines = [line for part in parts if (line := reading.line(part, name)) is not None]
    doubled = [line for line in lines if line.trend is not None and line.trend.doubling is not None]
    if not doubled:
        return _one_number(reading, parts, name)
    counts = dict.fromkeys((line.curve.counts[0], line.curve.counts[-1]) for line in doubled)
    ranges = listed([f"{first} to {last}" for first, last in counts])
    orders = listed(list(dict.fromkeys(line.part.part.order for line in doubled if line.part.part)))
    start = f"Each doubling of the number of training languages, from {ranges}{f' (added {orders})' if orders else ''},"
    subject = f"goes with a change in {measure_words(reading.measure)} on {reading.benchmark}{strategy(name)}"
    clauses = [f"{_doubling(line, short=place > 0)} {arm(line.part)}".rstrip() for place, line in enumerate(doubled)]
    return sentence(f"{start} {subject} of {listed(clauses)}{_by_exposure(reading, doubled)}")


def growth_paragraphs(reading: Reading) -> Iterator[str]:
    """A paragraph per part: every strategy, and where a curve carries them, what the fit adds."""
    if not reading.points.counted:
        yield "The number of training languages does not vary in this sweep."
        return
    if len(reading.points.counts) == 1:
        yield f"All points have {languages(reading.points.counts[0])}."
        return
    for part in reading.parts:
        lines = [line for name in part.lines if (line := reading.line(part, name)) is not None]
        if lines:
            yield heading(part) + " ".join(_of_line(line) for line in lines)
        else:
            yield heading(part) + _ends(reading, part)


def strategy(name: str) -> str:
    """` with hybrid`; nothing where strategies are not what varies."""
    return "" if name == ALONE else f" with {name}"


def arm(part: Points) -> str:
    """`at a fixed total of 3,800 pairs`."""
    return arm_words(part.part.arm) if part.part else ""


def heading(part: Points) -> str:
    """`**At a fixed total of 3,800 pairs, languages at random.** `"""
    words = part_words(part)
    return f"**{sentence(words)}** " if words else ""


def _doubling(line: Line, short: bool, plain: bool = False) -> str:
    assert line.trend is not None and line.trend.doubling is not None
    found = Range.of(line.trend.doubling)
    more = HOLDS_ZERO if found.holds_zero and not plain else ""
    return with_interval(line.measure, found, short=short, units=line.curve.values.shape[1], more=more)


def _by_exposure(reading: Reading, lines: Sequence[Line]) -> str:
    """`; for never-trained languages the changes are ..., for trained ones ...`."""
    said = {}
    for name in (NEVER_TRAINED, TRAINED):
        group = reading.exposed.get(name)
        found = [reading.line(line.part, line.name, group) for line in lines] if group else []
        changes = [_doubling(line, short=True, plain=True) for line in found if line is not None and line.trend]
        if changes:
            said[name] = listed(changes)
    if len(said) < 2:
        return ""
    verb, respectively = ("the changes are", ", respectively") if len(lines) > 1 else ("it is", "")
    never, trained = said[NEVER_TRAINED], said[TRAINED]
    return f"; for never-trained languages {verb} {never}, and for trained ones {trained}{respectively}"


def _one_number(reading: Reading, parts: Sequence[Points], name: str) -> str:
    found = [(part, reading.gain(part, name, ALL)) for part in parts]
    known = [(part, gain) for part, gain in found if gain is not None]
    limit = "with one number of training languages alone, the sweep does not say what more of them bring"
    if not known:
        return sentence(limit)
    changes = listed(
        [
            f"{with_interval(reading.measure, gain.change, short=place > 0, units=gain.units)} {arm(part)}".rstrip()
            for place, (part, gain) in enumerate(known)
        ]
    )
    first = known[0][1]
    return sentence(
        f"{languages(first.n)} go with a change in {measure_words(reading.measure)} on {reading.benchmark}"
        f"{strategy(name)} of {changes} over {reading.points.start if first.before == 0 else languages(first.before)};"
        f" {limit}"
    )


def _without_intervals(reading: Reading, parts: Sequence[Points], name: str) -> str:
    said = [f"{_end_figures(reading, part, name)} {arm(part)}".rstrip() for part in parts]
    subject = f"{measure_words(reading.measure)} on {reading.benchmark}{strategy(name)} goes"
    return sentence(f"{subject} {chained(said)}; {NO_INTERVALS}")


def _end_figures(reading: Reading, part: Points, name: str) -> str:
    """`from .200 with 1 training language to .300 with 12`."""
    means = {n: mean for (line, n), mean in reading.means(part).items() if line == name}
    before, n = min(means), max(means)
    first, last = (reading.measure.number(means[end]) for end in (before, n))
    return f"from {first} with {languages(before)} to {last} with {n}"


def _ends(reading: Reading, part: Points) -> str:
    said = [f"{_end_figures(reading, part, name)}{strategy(name)}" for name, _ in reading.ranked(part)]
    return sentence(f"{measure_words(reading.measure)} goes {chained(said)}") if said else ""


def _of_line(line: Line) -> str:
    """What is known of one line, in a sentence or two."""
    trend, measure = line.trend, line.measure
    observed = listed(list(map(str, line.curve.counts)))
    if trend is None or trend.doubling is None:
        return sentence(f"With {line.name} there is one number of languages alone, {observed}")
    change = _doubling(line, short=False)
    first = f"With {line.name}, {measure_words(measure)} changes by {change} per doubling, observed at {observed}"
    return f"{sentence(first)} {_fitted(line, trend)}".strip()


def _fitted(line: Line, trend: Trend) -> str:
    if trend.refused:
        return sentence(f"No curve is given: {trend.refused}")
    measure = line.measure
    unit = f"{DISTANCE_GAIN:g} ranks" if measure.is_distance else signed(measure, GAIN, plus=False)
    said = [f"The curve is {trend.shape}"]
    if trend.last_doubling is not None:
        said.append(f"the last doubling brought {with_interval(measure, Range.of(trend.last_doubling), short=True)}")
    if trend.enough is not None:
        low, high = trend.enough.low, trend.enough.high
        said.append(
            f"from {trend.enough.value:.1f} languages ({low:.1f} to {high:.1f}) on one more brings less than {unit}"
        )
    else:
        said.append(trend.enough_words)
    return sentence("; ".join(said))


def exposed_groups(reading: Reading) -> tuple[Group | None, Group | None]:
    """The trained and the never-trained target languages."""
    return reading.exposed.get(TRAINED), reading.exposed.get(NEVER_TRAINED)
