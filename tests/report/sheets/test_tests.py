import math
from dataclasses import replace
from pathlib import Path

import pytest

from hybridir.report.sheets.explained import explained
from hybridir.report.sheets.fits import fits
from hybridir.report.sheets.sheet import Sheet
from hybridir.report.sheets.study import facts, runs
from hybridir.report.sheets.tests import betweens, comparison_cells, steps
from hybridir.report.study.findings import Findings, find
from hybridir.report.study.measures import Measure
from hybridir.report.study.points import load_points
from hybridir.report.study.samples import Samples
from hybridir.statistics.choice import Interval
from hybridir.statistics.compare import Comparison
from hybridir.statistics.crossed import Estimate
from hybridir.statistics.trend import Trend
from tests.report.small_study import write_study

MAP = Measure("crosslingual", "mAP")
ESTIMATE = Estimate(-0.0123, 0.004, 12.0, -0.021, -0.0036, 0.0004, -1.25, units=3, questions=24)
TREND = Trend(
    counts=(1, 2, 3),
    doubling=Interval(0.0123, 0.008, 0.0166),
    shape="log-linear",
    parameters={"a": Interval(0.3, 0.29, 0.31), "b": Interval(0.0123, 0.008, 0.0166)},
    last_doubling=Interval(0.0123, 0.008, 0.0166),
    enough=Interval(2.46, 1.5, 3.0),
    enough_words="",
)
REFUSED = Trend(counts=(1, 2, 3), doubling=Interval(0.001, -0.002, 0.004), refused="no shape beats a flat line (AICc)")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    """A study in which hybrid gains .05 over monolingual at every number of languages, and nothing else happens."""
    folder = write_study(
        tmp_path_factory.mktemp("study"), gain=lambda strategy, arm, n, code: 0.05 * (strategy == "hybrid" and n > 0)
    )
    return find(load_points(folder), Samples(folder))


def texts(sheet: Sheet | None) -> list[list[str]]:
    assert sheet is not None
    return [[entry.text for entry in row] for row in sheet.rows]


def test_a_test_to_the_letter() -> None:
    cells = comparison_cells(MAP, Comparison(ESTIMATE, 0.003))
    assert [cell.text for cell in cells] == ["−.012", "−.021 to −.004", "< .001", ".003", "−1.25", "3", "24"]
    assert [cell.best for cell in cells] == [True] + [False] * 6
    assert not comparison_cells(MAP, Comparison(ESTIMATE, 0.05))[0].best
    assert not comparison_cells(MAP, Comparison(replace(ESTIMATE, p=0.0004), math.nan))[0].best


def test_strategies_are_told_apart_at_every_number_of_languages(found: Findings) -> None:
    sheet = betweens(found, found.points, "xquad_r")
    assert sheet is not None
    assert sheet.head[:5] == ("measure", "group", "languages", "first", "second")
    rows = [row for row in sheet.rows if (row[0].text, row[1].text) == ("cross mAP", "all languages")]
    assert [row[2].value for row in rows] == [1, 2, 3]
    for row in rows:
        assert [row[3].text, row[4].text] == ["monolingual", "hybrid"]
        assert row[5].value == pytest.approx(-0.05, abs=0.003) and row[5].best
    assert sheet.data is not None and sheet.data["holm_p"].ge(sheet.data["p"]).all()
    assert "p and 95 % interval over repetitions and questions, without correction" in sheet.caption
    assert "Bold: Holm p below .05." in sheet.caption


def test_a_step_is_more_languages_less_fewer(found: Findings) -> None:
    rows = [
        row for row in texts(steps(found, found.points, "xquad_r")) if row[:3] == ["cross mAP", "trained", "hybrid"]
    ]
    assert [row[3:5] for row in rows] == [["0", "1"], ["1", "2"], ["2", "3"]]
    sheet = steps(found, found.points, "xquad_r")
    assert sheet is not None
    first = next(row for row in sheet.rows if [cell.text for cell in row[1:3]] == ["all languages", "hybrid"])
    assert first[5].value == pytest.approx(0.05, abs=0.005) and first[5].best


def test_one_strategy_has_no_tests(tmp_path: Path) -> None:
    folder = write_study(tmp_path, strategies=("hybrid",), counts=(0, 2))
    alone = find(load_points(folder), Samples(folder))
    assert betweens(alone, alone.points, "xquad_r") is None
    assert steps(alone, alone.points, "xquad_r") is not None
    assert fits(alone, alone.points, "xquad_r") is None


