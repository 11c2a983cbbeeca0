from pathlib import Path

import matplotlib as mpl
import pytest

from hybridir.report.plots import curves
from hybridir.report.plots.count_axis import CountAxis
from hybridir.report.plots.heatmap import heatmap
from hybridir.report.plots.style import line_styles, paper_figure, paper_style
from hybridir.report.plots.write import not_plotted
from hybridir.report.study.findings import Findings
from hybridir.report.study.points import load_points
from hybridir.report.study.samples import Samples
from tests.report.drawn import plots_of

NAMES = ("scaling", "rank_distance", "targets", "heatmap")
NO_SHARES = "no heat map of the pool's languages for xquad_r: its results have no share@10"


def without_questions(points):
    """What is found of a sweep without values by question: nothing; plots show the spread over seeds."""
    return Findings(points, Samples(Path("nowhere")))


@pytest.fixture
def small(sweep):
    """Points of three strategies on three languages, one of them never trained on."""
    return load_points(sweep(counts=(0, 1, 2), codes=("en", "de", "el")))


def test_writes_png_and_svg_of_each_plot(small, tmp_path):
    written = plots_of(without_questions(small), tmp_path)
    expected = {f"{name}_xquad_r.{suffix}" for name in NAMES for suffix in ("png", "svg")}
    assert {path.name for path in written} == expected
    assert {path.name for path in (tmp_path / "plots").iterdir()} == expected
    assert not_plotted(small) == [NO_SHARES]
    for path in written:
        if path.suffix == ".svg":
            text = path.read_text()
            assert "xquad_r</text>" in text, "text stays text"
            assert "<dc:date>" not in text


def test_the_same_points_give_the_same_bytes_whatever_the_users_settings(results, rows, tmp_path):
    found = without_questions(load_points(results(rows.hand_worked())))
    first = {path.name: path.read_bytes() for path in plots_of(found, tmp_path / "a")}
    with mpl.rc_context({"font.size": 20, "svg.fonttype": "path", "figure.dpi": 50, "axes.grid": False}):
        second = {path.name: path.read_bytes() for path in plots_of(found, tmp_path / "b")}
    assert first == second


def axes_of(figure):
    """The panels of a figure, without its colour bar."""
    return [axes for axes in figure.axes if axes.get_label() != "<colorbar>"]


def test_scaling_draws_the_means_and_skips_what_is_missing(small):
    with paper_style():
        figure = curves.scaling(without_questions(small), "xquad_r", small)
    panels = axes_of(figure)
    assert len(panels) == 9
    assert [panels[i].get_ylabel() for i in (0, 3, 6)] == [
        "all languages\nmAP",
        "2 trained\nmAP",
        "1 never trained\nmAP",
    ]
    drawn = [line for line in panels[0].get_lines() if line.get_marker() == "s"]
    assert len(drawn) == 1, "one line of the cross-lingual strategy"
    assert list(drawn[0].get_xdata()) == [1.0], "it has no point at one language: only log2(2)"
    frame = small.frame
    macro = frame[(frame["setting"] == "monolingual") & (frame["query_lang"] == "*") & (frame["metric"] == "mAP")]
    expected = macro[(macro["line"] == "crosslingual") & (macro["n"] == 2)]["value"].mean()
    assert list(drawn[0].get_ydata()) == [pytest.approx(expected)]
    assert panels[0].get_ylim() == panels[6].get_ylim()


def test_captions_say_seeds_groups_and_what_is_left_out(small):
    with paper_style():
        figure = curves.scaling(without_questions(small), "xquad_r", small)
    caption = " ".join(figure.texts[-1].get_text().split())
    assert "Mean over 2 seeds, bands from the lowest to the highest." in caption
    assert "trained: in the largest training subset (en de)" in caption
    assert "Left out: sampling=crosslingual, languages=1 (no cross-lingual pairs)." in caption


def test_one_row_of_panels_where_every_language_is_trained(sweep):
    points = load_points(sweep(strategies=("hybrid",), counts=(0, 2), seeds=(0,), codes=("en", "de")))
    with paper_style():
        assert len(axes_of(curves.scaling(without_questions(points), "xquad_r", points))) == 3


