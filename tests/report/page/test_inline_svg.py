import re
from pathlib import Path

import pytest

from hybridir.report.page.inline_svg import inline
from hybridir.report.plots.style import ON_LIGHT, PAGE, paper_figure, paper_style, save

SVG = """<?xml version="1.0" encoding="utf-8" standalone="no"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg xmlns:xlink="http://www.w3.org/1999/xlink" width="100pt" height="80pt" viewBox="0 0 100 80"
 xmlns="http://www.w3.org/2000/svg" version="1.1">
 <metadata><creator>someone</creator></metadata>
 <defs><style type="text/css">*{stroke-linejoin: round; stroke-linecap: butt}</style>
  <clipPath id="clip"><rect x="1" y="2" width="3" height="4"/></clipPath></defs>
 <script>alert(1)</script>
 <g id="figure_1">
  <path d="M 0 0.123456
L 10.999999 20 z" clip-path="url(#clip)" style="fill: #ffffff; stroke: #555555"/>
  <use xlink:href="#mark" x="5.5" y="1.25"/><defs><path id="mark" d="M 0 0" style="stroke: #0072b2"/></defs>
  <g id="title"><text style="font-size: 8px" transform="translate(3.6 10)">One &lt; two</text>
   <text transform="translate(3.6 20)">lines</text></g>
  <g id="caption"><text x="3" y="70" transform="rotate(-0 3 70)">Said.</text></g>
  <text style="fill: #ffffff">on dark</text><text style="fill: #111111">on light</text>
  <path style="fill: #123456"/>
 </g>
</svg>"""


def test_ids_that_are_referred_to_are_the_figures_own_and_others_are_dropped() -> None:
    markup = inline(SVG, "d1").markup
    assert sorted(re.findall(r' id="([^"]*)"', markup)) == ["d1-clip", "d1-mark"]
    assert 'clip-path="url(#d1-clip)"' in markup and 'xlink:href="#d1-mark"' in markup


def test_prolog_metadata_styles_and_scripts_stay_outside() -> None:
    markup = inline(SVG, "d1").markup
    assert markup.startswith("<svg ")
    for word in ("DOCTYPE", "someone", "<style", "script", "alert"):
        assert word not in markup
    assert 'stroke-linejoin="round"' in markup and 'stroke-linecap="butt"' in markup


def test_title_and_caption_are_lifted_out_and_what_is_shown_ends_where_they_begin() -> None:
    inlined = inline(SVG, "d1")
    assert (inlined.title, inlined.caption) == ("One < two lines", "Said.")
    # from below the baseline of the last line of the title, to above the caption's first line
    assert 'viewBox="0 22.5 100 41.0"' in inlined.markup and inlined.height == 41
    assert 'data-whole="0 0 100 80"' in inlined.markup
    assert inlined.markup.count('class="said"') == 2


def test_greys_and_line_colours_become_variables_but_text_on_cells_and_other_colours_stay() -> None:
    inlined = inline(SVG, "d1")
    assert inlined.colours == {"#ffffff", "#555555", "#0072b2"}
    assert "fill: var(--c-ffffff, #ffffff); stroke: var(--c-555555, #555555)" in inlined.markup
    assert "stroke: var(--c-0072b2, #0072b2)" in inlined.markup
    assert 'style="fill: #ffffff">on dark' in inlined.markup and 'style="fill: #111111">on light' in inlined.markup
    assert 'style="fill: #123456"' in inlined.markup


def test_numbers_keep_a_hundredth_of_a_point() -> None:
    assert 'd="M 0 0.12 L 11.00 20 z"' in inline(SVG, "d1").markup


@pytest.mark.parametrize("broken", ["", "<svg", "<html></html>", '<svg xmlns="http://www.w3.org/2000/svg"/>'])
def test_what_is_not_svg_is_said(broken: str) -> None:
    with pytest.raises(ValueError, match="it is not"):
        inline(broken, "d1")


def test_a_figure_of_ours_says_its_title_and_caption(tmp_path: Path) -> None:
    with paper_style():
        figure = paper_figure(PAGE, 1.0, "A title", "A caption that is long. " * 9, "languages")
        figure.subplots().text(0.5, 0.5, "cell", color=ON_LIGHT)
        save(figure, tmp_path / "plot")
    inlined = inline((tmp_path / "plot.svg").read_text(encoding="utf8"), "d1")
    assert (inlined.title, inlined.caption) == ("A title", ("A caption that is long. " * 9).strip())
    whole = float(re.findall(r'data-whole="0 0 \S+ (\S+)"', inlined.markup)[0])
    assert 72 < inlined.height < whole - 20
    assert f"fill: {ON_LIGHT}" in inlined.markup
