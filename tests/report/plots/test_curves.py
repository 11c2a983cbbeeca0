from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from hybridir.report.plots import curves
from hybridir.report.plots.style import paper_style
from hybridir.report.study.findings import Findings
from hybridir.report.study.groups import NEVER_TRAINED
from hybridir.report.study.measures import DISTANCE, Measure
from tests.report.drawn import bands, bars, caption, found, hybrid_grows, marked, words
from tests.report.small_study import write_study

CROSS = Measure("crosslingual", "mAP")
FIT = 0.5  # the width of a fitted curve


@pytest.fixture(autouse=True)
def style() -> Iterator[None]:
    with paper_style():
        yield


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    return found(write_study(tmp_path_factory.mktemp("study"), gain=hybrid_grows))


def test_bands_and_start_are_those_of_the_findings(study: Findings) -> None:
    figure = curves.scaling(study, "xquad_r", study.parts[0])
    panel = figure.axes[1]
    mono, hybrid = study.of("xquad_r", CROSS)
    for line, marker, (places, low, high) in zip((mono, hybrid), "o^", bands(panel), strict=True):
        assert places.tolist() == pytest.approx([0, 1, np.log2(3)])
        assert low == pytest.approx(line.low)
        assert high == pytest.approx(line.high)
        assert marked(panel, marker).get_ydata() == pytest.approx(line.curve.means)
    assert mono.start is not None
    (bar,) = bars(panel)
    assert bar == [[-1, pytest.approx(mono.start.low)], [-1, pytest.approx(mono.start.high)]]


def test_rows_are_the_groups(study: Findings) -> None:
    figure = curves.scaling(study, "xquad_r", study.parts[0])
    (never,) = [line for line in study.of("xquad_r", CROSS, _group(study)) if line.name == "hybrid"]
    assert marked(figure.axes[7], "^").get_ydata() == pytest.approx(never.curve.means)
    assert figure.axes[6].get_ylabel() == "3 never trained\nmAP"


def _group(study: Findings):  # type: ignore[no-untyped-def]
    return next(line.group for line in study.lines if line.group.name == NEVER_TRAINED)


def test_a_curve_is_drawn_where_the_points_carry_one(study: Findings) -> None:
    figure = curves.scaling(study, "xquad_r", study.parts[0])
    mono, hybrid = study.of("xquad_r", CROSS)
    assert mono.trend is not None
    assert mono.trend.refused
    assert hybrid.trend is not None
    assert not hybrid.trend.refused
    (fitted,) = [line for line in figure.axes[1].get_lines() if line.get_linewidth() == FIT]
    assert fitted.get_color() == marked(figure.axes[1], "^").get_color()
    assert fitted.get_ydata()[-1] == pytest.approx(hybrid.trend.predict(3))
    assert fitted.get_xdata()[[0, -1]] == pytest.approx([0, np.log2(3)])
    assert "Thin lines: fitted curves, which the points of 9 of 18 lines carry; the others have none." in caption(
        figure
    )


def test_captions_name_repetitions_and_interval(study: Findings, tmp_path: Path) -> None:
    said = caption(curves.scaling(study, "xquad_r", study.parts[0]))
    assert "Mean over 3 seeds (untrained: one)." not in said
    assert "Mean over 3 seeds. Bands: 95 %, bootstrap over seeds and questions." in said
    one = found(write_study(tmp_path, seeds=(0,)))
    said = caption(curves.scaling(one, "xquad_r", one.parts[0]))
    assert "One seed. Bands: 95 %, bootstrap over questions alone." in said
    assert "No curve is fitted: the points carry none." in said


def test_without_values_by_question_bands_are_the_spread_over_seeds(tmp_path: Path) -> None:
    bare = found(write_study(tmp_path, by_question=False))
    part = bare.parts[0]
    figure = curves.scaling(bare, "xquad_r", part)
    rows = part.frame
    rows = rows[(rows["setting"] == "monolingual") & (rows["query_lang"] == "*") & (rows["metric"] == "mAP")]
    seeds = rows[(rows["line"] == "hybrid") & (rows["n"] > 0)].groupby("n")["value"]
    _, low, high = bands(figure.axes[0])[1]
    assert low == pytest.approx(seeds.min())
    assert high == pytest.approx(seeds.max())
    assert "Mean over 3 seeds, bands from the lowest to the highest." in caption(figure)


def test_rank_distance_from_zero(study: Findings) -> None:
    figure = curves.rank_distance(study, "xquad_r", study.parts[0])
    (panel,) = figure.axes
    assert panel.get_ylim()[0] == 0
    drawn = [low.tolist() for _, low, _ in bands(panel)]
    assert drawn == [pytest.approx(line.low) for line in study.of("xquad_r", DISTANCE)]


def test_a_part_is_named_above_and_below(tmp_path: Path) -> None:
    both = found(write_study(tmp_path, arms=("total", "per_language"), seeds=(0,), gain=hybrid_grows))
    figure = curves.scaling(both, "xquad_r", both.parts[1])
    assert "Fixed per language: 300 pairs" in words(figure)
    assert "benchmark xquad_r; fixed per language: 300 pairs." in caption(figure)
    (line,) = [line for line in both.of("xquad_r", CROSS, part=both.parts[1]) if line.name == "hybrid"]
    assert marked(figure.axes[1], "^").get_ydata() == pytest.approx(line.curve.means)
