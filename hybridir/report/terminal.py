"""What a terminal shows of a sweep at its end: the figures, one table per benchmark and arm."""

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from hybridir.report import captions
from hybridir.report.cells import DISTANCE, Measure, cells, grid
from hybridir.report.groups import ALL, group_means
from hybridir.report.points import SETTINGS, Points

PREFERRED = "at random"
"""The order that is shown where an arm has several: only there is it chance which languages train."""

_BEST = "Bold: best mean, as printed, among the strategies compared."


def summary(points: Points, benchmark: str) -> RenderableType:
    """The table of `scaling` for each arm, in one of its orders; the other orders are named."""
    parts = preferred_parts(points, benchmark)
    others = len([part for part in points.parts if benchmark in part.benchmarks]) - len(parts)
    shown = [_table(part, benchmark) for part in parts]
    if not others:
        return Group(*shown)
    many = f"{others} more order{'s' * (others > 1)} of languages: tables/scaling_{benchmark}_*.md"
    return Group(*shown, Text(many, style="dim"))


def preferred_parts(points: Points, benchmark: str) -> list[Points]:
    """One part per arm: the one in random order, else its first."""
    by_arm: dict[str, Points] = {}
    for part in points.parts:
        if benchmark not in part.benchmarks:
            continue
        arm, order = (part.part.arm, part.part.order) if part.part else ("", "")
        if arm not in by_arm or order == PREFERRED:
            by_arm[arm] = part
    return list(by_arm.values())


def _table(points: Points, benchmark: str) -> Table:
    metric = points.headline(benchmark)
    table = Table(
        title="\n".join([f"{points.name}: {metric} on {benchmark}", *([points.part.name] if points.part else [])]),
        caption=f"{captions.seeds(points, '± half the range')} {_BEST} Rank distance: lower is better.",
        box=SIMPLE_HEAD,
        collapse_padding=True,
        pad_edge=False,
    )
    if points.counted:
        table.add_column("langs", justify="right", no_wrap=True)
    table.add_column("strategy", no_wrap=True)
    for head in ("mono", "cross", "multi", "rank distance"):
        table.add_column(head, justify="right", no_wrap=True)
    columns = [Measure(setting, metric) for setting in SETTINGS] + [DISTANCE]
    found = cells(group_means(points, benchmark, ALL))
    for block, name, row in grid(points, found, columns, spread=True):
        words = [str(block.n)] * points.counted + [name]
        texts = [Text(figure.text, style="bold" if figure.best else "") for figure in row]
        table.add_row(*map(Text, words), *texts, end_section=name == block.names[-1])
    return table
