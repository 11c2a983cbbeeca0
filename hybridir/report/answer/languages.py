"""The third question: for which languages training pays."""

from collections.abc import Hashable, Iterator, Mapping, Sequence

from hybridir.report.answer.explained import regression
from hybridir.report.answer.mixing import told
from hybridir.report.answer.phrases import NO_INTERVALS, Brackets, arm, bullets, heading, said_once, strategy
from hybridir.report.answer.reading import Gain, Reading
from hybridir.report.answer.spoken import Spoken, chosen_line, spoken
from hybridir.report.study.groups import NEVER_TRAINED, TRAINED, Group
from hybridir.report.study.measures import Measure
from hybridir.report.study.points import Part, Points
from hybridir.report.study.transfer import has_transfer
from hybridir.report.wording import chained, languages, listed, measure_words, p_words, sentence
from hybridir.statistics.compare import Comparison

Tested = Mapping[Part | None, Comparison]
_NOT_LEVEL = "as no number of languages varies, this does not say what training changed"
_MANY_SETS = "This sweep trains on other languages from set to set: on which each pays is in its transfer table."


def languages_sentence(reading: Reading) -> str:
    """Trained against never-trained target languages, in two arms at most."""
    if has_transfer(reading.points):
        return _MANY_SETS
    said = spoken(reading)
    if not reading.points.counted:
        return _uncounted(reading, said)
    trained, never = exposed_groups(reading)
    gains = [reading.gain(part, said.name, trained or never or reading.levels[0]) for part in said.parts]
    first = next((gain for gain in gains if gain is not None), None)
    if first is None:
        return "With one number of training languages alone, the sweep does not say for which languages training pays."
    subject = f"{measure_words(reading.measure)} on {reading.benchmark}{strategy(said.name)}"
    changes = _groups_apart(reading, said) if trained and never else _one_group(reading, said, trained or never)
    tail = "" if reading.findings.lines else f"; {NO_INTERVALS}"
    return sentence(f"from {languages(first.before)} to {first.n}, {subject} changes {changes}{said.rest}{tail}")


def languages_paragraphs(readings: Sequence[Reading]) -> Iterator[str]:
    """Who is in which group, a list per part, and a word on the regression."""
    first, name = readings[0], chosen_line(readings[0])
    groups = _groups(first, levels=True)
    if groups:
        yield bullets("The target languages:", [f"{group.name}: {', '.join(group.codes)}." for group in groups])
    if has_transfer(first.points):
        yield f"{_MANY_SETS.removesuffix('.')}, `tables/transfer_{first.benchmark}*.md`."
    elif first.points.counted:
        tested = {reading.measure: _differences(reading, name) for reading in readings}

        def runs(part: Points) -> tuple[int, Hashable]:
            counts = first.counts(part, name)
            return max(counts, default=0), first.runs(part, [min(counts, default=0), max(counts, default=0)])

        yield from said_once(first.parts, runs, lambda part: _of_part(readings, part, name, tested))
        yield f"These groups with every strategy and number of languages: `tables/groups_{first.benchmark}*.md`."
        yield regression(first)
    else:
        for part in first.parts:
            found = _levels(Brackets(first.measure, said=True), first, part, name, groups)
            lead = sentence(f"{measure_words(first.measure)}{strategy(name)}")
            yield bullets(f"{heading(part)}{lead}", [f"{group}: {level}." for group, level in found])


def exposed_groups(reading: Reading) -> tuple[Group | None, Group | None]:
    """The trained and the never-trained target languages."""
    return reading.exposed.get(TRAINED), reading.exposed.get(NEVER_TRAINED)


def _groups(reading: Reading, levels: bool) -> list[Group]:
    return [group for group in (*exposed_groups(reading), *(reading.levels if levels else ())) if group is not None]


def _differences(reading: Reading, name: str) -> Tested:
    """The gain on trained languages less that on never-trained ones, in each part."""
    trained, never = exposed_groups(reading)
    return {} if trained is None or never is None else reading.differences(name, trained, never)


def _groups_apart(reading: Reading, said: Spoken) -> str:
    """`by ... on trained and ... on never-trained languages at ...`; the second arm in fewer words."""
    trained, never = exposed_groups(reading)
    assert trained is not None and never is not None
    tested, brackets, clauses = _differences(reading, said.name), Brackets(reading.measure), []
    for place, part in enumerate(said.parts):
        one, other = (_change(brackets, reading.gain(part, said.name, group)) for group in (trained, never))
        on = ("", "") if place else (" on trained", " on never-trained")
        words = f"by {one}{on[0]} and {other}{on[1]}{'' if place else ' languages'}{arm(part)}"
        clauses.append(words + _contrast(brackets, tested.get(part.part), whole=len(said.parts) == 1))
    return chained(clauses)


