from collections.abc import Iterator
from pathlib import Path

import pytest

from hybridir.report.plots import parts_compared
from hybridir.report.plots.style import _STRATEGIES, facet_styles, line_styles, paper_style
from hybridir.report.study.findings import Findings
from hybridir.report.study.measures import Measure
from tests.report.drawn import add_orders, caption, found, marked, plots_of, words
from tests.report.small_study import write_study


def arms_differ(strategy: str, arm: str, n: int, code: str) -> float:
    return (0.02 if arm == "total" else 0.04) * n


@pytest.fixture(autouse=True)
def style() -> Iterator[None]:
    with paper_style():
        yield


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    folder = write_study(tmp_path_factory.mktemp("study"), arms=("total", "per_language"), gain=arms_differ)
    return found(add_orders(folder))


def test_a_figure_per_order_with_the_arms_as_lines(study: Findings) -> None:
    figures = dict(parts_compared.arms(study, "xquad_r"))
    assert list(figures) == ["by-resource", "at-random"]
    figure = figures["by-resource"]
    assert "Languages by resource" in words(figure)
    titles = [axes.get_title() for axes in figure.axes]
    assert titles[:2] == ["training: monolingual", "training: hybrid"]
    assert [axes.get_ylabel() for axes in figure.axes[::2]] == ["monolingual\nmAP", "cross-lingual\nmAP", "pool\nmAP"]
    panel = figure.axes[1]  # hybrid, monolingual retrieval
    by_resource = [part for part in study.parts if part.part is not None and part.part.order == "by resource"]
    for part, marker in zip(by_resource, "XP", strict=True):
        lines = study.of("xquad_r", Measure("monolingual", "mAP"), part=part)
        (line,) = [line for line in lines if line.name == "hybrid"]
        assert marked(panel, marker).get_ydata() == pytest.approx(line.curve.means)
    assert figure.axes[0].get_ylim() == panel.get_ylim(), "strategies are compared along a row"


def test_a_figure_per_arm_with_the_orders_as_lines(study: Findings) -> None:
    figures = dict(parts_compared.orders(study, "xquad_r"))
    assert list(figures) == ["fixed-total-1000", "fixed-per-language-300"]
    said = caption(figures["fixed-total-1000"])
    assert "benchmark xquad_r; fixed total: 1,000 pairs." in said
    assert "By resource: mean over 3 seeds; at random: mean over 2 random orders, a seed each." in said
    assert "Bands: 95 %, bootstrap over seeds or random orders and questions." in said
    assert [text.get_text() for text in figures["fixed-total-1000"].legends[0].get_texts()] == [
        "by resource",
        "at random",
        "untrained",
    ]


def test_what_all_parts_share_is_said_once(study: Findings) -> None:
    said = caption(dict(parts_compared.arms(study, "xquad_r"))["at-random"])
    assert "languages at random. Mean over 2 random orders, a seed each. Bands" in said


def test_neither_is_drawn_where_there_is_one_of_each(tmp_path: Path) -> None:
    single = found(write_study(tmp_path, seeds=(0,)))
    assert not list(parts_compared.arms(single, "xquad_r"))
    assert not list(parts_compared.orders(single, "xquad_r"))


def test_no_arm_looks_like_a_strategy() -> None:
    colours = {style.colour for style in facet_styles(["a", "b", "c"]).values()}
    assert len(colours) == 3
    assert not colours & {style.colour for style in line_styles(_STRATEGIES).values()}


def test_files_are_named_after_the_part_that_they_show(tmp_path: Path) -> None:
    folder = write_study(tmp_path, ("hybrid",), seeds=(0,), counts=(0, 1), arms=("total", "per_language"))
    stems = {path.stem for path in plots_of(found(folder), tmp_path)}
    assert "arms_xquad_r" in stems
    assert {"scaling_xquad_r_fixed-total-1000", "scaling_xquad_r_fixed-per-language-300"} <= stems
    assert "targets_xquad_r_fixed-total-1000" in stems
    assert "scaling_xquad_r" not in stems
