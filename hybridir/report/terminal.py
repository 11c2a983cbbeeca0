"""What a terminal shows of a sweep at its end: the figures, one table per benchmark and arm."""

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from hybridir.report import captions
from hybridir.report.sheets.cells import cells, grid
from hybridir.report.study.groups import ALL, group_means
from hybridir.report.study.measures import DISTANCE, Measure
from hybridir.report.study.points import SETTINGS, Points
from hybridir.report.study.preferred import preferred_parts

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