def _contrast(brackets: Brackets, comparison: Comparison | None, whole: bool) -> str:
    """` (difference +.039 (...))`, or that none could be shown; of several arms, by its p alone."""
    if comparison is None:
        return ""
    if whole:
        return f"; {_difference(brackets, comparison)}"
    return f" ({'difference' if told(comparison) else 'no difference shown'}: Holm {p_words(comparison.adjusted)})"


def _difference(brackets: Brackets, comparison: Comparison) -> str:
    shown = "difference" if told(comparison) else "no difference could be shown:"
    return f"{shown} {brackets.difference(comparison)}"


def _one_group(reading: Reading, said: Spoken, group: Group | None) -> str:
    if group is None:
        return "between languages in ways that are not told, since none trains in all or in no largest subset"
    brackets = Brackets(reading.measure)
    found = [f"by {_change(brackets, reading.gain(part, said.name, group))}{arm(part)}" for part in said.parts]
    return (
        f"{listed(found)} on the {len(group.codes)} {_of_group(group.name)} languages, beside which there are no others"
    )


def _change(brackets: Brackets, gain: Gain | None) -> str:
    return "an unknown amount" if gain is None else brackets.figure(gain.change, gain.units)


def _of_part(readings: Sequence[Reading], part: Points, name: str, tested: Mapping[Measure, Tested]) -> str:
    found = [_of_measure(reading, part, name, tested[reading.measure].get(part.part)) for reading in readings]
    lines = [line for of_measure in found for line in of_measure]
    counts = readings[0].counts(part, name)
    return bullets(f"Change{strategy(name)} from {languages(counts[0])} to {counts[-1]}:", lines) if lines else ""


def _of_measure(reading: Reading, part: Points, name: str, comparison: Comparison | None) -> Iterator[str]:
    """Trained and never-trained languages; the resource levels of the cross-lingual measure alone."""
    brackets, title = Brackets(reading.measure, said=True), measure_words(reading.measure)
    said = _gains(brackets, reading, part, name, _groups(reading, levels=False))
    if said:
        contrast = f"; {_difference(brackets, comparison)}" if comparison is not None else ""
        yield sentence(f"{title}: {listed(said)}{contrast}")
    if reading.measure.setting == "crosslingual" and len(reading.levels) > 1:
        levels = _gains(brackets, reading, part, name, reading.levels)
        if levels:
            yield sentence(f"{title} by resource level: {', '.join(levels)}")


def _gains(brackets: Brackets, reading: Reading, part: Points, name: str, groups: Sequence[Group]) -> list[str]:
    gains = [(group, reading.gain(part, name, group)) for group in groups]
    return [f"{group.name} {_change(brackets, gain)}" for group, gain in gains if gain is not None]


def _uncounted(reading: Reading, said: Spoken) -> str:
    """How the figure differs between groups, where nothing says what it was before."""
    brackets = Brackets(reading.measure)
    groups = _groups(reading, levels=False) or [reading.levels[0], *reading.levels[1:][-1:]]
    clauses = []
    for part in said.parts:
        figures = [
            f"{level} on {_of_group(name)}" for name, level in _levels(brackets, reading, part, said.name, groups)
        ]
        clauses.append(f"{listed(figures)} languages{arm(part)}")
    subject = f"{measure_words(reading.measure)} on {reading.benchmark}{strategy(said.name)}"
    tail = "" if reading.findings.lines else f"; {NO_INTERVALS}"
    return sentence(f"{subject} is {chained(clauses)}{said.rest}; {_NOT_LEVEL}{tail}")


def _of_group(name: str) -> str:
    """The name of a group before the word "languages"."""
    return "never-trained" if name == NEVER_TRAINED else name


def _levels(
    brackets: Brackets, reading: Reading, part: Points, name: str, groups: Sequence[Group]
) -> Iterator[tuple[str, str]]:
    """Each group by name with its figure at the largest number of languages."""
    for group in groups:
        level = reading.level(part, name, reading.last(part), group)
        yield group.name, brackets.figure(level, reading.units(part, name), plus=False)
