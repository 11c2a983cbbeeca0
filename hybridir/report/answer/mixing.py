"""The second question: how a batch should mix languages."""

from collections.abc import Hashable, Iterator, Sequence

from hybridir.report.answer.phrases import NO_INTERVALS, Brackets, arm, bullets, said_once
from hybridir.report.answer.reading import Reading
from hybridir.report.answer.spoken import spoken
from hybridir.report.study.points import Points
from hybridir.report.wording import ALPHA, chained, languages, listed, measure_words, sentence
from hybridir.statistics.compare import Comparison


def mixing_sentence(reading: Reading) -> str:
    """The best strategy at the largest number of languages, in two arms at most, and from which it can be told."""
    said = spoken(reading)
    compared = [part for part in said.parts if len(reading.ranked(part)) > 1]
    if not compared:
        name = reading.ranked(said.parts[0])[0][0]
        return f"This sweep has one strategy alone ({name}), so it does not say how a batch should mix languages."
    counts = {reading.last(part) for part in compared} if reading.points.counted else set()
    brackets = Brackets(reading.measure)
    clauses = [_clause(brackets, reading, part, len(counts) > 1) for part in compared]
    with_n = f"with {languages(counts.pop())}, " if len(counts) == 1 else ""
    tail = f"; {NO_INTERVALS}" if not reading.findings.lines else ""
    where = f"{with_n}in {measure_words(reading.measure)} on {reading.benchmark}"
    return sentence(f"{where}, {chained(clauses)}{said.rest}{tail}")


def mixing_paragraphs(readings: Sequence[Reading]) -> Iterator[str]:
    """A list per part: for every measure the strategies from best to worst, and what can be told from the best."""
    first = readings[0]
    if not any(len(first.ranked(part)) > 1 for part in first.parts):
        yield "There is one strategy alone, so there is nothing to compare."
        return

    def runs(part: Points) -> tuple[int, Hashable]:
        return first.last(part), first.runs(part, [first.last(part)])

    yield from said_once(first.parts, runs, lambda part: _of_part(readings, part))
    if first.findings.betweens:
        yield f"Every two strategies at every number of languages: `tables/tests_{first.benchmark}*.md`."


def told(comparison: Comparison | None) -> bool:
    """Whether a difference could be shown, after Holm's correction."""
    return comparison is not None and comparison.adjusted < ALPHA


def _clause(brackets: Brackets, reading: Reading, part: Points, name_n: bool) -> str:
    """`hybrid is ahead of monolingual by +.026 (...)`, or that nothing could be shown, and where."""
    ranked, last, number = reading.ranked(part), reading.last(part), reading.measure.number
    where = arm(part) + (f" with {languages(last)}" if name_n else "")
    (best, mean), (second, other) = ranked[:2]
    found = _against_best(reading, part)
    if not found:
        unasked = ", which were not compared" if reading.findings.lines else ""
        return f"{best} comes first with {number(mean)}, then {second} with {number(other)}{where}{unasked}"
    shown = [name for name, each in found.items() if told(each)]
    if not shown:
        which, each = next(iter(found.items()))
        none = not any(told(test.comparison) for test in reading.tests(part, last))
        whom = "no strategies could be told apart" if none else f"{best} could be told from no other"
        return f"{whom}{where}, {best} less {which} being {brackets.difference(each)}"
    untold = [name for name in found if name not in shown]
    ahead = f"{best} is ahead of {shown[0]}{where} by {brackets.difference(found[shown[0]])}"
    return ahead + (f" but not told from {listed(untold)}" if untold else "")


def _of_part(readings: Sequence[Reading], part: Points) -> str:
    compared = [reading for reading in readings if len(reading.ranked(part)) > 1]
    if not compared:
        return ""
    with_n = f" with {languages(readings[0].last(part))}" if readings[0].points.counted else ""
    return bullets(f"From best to worst{with_n}:", [_of_measure(reading, part) for reading in compared])


def _of_measure(reading: Reading, part: Points) -> str:
    """The strategies of one measure at the largest number of languages, and the differences to the best."""
    last, brackets = reading.last(part), Brackets(reading.measure, said=True)
    levels = [
        f"{name} {brackets.figure(reading.level(part, name, last), reading.units(part, name), plus=False)}"
        for name, _ in reading.ranked(part)
    ]
    first = sentence(f"{measure_words(reading.measure)}: {', '.join(levels)}")
    found, best = _against_best(reading, part), reading.ranked(part)[0][0]
    apart = {True: "Told apart", False: "not told apart"}
    clauses = []
    for kind, words in apart.items():
        of_kind = [f"{name} {brackets.difference(each)}" for name, each in found.items() if told(each) is kind]
        clauses += [f"{words}: {best} less {', less '.join(of_kind)}"] if of_kind else []
    return " ".join(filter(None, (first, sentence("; ".join(clauses)) if clauses else "")))


def _against_best(reading: Reading, part: Points) -> dict[str, Comparison]:
    """The best strategy less each of the others, where they were tested, best first."""
    (best, _), *others = reading.ranked(part)
    found = {name: reading.between(part, best, name, reading.last(part)) for name, _ in others}
    return {name: each for name, each in found.items() if each is not None}
