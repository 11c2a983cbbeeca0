"""`report.html`: a report as one file that opens offline, with its styles, its script and its figures within.

Everything printed is escaped, the script is named by its hash in the page's content security policy, and that policy
forbids the network.
"""

import base64
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from hybridir.errors import UserError
from hybridir.files import write_atomic
from hybridir.report.page.inline_svg import InlineSvg, inline, is_grey, variable
from hybridir.report.sheets.sheet import Entry, Sheet

FILE = "report.html"
LONG, FIRST = 300, 100
"""A table of more than `LONG` rows shows the `FIRST` until asked for all."""

FILTERED = 12
"""Rows from which a table has a box to filter it."""

_TEMPLATES = Path(__file__).parent / "templates"
_DARK_PAPER, _DARK_INK = (0x16, 0x18, 0x1B), (0xDE, 0xDD, 0xD6)


@dataclass(frozen=True)
class Drawing:
    """A figure: the text of its SVG file. Title and caption are the SVG's own where it marks them."""

    name: str
    title: str
    svg: str
    caption: str = ""


@dataclass(frozen=True)
class Text:
    """Plain sentences under a heading, or a list of them."""

    title: str
    lines: Sequence[str]


@dataclass(frozen=True)
class Facts:
    """Names with their values, as a table of definitions."""

    title: str
    rows: Mapping[str, str]


@dataclass(frozen=True)
class Commands:
    """Lines for a shell, each with what it does."""

    lines: Sequence[tuple[str, str]]


Item = Drawing | Sheet | Text | Facts | Commands


@dataclass(frozen=True)
class Block:
    """What stands together in a section because it is of one benchmark, arm and order.

    `place` says which (`{"benchmark": "xquad_r", "arm": ...}`); a name that is not there means all of them.
    """

    items: Sequence[Item]
    place: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Section:
    """A part of the report; `lead` says in a sentence or two what one sees."""

    title: str
    lead: str
    blocks: Sequence[Block]

    @property
    def slug(self) -> str:
        return re.sub(r"[^a-z0-9]+", "-", self.title.lower()).strip("-")

    @property
    def choices(self) -> dict[str, list[str]]:
        """What a reader can choose among here: the names of a place that have several values, with those."""
        found: dict[str, dict[str, None]] = {}
        for block in self.blocks:
            for name, value in block.place.items():
                found.setdefault(name, {})[value] = None
        return {name: list(values) for name, values in found.items() if len(values) > 1}

    def hides(self, block: Block) -> bool:
        """Whether a block is not of the first choice."""
        return any(block.place.get(name, values[0]) != values[0] for name, values in self.choices.items())


@dataclass(frozen=True)
class Page:
    """A report: `about` is a line on what was run, `answer` its sentences, `warnings` what to mind in reading it."""

    title: str
    answer: Sequence[str]
    sections: Sequence[Section]
    about: Sequence[str] = ()
    warnings: Sequence[str] = ()


def write_page(page: Page, folder: Path) -> Path:
    """Write the page to `folder/report.html`; returns its path.

    UserError: a drawing is not SVG.
    """
    path = folder / FILE
    write_atomic(path, render(page))
    return path


def render(page: Page) -> str:
    """The page as HTML."""
    blocks = [block for section in page.sections for block in section.blocks]
    drawn = [item for block in blocks for item in block.items if isinstance(item, Drawing)]
    drawings = {drawing.name: _inline(drawing, f"d{number}") for number, drawing in enumerate(drawn)}
    script = (_TEMPLATES / "page.js").read_text(encoding="utf8")
    style = (_TEMPLATES / "page.css").read_text(encoding="utf8")
    return (
        _environment()
        .get_template("page.html")
        .render(
            page=page,
            drawings=drawings,
            policy=_policy(script),
            script=Markup(script),
            style=Markup(style + _colours(drawings)),
            first=FIRST,
        )
    )


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Callable[..., Any]] = {"kind": _kind, "value": _value, "columns": _columns, "svg": Markup}
    environment.filters.update(filters, breakable=_breakable)
    environment.tests["long"] = lambda sheet: len(sheet.rows) > LONG
    environment.tests["filtered"] = lambda sheet: len(sheet.rows) >= FILTERED
    return environment


def _inline(drawing: Drawing, prefix: str) -> InlineSvg:
    try:
        return inline(drawing.svg, prefix)
    except ValueError as error:
        raise UserError(f"the plot {drawing.name}.svg cannot be shown, {error}: run `hybridir report` again") from error


def _policy(script: str) -> str:
    """No request of any kind, and no script but ours."""
    known = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{known}'; style-src 'unsafe-inline'; img-src data:;"
        " base-uri 'none'; form-action 'none'"
    )


def _colours(drawings: Mapping[str, InlineSvg]) -> str:
    """The colours of all figures as variables: themselves on a light page, `_in_dark` on a dark one.

    A browser that cannot tell light from dark here shows the figures in their own colours.
    """
    colours = sorted({"#000000"}.union(*(drawing.colours for drawing in drawings.values())) - {"#ffffff"})
    rules = [f"{variable(colour)}: light-dark({colour}, {_in_dark(colour)});" for colour in colours]
    white = f"{variable('#ffffff')}: var(--paper);"
    return f"@supports (color: light-dark(#000, #fff)) {{ :root {{ {' '.join([*rules, white])} }} }}\n"


def _in_dark(colour: str) -> str:
    """A grey turned round, from the dark page's paper to its ink; another colour a quarter of the way to white."""
    channels = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    if is_grey(colour):
        share = 1 - channels[0] / 255
        mixed = [paper + share * (ink - paper) for paper, ink in zip(_DARK_PAPER, _DARK_INK, strict=True)]
    else:
        mixed = [channel + (255 - channel) / 4 for channel in channels]
    return "#" + "".join(f"{round(value):02x}" for value in mixed)


def _kind(item: Item) -> str:
    return type(item).__name__


def _breakable(name: str) -> Markup:
    """The name of a setting, which may go on in the next line behind a dot or a line."""
    return Markup(re.sub(r"([._])", r"\1<wbr>", str(escape(name))))


def _value(entry: Entry) -> str:
    """What a cell is worth, as text that a browser sorts and saves: the shortest digits that give the number again."""
    if entry.value is None or entry.value != entry.value:
        return ""
    if isinstance(entry.value, str):
        return entry.value
    return repr(float(entry.value)).removesuffix(".0").replace("inf", "Infinity")


@dataclass(frozen=True)
class _Column:
    """The head of a column; whether it sorts by number, and whether it stands to the right."""

    name: str
    is_numeric: bool
    is_figures: bool


def _columns(sheet: Sheet) -> list[_Column]:
    """Words stand to the left wherever they are; a column of numbers alone sorts by them."""
    found = []
    for number, name in enumerate(sheet.head):
        values = [entry.value for entry in sheet.column(number) if entry.value is not None]
        has_words = any(isinstance(value, str) for value in values)
        is_figures = number >= sheet.words and not has_words
        found.append(_Column(name, bool(values) and not has_words, is_figures))
    return found
