"""A made-up report of the shape of a real one: two benchmarks, two arms, more runs than are shown at once."""

import random
from itertools import product
from pathlib import Path

import numpy as np

from hybridir.report.page.page import Block, Commands, Drawing, Facts, Item, Page, Section, Text
from hybridir.report.plots.style import GREY, ON_LIGHT, PAGE, line_styles, paper_figure, paper_style, save
from hybridir.report.sheets.sheet import Entry, Sheet

NAME = "<script>alert(1)</script> & a 'sweep'"
BENCHMARKS, ARMS = ("xquad_r", "mlqa_r"), ("fixed total: 3,800 pairs", "fixed per language: 1,900 pairs")
RUNS = 320
LEAD = "How well retrieval works with each number of training languages, over all target languages."


def made_page(folder: Path) -> Page:
    """The page; its figures are drawn in `folder`."""
    places = [{"benchmark": benchmark, "arm": arm} for benchmark, arm in product(BENCHMARKS, ARMS)]
    lines = [_drawing(folder, f"scaling_{number}", place, _lines) for number, place in enumerate(places)]
    cells = [_drawing(folder, f"heatmap_{name}", {"benchmark": name}, _cells) for name in BENCHMARKS]
    scaling = [Block([drawing, _scores(number)], places[number]) for number, drawing in enumerate(lines)]
    directions = [Block([cell], {"benchmark": name}) for cell, name in zip(cells, BENCHMARKS, strict=True)]
    return Page(
        title=NAME,
        about=["sweep made_up", "data artificial", "model static", "320 runs"],
        answer=[
            "With the same 3,800 pairs, every doubling of the number of languages brings .012 cross-lingual mAP"
            " (95 % interval .010 to .014).",
            "Languages that never train gain .009 (.004 to .015), those that train .021 (.017 to .025).",
            "At twelve languages, hybrid batches are ahead of monolingual ones across languages (.102 against .077).",
        ],
        warnings=["The number of steps is not the same in all runs: 200 and 400."],
        sections=[
            Section("Scaling", LEAD, scaling),
            Section("Directions", "", directions),
            Section("Data and settings", "", [Block(_settings())]),
            Section("Runs", "Every run with its key.", [Block([_runs()])]),
            Section("Again", "", [Block([Commands([("hybridir report results/made_up", "From the results:")])])]),
        ],
    )


def _drawing(folder: Path, name: str, place: dict[str, str], draw) -> Drawing:  # type: ignore[no-untyped-def]
    with paper_style():
        save(draw("; ".join(place.values())), folder / name)
    return Drawing(name, name, (folder / f"{name}.svg").read_text(encoding="utf8"))


def _lines(where: str):  # type: ignore[no-untyped-def]
    caption = "Sweep made_up; data artificial; model static. Mean over 3 seeds; bands: 95 % intervals. " * 3
    figure = paper_figure(PAGE, 2.2, f"mAP by number of training languages, {where}", caption, "training languages")
    for axes in figure.subplots(1, 3):
        for number, (name, style) in enumerate(line_styles(["monolingual", "crosslingual", "hybrid", "start"]).items()):
            heights = 0.4 + 0.02 * number * np.arange(4)
            axes.fill_between(range(4), heights - 0.02, heights + 0.02, color=style.colour, alpha=0.15, linewidth=0)
            axes.plot(range(4), heights, label=name, **style.options)
        axes.set_ylabel("mAP")
        axes.text(0.1, 0.55, "grey", color=GREY)
    return figure


def _cells(where: str):  # type: ignore[no-untyped-def]
    figure = paper_figure(3.3, 2.4, f"mAP by query and passage language, {where}", "Made up.", "passage language")
    axes = figure.subplots()
    values = np.linspace(0, 1, 36).reshape(6, 6)
    mesh = axes.pcolormesh(values, cmap="Blues", edgecolor="white", linewidth=0.3)
    for (row, column), value in np.ndenumerate(values):
        ink = "white" if value > 0.6 else ON_LIGHT
        axes.text(column + 0.5, row + 0.5, f"{value:.1f}", color=ink, ha="center", va="center")
    figure.colorbar(mesh, ax=axes)
    return figure


def _scores(number: int) -> Sheet:
    """Values of which two are equal, one is missing, and whose order by text is not that by number."""
    rows = [
        ("monolingual", 2, Entry(".457", 0.457)),
        ("monolingual", 12, Entry(".000", 1e-05)),
        ("hybrid", 2, Entry("—")),
        ("hybrid", 12, Entry(".5 ± .003", 0.5, best=True)),
        ('a "quoted", <b>one</b>', 4, Entry(".457", 0.457)),
    ]
    return Sheet(
        name=f"scores_{number}",
        title="mAP by strategy and number of training languages",
        caption="Made up. — no result. Bold: best.",
        head=("strategy", "languages", "cross mAP"),
        rows=tuple((Entry.word(name), Entry(str(n), n), value) for name, n, value in rows),
    )


def _settings() -> list[Item]:
    same = {"data": "artificial", "trainer.steps": "60", "languages": ", ".join(["qaa"] * 60)}
    return [
        Facts("The same in all runs", same),
        Facts("Where the figures come from", {"device": "cpu", "fingerprint": "0123456789abcdef" * 4}),
        Text("Left out of the plan", ["hybrid, languages=1: no pairs across languages", "a second <i>one</i>"]),
    ]


def _runs() -> Sheet:
    head = ("key", "strategy", "languages", "trained on", "number")
    return Sheet("runs", "Every run", "One row per run.", head, tuple(map(_run, range(RUNS))), words=2)


def _run(number: int) -> tuple[Entry, ...]:
    draw = random.Random(number)
    key, strategy, n = f"{draw.getrandbits(48):012x}", draw.choice(["hybrid", "monolingual"]), draw.choice([1, 2, 12])
    trained = " ".join(f"qa{letter}" for letter in "abcdefghijkl"[:n])
    return (Entry.word(key), Entry.word(strategy), Entry(str(n), n), Entry.word(trained), Entry(str(number), number))
