"""The transfer matrix: training sets down, query languages across; the diagonal is a language trained on itself.

For sweeps over sets of languages of the same size, such as one language each (SWIM-IR, arXiv 2311.05800, section 3.6).
"""

from collections.abc import Iterator

import pandas as pd

from hybridir.report.study.groups import over_seeds, per_language
from hybridir.report.study.measures import Measure, measures
from hybridir.report.study.points import AXIS, MEAN, Points

SET = f"{AXIS}set"
ALONE = "all runs"
"""The strategy, where the set is all that varies."""


def has_transfer(points: Points) -> bool:
    """Whether the sweep trains on several sets of languages."""
    return SET in points.axes and points.axes[SET].nunique() > 1


def matrices(points: Points, benchmark: str) -> Iterator[tuple[str, Measure, pd.DataFrame]]:
    """Per strategy (all other axes than the set) and measure: sets by query languages, and `*` for their mean.

    Means over seeds. Sets come by the resource of their first language, as query languages do.
    """
    sets = dict(zip(points.axes["line"], points.axes[SET], strict=True))
    rows = per_language(points, benchmark)
    for measure in measures(points, benchmark):
        wanted = rows[(rows["setting"] == measure.setting) & (rows["metric"] == measure.metric)]
        means = over_seeds(wanted, ["line", "query_lang"])
        means = means.assign(set=means["line"].map(sets))
        means["line"] = [without_set(line, name) for line, name in zip(means["line"], means["set"], strict=True)]
        for line, mine in means.groupby("line", sort=False):
            table = mine.pivot(index="set", columns="query_lang", values="mean")
            order = points.by_resource({name.split("+")[0] for name in table.index})
            names = sorted(table.index, key=lambda name: (order.index(name.split("+")[0]), name))
            codes = [*points.query_languages(benchmark), MEAN]
            yield str(line), measure, table.reindex(index=names, columns=[c for c in codes if c in table])


def without_set(line: str, name: str) -> str:
    """The strategy of a line whose training set is `name`."""
    return ", ".join(part for part in line.split(", ") if part != f"set={name}") or ALONE
