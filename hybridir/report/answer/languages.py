"""The third question: for which languages training pays."""

from collections.abc import Iterator, Sequence

from hybridir.report.answer.growth import NO_INTERVALS, arm, chosen_line, exposed_groups, heading, strategy
from hybridir.report.answer.mixing import told
from hybridir.report.answer.reading import Gain, Reading
from hybridir.report.sheets.explained import NAMES, explanation
from hybridir.report.study.groups import Group
from hybridir.report.study.measures import Measure
from hybridir.report.study.points import Part, Points
from hybridir.report.study.preferred import preferred_parts
from hybridir.report.wording import (
    Range,
    chained,
    difference,
    languages,
    listed,
    measure_words,
    sentence,
    with_interval,
)
from hybridir.statistics.compare import Comparison

_SENTENCE_LEVELS = 3


def languages_sentence(reading: Reading) -> str:
    """Trained against never-trained target languages, per arm, and the resource levels."""
    parts, name = preferred_parts(reading.points, reading.benchmark), chosen_line(reading)
    if not reading.points.counted:
        return _uncounted(reading, parts, name)
    trained, never = exposed_groups(reading)
    gains = {part.part: reading.gain(part, name, trained or never or reading.levels[0]) for part in parts}
    first = next((gain for gain in gains.values() if gain is not None), None)
    if first is None:
        return "With one number of training languages alone, the sweep does not say for which languages training pays."
    frame = f"from {languages(first.before)} to {first.n}, {measure_words(reading.measure)} on {reading.benchmark}"
    rest = [_exposure_clause(reading, parts, name), _levels_clause(reading, parts, name)]
    tail = "" if reading.findings.lines else NO_INTERVALS
    return sentence(f"{frame}{strategy(name)} changes {'; '.join(filter(None, (*rest, tail)))}")


def languages_paragraphs(readings: Sequence[Reading]) -> Iterator[str]:
    """A paragraph per part, and one on the regression."""
    name = chosen_line(readings[0])
    groups = [group for group in (*exposed_groups(readings[0]), *readings[0].levels) if group is not None]
    yield sentence("; ".join(group.title for group in groups))
    if readings[0].points.counted:
        tested = {reading.measure: _differences(reading, name) for reading in readings}
        for part in readings[0].parts:
            said = [_of_measure(reading, part, name, tested[reading.measure].get(part.part)) for reading in readings]
            if any(said):
                yield heading(part) + " ".join(filter(None, said))
        yield _regression(readings[0])
    else:
        yield _uncounted(readings[0], readings[0].parts, name)


def _differences(reading: Reading, name: str) -> dict[Part | None, Comparison]:
    """The gain on trained languages less that on never-trained ones, in each part."""
    trained, never = exposed_groups(reading)
    return {} if trained is None or never is None else reading.differences(name, trained, never)


def _exposure_clause(reading: Reading, parts: Sequence[Points], name: str) -> str:
    trained, never = exposed_groups(reading)
    if trained is None or never is None:
        return _one_group(reading, parts, name, trained or never)
    tested = _differences(reading, name)
    clauses = []
    for place, part in enumerate(parts):
        one = _change(reading, reading.gain(part, name, trained), short=place > 0)
        other = _change(reading, reading.gain(part, name, never), short=True)
        said = f"by {one} on the {len(trained.codes)} trained and by {other} on the {len(never.codes)} never-trained"
        words = f"{said} languages {arm(part)}".rstrip()
        clauses.append(words + _contrast(reading, tested.get(part.part)))
    return chained(clauses)


def _one_group(reading: Reading, parts: Sequence[Points], name: str, group: Group | None) -> str:
    if group is None:
        return "between languages in ways that are not told, since none trains in all or in no largest subset"
    said = [
        f"by {_change(reading, reading.gain(part, name, group), short=place > 0)} {arm(part)}".rstrip()
        for place, part in enumerate(parts)
    ]
    return f"{listed(said)} on the {len(group.codes)} {group.name} languages, beside which there are no others"


