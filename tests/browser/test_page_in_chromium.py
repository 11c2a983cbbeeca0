"""The page as a reader uses it, in headless Chromium: `make test-browser`."""

import csv
import io
import time
from collections.abc import Iterator
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from matplotlib.image import imread

from hybridir.report.page.page import write_page
from tests.browser.chromium import Tab, open_tab
from tests.browser.made_page import ARMS, BENCHMARKS, NAME, RUNS, made_page

SCORES = "[data-csv=scores_0]"
TABLE = f"document.querySelector('{SCORES}').closest('figure')"
RUNS_TABLE = "document.querySelector('[data-csv=runs]').closest('figure')"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    folder = tmp_path_factory.mktemp("browser")
    page = write_page(made_page(folder), folder)
    with open_tab(folder) as tab:
        yield SimpleNamespace(tab=tab, page=page, saved=folder / "saved", folder=folder)


@pytest.fixture
def tab(browser: SimpleNamespace) -> Tab:
    """The page, opened anew on a wide light screen."""
    browser.tab.resize(1280, 900)
    browser.tab.prefer("light")
    browser.tab.open(browser.page)
    browser.tab.run("localStorage.clear()")
    browser.tab.open(browser.page)
    return browser.tab


def saved(browser: SimpleNamespace, name: str) -> str:
    until = time.monotonic() + 20
    while not (browser.saved / name).is_file():
        assert time.monotonic() < until, f"{name} was not saved"
        time.sleep(0.05)
    text = (browser.saved / name).read_text(encoding="utf8")
    (browser.saved / name).unlink()
    return text


def column(tab: Tab, number: int) -> list[str]:
    return tab.run(f"[...{TABLE}.querySelectorAll('tbody tr')].map((row) => row.cells[{number}].textContent)")


def press_head(tab: Tab, number: int) -> str:
    tab.run(f"{TABLE}.querySelectorAll('thead button')[{number}].click()")
    return tab.run(f"{TABLE}.querySelectorAll('thead th')[{number}].getAttribute('aria-sort')")


def test_it_opens_without_a_complaint_and_without_a_request(tab: Tab, browser: SimpleNamespace) -> None:
    assert tab.complaints() == []
    asked = [address for address in tab.requests() if not address.startswith("data:")]
    assert asked == [browser.page.as_uri()]
    assert tab.run("document.title") == NAME and tab.run("document.scripts.length") == 1


def test_the_policy_refuses_what_the_page_should_never_do(tab: Tab) -> None:
    tab.run("document.body.append(Object.assign(new Image(), {src: 'https://example.org/a.png'}))")
    tab.run("document.body.insertAdjacentHTML('beforeend', '<p id=evil onclick=\"window.hurt = 1\">x</p>')")
    tab.run("document.getElementById('evil').click()")
    assert tab.run("window.hurt") is None
    assert any("Content Security Policy" in said for said in tab.complaints())


def test_a_head_sorts_by_value_and_again_turns_round(tab: Tab) -> None:
    assert column(tab, 2) == [".457", ".000", "—", ".5 ± .003", ".457"]
    assert press_head(tab, 2) == "ascending"
    # the missing one last, and equal ones as they were
    assert column(tab, 2) == [".000", ".457", ".457", ".5 ± .003", "—"]
    assert column(tab, 0)[1:3] == ["monolingual", 'a "quoted", <b>one</b>']
    assert press_head(tab, 2) == "descending"
    assert column(tab, 2) == [".5 ± .003", ".457", ".457", ".000", "—"]
    assert column(tab, 0)[1:3] == ["monolingual", 'a "quoted", <b>one</b>']
    assert press_head(tab, 1) == "ascending"
    assert column(tab, 1) == ["2", "2", "4", "12", "12"]
    assert tab.run(f"{TABLE}.querySelectorAll('[aria-sort=none]').length") == 2


def test_a_head_sorts_by_keyboard(tab: Tab) -> None:
    tab.run(f"{TABLE}.querySelectorAll('thead button')[0].focus()")
    tab.press("Enter")
    assert column(tab, 0) == ['a "quoted", <b>one</b>', "hybrid", "hybrid", "monolingual", "monolingual"]


def test_a_long_table_shows_its_first_rows_then_all_and_filters_among_all(tab: Tab) -> None:
    shown = f"[...{RUNS_TABLE}.querySelectorAll('tbody tr')].filter((row) => !row.hidden).length"
    matching = f"[...{RUNS_TABLE}.querySelectorAll('tbody tr')].filter((r) => r.textContent.includes('qal')).length"
    assert tab.run(shown) == 100
    several = tab.run(matching)
    type_in(tab, "QAL hybrid")
    assert 0 < tab.run(shown) < several
    type_in(tab, "nowhere")
    assert tab.run(shown) == 0
    type_in(tab, "")
    tab.run(f"{RUNS_TABLE}.querySelector('.more').click()")
    assert tab.run(shown) == RUNS


def type_in(tab: Tab, text: str) -> None:
    field = f"{RUNS_TABLE}.querySelector('.filter')"
    tab.run(f"{field}.value = {text!r}; {field}.dispatchEvent(new Event('input'))")


