"""Which figures and tables stand in which section of the page, told by the names of their files."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hybridir.report.page.page import Block, Commands, Drawing, Facts, Item, Page, Section, Text
from hybridir.report.sheets.sheet import Sheet
from hybridir.report.study.points import Part, Points


@dataclass(frozen=True)
class Chapter:
    """A section of figures and tables: the first words of the names that belong to it, in their order."""

    title: str
    lead: str
    drawings: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()


CHAPTERS = (
    Chapter(
        "Scaling",
        "How well retrieval works with each number of training languages: over all target languages, over those that"
        " train, and over those that never do.",
        ("scaling",),
        ("scaling", "groups"),
    ),
    Chapter(
        "Arms and orders",
        "The same strategies with a total of pairs that stays level and with a number for each language, and with"
        " languages that enter in other orders.",
        ("arms", "orders"),
    ),
    Chapter("The dial", "What changes as one setting is turned, all else left as it is.", ("dial",)),
    Chapter(
        "Transfer",
        "What training in one language brings to each of the others.",
        ("transfer",),
        ("transfer",),
    ),
    Chapter(
        "Target languages",
        "Each language that is searched for, with the point at which it enters training, and what is known of it.",
        ("targets",),
        ("by_language", "facts"),
    ),
    Chapter(
        "Strategies",
        "The ways of mixing languages in a batch, side by side in each setting.",
        ("strategies",),
    ),
    Chapter("Ours beside theirs", "Our figures next to those that are expected, such as a paper's.", (), ("expected",)),
    Chapter(
        "Directions",
        "How well queries in each language find passages in each other one.",
        ("heatmap",),
    ),
    Chapter(
        "Language bias",
        "Whether the pool of all languages favours some of them: how far apart the parallel answers of a question"
        " rank, and which languages the top answers are in.",
        ("rank_distance", "languages"),
    ),
    Chapter(
        "What explains the gain",
        "Training, script, family and resources of a target language, each with its share in what it gains.",
        (),
        ("explained",),
    ),
    Chapter(
        "Tests and fits",
        "The shape of each curve, and whether its differences are more than chance.",
        (),
        ("fits", "steps", "tests"),
    ),
)
RUNS = Chapter("Runs", "Every run with its key. A run's folder is named after it.", (), ("runs",))
MORE = Chapter("More", "What stands in no other section.")

_KINDS = {kind for chapter in (*CHAPTERS, RUNS) for kind in (*chapter.drawings, *chapter.sheets)}
_TITLES = {
    "scaling": "By number of training languages",
    "arms": "By arm",
    "orders": "By order of adding languages",
    "targets": "By target language",
    "strategies": "By setting",
    "heatmap": "By query and passage language",
    "languages": "Languages of the top answers",
    "rank_distance": "Rank distance",
    "dial": "By the value of a setting",
    "transfer": "Gain by training language",
}
_PLAN = {
    "varies": "What varies",
    "settings": "The same in all runs",
    "first_stage": "Otherwise in the first stage",
    "benchmarks": "Benchmarks",
    "provenance": "Where the figures come from",
}


@dataclass(frozen=True)
class _Placed:
    """An item with its kind and its place; `rank` is where its place stands among those of the sweep."""

    kind: str
    rank: int
    place: Mapping[str, str]
    item: Drawing | Sheet


def assemble(
    points: Points,
    answer: Sequence[str],
    drawings: Mapping[str, Path],
    sheets: Sequence[Sheet],
    plan: Mapping[str, Any],
) -> Page:
    """The page of a sweep.

    `drawings` are SVG files by name; `plan` is `plan.json`, of which `title`, `varies`, `settings`, `provenance` and
    `command` (how to get it again) are read where they are there. What is not there leaves its section out.
    """
    drawn = [Drawing(name, _title(name), path.read_text(encoding="utf8")) for name, path in drawings.items()]
    placed_drawings = [_placed(points, drawing) for drawing in drawn]
    placed_sheets = [_placed(points, sheet) for sheet in sheets if sheet.head]
    sections = [_section(chapter, placed_drawings, placed_sheets) for chapter in CHAPTERS]
    more = [placed for placed in (*placed_drawings, *placed_sheets) if placed.kind not in _KINDS]
    sections += [
        Section(MORE.title, MORE.lead, _blocks(more)),
        Section("Data and settings", "", [Block(list(_settings(points, plan)))]),
        _section(RUNS, placed_drawings, placed_sheets),
        Section("Commands", "To get all of this again.", [Block([_commands(points, plan)])]),
    ]
    return Page(
        title=plan.get("title") or points.name,
        about=_about(points),
        answer=answer,
        warnings=points.confounds,
        sections=[section for section in sections if any(block.items for block in section.blocks)],
    )


def _about(points: Points) -> list[str]:
    labels = [f"{name} {points.labels[name]}" for name in ("data", "model") if name in points.labels]
    runs = points.frame["run"].nunique()
    return [f"sweep {points.name}", *labels, ", ".join(points.benchmarks), f"{runs:,} run{'s' * (runs != 1)}"]


def _title(name: str) -> str:
    """What to call a figure that does not say it itself."""
    return _TITLES.get(_kind(name), name)


def _kind(name: str) -> str:
    """The known word that a name starts with; else the name."""
    return next((kind for kind in sorted(_KINDS) if name == kind or name.startswith(f"{kind}_")), name)


def _placed(points: Points, item: Drawing | Sheet) -> _Placed:
    kind = _kind(item.name)
    rest = item.name.removeprefix(kind).removeprefix("_")
    for rank, (name, place) in enumerate(_places(points)):
        if rest == name:
            return _Placed(kind, rank, place, item)
    return _Placed(kind, 0, {}, item)


def _places(points: Points) -> list[tuple[str, dict[str, str]]]:
    """Each place by what stands behind the kind in a name: within a benchmark arms, orders, both, and it as a whole."""
    several = len(points.benchmarks) > 1
    parts = [part.part for part in points.parts if part.part is not None]
    shared = [Part(part.arm, "") for part in parts] + [Part("", part.order) for part in parts]
    found: list[tuple[str, dict[str, str]]] = []
    for benchmark in points.benchmarks:
        place = {"benchmark": benchmark} if several else {}
        for part in dict.fromkeys([*shared, *parts]):
            named = {name: value for name, value in (("arm", part.arm), ("order", part.order)) if value}
            found.append((f"{benchmark}_{part.slug}", place | named))
        found.append((benchmark, place))
    return found


def _section(chapter: Chapter, drawings: Sequence[_Placed], sheets: Sequence[_Placed]) -> Section:
    wanted = [placed for kind in chapter.drawings for placed in drawings if placed.kind == kind]
    wanted += [placed for kind in chapter.sheets for placed in sheets if placed.kind == kind]
    return Section(chapter.title, chapter.lead, _blocks(wanted))


def _blocks(wanted: Sequence[_Placed]) -> list[Block]:
    """What is of one place stands together, places in the order of the sweep."""
    by_rank: dict[int, list[_Placed]] = {}
    for placed in sorted(wanted, key=lambda placed: placed.rank):
        by_rank.setdefault(placed.rank, []).append(placed)
    return [Block([placed.item for placed in group], group[0].place) for group in by_rank.values()]


def _settings(points: Points, plan: Mapping[str, Any]) -> Iterator[Item]:
    for field, title in _PLAN.items():
        yield from _facts(title, plan.get(field) or {})
    if points.left_out:
        yield Text("Left out of the plan", points.left_out)


def _facts(title: str, values: Mapping[str, Any]) -> Iterator[Facts]:
    """Plain values as one table; mappings among them each as a table of their own."""
    plain = {name: _plain(value) for name, value in values.items() if not isinstance(value, Mapping)}
    if plain:
        yield Facts(title, plain)
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _facts(name, value)


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        if value and all(isinstance(each, Mapping) and set(each) == {"value", "runs"} for each in value):
            return _by_runs(value)
        return ", ".join(_plain(each) for each in value) or "empty"
    if isinstance(value, Mapping):
        return "(" + "; ".join(f"{name}: {_plain(each)}" for name, each in value.items()) + ")"
    if value is None or isinstance(value, bool):
        return {None: "not set", True: "yes", False: "no"}[value]
    return str(value) or "empty"


def _by_runs(found: Sequence[Mapping[str, Any]]) -> str:
    """Distinct values of the runs: the one there is, or each with the number of runs that have it."""
    if len(found) == 1:
        return _plain(found[0]["value"])
    return "; ".join(f"{_plain(each['value'])} ({each['runs']} run{'s' * (each['runs'] != 1)})" for each in found)


def _commands(points: Points, plan: Mapping[str, Any]) -> Commands:
    command = plan.get("command")
    carried_out = [(command, "All runs, and their report:")] if command else []
    return Commands([*carried_out, (f"hybridir report results/{points.name}", "This page again, from the results:")])
