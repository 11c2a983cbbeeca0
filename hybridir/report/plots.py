"""The plots of a sweep, as PNG (200 dpi) and SVG; `tables` says which CSV holds the numbers of each."""

from collections.abc import Iterator
from pathlib import Path

from matplotlib.figure import Figure

from hybridir.report import curves
from hybridir.report.cells import DISTANCE, measures
from hybridir.report.dial import dial_plot, find_dial
from hybridir.report.heatmap import heatmap
from hybridir.report.points import Points
from hybridir.report.style import paper_style, save
from hybridir.report.transfer import has_transfer, transfer_plot

MOST_PANELS = 6
"""Lines of a sweep up to which each gets a heat map of its own."""


def write_plots(points: Points, folder: Path) -> list[Path]:
    """Write all plots of all benchmarks to `folder/plots`; returns their paths. See `not_plotted`."""
    written = []
    for benchmark in points.benchmarks:
        with paper_style():
            for name, figure in _figures(points, benchmark):
                written += save(figure, folder / "plots" / f"{name}_{benchmark}")
    return written


def not_plotted(points: Points) -> list[str]:
    """In words, the plots that this sweep cannot have, and why."""
    notes: list[str] = []
    if find_dial(points) is not None or has_transfer(points):
        notes = []
    elif not points.counted:
        notes.append("no plot over the number of languages: the sweep has no axis `languages` of counts")
    elif len(points.counts) == 1:
        notes.append(f"no plot over the number of languages: all points have {points.counts[0]}")
    if len(points.lines) > MOST_PANELS:
        return [*notes, f"no heat maps: {len(points.lines)} lines are more than {MOST_PANELS} panels"]
    flat = [benchmark for benchmark in points.benchmarks if not _has_pairs(points, benchmark)]
    return notes + [f"no heat map of {benchmark}: it has no cross-lingual directions" for benchmark in flat]


def _figures(points: Points, benchmark: str) -> Iterator[tuple[str, Figure]]:
    if points.counted and len(points.counts) > 1:
        yield "scaling", curves.scaling(points, benchmark)
        if DISTANCE in measures(points, benchmark):
            yield "rank_distance", curves.rank_distance(points, benchmark)
    if (dial := find_dial(points)) is not None:
        yield "dial", dial_plot(points, benchmark, dial)
    if has_transfer(points):
        yield "transfer", transfer_plot(points, benchmark)
    if _has_pairs(points, benchmark) and len(points.lines) <= MOST_PANELS:
        yield "heatmap", heatmap(points, benchmark)


def _has_pairs(points: Points, benchmark: str) -> bool:
    return bool((points.of(benchmark)["setting"] == "crosslingual").any())
