from pathlib import Path

from hybridir.report.whole import write_report
from tests.report.small_study import write_study


def test_a_new_report_leaves_nothing_of_the_one_before(tmp_path: Path) -> None:
    small = {"strategies": ("hybrid",), "counts": (0, 1), "seeds": (0, 1), "codes": ("en", "el")}
    first = write_report(write_study(tmp_path, arms=("total", "per_language"), **small))
    (tmp_path / "tables" / "mine.md").write_text("my notes")
    second = write_report(write_study(tmp_path, arms=("total",), **small))
    written = {*second.tables, *second.plots}
    assert not written & {*first.plots}, "no name of a part is left"
    assert {*tmp_path.glob("tables/*"), *tmp_path.glob("plots/*")} == written | {tmp_path / "tables" / "mine.md"}
    assert "fixed-total" not in second.page.read_text(encoding="utf8")
