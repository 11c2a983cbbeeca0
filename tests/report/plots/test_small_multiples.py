from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.axes import Axes

from hybridir.report.plots.entries import Entries, entries
from hybridir.report.plots.small_multiples import MOST, small_multiples
from hybridir.report.plots.style import GREY, paper_style
from hybridir.report.study.findings import Findings
from hybridir.report.study.points import Points, load_points
from tests.report.drawn import add_orders, caption, found, marked
from tests.report.small_study import JOSHI, write_study


@pytest.fixture(autouse=True)
def style() -> Iterator[None]:
    with paper_style():
        yield


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    return found(add_orders(write_study(tmp_path_factory.mktemp("study"), seeds=(0, 1), counts=(0, 1, 2, 3))))


def entered(axes: Axes) -> list[float]:
    """Where the upright lines stand."""
    return [line.get_xdata()[0] for line in axes.get_lines() if line.get_color() == GREY and line.get_marker() == "None"
            and len(line.get_xdata()) == 2]  # fmt: skip


def test_languages_by_entry_then_those_that_never_train(study: Findings) -> None:
    figure = small_multiples(study.parts[0], "xquad_r")
    top = [axes for axes in figure.axes if axes.get_title(loc="left")]
    assert [axes.get_title(loc="left") for axes in top] == ["en EN", "ru RU", "el EL", "de DE", "tr TR", "th TH"]
    assert [axes.texts[0].get_text() for axes in top] == [
        "enters 1st; high (5)",
        "enters 2nd; middle (4)",
        "enters 3rd; low (3)",
        "never trained; high (5)",
        "never trained; middle (4)",
        "never trained; low (3)",
    ]
    assert [entered(axes) for axes in top] == [[0.0], [1.0], [pytest.approx(1.585, abs=1e-3)], [], [], []]


def test_each_random_order_marks_its_entry(study: Findings) -> None:
    part = study.parts[1]
    assert [(each.code, each.places) for each in entries(part, "xquad_r")] == [
        ("ru", (3, 1)),
        ("en", (2, 3)),
        ("el", (1, None)),
        ("de", (None, 2)),
        ("tr", (None, None)),
        ("th", (None, None)),
    ]
    figure = small_multiples(part, "xquad_r")
    english = figure.axes[1]
    assert english.texts[0].get_text() == "enters 2nd, 3rd; high (5)"
    assert entered(english) == [1.0, pytest.approx(1.585, abs=1e-3)]
    assert "here the language enters training; one for each random order." in caption(figure)
    assert "Mean over 2 random orders, a seed each." in caption(figure)


def test_lines_are_the_means_over_seeds(study: Findings) -> None:
    part = study.parts[0]
    figure = small_multiples(part, "xquad_r")
    rows = part.frame
    rows = rows[(rows["query_lang"] == "en") & (rows["metric"] == "mAP") & (rows["line"] == "hybrid") & (rows["n"] > 0)]
    for setting, axes in (("monolingual", figure.axes[0]), ("crosslingual", figure.axes[4])):
        means = rows[rows["setting"] == setting].groupby("n")["value"].mean()
        assert marked(axes, "^").get_ydata() == pytest.approx(means)
        assert axes.get_ylabel() == {"monolingual": "monolingual", "crosslingual": "cross-lingual"}[setting]
    assert figure.axes[0].get_ylim() == figure.axes[1].get_ylim()
    mono = rows_of(part, "monolingual")
    low, high = figure.axes[0].get_ylim()
    assert low < mono.min()
    assert high > mono.max()


def rows_of(part: Points, setting: str) -> pd.Series:
    """The means over seeds of all languages."""
    rows = part.frame[(part.frame["setting"] == setting) & (part.frame["metric"] == "mAP")]
    return rows[rows["query_lang"] != "*"].groupby(["line", "n", "query_lang"])["value"].mean()


def test_of_many_languages_those_that_change_most(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = [f"q{a}{b}" for a in "ab" for b in "abcdefghijkl"]
    for code in codes:
        monkeypatch.setitem(JOSHI, code, 3)

    def gain(strategy: str, arm: str, n: int, code: str) -> float:
        return 0.0 if code in codes[:4] else float(n)

    folder = write_study(tmp_path, ("hybrid",), (0, 1), (0,), gain=gain, codes=codes, by_question=False)
    figure = small_multiples(load_points(folder), "xquad_r")
    shown = {title.split()[0] for axes in figure.axes if (title := axes.get_title(loc="left"))}
    assert shown == set(codes[4:])
    assert len(shown) == MOST
    assert "Of 24 target languages, the 20 that change most." in caption(figure)


def test_entries_in_words() -> None:
    assert Entries("en", (1, 2, 11, 4)).words == "enters 1st to 11th"
    assert Entries("en", (3, None, 22)).words == "enters 3rd, 22nd or never"
    assert Entries("en", (None,)).words == "never trained"
