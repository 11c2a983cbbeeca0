from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from hybridir.report.plots.strategies import chosen_counts, dots, levels, strategies
from hybridir.report.plots.style import paper_style
from hybridir.report.study.findings import Findings
from hybridir.report.study.measures import Measure
from hybridir.statistics.crossed import estimate
from tests.report.drawn import bars, caption, found, hybrid_grows
from tests.report.small_study import write_study


@pytest.fixture(autouse=True)
def style() -> Iterator[None]:
    with paper_style():
        yield


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    return found(write_study(tmp_path_factory.mktemp("study"), gain=hybrid_grows))


def test_the_largest_number_and_the_one_half_way_by_doublings() -> None:
    assert chosen_counts([0, 1, 2, 4, 8, 12]) == [12, 4]
    assert chosen_counts([0, 2, 4, 6, 10, 31]) == [31, 6]
    assert chosen_counts([0, 3]) == [3]
    assert chosen_counts([0]) == [0]


def test_groups_are_exposure_and_levels(study: Findings) -> None:
    names = dict.fromkeys(dot.group.name for dot in dots(study, "xquad_r", study.parts[0]))
    by_level = ["high (class 5)", "middle (class 4)", "low (class 3)"]
    assert list(names) == ["all languages", "trained", "never trained", *by_level]
    assert [group.codes for group in levels(study.points, "xquad_r")] == [("de", "en"), ("ru", "tr"), ("el", "th")]


def test_dots_stand_at_the_estimates_with_their_intervals(study: Findings) -> None:
    part, samples = study.parts[0], study.samples
    curve = samples.curve(part, "xquad_r", "hybrid", Measure("crosslingual", "mAP"), ("ru", "tr"))
    assert curve is not None
    at_most, at_middle = estimate(curve.at(3)), estimate(curve.at(2))
    panel = strategies(study, "xquad_r", part).axes[1]
    filled, hollow = [line for line in panel.get_lines() if line.get_marker() == "^"]
    assert filled.get_markerfacecolor() != "white"
    assert hollow.get_markerfacecolor() == "white"
    middle_level = 4  # after all languages, the trained, the never-trained and the high ones
    assert filled.get_xdata()[middle_level] == pytest.approx(at_most.mean)
    assert hollow.get_xdata()[middle_level] == pytest.approx(at_middle.mean)
    place = filled.get_ydata()[middle_level]
    (bar,) = [bar for bar in bars(panel) if bar[0][1] == place]
    assert [bar[0][0], bar[1][0]] == pytest.approx([at_most.low, at_most.high])


def test_a_number_that_not_all_seeds_have_yet_is_none(tmp_path: Path) -> None:
    folder = write_study(tmp_path)
    raw = pd.read_csv(folder / "results.csv", dtype=str, keep_default_na=False)
    is_first, n = raw["seed"] == "0", raw["languages"]
    raw[(is_first & (n != "2")) | (~is_first & (n != "3"))].to_csv(folder / "results.csv", index=False)
    unfinished = found(folder)
    part = unfinished.parts[0]
    assert {dot.n for dot in dots(unfinished, "xquad_r", part)} == {1}
    assert [text.get_text() for text in strategies(unfinished, "xquad_r", part).legends[0].get_texts()] == [
        "monolingual",
        "hybrid",
    ]


def test_names_of_groups_stand_beside_their_dots(study: Findings) -> None:
    panel = strategies(study, "xquad_r", study.parts[0]).axes[0]
    labels = [text.get_text() for text in panel.get_yticklabels()]
    assert labels[:3] == ["all languages", "trained", "never trained"]
    of_first = sorted(line.get_ydata()[0] for line in panel.get_lines() if line.get_marker() in "o^")
    assert len(of_first) == 4
    assert panel.get_yticks()[0] == pytest.approx((of_first[0] + of_first[-1]) / 2)


def test_the_caption_warns_of_overlapping_bars(study: Findings) -> None:
    said = caption(strategies(study, "xquad_r", study.parts[0]))
    assert "n: number of training languages. Bars: 95 % intervals over repetitions and questions." in said
    assert "differences are known better than these bars suggest" in said
