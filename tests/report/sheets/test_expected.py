import csv
import io
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from hybridir.report.sheets import markdown
from hybridir.report.sheets.expected import Expectation, expectations, expected_sheet, expected_summary
from hybridir.report.study.measures import Measure
from hybridir.report.study.points import Points, load_points
from hybridir.report.study.samples import Samples
from hybridir.statistics.crossed import estimate
from tests.report.conftest import small_rows, write_results
from tests.report.small_study import write_study

FAR = {"en_pool": 0.5, "el_pool": 0.25, "en_far": 8.0, "el_far": 9.0, "trained": "en"}


def rows(augment: str, seed: int, en: float, el: float) -> list[dict[str, Any]]:
    return small_rows(augment=augment, seed=seed, run=f"{augment}{seed}", en=en, el=el, en_el=0.2, el_en=0.4, **FAR)


def figure(**changes: Any) -> dict[str, Any]:
    known = {"at": {"augment": "none"}, "minus": None, "benchmark": "xquad_r", "setting": "monolingual"}
    return known | {"query_lang": "*", "metric": "mAP", "value": 0.5} | changes


def printed(found: Expectation) -> tuple[str, ...]:
    return tuple(entry.text for entry in found.entries())


def compared(folder: Path, *figures: dict[str, Any]) -> list[Expectation]:
    return expectations(*study(folder, *figures))


def study(
    folder: Path, *figures: dict[str, Any], source: str = "table 1", note: str = "Other data."
) -> tuple[Points, Samples]:
    measured = [*rows("none", 0, 0.6, 0.4), *rows("none", 1, 0.7, 0.5), *rows("titles", 0, 0.8, 0.4)]
    expected = {"source": source, "note": note, "figures": list(figures)}
    return load_points(write_results(folder, measured, expected=expected)), Samples(folder)


def test_ours_is_the_mean_over_seeds(tmp_path: Path) -> None:
    (found,) = compared(tmp_path, figure())
    assert (found.ours, found.theirs, found.seeds) == (0.55, 0.5, 2)
    assert printed(found) == ("none", "xquad_r", "mono mAP", ".500", ".550 ± .050", "+.050", "—", "—")


def test_a_difference_is_taken_seed_by_seed(tmp_path: Path) -> None:
    # seed 0 alone has both points: .6 - .5
    (found,) = compared(tmp_path, figure(at={"augment": "titles"}, minus={"augment": "none"}, value=0.2))
    assert printed(found) == ("titles minus none", "xquad_r", "mono mAP", ".200", ".100", "−.100", "—", "—")


def test_of_one_query_language(tmp_path: Path) -> None:
    found = compared(
        tmp_path,
        figure(query_lang="el"),
        figure(query_lang="en", setting="crosslingual", value=0.1),
        figure(setting="multilingual", metric="rank_distance", value=10.0),
    )
    assert [printed(entry)[2:6] for entry in found] == [
        ("mono mAP, el", ".500", ".450 ± .050", "−.050"),
        ("cross mAP, en", ".100", ".200 ± .000", "+.100"),
        ("rank distance", "10.0", "8.5 ± 0.0", "−1.5"),
    ]


def test_what_was_not_measured_is_a_dash(tmp_path: Path) -> None:
    found = compared(tmp_path, figure(at={"augment": "bilingual"}), figure(benchmark="mlqa_r"))
    assert [printed(entry)[4:] for entry in found] == [("—",) * 4] * 2


def test_a_point_that_is_not_named_in_full_is_not_guessed(tmp_path: Path) -> None:
    (found,) = compared(tmp_path, figure(at={}))
    assert (found.ours, found.seeds) == (0.6, 1)  # seed 1 has one point only, seed 0 has two


def spoken(points: Points, samples: Samples) -> str:
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(expected_summary(points, samples))
    return console.export_text()


def test_page_table_and_csv_say_the_same(tmp_path: Path) -> None:
    loaded = study(tmp_path, figure())
    page = markdown.sheet_page(expected_sheet(*loaded))
    assert "Theirs: table 1. Other data. Mean over 1 to 2 seeds, ± half the range." in page
    assert "| none | xquad_r | mono mAP | .500 | .550 ± .050 | +.050 | — | — |" in page
    (row,) = csv.DictReader(io.StringIO(expected_sheet(*loaded).csv()))
    assert (row["theirs"], row["ours"], row["difference"], row["seeds"]) == ("0.500000", "0.550000", "0.050000", "2")
    assert ".550 ± .050" in spoken(*loaded)


def by_arm(strategy: str, arm: str, n: int, code: str) -> float:
    return {"total": 0.0, "per_language": 0.05}[arm] * n * (strategy == "hybrid")


def planted(folder: Path, value: float, **changes: Any) -> Expectation:
    """The study's gain of .1 by hybrid with two languages, against what is expected of it."""
    at = {"arm": "per_language", "sampling": "hybrid", "languages.count": 2}
    row = figure(**({"at": at, "minus": at | {"sampling": "monolingual"}, "value": value} | changes))
    expected = {"source": "the making of it", "note": "", "figures": [row]}
    written = write_study(folder, arms=("total", "per_language"), gain=by_arm, expected=expected)
    return expectations(load_points(written), Samples(written))[0]


def test_with_values_by_question_ours_has_an_interval_and_theirs_lies_within_or_not(tmp_path: Path) -> None:
    inside, outside = planted(tmp_path / "a", 0.1), planted(tmp_path / "b", 0.12)
    assert inside.estimate is not None and inside.estimate.units == 3
    assert abs(inside.estimate.mean - 0.1) < 0.01 and inside.ours is not None
    assert abs(inside.ours - inside.estimate.mean) < 1e-6
    assert (inside.within, outside.within) == (True, False)
    assert [printed(found)[-1] for found in (inside, outside)] == ["yes", "no"]


def test_the_interval_of_a_difference_is_of_differences_run_by_run_and_question_by_question(tmp_path: Path) -> None:
    found = planted(tmp_path, 0.1, query_lang="en")
    samples, measure = Samples(tmp_path), Measure("monolingual", "mAP")
    hybrid, alone = (
        np.array([samples.run(f"per_language-{name}-2-{seed}", "xquad_r", measure, ["en"]) for seed in range(3)])
        for name in ("hybrid", "monolingual")
    )
    assert found.estimate == estimate(hybrid - alone)


def test_an_arm_is_named_as_any_axis_and_all_is_the_largest_number_of_languages(tmp_path: Path) -> None:
    at = {"arm": "total", "sampling": "hybrid", "languages.count": "all"}
    found = planted(tmp_path, 0.0, at=at, minus=at | {"arm": "per_language"})
    assert found.ours is not None and abs(found.ours + 0.15) < 0.01
    assert found.point == "hybrid, all: total minus per_language"


def test_of_many_figures_a_terminal_shows_those_that_lie_outside(tmp_path: Path) -> None:
    at = {"arm": "per_language", "sampling": "hybrid", "languages.count": 2}
    rows = [figure(at=at, minus=at | {"sampling": "monolingual"}, value=value) for value in [0.1] * 12 + [0.5]]
    expected = {"source": "the making of it", "note": "Made up.", "figures": rows}
    written = write_study(tmp_path, arms=("total", "per_language"), gain=by_arm, expected=expected)
    said = spoken(load_points(written), Samples(written))
    assert "12 of 13 figures lie within the 95 % intervals of ours (tables/expected.md), these do not:" in said
    assert said.count("hybrid minus monolingual") == 1
    assert ".500" in said
    assert "Made up." in said
