"""A figure that matplotlib wrote as SVG, made ready to stand within a page.

Its ids get a name of their own, so that two figures do not clash. Its greys and the colours of its lines become
variables that a page may set, with the colour itself as the fallback: on a dark page black turns light, and what is
saved from the page has the literal colours again. Its title and caption (see `style.paper_figure`) are hidden, since a
page prints them as text.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass

from hybridir.report.plots.style import CAPTION, LINE_COLOURS, ON_LIGHT, TITLE

_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_HREF = f"{{{_XLINK}}}href"
_LEFT_OUT = {f"{{{_SVG}}}{tag}" for tag in ("metadata", "style", "script", "foreignObject")}
_STYLE_OF_ALL = {"stroke-linejoin": "round", "stroke-linecap": "butt"}
"""What matplotlib says in a style sheet of its own, which would hold for the whole page."""

ET.register_namespace("", _SVG)
ET.register_namespace("xlink", _XLINK)


@dataclass(frozen=True)
class InlineSvg:
    """`markup` is one `<svg>` element; `width` and `height` (points) are those of the part that is shown.

    `colours` became variables (see `variable`); `title` and `caption` are empty where
    the figure marks none.
    """

    markup: str
    width: float
    height: float
    colours: frozenset[str]
    title: str
    caption: str


def variable(colour: str) -> str:
    """The name of the CSS variable that stands for a colour: `--c-555555`."""
    return f"--c-{colour[1:]}"


def is_grey(colour: str) -> bool:
    """Whether red, green and blue are the same."""
    return colour[1:3] == colour[3:5] == colour[5:]


def inline(svg: str, prefix: str) -> InlineSvg:
    """The figure `svg` for a page, with `prefix` before its ids; ValueError where it is not SVG."""
    root = _parse(svg)
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    title, above = _lift(root, TITLE)
    caption, below = _lift(root, CAPTION)
    top = above[-1] + 2.5 if above else 0.0
    bottom = below[0] - 6.5 if below else height
    _own_ids(root, prefix)
    colours = {colour for element in root.iter() for colour in _recolour(element)}
    for element in root.iter():
        _tidy(element)
    # what a figure saved from the page has again
    root.attrib["data-whole"] = f"0 0 {width:g} {height:g}"
    root.attrib |= {"viewBox": f"0 {top:.1f} {width:g} {bottom - top:.1f}", "width": f"{width:g}pt"}
    root.attrib |= {"height": f"{bottom - top:.1f}pt", **_STYLE_OF_ALL}
    return InlineSvg(ET.tostring(root, "unicode"), width, bottom - top, frozenset(colours), title, caption)


def _parse(svg: str) -> ET.Element:
    try:
        root = ET.fromstring(svg)
    except ET.ParseError as error:
        raise ValueError(f"it is not XML: {error}") from error
    if root.tag != f"{{{_SVG}}}svg" or len(root.attrib.get("viewBox", "").split()) != 4:
        raise ValueError("it is not an SVG with a viewBox")
    for parent in list(root.iter()):
        for child in [child for child in parent if child.tag in _LEFT_OUT]:
            parent.remove(child)
    return root


def _lift(root: ET.Element, name: str) -> tuple[str, list[float]]:
    """The words of the group `name` and the heights of its lines; the group is marked as said elsewhere."""
    group = root.find(f".//*[@id='{name}']")
    if group is None:
        return "", []
    group.attrib["class"] = "said"
    lines = list(group.iter(f"{{{_SVG}}}text"))
    return " ".join(line.text or "" for line in lines), [_baseline(line) for line in lines]


def _baseline(text: ET.Element) -> float:
    """The y of a line, which matplotlib says as `y`, or as `translate(x y)` where a text has several lines."""
    moved = re.match(r"translate\(\S+ (\S+)\)", text.attrib.get("transform", ""))
    return float(moved[1] if moved else text.attrib["y"])


def _own_ids(root: ET.Element, prefix: str) -> None:
    """Give the ids that something refers to a prefix, and drop the others."""
    wanted = set()
    for element in root.iter():
        for key, value in element.attrib.items():
            if key == _HREF and value.startswith("#"):
                wanted.add(value[1:])
                element.attrib[key] = f"#{prefix}-{value[1:]}"
            elif "url(#" in value:
                wanted.update(re.findall(r"url\(#([^)]+)\)", value))
                element.attrib[key] = value.replace("url(#", f"url(#{prefix}-")
    for element in root.iter():
        own = element.attrib.pop("id", None)
        if own in wanted:
            element.attrib["id"] = f"{prefix}-{own}"


def _recolour(element: ET.Element) -> Iterator[str]:
    """Turn the greys and line colours of an element's style into variables; yields them."""
    style = element.attrib.get("style", "")
    for colour in set(re.findall(r"#[0-9a-f]{6}\b", style)):
        on_dark_cell = colour == "#ffffff" and element.tag == f"{{{_SVG}}}text"
        turns = colour in LINE_COLOURS or (is_grey(colour) and colour != ON_LIGHT)
        if turns and not on_dark_cell:
            style = style.replace(colour, f"var({variable(colour)}, {colour})")
            yield colour
    if style:
        element.attrib["style"] = style


def _tidy(element: ET.Element) -> None:
    """Leave out blanks, turns by nothing, and digits beyond a hundredth of a point."""
    if not (element.text or "").strip():
        element.text = None
    element.tail = None
    if element.attrib.get("transform", "").startswith("rotate(-0 "):
        del element.attrib["transform"]
    for key in ("d", "x", "y"):
        if key in element.attrib:
            blanks = " ".join(element.attrib[key].split())
            element.attrib[key] = re.sub(r"-?\d+\.\d{3,}", lambda number: f"{float(number[0]):.2f}", blanks)