def test_a_table_is_saved_whole_by_value(tab: Tab, browser: SimpleNamespace) -> None:
    tab.run(f"document.querySelector('{SCORES}').click()")
    assert list(csv.reader(io.StringIO(saved(browser, "scores_0.csv")))) == [
        ["strategy", "languages", "cross mAP"],
        ["monolingual", "2", "0.457"],
        ["monolingual", "12", "1e-05"],
        ["hybrid", "2", ""],
        ["hybrid", "12", "0.5"],
        ['a "quoted", <b>one</b>', "4", "0.457"],
    ]
    tab.run("document.querySelector('[data-csv=runs]').click()")
    assert len(saved(browser, "runs.csv").splitlines()) == 1 + RUNS


def test_a_figure_is_saved_as_it_was_drawn(tab: Tab, browser: SimpleNamespace) -> None:
    tab.prefer("dark")
    tab.run("document.querySelector('[data-svg=scaling_0]').click()")
    text = saved(browser, "scaling_0.svg")
    drawn = ElementTree.parse(browser.folder / "scaling_0.svg").getroot()
    root = ElementTree.fromstring(text)
    assert root.attrib["viewBox"] == drawn.attrib["viewBox"]
    assert "var(" not in text and "#555555" in text and "#0072b2" in text
    texts = [[text.text for text in of.iter("{http://www.w3.org/2000/svg}text")] for of in (root, drawn)]
    assert texts[0] == texts[1]


def test_colours_follow_the_system_until_asked_otherwise(tab: Tab, browser: SimpleNamespace) -> None:
    paper = "getComputedStyle(document.body).backgroundColor"
    label = "getComputedStyle(document.querySelector('.drawing svg text:not([style*=fill])')).fill"
    light = tab.run(f"[{paper}, {label}]")
    tab.prefer("dark")
    dark = tab.run(f"[{paper}, {label}]")
    assert light == ["rgb(253, 253, 251)", "rgb(0, 0, 0)"]
    assert dark == ["rgb(22, 24, 27)", "rgb(222, 221, 214)"]
    tab.run("document.getElementById('theme').click()")
    assert tab.run(f"[{paper}, {label}]") == light
    tab.open(browser.page)
    assert tab.run(paper) == light[0]
    assert tab.run("document.getElementById('theme').textContent") == "Dark"


def test_a_choice_holds_in_all_sections(tab: Tab) -> None:
    seen = "[...document.querySelectorAll('.drawing')].filter((figure) => figure.offsetParent)"
    shown = f"{seen}.map((figure) => figure.querySelector('.save').dataset.svg)"
    assert tab.run(shown) == ["scaling_0", "heatmap_xquad_r"]
    choose(tab, "benchmark", BENCHMARKS[1])
    assert tab.run(shown) == ["scaling_2", "heatmap_mlqa_r"]
    choose(tab, "arm", ARMS[1])
    assert tab.run(shown) == ["scaling_3", "heatmap_mlqa_r"]
    choose(tab, "benchmark", "")
    assert tab.run(shown) == ["scaling_1", "scaling_3", "heatmap_xquad_r", "heatmap_mlqa_r"]
    assert tab.run("[...document.querySelectorAll('[data-choice=benchmark]')].map((s) => s.value)") == ["", ""]


def choose(tab: Tab, name: str, value: str) -> None:
    select = f"document.querySelector('[data-choice={name}]')"
    tab.run(f"{select}.value = {value!r}; {select}.dispatchEvent(new Event('change'))")


def test_without_its_script_the_page_shows_everything(tab: Tab, browser: SimpleNamespace) -> None:
    tab.call("Emulation.setScriptExecutionDisabled", value=True)
    tab.open(browser.page)
    tab.call("Emulation.setScriptExecutionDisabled", value=False)
    assert tab.run("[...document.querySelectorAll('.drawing')].filter((f) => f.offsetParent).length") == 6
    assert tab.run(f"[...{RUNS_TABLE}.querySelectorAll('tbody tr')].filter((row) => !row.hidden).length") == RUNS
    assert tab.run("getComputedStyle(document.querySelector('.save')).display") == "none"


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_the_page_never_scrolls_sideways(tab: Tab, width: int) -> None:
    tab.resize(width, 844, mobile=width < 700)
    choose(tab, "benchmark", "")
    assert tab.run("document.documentElement.scrollWidth") <= width


def test_it_prints_light_and_without_its_buttons(tab: Tab) -> None:
    tab.call("Emulation.setEmulatedMedia", media="print", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    try:
        assert tab.run("getComputedStyle(document.body).backgroundColor") == "rgb(253, 253, 251)"
        assert tab.run("getComputedStyle(document.querySelector('.save')).display") == "none"
    finally:
        tab.call("Emulation.setEmulatedMedia", media="")


@pytest.mark.parametrize(
    ("name", "width", "scheme"), [("light", 1280, "light"), ("dark", 1280, "dark"), ("phone", 390, "light")]
)
def test_it_looks_light_or_dark(tab: Tab, browser: SimpleNamespace, name: str, width: int, scheme: str) -> None:
    """Leaves the pictures beside the page, for whoever wants to look: `pytest --basetemp DIR`."""
    tab.resize(width, 900, mobile=width < 700)
    tab.prefer(scheme)
    tab.screenshot(browser.folder / f"{name}.png")
    brightness = float(imread(browser.folder / f"{name}.png").mean())
    assert brightness > 0.85 if scheme == "light" else brightness < 0.3
