"""Strategies by setting: their figures with intervals, at the largest number of training languages and a middle one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from hybridir.report import captions
from hybridir.report.plots.curves import NAMES, subtitle
from hybridir.report.plots.style import GREY, GRID, PAGE, LineStyle, Spacing, line_styles, panel_grid, paper_figure
from hybridir.report.study.findings import Findings, groups_of
from hybridir.report.study.groups import Group
from hybridir.report.study.measures import Measure, measures
from hybridir.report.study.points import Points
from hybridir.report.study.targets import LEVELS, level
from hybridir.statistics.crossed import Estimate, estimates

_ROW, _GAP = 0.1, 0.16  # inches: from one dot to the next, and more from group to group
_LABELS = 1.25


@dataclass(frozen=True)
class Dot:
    """A strategy on a group of target languages with `n` training languages."""

    line: str
    n: int
    group: Group
    measure: Measure
    found: Estimate


def chosen_counts(counts: Sequence[int]) -> list[int]:
    """The largest number of training languages, and the one nearest to half way to it, by doublings."""
    trained = [n for n in counts if n > 0] or list(counts)
    middle = min(trained[:-1], key=lambda n: (abs(log(n) - log(trained[-1]) / 2), -n), default=None)
    return [trained[-1]] + ([] if middle is None else [middle])


def levels(points: Points, benchmark: str) -> list[Group]:
    """The target languages by resource level, highest first; none where all have the same."""
    codes: dict[str, list[str]] = {}
    for code in points.query_languages(benchmark):
        joshi = points.language(code).joshi
        named = f"{level(joshi)} (class {joshi})" if joshi in LEVELS else level(joshi)
        codes.setdefault(named, []).append(code)
    return [Group(name, tuple(members)) for name, members in codes.items()] if len(codes) > 1 else []


def dots(findings: Findings, benchmark: str, part: Points) -> Iterator[Dot]:
    """What the figure shows, group by group; a strategy that was not measured there is left out."""
    counts = _counts(findings, benchmark, part)
    for group in (*groups_of(findings.points, benchmark), *levels(findings.points, benchmark)):
        codes = group.codes or tuple(findings.points.query_languages(benchmark))
        for measure in measures(part, benchmark):
            for line in part.lines:
                curve = findings.samples.curve(part, benchmark, line, measure, codes)
                if curve is not None and not measure.is_distance:
                    there = [n for n in counts if n in curve.counts]
                    for n in there:
                        yield Dot(line, n, group, measure, estimates(curve.at(n)[None])[0])


def _counts(findings: Findings, benchmark: str, part: Points) -> list[int]:
    """Of the numbers that the curves have: runs that are not done yet leave some out."""
    lines = findings.of(benchmark, measures(part, benchmark)[0], part=part)
    return chosen_counts(sorted({n for line in lines for n in line.curve.counts}))


def strategies(findings: Findings, benchmark: str, part: Points) -> Figure:
    """Settings across, groups of target languages down; filled at the largest number of languages, else open."""
    shown, metric = list(dots(findings, benchmark, part)), part.headline(benchmark)
    columns = list(dict.fromkeys(dot.measure for dot in shown))
    places = _places(shown, part.lines)
    bottom = max(places.values()) + _GAP
    counts = _counts(findings, benchmark, part)
    figure = paper_figure(
        PAGE,
        bottom + 0.42,
        f"{metric} by strategy, setting and target languages, {benchmark}",
        _caption(part, benchmark, shown),
        metric,
        _legend(line_styles(part.lines), part.lines, counts),
        subtitle(part),
        by_hand=True,
    )
    (panels,) = panel_grid(figure, 1, len(columns), Spacing(left=_LABELS, across=0.2))
    for axes, measure in zip(panels, columns, strict=True):
        for line, style in line_styles(part.lines).items():
            for n in counts:
                mine = [dot for dot in shown if (dot.measure, dot.line, dot.n) == (measure, line, n)]
                _draw(axes, mine, places, line, style, filled=n == counts[0])
        axes.set_title(NAMES[measure.setting])
        axes.set_ylim(bottom, 0)
        _rule(axes, places, axes is panels[0])
    return figure


_Places = dict[tuple[str, str, int], float]
"""How far down a group, a line and a number of languages stand, in inches."""


def _places(shown: Sequence[Dot], lines: Sequence[str]) -> _Places:
    """Within a group by strategy, within a strategy the largest number of languages first."""
    found: _Places = {}
    down = 0.0
    for group in dict.fromkeys(dot.group.name for dot in shown):
        down += _GAP
        there = {(dot.line, dot.n) for dot in shown if dot.group.name == group}
        for line, n in sorted(there, key=lambda key: (lines.index(key[0]), -key[1])):
            found[group, line, n] = down
            down += _ROW
    return found


def _draw(axes: Axes, shown: Sequence[Dot], places: _Places, line: str, style: LineStyle, filled: bool) -> None:
    """The dots of one strategy at one number of languages."""
    down = [places[dot.group.name, line, dot.n] for dot in shown]
    bars = [dot.found.low for dot in shown], [dot.found.high for dot in shown]
    axes.hlines(down, *bars, color=style.colour, linewidth=0.9, zorder=2)
    axes.plot(
        [dot.found.mean for dot in shown],
        down,
        marker=style.marker,
        color=style.colour,
        linestyle="none",
        markerfacecolor=style.colour if filled else "white",
        markeredgewidth=0.9,
    )


def _rule(axes: Axes, places: _Places, is_first: bool) -> None:
    """Lines between the groups, and their names beside the first panel."""
    groups: dict[str, list[float]] = {}
    for (group, _, _), place in places.items():
        groups.setdefault(group, []).append(place)
    axes.grid(visible=False, axis="y")
    for members in list(groups.values())[1:]:
        axes.axhline(min(members) - (_GAP + _ROW) / 2, color=GRID, linewidth=0.8)
    middles = [(min(members) + max(members)) / 2 for members in groups.values()]
    axes.set_yticks(middles, list(groups) if is_first else [])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def _legend(styles: dict[str, LineStyle], lines: Sequence[str], counts: Sequence[int]) -> list[Line2D]:
    named = [
        Line2D([], [], label=line, color=styles[line].colour, marker=styles[line].marker, linestyle="-", linewidth=0.9)
        for line in lines
    ]
    fills = zip(counts, (GREY, "white"), strict=False) if len(counts) > 1 else ()
    return named + [
        Line2D([], [], label=f"n = {n}", color=GREY, marker="o", linestyle="none", markerfacecolor=fill)
        for n, fill in fills
    ]


def _caption(part: Points, benchmark: str, shown: Sequence[Dot]) -> str:
    members = {dot.group.name: dot.group for dot in shown if dot.group.codes}
    groups = "; ".join(f"{name}: {' '.join(group.codes)}" for name, group in members.items())
    units = {dot.found.units for dot in shown}
    over = "questions alone" if units == {1} else "repetitions and questions"
    said = f"Bars: 95 % intervals over {over}. All strategies answer the same questions, so their differences are known"
    text = f"{said} better than these bars suggest: see the paired tests."
    filled = "n: number of training languages." if part.counted else ""
    of_groups = f"Target languages, {groups}." if groups else ""
    return " ".join(filter(None, (captions.source(part, benchmark), captions.seeds(part), filled, text, of_groups)))
