"""The plots of a sweep, as PNG (200 dpi) and SVG; `tables` says which CSV holds the numbers of each."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from matplotlib.figure import Figure

from hybridir.report.leftovers import remove_leftovers
from hybridir.report.plots import curves, parts_compared
from hybridir.report.plots.dial import dial_plot, find_dial
from hybridir.report.plots.heatmap import heatmap
from hybridir.report.plots.pool_languages import METRIC, has_shares, pool_languages
from hybridir.report.plots.press import press
from hybridir.report.plots.small_multiples import settings_of, small_multiples
from hybridir.report.plots.strategies import strategies
from hybridir.report.plots.strokes import strokes
from hybridir.report.plots.style import paper_style
from hybridir.report.plots.transfer import transfer_plot
from hybridir.report.study.findings import Findings
from hybridir.report.study.measures import DISTANCE, measures
from hybridir.report.study.points import Points
from hybridir.report.study.transfer import has_transfer

MOST_PANELS = 6
"""Lines of a sweep up to which each gets a heat map of its own."""

_MANY = 4
"""Parts of benchmarks from which on a second process is worth its start."""


@contextmanager
def write_plots(findings: Findings, folder: Path) -> Iterator[list[Path]]:
    """Write all plots of all benchmarks to `folder/plots` until the block ends; yields their paths. See `not_plotted`.

    A figure of one arm and order has its name behind that of the benchmark, where the sweep has several.
    """
    benchmarks = findings.points.benchmarks
    with paper_style(), press(len(benchmarks) * len(findings.parts) >= _MANY) as opened:
        for benchmark in benchmarks:
            for name, slug, figure in _figures(findings, benchmark):
                stem = "_".join(filter(None, (name, benchmark, slug)))
                opened.save(figure, folder / "plots" / stem)
        yield opened.paths
    remove_leftovers(folder / "plots", opened.paths)


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
        what = "no heat maps, small multiples and dots by strategy"
        return [*notes, f"{what}: {len(points.lines)} lines are more than {MOST_PANELS} panels"]
    for benchmark in points.benchmarks:
        if not _has_pairs(points, benchmark):
            notes.append(f"no heat map of {benchmark}: it has no cross-lingual directions")
        if _has_pool(points, benchmark) and not has_shares(points, benchmark):
            notes.append(f"no heat map of the pool's languages for {benchmark}: its results have no {METRIC}")
    return notes


def _figures(findings: Findings, benchmark: str) -> Iterator[tuple[str, str, Figure]]:
    """Each figure with its name and, where it is of a part of the sweep, the part's."""
    for name, slug, figure in _across_parts(findings, benchmark):
        yield name, slug, figure
    for part in findings.parts:
        if benchmark in part.benchmarks:
            for name, figure in _of_part(findings, benchmark, part):
                yield name, part.part.slug if part.part else "", figure


def _across_parts(findings: Findings, benchmark: str) -> Iterator[tuple[str, str, Figure]]:
    if len(findings.points.counts) > 1 and len(findings.points.lines) <= MOST_PANELS:
        for slug, figure in parts_compared.arms(findings, benchmark):
            yield "arms", slug, figure
        for slug, figure in parts_compared.orders(findings, benchmark):
            yield "orders", slug, figure


def _of_part(findings: Findings, benchmark: str, part: Points) -> Iterator[tuple[str, Figure]]:
    if part.counted and len(part.counts) > 1:
        yield "scaling", curves.scaling(findings, benchmark, part)
        if strokes(findings, benchmark, DISTANCE, part):
            yield "rank_distance", curves.rank_distance(findings, benchmark, part)
    if (dial := find_dial(part)) is not None:
        yield "dial", dial_plot(part, benchmark, dial)
    if has_transfer(part):
        yield "transfer", transfer_plot(part, benchmark)
    if len(part.lines) <= MOST_PANELS:
        yield from _by_line(findings, benchmark, part)


def _by_line(findings: Findings, benchmark: str, part: Points) -> Iterator[tuple[str, Figure]]:
    """The figures that many lines would crowd."""
    if part.counted and len(part.counts) > 1 and settings_of(part, benchmark):
        yield "targets", small_multiples(part, benchmark)
    are_known = findings.of(benchmark, measures(part, benchmark)[0], part=part)
    if are_known and len(part.lines) > 1 and not has_transfer(part):
        yield "strategies", strategies(findings, benchmark, part)
    if _has_pairs(part, benchmark):
        yield "heatmap", heatmap(part, benchmark)
    if has_shares(part, benchmark):
        yield "languages", pool_languages(part, benchmark)


def _has_pairs(points: Points, benchmark: str) -> bool:
    return bool((points.of(benchmark)["setting"] == "crosslingual").any())


def _has_pool(points: Points, benchmark: str) -> bool:
    return bool((points.of(benchmark)["setting"] == "multilingual").any())