def _contrast(reading: Reading, comparison: Comparison | None) -> str:
    """` (difference +.015, ...)`, or that none could be shown."""
    if comparison is None:
        return ""
    words = f" (difference {difference(reading.measure, comparison)})"
    return words if told(comparison) else f", between which no difference could be shown{words}"


def _levels_clause(reading: Reading, parts: Sequence[Points], name: str) -> str:
    """`by resource the changes are high ..., middle ... and low ...`, per arm; of many classes, the first and last."""
    levels = reading.levels
    if len(levels) < 2:
        return ""
    shown = levels if len(levels) <= _SENTENCE_LEVELS else [levels[0], levels[-1]]
    said = []
    for part in parts:
        changes = [(group.name, reading.gain(part, name, group)) for group in shown]
        listing = listed([f"{_change(reading, gain, short=True)} ({level})" for level, gain in changes if gain])
        said.append(f"{listing} {arm(part)}".rstrip())
    return f"by resource level the changes are {chained(said)}" if all(said) else ""


def _change(reading: Reading, gain: Gain | None, short: bool) -> str:
    if gain is None:
        return "an unknown amount"
    return with_interval(reading.measure, gain.change, short=short, units=gain.units or 2)


def _of_measure(reading: Reading, part: Points, name: str, comparison: Comparison | None) -> str:
    """The groups of one measure; the levels of the first, cross-lingual one alone."""
    levels = reading.levels if reading.measure.setting == "crosslingual" else []
    groups = [group for group in (*exposed_groups(reading), *levels) if group is not None]
    gains = [(group, reading.gain(part, name, group)) for group in groups]
    said = [f"{_change(reading, gain, short=True)} ({group.name})" for group, gain in gains if gain is not None]
    if not said:
        return ""
    ends = next(gain for _, gain in gains if gain is not None)
    span = f"from {languages(ends.before)} to {ends.n}"
    first = sentence(f"{measure_words(reading.measure)} changes{strategy(name)}, {span}, by {listed(said)}")
    if comparison is None:
        return first
    words = difference(reading.measure, comparison)
    if told(comparison):
        return f"{first} Trained less never trained, the difference is {words}."
    return f"{first} No difference between trained and never-trained languages could be shown (difference {words})."


def _regression(reading: Reading) -> str:
    """What the regression says of one measure, over all parts."""
    if reading.points.counts[0] != 0 or len(reading.points.counts) == 1:
        return ""
    found = explanation(reading.points, reading.benchmark, reading.measure)
    what = f"A regression of the gain of each target language in {measure_words(reading.measure)}"
    if found.refused:
        return sentence(f"{what} is refused: {found.refused}")
    said = [
        f"{NAMES.get(effect.name, effect.name)} {_effect(reading.measure, effect.coefficient, effect.low, effect.high)}"
        for effect in found.effects
    ]
    held = "over all arms, orders and strategies, which it holds fixed"
    return f"{sentence(f'{what}, {held}, gives (95 % interval): {listed(said)}')} These are associations, not causes."


def _effect(measure: Measure, value: float, low: float, high: float) -> str:
    return with_interval(measure, Range(value, low, high), short=True)


def _uncounted(reading: Reading, parts: Sequence[Points], name: str) -> str:
    """How the figure differs between groups, where nothing says what it was before."""
    clauses = []
    for part in parts:
        groups = [group for group in (*exposed_groups(reading), *reading.levels) if group is not None]
        levels = [reading.level(part, name, reading.last(part), group) for group in groups]
        said = [
            f"{with_interval(reading.measure, level, plus=False, short=place > 0)} ({group.name})"
            for place, (group, level) in enumerate(zip(groups, levels, strict=True))
        ]
        clauses.append(f"{listed(said)} {arm(part)}".rstrip())
    subject = f"{measure_words(reading.measure)} on {reading.benchmark}{strategy(name)} is {chained(clauses)}"
    tail = "" if reading.findings.lines else f"; {NO_INTERVALS}"
    return sentence(f"{subject}; as no number of languages varies, this does not say what training changed{tail}")
