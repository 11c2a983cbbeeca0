"""What explains the gain of a target language, in words."""

from hybridir.report.answer.phrases import Brackets, bullets
from hybridir.report.answer.reading import Reading
from hybridir.report.sheets.explained import NAMES, explanation
from hybridir.report.wording import Range, measure_words, sentence


def regression(reading: Reading) -> str:
    """Which effects the regression of a measure, over all parts, tells from none; nothing without a start."""
    if reading.points.counts[0] != 0 or len(reading.points.counts) == 1:
        return ""
    found = explanation(reading.points, reading.benchmark, reading.measure)
    what = f"a regression of the gain of each target language in {measure_words(reading.measure)}"
    if found.refused:
        return sentence(f"{what} is refused: {found.refused}")
    effects = {NAMES.get(each.name, each.name): Range(each.coefficient, each.low, each.high) for each in found.effects}
    brackets = Brackets(reading.measure, said=True)
    shown = [f"{name} {brackets.figure(each, 2)}" for name, each in effects.items() if _is_told(each)]
    rest = [name for name, each in effects.items() if not _is_told(each)]
    lines = [f"Its interval is without 0: {'; '.join(shown)}."] if shown else []
    lines += [f"Its interval holds 0, or is not known: {'; '.join(rest)}."] if rest else []
    held = "over all arms, orders and strategies, which it holds fixed"
    lead = sentence(f"{what}, {held} (`tables/explained_{reading.benchmark}.md`)")
    return bullets(f"{lead} These are associations, not causes, and not corrected for their number:", lines)


def _is_told(effect: Range) -> bool:
    return effect.is_known and not effect.holds_zero
