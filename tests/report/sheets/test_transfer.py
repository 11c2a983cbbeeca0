from pathlib import Path
from typing import Any

import pytest

from hybridir.report.plots.transfer import transfer_plot
from hybridir.report.sheets import markdown
from hybridir.report.sheets.tables import sheets, write_sheets
from hybridir.report.sheets.transfer import transfer_sheet
from hybridir.report.study.findings import Findings
from hybridir.report.study.points import Points, load_points
from hybridir.report.study.samples import Samples
from hybridir.report.study.transfer import has_transfer, matrices
from tests.report.conftest import small_rows, write_results
from tests.report.drawn import plots_of

POOL = {"en_pool": 0.5, "el_pool": 0.25, "en_far": 8.0, "el_far": 9.0, "sampling": "hybrid", "languages": 1}


def rows(language: str, seed: int, en: float, el: float) -> list[dict[str, Any]]:
    return small_rows(
        **POOL, set=language, trained=language, seed=seed, run=f"{language}{seed}", en=en, el=el, en_el=0.2, el_en=0.4
    )


@pytest.fixture
def points(tmp_path: Path) -> Points:
    measured = [*rows("el", 0, 0.3, 0.5), *rows("el", 1, 0.5, 0.5), *rows("en", 0, 0.6, 0.2)]
    return load_points(write_results(tmp_path, measured))


def test_sets_down_query_languages_across_by_resource(points: Points) -> None:
    line, measure, table = next(matrices(points, "xquad_r"))
    assert (line, measure.title) == ("hybrid", "mono mAP")
    assert list(table.index) == ["en", "el"]
    assert list(table) == ["en", "el", "*"]
    assert table.to_numpy().round(6).tolist() == [[0.6, 0.2, 0.4], [0.4, 0.5, 0.45]]


def test_the_best_training_set_of_a_column_is_bold(points: Points) -> None:
    sheet = transfer_sheet(points, "xquad_r")
    assert sheet is not None
    page = markdown.sheet_page(sheet)
    assert "| mono mAP | en | **.600** | .200 | .400 |" in page
    assert "| mono mAP | el | .400 | **.500** | **.450** |" in page


def test_the_csv_has_a_row_per_cell(points: Points) -> None:
    sheet = transfer_sheet(points, "xquad_r")
    assert sheet is not None
    lines = sheet.csv().splitlines()
    assert lines[0] == "set,query_lang,value,strategy,setting,metric"
    assert "el,en,0.400000,hybrid,monolingual,mAP" in lines
    assert len(lines) == 1 + 2 * 3 * 4  # sets, columns, measures


def test_tables_and_a_plot_are_written(points: Points, tmp_path: Path) -> None:
    findings = Findings(points, Samples(tmp_path))
    written = (*write_sheets(sheets(findings), tmp_path), *plots_of(findings, tmp_path))
    assert {f"transfer_xquad_r.{suffix}" for suffix in ("md", "csv", "tex", "png", "svg")} <= {p.name for p in written}


def test_a_sweep_over_counts_has_none(tmp_path: Path) -> None:
    measured = [row | {"languages": n} for n in (1, 2) for row in rows("el", n, 0.3, 0.5)]
    for row in measured:
        del row["set"]
    assert not has_transfer(load_points(write_results(tmp_path, measured)))


def test_colours_are_differences_to_the_mean_of_a_column(points: Points) -> None:
    cells = transfer_plot(points, "xquad_r").axes[0].collections[0].get_array()
    assert cells.round(6).ravel().tolist() == [0.1, -0.15, -0.025, -0.1, 0.15, 0.025]
