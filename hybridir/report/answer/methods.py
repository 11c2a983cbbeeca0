"""What the numbers of the answer rest on: what was held level, how intervals and tests were made, and their limits."""

from collections.abc import Iterator

from hybridir.report import captions
from hybridir.report.answer.phrases import NO_INTERVALS, bullets
from hybridir.report.study.design import ALL_PAIRS
from hybridir.report.study.findings import Findings
from hybridir.report.study.points import Points
from hybridir.report.wording import listed, repetitions, sentence

_FEW = 3
"""Repetitions up to which the smallest p values are not to be trusted (see `statistics.crossed`)."""


def held_level(findings: Findings) -> Iterator[str]:
    """What stays level while languages are added, what does not, and what was left out."""
    points = findings.points
    arms = [arm for arm in dict.fromkeys(part.part.arm for part in findings.parts if part.part) if arm]
    yield " ".join(map(_arm, arms)) or "There is one arm: all runs hold the same thing level."
    orders = [order for order in dict.fromkeys(part.part.order for part in findings.parts if part.part) if order]
    if orders:
        yield sentence(
            f"languages were added {listed(orders)}, each subset holding the one before; orders are never averaged,"
            " and random orders are repetitions of one"
        )
    if points.confounds:
        yield bullets("What else varies across the sweep:", map(sentence, points.confounds))
    else:
        yield "The plan of the sweep names nothing else that varies along with the number of languages."
    yield captions.left_out(points)


def how_tested(findings: Findings) -> Iterator[str]:
    """How intervals, tests and fits were made."""
    if not findings.lines:
        yield f"{sentence(NO_INTERVALS)} Run `hybridir report` on the sweep's file, beside its runs, to have them."
        return
    questions = listed(
        [f"{findings.samples.questions(name)} questions of {name}" for name in findings.points.benchmarks]
    )
    yield bullets(
        "",
        [
            f"Questions: every run answers the same ones ({questions}); a question in all its languages is one.",
            "Intervals: 95 %, Student's, of a model in which repetitions and questions are both random and crossed"
            " (Owen 2007); those of fits are percentiles of a bootstrap over repetitions and questions.",
            "Tests: two strategies, or two groups of languages, are compared repetition by repetition and question by"
            " question. p values are after Holm's correction (1979), within a benchmark, a measure and a group of"
            " languages, over all arms and orders; a difference counts as shown below .05.",
            "Curves: the gain per doubling is the slope of a log-linear fit; a curve is given only where AICc and the"
            " bootstrap both carry it.",
        ],
    )


def limits(findings: Findings) -> Iterator[str]:
    """What the numbers cannot say."""
    yield from _repetitions(findings)
    yield from _benchmarks(findings.points)
    yield from _data(findings.points)
    yield (
        "Trained and never-trained languages are different languages, of other resources, scripts and families: what"
        " sets them apart need not be training. Nothing is said beyond the numbers of languages that were observed."
    )


def _arm(arm: str) -> str:
    if arm == ALL_PAIRS:
        return "With all pairs, more languages also bring more pairs."
    if arm.startswith("fixed total") and "per language" not in arm:
        return f"{sentence(arm)} The total stays level, so the more languages, the fewer pairs of each."
    if arm.startswith("fixed per language"):
        return f"{sentence(arm)} The pairs of a language stay level, so more languages also bring more pairs."
    return sentence(arm)


def _repetitions(findings: Findings) -> Iterator[str]:
    if not findings.lines:
        return
    units = dict.fromkeys(repetitions(line.curve.units) for line in findings.lines)
    fewest = min(len(line.curve.units) for line in findings.lines)
    words = ""
    if fewest == 1:
        words = (
            " Where there is one, intervals and tests are over questions alone: they say nothing about another"
            " training."
        )
    if 1 < fewest <= _FEW:
        words = " So few know their own spread badly: p values far below .01 are not to be taken at their word."
    yield sentence(f"repetitions: {listed(list(units))}") + words


def _benchmarks(points: Points) -> Iterator[str]:
    if len(points.benchmarks) == 1:
        yield f"There is one benchmark, {points.benchmarks[0]}: another may say something else."
    else:
        yield f"There are {len(points.benchmarks)} benchmarks, {listed(points.benchmarks)}, and no figure is over both."


def _data(points: Points) -> Iterator[str]:
    data, model = points.labels.get("data", ""), points.labels.get("model", "")
    if data:
        yield f"Training data: {data}{f'; model: {model}' if model else ''}, and no other."
    artificial = [name for name in points.benchmarks if name.startswith("artificial")]
    if data.startswith("artificial") or artificial:
        yield "The texts are of an artificial world with planted effects: nothing here is a finding on real languages."
