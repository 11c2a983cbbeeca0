"""The arms of a study side by side, and its orders: a panel per strategy and setting, a line per arm or order."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from matplotlib.figure import Figure

from hybridir.report import captions
from hybridir.report.plots.count_axis import CountAxis
from hybridir.report.plots.curves import SHORT, handles, x_label
from hybridir.report.plots.line_panel import draw_lines
from hybridir.report.plots.strokes import Stroke, strokes
from hybridir.report.plots.style import COLUMN, PAGE, Spacing, facet_styles, panel_grid, paper_figure, same_heights
from hybridir.report.study.findings import Findings
from hybridir.report.study.measures import measures
from hybridir.report.study.points import Part, Points

_QUESTIONS = {
    "arm": "A total that stays level asks whether diversity is worth it, a number per language whether more is.",
    "order": "Random orders are one line, in which each is a repetition.",
}
_WIDE = 4  # strategies from which on panels fill the page


def arms(findings: Findings, benchmark: str) -> Iterator[tuple[str, Figure]]:
    """A figure for each order that has several arms, after the word for its file name."""
    yield from _figures(findings, benchmark, "arm", lambda part: Part("", part.order), lambda part: part.arm)


def orders(findings: Findings, benchmark: str) -> Iterator[tuple[str, Figure]]:
    """A figure for each arm that has several orders, as `arms`."""
    yield from _figures(findings, benchmark, "order", lambda part: Part(part.arm, ""), lambda part: part.order)


def _figures(
    findings: Findings, benchmark: str, kind: str, same: Callable[[Part], Part], name: Callable[[Part], str]
) -> Iterator[tuple[str, Figure]]:
    """`same` is what the parts of one figure share, `name` what tells them apart."""
    together: dict[Part, dict[str, Points]] = {}
    for points in findings.parts:
        if points.part is not None and any(_drawn(findings, benchmark, points)):
            together.setdefault(same(points.part), {})[name(points.part)] = points
    for shared, parts in together.items():
        if len(parts) > 1:
            yield shared.slug, _figure(findings, benchmark, kind, shared, parts)


def _figure(findings: Findings, benchmark: str, kind: str, shared: Part, parts: dict[str, Points]) -> Figure:
    """Settings down, strategies across; the y axis is shared along a row, where strategies are compared too."""
    points = findings.points
    metric, columns = points.headline(benchmark), points.lines
    rows = [measure for measure in measures(points, benchmark) if not measure.is_distance]
    styles = facet_styles(list(parts))
    figure = paper_figure(
        PAGE if len(columns) > 1 else COLUMN,
        (1.15 if len(columns) >= _WIDE else 1.4) * len(rows) + 0.35,
        f"{metric} by number of training languages and {kind}, {benchmark}",
        _caption(findings, benchmark, shared, parts, f"{captions.averaged(points, benchmark)} {_QUESTIONS[kind]}"),
        x_label(points),
        handles(styles, points),
        shared.name[:1].upper() + shared.name[1:],
        by_hand=True,
    )
    panels = panel_grid(figure, len(rows), len(columns), Spacing())
    for row, measure in zip(panels, rows, strict=True):
        drawn = {name: strokes(findings, benchmark, measure, part) for name, part in parts.items()}
        for axes, column in zip(row, columns, strict=True):
            there = [(line, styles[name]) for name, lines in drawn.items() for line in lines if line.name == column]
            draw_lines(axes, CountAxis(points.counts), there, one_start=points.start_is_shared)
            axes.tick_params(labelbottom=row is panels[-1], labelleft=axes is row[0])
        same_heights(row)
        row[0].set_ylabel(f"{SHORT[measure.setting]}\n{metric}")
    for axes, column in zip(panels[0], columns, strict=True):
        axes.set_title(f"training: {column}")
    return figure


def _caption(findings: Findings, benchmark: str, shared: Part, parts: dict[str, Points], text: str) -> str:
    source = captions.source(replace(findings.points, part=shared if shared.name else None), benchmark)
    drawn = {name: list(_drawn(findings, benchmark, part)) for name, part in parts.items()}
    lines = [line for found in drawn.values() for line in found]
    if not findings.lines:
        return f"{source} {_apart({name: captions.spread(part, []) for name, part in parts.items()})} {text}"
    repeated = _apart({name: captions.seeds(part) for name, part in parts.items()})
    return " ".join(filter(None, (source, repeated, captions.bands(lines), captions.fits(lines), text)))


def _apart(said: dict[str, str]) -> str:
    """What holds for all, or `By resource: mean over 3 seeds; at random: one seed.`"""
    if len(set(said.values())) == 1:
        return next(iter(said.values()))
    parts = "; ".join(f"{name}: {words[:1].lower()}{words[1:].rstrip('.')}" for name, words in said.items())
    return f"{parts[:1].upper()}{parts[1:]}."


def _drawn(findings: Findings, benchmark: str, part: Points) -> Iterator[Stroke]:
    for measure in measures(findings.points, benchmark):
        if not measure.is_distance:
            yield from strokes(findings, benchmark, measure, part)
