"""Small multiples: a panel per target language over the number of training languages, and where it enters training."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hybridir.report import captions
from hybridir.report.plots.count_axis import CountAxis
from hybridir.report.plots.curves import SHORT, handles, subtitle, x_label
from hybridir.report.plots.entries import Entries, entries
from hybridir.report.plots.line_panel import draw_small
from hybridir.report.plots.strokes import Stroke, by_name
from hybridir.report.plots.style import GREY, PAGE, Spacing, line_styles, panel_grid, paper_figure, same_heights
from hybridir.report.study.groups import LINE_KEYS, over_seeds, per_language
from hybridir.report.study.measures import Measure, measures
from hybridir.report.study.points import MEAN, Points
from hybridir.report.study.targets import LEVELS

MOST = 20
"""Target languages that are drawn; of more, those that change most."""

_SETTINGS = ("monolingual", "crosslingual")
_WITHIN, _BETWEEN = 0.06, 0.4  # inches: between the panels of a language, and between languages
_HIGH = 0.72
_FEW = 12  # languages up to which four stand side by side

Strokes = dict[tuple[str, str], list[Stroke]]
"""The lines of a panel, by query language and setting."""


def settings_of(part: Points, benchmark: str) -> list[Measure]:
    """What the panels of a language show, from top to bottom."""
    return [m for m in measures(part, benchmark) if m.setting in _SETTINGS]


def small_multiples(part: Points, benchmark: str) -> Figure:
    """Monolingual retrieval above, cross-lingual below; the y axis of each is the same for all languages."""
    shown, found = settings_of(part, benchmark), _strokes(part, benchmark)
    every = entries(part, benchmark)
    chosen = _most_changed(every, found)
    across = min(len(chosen), 4 if len(chosen) <= _FEW else 5)
    down = -(-len(chosen) // across)
    styles = line_styles(part.lines)
    figure = paper_figure(
        PAGE,
        down * (len(shown) * _HIGH + (len(shown) - 1) * _WITHIN + _BETWEEN) + 0.12,
        f"{part.headline(benchmark)} of each target language by number of training languages, {benchmark}",
        _caption(part, benchmark, every, len(chosen)),
        x_label(part),
        handles({line: styles[line] for line in part.lines}, part),
        subtitle(part),
        by_hand=True,
    )
    spacing = Spacing(left=0.58, top=0.36, down=(*[_WITHIN] * (len(shown) - 1), _BETWEEN))
    panels = panel_grid(figure, down * len(shown), across, spacing)
    stacks = [[row[column] for row in panels[i : i + len(shown)]] for i in range(0, len(panels), len(shown))
              for column in range(across)]  # fmt: skip
    for place, (stack, target) in enumerate(zip(stacks, chosen, strict=False)):
        for axes, measure in zip(stack, shown, strict=True):
            _draw(axes, part, target, found[target.code, measure.setting])
            is_lowest = axes is stack[-1] and place + across >= len(chosen)
            axes.tick_params(labelleft=place % across == 0, labelbottom=is_lowest)
            axes.set_ylabel(SHORT[measure.setting] if place % across == 0 else "")
        _name(stack[0], part, target)
    for of_setting in zip(*stacks[: len(chosen)], strict=True):
        same_heights(of_setting)
    for axes in [axes for stack in stacks[len(chosen) :] for axes in stack]:
        axes.set_visible(False)
    return figure


def _strokes(part: Points, benchmark: str) -> Strokes:
    rows = per_language(part, benchmark)
    rows = rows[(rows["metric"] == part.headline(benchmark)) & (rows["query_lang"] != MEAN)]
    means = over_seeds(rows, [*LINE_KEYS, "query_lang"])
    return {
        (str(code), str(setting)): by_name(part, of_panel)
        for (code, setting), of_panel in means.groupby(["query_lang", "setting"])
    }


def _draw(axes: Axes, part: Points, target: Entries, found: Sequence[Stroke]) -> None:
    axis, styles = CountAxis(part.counts), line_styles(part.lines)
    first = next(n for n in part.counts if n > 0)
    width = 0.9 if len(target.known) == 1 else 0.5
    for place in target.known:
        axes.axvline(axis.at(max(place, first)), color=GREY, linewidth=width, zorder=1.2)
    draw_small(axes, axis, [(line, styles[line.name]) for line in found], one_start=part.start_is_shared)
    axes.margins(y=0.1)


def _name(axes: Axes, part: Points, target: Entries) -> None:
    """Above a panel: code and name; in grey when it enters, and its level by XQuAD-R's names, else its Joshi class."""
    language = part.language(target.code)
    joshi = language.joshi
    level = f"{LEVELS[joshi]} ({joshi})" if joshi in LEVELS else "no class" if joshi is None else f"class {joshi}"
    name = f"{target.code} {language.name}" if language.name != target.code else target.code
    axes.set_title(name, loc="left", pad=11)
    axes.text(0, 1.04, f"{target.words}; {level}", transform=axes.transAxes, fontsize=6, color=GREY)


def _most_changed(every: list[Entries], found: Strokes) -> list[Entries]:
    """Those whose value moves furthest, on any line in any setting, in the order of `every`."""
    moved = {target.code: 0.0 for target in every}
    for (code, setting), lines in found.items():
        if setting in _SETTINGS:
            moved[code] = max(moved[code], *(line.range for line in lines))
    kept = set(sorted(moved, key=lambda code: -moved[code])[:MOST])
    return [target for target in every if target.code in kept]


def _caption(part: Points, benchmark: str, every: Sequence[Entries], shown: int) -> str:
    several = len(every[0].places) > 1
    marked = f"The upright line: here the language enters training{'; one for each random order' * several}."
    some = f"Of {len(every)} target languages, the {shown} that change most." if shown < len(every) else ""
    means = "Cross-lingual: mean over passage languages. No bands, for legibility: the tables have intervals."
    source = [captions.source(part, benchmark), captions.seeds(part)]
    return " ".join(filter(None, (*source, marked, some, "Levels by Joshi class.", means)))
