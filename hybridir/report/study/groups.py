"""Groups of query languages, and means over them and over seeds.

A group is made up of query languages. The value of a language is its monolingual direction, its
cross-lingual mean over passage languages, or its multilingual row. Groups are the same at every
point of a curve, so a line never moves because its members change.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from hybridir.report.study.points import MEAN, Points

LINE_KEYS = ["line", "n", "setting", "metric"]


@dataclass(frozen=True)
class Group:
    """Some query languages of a benchmark, by resource; `codes` are empty for the mean over all."""

    name: str
    codes: tuple[str, ...]

    @property
    def title(self) -> str:
        if not self.codes:
            return self.name
        return f"{self.name} ({len(self.codes)}: {' '.join(self.codes)})"


ALL = Group("all languages", ())
TRAINED, NEVER_TRAINED = "trained", "never trained"


def training_sets(points: Points) -> tuple[frozenset[str], frozenset[str]]:
    """The languages that every run on a largest subset trains on, and those that any run trains on."""
    subsets = [frozenset(filter(None, codes.split("+"))) for codes in points.frame["trained"].unique()]
    largest = max(map(len, subsets))
    always = frozenset.intersection(*(subset for subset in subsets if len(subset) == largest))
    return always, frozenset.union(*subsets)


def exposure(points: Points, benchmark: str) -> list[Group]:
    """The query languages that every run on a largest subset trains on, and those that no run trains on.

    A language that only some runs train on belongs to neither; an empty group is left out.
    """
    always, ever = training_sets(points)
    codes = points.query_languages(benchmark)
    groups = [
        Group(TRAINED, tuple(code for code in codes if code in always)),
        Group(NEVER_TRAINED, tuple(code for code in codes if code not in ever)),
    ]
    return [group for group in groups if group.codes]


def resource_classes(points: Points, benchmark: str) -> list[Group]:
    """The resource classes of Joshi et al. (2020), highest first; last, the languages without one."""
    classes: dict[str, list[str]] = {}
    for code in points.query_languages(benchmark):
        joshi = points.language(code).joshi
        classes.setdefault("no Joshi class" if joshi is None else f"Joshi class {joshi}", []).append(code)
    return [Group(name, tuple(codes)) for name, codes in classes.items()]


def per_language(points: Points, benchmark: str) -> pd.DataFrame:
    """The rows that give a query language one value per setting and metric; `*` is the mean over all."""
    rows = points.of(benchmark)
    same = (rows["setting"] == "monolingual") & (rows["query_lang"] == rows["passage_lang"])
    return rows[same | (rows["passage_lang"] == MEAN)]


def directions(points: Points, benchmark: str) -> pd.DataFrame:
    """Every direction at the largest number of training languages: means over seeds, all metrics."""
    rows = points.of(benchmark)
    one_direction = (rows["query_lang"] != MEAN) & (rows["passage_lang"] != MEAN)
    largest = rows["n"] == points.counts[-1]
    return over_seeds(rows[one_direction & largest], [*LINE_KEYS, "query_lang", "passage_lang"])


def group_means(points: Points, benchmark: str, group: Group) -> pd.DataFrame:
    """Mean over the group, then over seeds: columns of `LINE_KEYS`, then of `over_seeds`.

    A run that lacks one of the languages has no value for the group.
    """
    members = group.codes or (MEAN,)
    rows = per_language(points, benchmark)
    rows = rows[rows["query_lang"].isin(members)]
    means = rows.groupby([*LINE_KEYS, "seed"], sort=False)["value"].agg(["mean", "count"]).reset_index()
    whole = means[means["count"] == len(members)].rename(columns={"mean": "value"})
    return over_seeds(whole, LINE_KEYS)


def over_seeds(rows: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Per combination of `keys`: `mean`, `low` and `high` of `value`, and the number of `seeds`."""
    values = rows.groupby(list(keys), sort=False)["value"]
    return values.agg(mean="mean", low="min", high="max", seeds="count").reset_index()
