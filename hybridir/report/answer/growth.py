"""The first question: what more training languages bring."""

from collections.abc import Iterator, Sequence

from hybridir.report.answer.phrases import NO_INTERVALS, Brackets, arm, bullets, heading, strategy
from hybridir.report.answer.reading import Reading
from hybridir.report.answer.spoken import Spoken, chosen_line, spoken
from hybridir.report.study.findings import DISTANCE_GAIN, GAIN, Line
from hybridir.report.study.groups import ALL, NEVER_TRAINED, TRAINED
from hybridir.report.study.points import Points
from hybridir.report.study.transfer import has_transfer
from hybridir.report.wording import Range, chained, languages, listed, measure_words, sentence, signed
from hybridir.statistics.choice import Interval
from hybridir.statistics.trend import Trend

HOLDS_ZERO = ", which holds 0"
_MANY_SETS = "This sweep varies which languages train rather than how many, so it does not say what more of them bring."


def growth_sentence(reading: Reading) -> str:
    """What each doubling of the training languages goes with, in two arms at most."""
    if has_transfer(reading.points):
        return _MANY_SETS
    if not reading.points.counted:
        return "This sweep does not vary the number of training languages, so it does not say what more of them bring."
    said = spoken(reading)
    if not reading.findings.lines and len(reading.points.counts) > 1:
        return _without_intervals(reading, said)
    found = [
        (line, gain) for part in said.parts if (line := reading.line(part, said.name)) and (gain := doubling(line))
    ]
    if not found:
        return _one_number(reading, said)
    spans = [_span(line) for line, _ in found]
    shared = spans[0] if len(set(spans)) == 1 else ""
    orders = listed(list(dict.fromkeys(line.part.part.order for line, _ in found if line.part.part)))
    frame = f"{f', from {shared}' if shared else ''}{f' added {orders}' if orders else ''}"
    brackets = Brackets(reading.measure)
    clauses = [
        f"{_change(brackets, line, gain)}{arm(line.part)}{'' if shared else f' (from {_span(line)} languages)'}"
        for line, gain in found
    ]
    subject = f"{measure_words(reading.measure)} on {reading.benchmark}{strategy(said.name)}"
    return sentence(
        f"Each doubling of the number of training languages{frame}{',' * bool(frame)} goes with a change in {subject}"
        f" of {' and of '.join(clauses)}{said.rest}"
    )


def growth_paragraphs(reading: Reading) -> Iterator[str]:
    """A list per part: every strategy with its gain per doubling, and the curve where one is carried."""
    if has_transfer(reading.points):
        yield _MANY_SETS
    elif not reading.points.counted:
        yield "The number of training languages does not vary in this sweep."
    elif len(reading.points.counts) == 1:
        yield f"All points have {languages(reading.points.counts[0])}."
    elif reading.findings.lines:
        yield from (_of_part(reading, part) for part in reading.parts)
        table = f"`tables/fits_{reading.benchmark}*.md`"
        yield f"The other measures, the groups of languages and all that is known of each fit: {table}."
    else:
        for part in reading.parts:
            figures = [f"{name}: {_end_figures(reading, part, name)}." for name, _ in reading.ranked(part)]
            yield bullets(f"{heading(part)}{sentence(measure_words(reading.measure))}", figures)


def doubling(line: Line) -> Interval | None:
    """The gain per doubling; None where there is no trend."""
    return line.trend.doubling if line.trend is not None else None


def _of_part(reading: Reading, part: Points) -> str:
    brackets = Brackets(reading.measure, said=True)
    lines = [line for name in part.lines if (line := reading.line(part, name)) is not None]
    said = [_of_line(brackets, line) for line in lines]
    said += _by_exposure(brackets, reading, part)
    lead = f"Change in {measure_words(reading.measure)} with each doubling of the number of training languages:"
    return bullets(f"{heading(part)}{lead}", said)


def _of_line(brackets: Brackets, line: Line) -> str:
    gain = doubling(line)
    if line.trend is None or gain is None:
        return f"{line.name}: none is known, with {languages(line.curve.counts[0])} alone."
    return f"{line.name}, from {_span(line)}: {_change(brackets, line, gain)}. {_fitted(brackets, line, line.trend)}"


def _fitted(brackets: Brackets, line: Line, trend: Trend) -> str:
    if trend.refused:
        return sentence(f"No curve is given: {trend.refused}")
    unit = f"{DISTANCE_GAIN:g} ranks" if line.measure.is_distance else signed(line.measure, GAIN, plus=False)
    said = [f"The curve is {trend.shape}"]
    if trend.last_doubling is not None:
        said.append(f"the last doubling brought {brackets.figure(Range.of(trend.last_doubling), _units(line))}")
    if trend.enough is not None:
        low, high = trend.enough.low, trend.enough.high
        said.append(
            f"from {trend.enough.value:.1f} languages ({low:.1f} to {high:.1f}) on one more brings less than {unit}"
        )
    else:
        said.append(trend.enough_words)
    return sentence("; ".join(said))


def _by_exposure(brackets: Brackets, reading: Reading, part: Points) -> Iterator[str]:
    """The chosen strategy on the trained and on the never-trained target languages, where there are both."""
    name = chosen_line(reading)
    found = {
        group: (line, gain)
        for group in (TRAINED, NEVER_TRAINED)
        if group in reading.exposed
        and (line := reading.line(part, name, reading.exposed[group]))
        and (gain := doubling(line))
    }
    if len(found) == 2:
        said = [f"{group} {_change(brackets, line, gain)}" for group, (line, gain) in found.items()]
        yield f"{name}, by target language: {listed(said)}."


def _change(brackets: Brackets, line: Line, gain: Interval) -> str:
    found = Range.of(gain)
    return brackets.figure(found, _units(line), more=HOLDS_ZERO if found.holds_zero else "")


def _units(line: Line) -> int:
    return len(line.curve.units)


def _span(line: Line) -> str:
    return f"{line.curve.counts[0]} to {line.curve.counts[-1]}"


def _one_number(reading: Reading, said: Spoken) -> str:
    found = [(part, gain) for part in said.parts if (gain := reading.gain(part, said.name, ALL)) is not None]
    limit = "with one number of training languages alone, the sweep does not say what more of them bring"
    if not found:
        return sentence(limit)
    brackets = Brackets(reading.measure)
    changes = [f"{brackets.figure(gain.change, gain.units)}{arm(part)}" for part, gain in found]
    first = found[0][1]
    return sentence(
        f"{languages(first.n)} go with a change in {measure_words(reading.measure)} on {reading.benchmark}"
        f"{strategy(said.name)} of {listed(changes)}{said.rest} over"
        f" {reading.points.start if first.before == 0 else languages(first.before)}; {limit}"
    )


def _without_intervals(reading: Reading, said: Spoken) -> str:
    figures: Sequence[str] = [f"{_end_figures(reading, part, said.name)}{arm(part)}" for part in said.parts]
    subject = f"{measure_words(reading.measure)} on {reading.benchmark}{strategy(said.name)} goes"
    return sentence(f"{subject} {chained(figures)}{said.rest}; {NO_INTERVALS}")


def _end_figures(reading: Reading, part: Points, name: str) -> str:
    """`from .200 with 1 training language to .300 with 12`."""
    means = {n: mean for (line, n), mean in reading.means(part).items() if line == name}
    before, n = min(means), max(means)
    first, last = (reading.measure.number(means[end]) for end in (before, n))
    return f"from {first} with {languages(before)} to {last} with {n}"
