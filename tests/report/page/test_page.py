from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest

from hybridir.errors import UserError
from hybridir.report.page.page import Block, Commands, Drawing, Facts, Item, Page, Section, Text, render, write_page
from hybridir.report.sheets.sheet import Entry, Sheet

EVIL = "<script>alert('x')</script> & \"co\""
SVG = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">
<defs><path id="m" d="M 0 0" style="fill: #555555"/></defs><use xlink:href="#m"/></svg>"""
NAMESPACES = ("http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink")


class Seen(HTMLParser):
    """The tags of a page with their attributes, in order, and the text of each."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.texts.append("")

    def handle_data(self, data: str) -> None:
        if self.texts:
            self.texts[-1] += data

    def all(self, name: str, **wanted: str) -> list[dict[str, str | None]]:
        return [of for tag, of in self.tags if tag == name and all(of.get(k) == v for k, v in wanted.items())]

    def text(self, name: str) -> list[str]:
        return [text.strip() for (tag, _), text in zip(self.tags, self.texts, strict=True) if tag == name]


def sheet(name: str = "scores", rows: int = 3) -> Sheet:
    cells = tuple((Entry.word(f"row {i}"), Entry(f".{i}", i / 8, best=i == 1)) for i in range(rows))
    return Sheet(name, f"Scores, {name}", "What they are.", ("strategy", "mAP"), cells)


def page(*items: Item, **changed: object) -> Page:
    sections = [Section("Scaling", "What one sees.", [Block(items)])]
    return Page(**({"title": "A sweep", "answer": ["One.", "Two."], "sections": sections} | changed))  # type: ignore[arg-type]


def test_everything_printed_is_escaped() -> None:
    cells = ((Entry.word(EVIL), Entry(EVIL, 0.5)),)
    shown = render(
        Page(
            title=EVIL,
            answer=[EVIL],
            about=[EVIL],
            warnings=[EVIL],
            sections=[
                Section(
                    EVIL,
                    EVIL,
                    [
                        Block([Sheet(EVIL, EVIL, EVIL, (EVIL, "x"), cells), Text(EVIL, [EVIL])], {EVIL: EVIL}),
                        Block([Facts(EVIL, {EVIL: EVIL}), Commands([(EVIL, EVIL)])], {EVIL: f"{EVIL}2"}),
                        Block([Drawing(EVIL, EVIL, SVG, EVIL)], {EVIL: EVIL}),
                    ],
                )
            ],
        )
    )
    seen = Seen(shown)
    assert len(seen.all("script")) == 1 and "alert" not in seen.text("script")[0]
    assert "<script>alert" not in shown and "onerror" not in shown
    assert seen.text("title") == seen.text("h1") == seen.text("h2")[1:] == [EVIL]
    assert seen.all("button", **{"data-csv": EVIL}) and seen.all("button", **{"data-svg": EVIL})
    assert EVIL in seen.text("code") and EVIL in seen.text("dd") and EVIL in seen.text("td")


def test_the_page_asks_for_nothing_from_outside() -> None:
    shown = render(page(sheet(), Drawing("plot", "A plot", SVG)))
    seen = Seen(shown)
    for namespace in NAMESPACES:
        shown = shown.replace(f'="{namespace}"', "")
    assert "http://" not in shown and "https://" not in shown and "@import" not in shown
    addresses = [of[name] for _, of in seen.tags for name in ("src", "href", "action") if name in of]
    assert all(address.startswith(("#", "data:")) for address in addresses if address)
    (policy,) = [of["content"] for of in seen.all("meta") if of.get("http-equiv") == "Content-Security-Policy"]
    assert policy is not None
    assert policy.startswith("default-src 'none'; script-src 'sha256-") and "'unsafe-eval'" not in policy


def test_ids_are_unique_and_what_refers_to_them_finds_them() -> None:
    shown = Seen(render(page(sheet("a"), sheet("b"), Drawing("p", "P", SVG), Drawing("q", "Q", SVG))))
    ids = Counter(of["id"] for _, of in shown.tags if "id" in of)
    assert set(ids.values()) == {1}
    referred = [of["aria-labelledby"] for _, of in shown.tags if "aria-labelledby" in of]
    linked = [(of.get("href") or of.get("xlink:href") or "#")[1:] for tag, of in shown.tags if tag in ("a", "use")]
    assert set(referred) | set(linked) <= set(ids) and len(referred) == 4


