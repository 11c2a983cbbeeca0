"""What every caption says: where the figures come from, what they average, what is missing."""

from collections.abc import Sequence

import pandas as pd

from hybridir.report.cells import NOTHING
from hybridir.report.groups import NEVER_TRAINED, TRAINED, Group
from hybridir.report.points import MEAN, Points


def source(points: Points, benchmark: str) -> str:
    """`Sweep quick; data artificial; model static; benchmark artificial.`"""
    known = [f"{key} {points.labels[key]}" for key in ("data", "model") if key in points.labels]
    first = f" First stage of all runs: {points.labels['first_stage']}." if "first_stage" in points.labels else ""
    return "; ".join([f"Sweep {points.name}", *known, f"benchmark {benchmark}"]) + "." + first


def seeds(points: Points, spread: str = "") -> str:
    """How many seeds there are and, where more than one, how their `spread` is shown (`± half the range`)."""
    is_start = points.frame["n"].eq(0) & points.counted
    counts = [_seeds_per_point(rows) for rows in (points.frame[~is_start], points.frame[is_start])]
    trained, start = counts[0] or counts[1], counts[1]
    if max(trained) == 1:
        return "One seed."
    count = " to ".join(map(str, dict.fromkeys((min(trained), max(trained)))))
    of_start = f" ({points.start}: one)" if start == {1} else ""
    return f"Mean over {count} seeds{of_start}{', ' if spread else ''}{spread}."


def largest(points: Points) -> str:
    """` with 12 training languages`, for a title; nothing where the sweep does not count them."""
    n = points.counts[-1]
    return f" with {n} training language{'' if n == 1 else 's'}" if points.counted else ""


def averaged(points: Points, benchmark: str) -> str:
    """Over how many directions each setting's macro mean goes."""
    rows = points.of(benchmark)
    rows = rows[rows["query_lang"] != MEAN]
    texts = {
        "monolingual": "mono: {} same-language directions",
        "crosslingual": "cross: {} directions between different languages",
        "multilingual": "multi: {} query languages against the pool of all languages",
    }
    parts = []
    for setting, text in texts.items():
        of_setting = rows[rows["setting"] == setting]
        if setting == "crosslingual":
            of_setting = of_setting[of_setting["passage_lang"] != MEAN]
        count = len(of_setting[["query_lang", "passage_lang"]].drop_duplicates())
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
    """The points that the sweep could not plan, with the reason."""
    return f"Left out: {'; '.join(points.left_out)}." if points.left_out else ""


def _seeds_per_point(rows: pd.DataFrame) -> set[int]:
    return set(rows.groupby(["line", "n"])["seed"].nunique())
