"""What is known of the target languages (those of the queries) of a sweep, and what each gained.

The three levels of XQuAD-R are the Joshi classes (2020) that it covers: 5 is high, 4 middle and 3 low. A language of
another class is in none of the three, and goes by its class. CC-100 size is an axis of its own, in GiB.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from hybridir.languages.catalog import Language
from hybridir.report.study.groups import per_language
from hybridir.report.study.points import AXIS, MEAN, Points

LEVELS = {5: "high", 4: "middle", 3: "low"}
RELATIONS = ("itself", "same branch", "same family", "unrelated")
"""To the nearest trained language, nearest first."""
POINT = ["arm", "order", "line", "n", "seed"]
"""What tells a point of a sweep from the others."""
FACTS = [
    "order", "code", "name", "family", "branch", "script", "joshi", "cc100_gib", "level",
    "trained", "entry", "relation", "nearest", "script_seen",
]  # fmt: skip


@dataclass(frozen=True)
class Target:
    """A target language at a point of a curve.

    entry: its place, from 1, in the order in which languages enter training; None if it never does.
    relation, nearest: to the trained language that is nearest (of several, the first to enter), and which that is;
    `unrelated` and None where no relative is trained.
    script_seen: whether a trained language has exactly its script (`Jpan` is not `Hans`); unknown scripts are not seen.
    """

    code: str
    trained: bool
    entry: int | None
    joshi: int | None
    cc100_gib: float | None
    level: str
    relation: str
    nearest: str | None
    script_seen: bool


def target(
    language: Language, order: Sequence[str], trained: Sequence[str], known: Callable[[str], Language]
) -> Target:
    """The facts of `language` where the languages `trained` are trained, of those that enter in `order`.

    Both are codes in order of entry; `known` describes a code.
    """
    others = [known(code) for code in trained]
    relation, nearest = _nearest(language, others)
    return Target(
        code=language.code,
        trained=language.code in trained,
        entry=order.index(language.code) + 1 if language.code in order else None,
        joshi=language.joshi,
        cc100_gib=language.cc100_gib,
        level=level(language.joshi),
        relation=relation,
        nearest=nearest,
        script_seen=bool(language.script) and language.script in {other.script for other in others},
    )


def level(joshi: int | None) -> str:
    """The resource level of a Joshi class, by XQuAD-R's names where it has one."""
    return "unknown" if joshi is None else LEVELS.get(joshi, f"class {joshi}")


def relation_of(language: Language, other: Language) -> str:
    """How near `other` is to `language`: one of `RELATIONS`."""
    if other.code == language.code:
        return "itself"
    if not language.family or other.family != language.family:
        return "unrelated"
    return "same branch" if language.branch and other.branch == language.branch else "same family"


def _nearest(language: Language, others: Sequence[Language]) -> tuple[str, str | None]:
    found = [(RELATIONS.index(relation_of(language, other)), place) for place, other in enumerate(others)]
    rank, place = min(found, default=(len(RELATIONS) - 1, 0))
    relation = RELATIONS[rank]
    return relation, None if relation == "unrelated" else others[place].code


def orders(points: Points) -> dict[str, tuple[str, ...]]:
    """The orders in which languages enter, by name: the codes up to the largest number of languages that is there.

    A name says what tells an order from the others: `by resource`, or `at random, order 2`.
    """
    chains = _chains(points)
    names: dict[str, tuple[str, ...]] = {}
    for order in dict.fromkeys(chains):
        name = _name(points.axes, chains.map(lambda chain, order=order: chain == order))
        names[f"{name} ({len(names) + 1})" if name in names else name] = order
    return names


def _chains(points: Points) -> pd.Series:
    """For each row of `points.axes`, the order that its training languages are the first of.

    The subsets of a line and seed are nested; one that ends early goes with the order that carries it on.
    """
    sets = [tuple(filter(None, codes.split("+"))) for codes in points.axes["trained"]]
    places = list(points.axes[["arm", "order", "line", "seed"]].itertuples(index=False, name=None))
    longest: dict[tuple[str, ...], tuple[str, ...]] = {}
    for place, codes in zip(places, sets, strict=True):
        longest[place] = max(longest.get(place, ()), codes, key=len)
    ends = sorted(set(longest.values()), key=len, reverse=True)
    carried = {chain: next(end for end in ends if end[: len(chain)] == chain) for chain in ends}
    return pd.Series([carried[longest[place]] for place in places], index=points.axes.index)