def test_a_fit_to_the_letter_and_a_refusal_in_its_words(found: Findings) -> None:
    lines = [replace(line, trend=trend) for line, trend in zip(found.lines, (TREND, REFUSED), strict=False)]
    given, refused = texts(fits(Findings(found.points, found.samples, lines), found.points, "xquad_r"))
    assert given == [
        "mono mAP", "all languages", "monolingual", "log-linear", "",
        "+.012", ".008 to .017", "+.012", ".008 to .017", "2.5 (1.5 to 3.0)",
        "a 0.3 (0.29 to 0.31); b 0.0123 (0.008 to 0.0166)",
    ]  # fmt: skip
    assert refused[2:7] == ["hybrid", "none", "No shape beats a flat line (AICc).", "+.001", "−.002 to .004"]
    assert refused[7:] == ["—"] * 4


def test_where_no_number_is_enough_the_table_says_why(found: Findings) -> None:
    words = "one more language still brings 0.001 or more at 3, the most that were trained on"
    line = replace(found.lines[0], trend=replace(TREND, enough=None, enough_words=words, notes=("A note.",)))
    (row,) = texts(fits(Findings(found.points, found.samples, [line]), found.points, "xquad_r"))
    assert row[4] == "One more language still brings 0.001 or more at 3, the most that were trained on. A note."
    assert row[9] == "—"


def test_what_explains_the_gain_is_found_again(tmp_path: Path) -> None:
    def gain(strategy: str, arm: str, n: int, code: str) -> float:
        return 0.2 * (code in ("en", "ru", "el")[:n])

    folder = write_study(tmp_path, strategies=("hybrid",), gain=gain, questions=60)
    sheet = explained(Findings(load_points(folder), Samples(folder)), "xquad_r")
    assert sheet is not None
    row = next(row for row in sheet.rows if [cell.text for cell in row[:2]] == ["cross mAP", "trained on it"])
    assert row[2].value == pytest.approx(0.2, abs=0.01)
    assert "R² " in sheet.caption and "target languages" in sheet.caption
    assert sheet.data is not None and set(sheet.data["term"]) >= {"log2_n", "trained"}


def test_too_few_languages_are_refused_in_words(tmp_path: Path) -> None:
    folder = write_study(tmp_path, codes=("en", "de", "el"))
    sheet = explained(Findings(load_points(folder), Samples(folder)), "xquad_r")
    assert texts(sheet)[0] == [
        "mono mAP",
        "none: 3 target languages are too few to tell an effect from chance: 6 are the fewest.",
        *["—"] * 5,
    ]


def test_without_a_start_nothing_is_explained(tmp_path: Path) -> None:
    folder = write_study(tmp_path, counts=(1, 2))
    assert explained(Findings(load_points(folder), Samples(folder)), "xquad_r") is None


def test_every_run_with_its_key(tmp_path: Path) -> None:
    folder = write_study(tmp_path, counts=(0, 2), seeds=(0, 1), arms=("total", "per_language"))
    sheet = runs(Findings(load_points(folder), Samples(folder)), "xquad_r")
    assert len(sheet.rows) == 2 * 2 * 2 * 2
    assert sheet.head[-5:] == ("pairs", "mono mAP", "cross mAP", "multi mAP", "rank distance")
    row = dict(zip(sheet.head, (cell.text for cell in sheet.rows[-1]), strict=True))
    assert row["run"] == "per_language-hybrid-2-1"
    assert (row["sampling"], row["languages"], row["trained"], row["pairs"]) == ("hybrid", "2", "en ru", "2,000")
    assert (row["arm"], row["arm (in words)"]) == ("per_language", "fixed per language: 300 pairs")
    assert sheet.data is not None and {"run", "pairs", "cross_mAP", "rank_distance"} <= set(sheet.data)


def test_the_facts_of_the_target_languages(tmp_path: Path) -> None:
    sheet = facts(Findings(load_points(write_study(tmp_path)), Samples(tmp_path)), "xquad_r")
    rows = {row[0].text: dict(zip(sheet.head, (cell.text for cell in row), strict=True)) for row in sheet.rows}
    assert "order" not in sheet.head  # there is one
    assert (rows["ru"]["level"], rows["ru"]["trained"], rows["ru"]["entry"]) == ("middle", "yes", "2")
    assert (rows["th"]["trained"], rows["th"]["entry"], rows["th"]["cc100 gib"]) == ("no", "—", "—")
