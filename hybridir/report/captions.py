"""What every caption says: where the figures come from, what they average, what is missing."""

from collections.abc import Collection, Sequence

import pandas as pd

from hybridir.report.plots.strokes import Stroke
from hybridir.report.study.groups import NEVER_TRAINED, TRAINED, Group
from hybridir.report.study.measures import NOTHING
from hybridir.report.study.points import MEAN, Points

RANGE = "bands from the lowest to the highest"
"""How the plots without samples show the spread over seeds."""

_MOST_LEFT_OUT = 2


def source(points: Points, benchmark: str) -> str:
    """`Sweep quick; data artificial; model static; benchmark artificial.`, with the arm and the order of a part."""
    known = [f"{key} {points.labels[key]}" for key in ("data", "model") if key in points.labels]
    part = [points.part.name] if points.part else []
    first = f" First stage of all runs: {points.labels['first_stage']}." if "first_stage" in points.labels else ""
    return "; ".join([f"Sweep {points.name}", *known, f"benchmark {benchmark}", *part]) + "." + first


def seeds(points: Points, spread: str = "") -> str:
    """How many repetitions there are and, where more than one, how their `spread` is shown (`± half the range`)."""
    is_start = points.axes["n"].eq(0) & points.counted
    trained, start = (_repetitions(rows) for rows in (points.axes[~is_start], points.axes[is_start]))
    shown = trained or start
    if max(units for units, _ in shown) == 1:
        return "One random order, one seed." if max(orders for _, orders in shown) else "One seed."
    of_start = f" ({points.start}: one)" if {units for units, _ in start} == {1} else ""
    return f"Mean over {_counted(shown)}{of_start}{', ' if spread else ''}{spread}."


def _counted(repetitions: Collection[tuple[int, int]]) -> str:
    """`3 seeds`, or `3 random orders, 2 seeds each`."""
    orders = {orders for _, orders in repetitions}
    if max(orders) == 0:
        return f"{_range({units for units, _ in repetitions})} seeds"
    each = {units // of for units, of in repetitions if of}
    per_order = "a seed" if each == {1} else f"{_range(each)} seeds"
    return f"{_range(orders)} random orders, {per_order} each" if orders != {1} else f"{per_order} of one random order"


def _range(counts: Collection[int]) -> str:
    return " to ".join(map(str, dict.fromkeys((min(counts), max(counts)))))


def spread(points: Points, found: Sequence[Stroke]) -> str:
    """How many repetitions there are, what bands and bars stand for, and how many curves are fitted."""
    if not any(line.units for line in found):
        return seeds(points, RANGE)
    return " ".join(filter(None, (seeds(points), bands(found), fits(found))))


def bands(found: Sequence[Stroke]) -> str:
    """What the bands and the bars of the starts stand for."""
    units = {len(line.units) for line in found}
    kinds = " or ".join(sorted({"random orders" if _order(line.units[0]) else "seeds" for line in found}, reverse=True))
    over = "questions alone" if units == {1} else f"{kinds} and questions"
    alone = ", over questions alone where there is one seed" if 1 in units and units != {1} else ""
    start = " The bar of the start: 95 %, Student's." if any(line.start for line in found) else ""
    return f"Bands: 95 %, bootstrap over {over}{alone}.{start}"


def fits(found: Sequence[Stroke]) -> str:
    """How many of the lines carry a fitted curve; nothing where none was tried."""
    tried = [line.trend for line in found if line.trend is not None]
    given = sum(not trend.refused for trend in tried)
    if not tried:
        return ""
    if not given:
        return "No curve is fitted: the points carry none."
    some = f", which the points of {given} of {len(found)} lines carry; the others have none"
    return f"Thin lines: fitted curves{some if given < len(found) else ''}."


def largest(points: Points) -> str:
    """` with 12 training languages`, for a title; nothing where the sweep does not count them."""
    n = points.counts[-1]
    return f" with {n} training language{'' if n == 1 else 's'}" if points.counted else ""


def averaged(points: Points, benchmark: str) -> str:
    """Over how many directions each setting's macro mean goes."""
    rows = points.of(benchmark)[["setting", "query_lang", "passage_lang"]].drop_duplicates()
    rows = rows[rows["query_lang"] != MEAN]
    texts = {
        "monolingual": "mono: {} same-language directions",
        "crosslingual": "cross: {} directions between different languages",
        "multilingual": "multi: {} query languages against the pool of all languages",
    }
    parts = []
    for setting, text in texts.items():
        of_setting = rows[rows["setting"] == setting]
        if setting != "monolingual":  # in the pool, rows of one passage language are shares of it
            of_setting = of_setting[(of_setting["passage_lang"] == MEAN) == (setting == "multilingual")]
        count = len(of_setting[["query_lang", "passage_lang"]])
        if count:
            parts.append(text.format(count))
    return f"Macro means over {'; '.join(parts)}." if parts else ""


def groups(found: Sequence[Group]) -> str:
    """Who is in the groups of `exposure`, and what puts a language there."""
    meaning = {TRAINED: "in the largest training subset", NEVER_TRAINED: "in no training subset of the sweep"}
    parts = [f"{group.name}: {meaning[group.name]} ({' '.join(group.codes)})" for group in found]
    return f"By query language, {'; '.join(parts)}; the same languages at every point." if parts else ""


def distance() -> str:
    """What rank distance is."""
    return "Rank distance: highest minus lowest rank of a query's parallel answers; lower is better."


def gaps(points: Points) -> str:
    """What a dash in a table means, where some line lacks some number of languages."""
    there = len(points.frame[["line", "n"]].drop_duplicates())
    if there == len(points.lines) * len(points.counts):
        return left_out(points)
    return f"{NOTHING} no result. {left_out(points)}".strip()


def left_out(points: Points) -> str:
    """The points that the sweep could not plan, with the reason; the first few of many."""
    more = len(points.left_out) - _MOST_LEFT_OUT
    behind = f"; and {more} more (see plan.json)" if more > 0 else ""
    return f"Left out: {'; '.join(points.left_out[:_MOST_LEFT_OUT])}{behind}." if points.left_out else ""


def _repetitions(rows: pd.DataFrame) -> set[tuple[int, int]]:
    """Of each point of a line, how many repetitions there are and how many random orders among them."""
    units = rows[["line", "n", "seed"]].drop_duplicates().groupby(["line", "n"])["seed"]
    return {(len(names), len({_order(name) for name in names} - {""})) for _, names in units}


def _order(unit: str) -> str:
    """The random order of a repetition; empty where that is a seed."""
    return unit.split(",")[0] if unit.startswith("order ") else ""