def _name(axes: pd.DataFrame, mine: pd.Series) -> str:
    """The values of the fewest columns, the first ones first, that tell the rows of an order from all others."""
    told = axes.assign(seed=axes["seed"].str.replace(r"^(order .*), seed .*", r"\1", regex=True))
    others, said = told[~mine], []
    for column in ("order", "seed", *(name for name in axes if name.startswith(AXIS))):
        values = list(told.loc[mine, column].unique())
        if not others[column].isin(values).all():
            said.append("/".join(filter(None, values)))
            others = others[others[column].isin(values)]
    return ", ".join(said) or next(filter(None, told.loc[mine, "order"]), "one order")


def targets(points: Points, benchmark: str) -> pd.DataFrame:
    """A row per point and target language of a benchmark: its place in the sweep, and the fields of `Target`.

    `sequence` is the name that `orders` has for the order of the point.
    """
    codes = points.query_languages(benchmark)
    names = {order: name for name, order in orders(points).items()}
    described: dict[tuple[tuple[str, ...], str], list[dict[str, Any]]] = {}
    rows = []
    for point, order in zip(points.axes[[*POINT, "trained"]].to_dict("records"), _chains(points), strict=True):
        subset = point.pop("trained")
        key = (order, subset)
        if key not in described:
            trained = [code for code in subset.split("+") if code]
            described[key] = [asdict(target(points.language(code), order, trained, points.language)) for code in codes]
        place = point | {"sequence": names[order]}
        rows += [place | facts for facts in described[key]]
    return pd.DataFrame(rows)


def facts_table(points: Points, benchmark: str) -> pd.DataFrame:
    """Each target language at the end of each order, by resource: `order`, `code`, `name`, and what is known of it."""
    codes = points.query_languages(benchmark)
    rows = [
        {"order": name} | asdict(points.language(code)) | asdict(_at_the_end(points, code, order))
        for name, order in orders(points).items()
        for code in codes
    ]
    table = pd.DataFrame(rows)[FACTS]
    return table.astype({"joshi": "Int64", "entry": "Int64", "cc100_gib": "float64"})


def _at_the_end(points: Points, code: str, order: Sequence[str]) -> Target:
    return target(points.language(code), order, order, points.language)


def gains(points: Points, benchmark: str, setting: str, metric: str) -> pd.DataFrame:
    """What each target language gained over the start, as `statistics.explain` takes it: a row per point and language.

    `gain` is the value less that of no training languages on the same line and seed; a row without one is left out.
    What the start happened to be is in all gains of a language, so its rows must be taken as a cluster: `cluster` is
    the target language; `sequence` names its order.
    """
    rows = per_language(points, benchmark)
    rows = rows[(rows["setting"] == setting) & (rows["metric"] == metric) & (rows["query_lang"] != MEAN)]
    same = ["arm", "order", "line", "seed", "query_lang"]
    start = rows[rows["n"] == 0].set_index(same)["value"].rename("start")
    rows = rows[rows["n"] > 0].join(start, on=same, how="inner")
    rows = rows.assign(gain=rows["value"] - rows["start"], cluster=rows["query_lang"], log2_n=np.log2(rows["n"]))
    facts = targets(points, benchmark).rename(columns={"code": "cluster"})
    facts["log10_cc100"] = np.log10(facts["cc100_gib"].astype(float))
    facts["joshi"] = facts["joshi"].astype(float)
    known = [*POINT, "cluster", "sequence", "trained", "script_seen", "relation", "log10_cc100", "joshi"]
    return rows[[*POINT, "cluster", "gain", "log2_n"]].merge(facts[known], on=[*POINT, "cluster"])