def test_every_table_is_saved_as_csv_and_sorts_by_its_heads() -> None:
    seen = Seen(render(page(sheet("a"), sheet("b"))))
    assert [of["data-csv"] for of in seen.all("button") if "data-csv" in of] == ["a", "b"]
    heads = seen.all("th", scope="col")
    assert [of["aria-sort"] for of in heads] == ["none"] * 4
    assert ["data-numeric" in of for of in heads] == [False, True] * 2
    assert seen.text("button").count("mAP") == 2


def test_cells_carry_their_values_and_the_best_is_bold() -> None:
    rows = (
        (Entry.word("hybrid"), Entry("—"), Entry("—", float("nan")), Entry(".333", 1 / 3, best=True), Entry("2", 2)),
    )
    seen = Seen(render(page(Sheet("s", "S", "", ("strategy", "a", "b", "c", "n"), rows))))
    assert [of["data-value"] for of in seen.all("td")] == ["", "", "0.3333333333333333", "2"]
    assert seen.all("th", scope="row")[0]["data-value"] == "hybrid"
    assert seen.text("b") == [".333"]


def test_words_behind_the_first_columns_stand_to_the_left_and_sort_as_words() -> None:
    rows = ((Entry.word("a"), Entry.word("en de"), Entry("1", 1)),)
    heads = Seen(render(page(Sheet("s", "S", "", ("key", "trained on", "n"), rows)))).all("th", scope="col")
    assert [of.get("class") for of in heads] == [None, None, "figure"]


def test_every_drawing_is_saved_as_svg() -> None:
    seen = Seen(render(page(Drawing("scaling_x", "Scaling", SVG), Drawing("dial_x", "Dial", SVG, "Turned."))))
    assert [of["data-svg"] for of in seen.all("button") if "data-svg" in of] == ["scaling_x", "dial_x"]
    assert seen.text("h4") == ["Scaling", "Dial"] and seen.text("figcaption") == ["Turned."]
    assert len(seen.all("div", role="img")) == 2


def test_a_long_table_is_there_whole_and_says_how_much_to_show_first() -> None:
    short, long = (Seen(render(page(sheet(rows=rows)))) for rows in (300, 301))
    assert "data-first" not in short.all("table")[0] and long.all("table")[0]["data-first"] == "100"
    assert len(long.all("tr")) == 302
    assert "Show all 301 rows" in long.text("button")


def test_a_filter_comes_with_a_dozen_rows() -> None:
    counts = [len(Seen(render(page(sheet(rows=rows)))).all("input", type="search")) for rows in (11, 12)]
    assert counts == [0, 1]


def test_a_choice_is_offered_where_there_are_several() -> None:
    arms = [{"benchmark": "b", "arm": "total"}, {"benchmark": "b", "arm": "per language"}]
    blocks = [Block([sheet(str(i))], arm) for i, arm in enumerate(arms)]
    seen = Seen(render(page(sections=[Section("Scaling", "", blocks), Section("More", "", [Block([sheet("m")])])])))
    assert [of["data-choice"] for of in seen.all("select")] == ["arm"]
    assert seen.text("option") == ["total", "per language", "all of them"]
    # without the script all blocks are seen
    assert not any("hidden" in of for of in seen.all("div"))


def test_what_is_not_there_has_no_place() -> None:
    seen = Seen(render(page(answer=[], sections=[])))
    assert not seen.all("section") and not seen.all("a") and not seen.all("aside")
    assert Seen(render(page(warnings=["Mind this."]))).text("li")[-1] == "Mind this."


def test_the_same_report_is_the_same_bytes_in_one_file(tmp_path: Path) -> None:
    first = write_page(page(sheet()), tmp_path)
    assert first == tmp_path / "report.html" and list(tmp_path.iterdir()) == [first]
    assert first.read_text(encoding="utf8") == render(page(sheet()))


def test_a_spoiled_plot_is_named() -> None:
    with pytest.raises(
        UserError, match=r"the plot heatmap_x\.svg cannot be shown, it is not XML.*run `hybridir report`"
    ):
        render(page(Drawing("heatmap_x", "", "<svg")))


def test_names_of_settings_may_break_behind_dots_and_lines() -> None:
    shown = render(page(Facts("", {"sampling.cross_batches & <b>": "no"})))
    assert "<dt>sampling.<wbr>cross_<wbr>batches &amp; &lt;b&gt;</dt>" in shown
