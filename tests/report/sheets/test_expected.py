import csv
import io
from pathlib import Path
from typing import Any

from hybridir.report.sheets import markdown
from hybridir.report.sheets.expected import Comparison, comparisons, expected_sheet, expected_summary
from hybridir.report.study.points import load_points
from tests.report.conftest import small_rows, write_results

FAR = {"en_pool": 0.5, "el_pool": 0.25, "en_far": 8.0, "el_far": 9.0, "trained": "en"}


def rows(augment: str, seed: int, en: float, el: float) -> list[dict[str, Any]]:
    return small_rows(augment=augment, seed=seed, run=f"{augment}{seed}", en=en, el=el, en_el=0.2, el_en=0.4, **FAR)


def figure(**changes: Any) -> dict[str, Any]:
    known = {"at": {"augment": "none"}, "minus": None, "benchmark": "xquad_r", "setting": "monolingual"}
    return known | {"query_lang": "*", "metric": "mAP", "value": 0.5} | changes


def printed(found: Comparison) -> tuple[str, ...]:
    return tuple(entry.text for entry in found.entries())


def points(folder: Path, *figures: dict[str, Any], source: str = "table 1", note: str = "Other data."):  # type: ignore[no-untyped-def]
    measured = [*rows("none", 0, 0.6, 0.4), *rows("none", 1, 0.7, 0.5), *rows("titles", 0, 0.8, 0.4)]
    expected = {"source": source, "note": note, "figures": list(figures)}
    return load_points(write_results(folder, measured, expected=expected))


def test_ours_is_the_mean_over_seeds(tmp_path: Path) -> None:
    (found,) = comparisons(points(tmp_path, figure()))
    assert (found.ours, found.theirs, found.seeds) == (0.55, 0.5, 2)
    assert printed(found) == ("none", "xquad_r", "mono mAP", ".500", ".550 ± .050", "+.050")


def test_a_difference_is_taken_seed_by_seed(tmp_path: Path) -> None:
    # seed 0 alone has both points: .6 - .5
    (found,) = comparisons(points(tmp_path, figure(at={"augment": "titles"}, minus={"augment": "none"}, value=0.2)))
    assert printed(found) == ("titles minus none", "xquad_r", "mono mAP", ".200", ".100", "−.100")


def test_of_one_query_language(tmp_path: Path) -> None:
    found = comparisons(
        points(
            tmp_path,
            figure(query_lang="el"),
            figure(query_lang="en", setting="crosslingual", value=0.1),
            figure(setting="multilingual", metric="rank_distance", value=10.0),
        )
    )
    assert [printed(entry)[2:] for entry in found] == [
        ("mono mAP, el", ".500", ".450 ± .050", "−.050"),
        ("cross mAP, en", ".100", ".200 ± .000", "+.100"),
        ("rank distance", "10.0", "8.5 ± 0.0", "−1.5"),
    ]


def test_what_was_not_measured_is_a_dash(tmp_path: Path) -> None:
    found = comparisons(points(tmp_path, figure(at={"augment": "bilingual"}), figure(benchmark="mlqa_r")))
    assert [printed(entry)[4:] for entry in found] == [("—", "—"), ("—", "—")]


def test_a_point_that_is_not_named_in_full_is_not_guessed(tmp_path: Path) -> None:
    (found,) = comparisons(points(tmp_path, figure(at={})))
    assert (found.ours, found.seeds) == (0.6, 1)  # seed 1 has one point only, seed 0 has two


def test_page_table_and_csv_say_the_same(tmp_path: Path) -> None:
    loaded = points(tmp_path, figure())
    page = markdown.sheet_page(expected_sheet(loaded))
    assert "Theirs: table 1. Other data. Mean over 1 to 2 seeds, ± half the range." in page
    assert "| none | xquad_r | mono mAP | .500 | .550 ± .050 | +.050 |" in page
    (row,) = csv.DictReader(io.StringIO(expected_sheet(loaded).csv()))
    assert (row["theirs"], row["ours"], row["difference"], row["seeds"]) == ("0.500000", "0.550000", "0.050000", "2")
    assert expected_summary(loaded).row_count == 1
