"""The whole report of a sweep, from the results in its folder: tables, figures, the answer and the page."""

from dataclasses import dataclass
from pathlib import Path

from hybridir.files import read_json, write_atomic
from hybridir.report.answer.document import answer
from hybridir.report.page.assemble import assemble
from hybridir.report.page.page import write_page
from hybridir.report.plots.write import not_plotted, write_plots
from hybridir.report.sheets.tables import sheets, write_sheets
from hybridir.report.study.findings import Findings, find
from hybridir.report.study.points import load_points
from hybridir.report.study.samples import Samples

ANSWER = "answer.md"


@dataclass(frozen=True)
class Report:
    """What was written, and what a terminal should say of it."""

    findings: Findings
    sentences: tuple[str, str, str]
    tables: list[Path]
    plots: list[Path]
    page: Path
    notes: list[str]


def write_report(folder: Path) -> Report:
    """Write the report of the sweep whose results are in `folder`; the page comes last.

    UserError: the folder holds no results, or not those that `gather` writes.
    """
    points = load_points(folder)
    findings = find(points, Samples(folder))
    with write_plots(findings, folder) as plots:  # a second process draws them meanwhile
        made = sheets(findings)
        tables = write_sheets(made, folder)
        said = answer(findings)
        write_atomic(folder / ANSWER, said.markdown)
    drawings = {path.stem: path for path in plots if path.suffix == ".svg"}
    page = write_page(assemble(points, said.sentences, drawings, made, read_json(folder / "plan.json")), folder)
    return Report(findings, said.sentences, tables, plots, page, not_plotted(points))
