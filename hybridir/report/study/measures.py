"""What is compared with what: the measures of a benchmark, and the lines that share a number of languages."""

from dataclasses import dataclass

from hybridir.report.study.points import SETTINGS, Points

NOTHING = "—"


@dataclass(frozen=True)
class Measure:
    """One column of figures: a metric in a setting."""

    setting: str
    metric: str

    @property
    def is_distance(self) -> bool:
        return self.metric == "rank_distance"

    @property
    def title(self) -> str:
        """`cross mAP`, or `rank distance`, which is known in the multilingual setting only."""
        return "rank distance" if self.is_distance else f"{SETTINGS[self.setting]} {self.metric}"

    def number(self, value: float) -> str:
        """`.705` for a metric between 0 and 1, `286.6` for a rank distance."""
        return f"{value:.1f}" if self.is_distance else f"{value:.3f}".removeprefix("0")


DISTANCE = Measure("multilingual", "rank_distance")


@dataclass(frozen=True)
class Block:
    """The lines with the same number of training languages: these are compared with each other.

    `names` are what to print for `lines`; the untrained start is one line where all lines share it.
    """

    n: int
    lines: tuple[str, ...]
    names: tuple[str, ...]


def blocks(points: Points) -> list[Block]:
    """One block per number of training languages, ascending."""
    found = []
    for n in points.counts:
        if n == 0 and points.start_is_shared:
            present = points.frame.loc[points.frame["n"] == 0, "line"]
            found.append(Block(0, (present.iloc[0],), (points.start,)))
        else:
            found.append(Block(n, tuple(points.lines), tuple(points.lines)))
    return found


def measures(points: Points, benchmark: str) -> list[Measure]:
    """The columns of a benchmark: its headline metric in each setting that it has, and rank distance."""
    metric = points.headline(benchmark)
    wanted = [Measure(setting, metric) for setting in SETTINGS] + [DISTANCE]
    there = points.measured[benchmark]
    return [m for m in dict.fromkeys(wanted) if (m.setting, m.metric) in there]