def test_heatmap_puts_trained_languages_first_on_one_scale(results, rows):
    swapped = [rows.small(**point | {"trained": "el"}) for point in (rows.monolingual, rows.hybrid)]
    points = load_points(results([row for written in swapped for row in written]))
    with paper_style():
        figure = heatmap(points, "xquad_r")
    first, second = axes_of(figure)
    assert [text.get_text() for text in first.get_xticklabels()] == ["el", "en"]
    assert [text.get_text() for text in first.texts] == [".40", ".40", ".20", ".80"], "query el first"
    assert first.collections[0].get_clim() == second.collections[0].get_clim() == (0, 0.8)


def test_passage_languages_need_not_be_query_languages(results, rows):
    into_english = [row for row in rows.small(**rows.hybrid) if row["setting"] == "crosslingual"]
    into_english = [row for row in into_english if row["query_lang"] != "en"]
    points = load_points(results(into_english))
    with paper_style():
        (panel,) = axes_of(heatmap(points, "xquad_r"))
    assert [text.get_text() for text in panel.get_xticklabels()] == ["en"]
    assert [text.get_text() for text in panel.get_yticklabels()] == ["el"]
    assert [text.get_text() for text in panel.texts] == [".70"]


def test_every_column_of_panels_has_its_languages_below(results, rows):
    written = [row for alpha in range(5) for row in rows.small(alpha=alpha, **rows.hybrid)]
    with paper_style():
        panels = axes_of(heatmap(load_points(results(written)), "xquad_r"))
    below = [axes.xaxis.get_tick_params()["labelbottom"] for axes in panels if axes.get_visible()]
    assert below == [False, False, True, True, True]


def test_many_languages_have_no_values_in_their_cells(sweep):
    codes = ("en", "de", "es", "zh", "ar", "ru", "vi", "tr", "hi", "th", "el", "fi", "sw")
    points = load_points(sweep(strategies=("hybrid",), counts=(2,), seeds=(0,), codes=codes))
    with paper_style():
        (panel,) = axes_of(heatmap(points, "xquad_r"))
    assert len(panel.texts) == 0
    assert len(panel.get_yticklabels()) == 13


def test_what_cannot_be_plotted_is_said_and_not_written(results, rows, tmp_path):
    no_pairs = [row for row in rows.small(**rows.hybrid) if row["setting"] != "crosslingual"]
    points = load_points(results(no_pairs))
    assert not_plotted(points) == [
        "no plot over the number of languages: all points have 1",
        "no heat map of xquad_r: it has no cross-lingual directions",
        NO_SHARES,
    ]
    assert plots_of(without_questions(points), tmp_path / "out") == []
    for row in no_pairs:
        del row["languages"]
    assert not_plotted(load_points(results(no_pairs)))[0].endswith("no axis `languages` of counts")


def test_zero_languages_stand_one_doubling_left_of_the_first():
    axis = CountAxis([0, 1, 2, 4, 12])
    assert [axis.at(n) for n in (0, 1, 2, 4)] == [-1, 0, 1, 2]
    assert CountAxis([0, 4, 8]).at(0) == 1


def test_ticks_stand_at_the_counts_and_labels_do_not_touch():
    with paper_style():
        axes = paper_figure(3, 2, "title", "caption", "x").subplots()
        CountAxis([0, 1, 2, 4, 8, 12]).draw(axes)
        assert [text.get_text() for text in axes.get_xticklabels()] == ["0", "1", "2", "4", "8", "12"]
        CountAxis([1, 2, 30, 31, 32]).draw(axes)
        assert [text.get_text() for text in axes.get_xticklabels()] == ["1", "2", "", "", "32"]


def test_strategies_look_the_same_in_every_sweep_and_no_two_lines_alike():
    everything = line_styles(["monolingual", "crosslingual", "hybrid"])
    assert line_styles(["hybrid"])["hybrid"] == everything["hybrid"]
    many = line_styles([f"alpha={i / 10}" for i in range(20)])
    assert len(set(many.values())) == 20
    mixed = line_styles(["hybrid", "hybrid, alpha=0.3", "monolingual"])
    assert len({style.colour for style in mixed.values()}) == 3
