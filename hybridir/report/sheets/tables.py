"""The tables of a sweep: which there are, and how they are written.

Per benchmark, and per arm and order where a sweep has several: `scaling` (strategy by number of training languages),
`groups` (trained, never trained, resource classes), `by_language` (each query language at the largest number),
`tests`, `steps`, `fits`, `transfer`, and, as CSV only, `directions`. Per benchmark: `explained`, `facts`, `runs`. Per
sweep: `expected`.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from hybridir.files import write_atomic
from hybridir.report.leftovers import remove_leftovers
from hybridir.report.sheets import latex, markdown
from hybridir.report.sheets.expected import expected_sheet
from hybridir.report.sheets.explained import explained
from hybridir.report.sheets.fits import fits
from hybridir.report.sheets.scaling import all_directions, by_language, groups, scaling
from hybridir.report.sheets.sheet import Sheet
from hybridir.report.sheets.study import facts, runs
from hybridir.report.sheets.tests import betweens, steps
from hybridir.report.sheets.transfer import transfer_sheet
from hybridir.report.study.findings import Findings
from hybridir.report.study.points import Points


def sheets(findings: Findings) -> list[Sheet]:
    """All tables of a sweep, benchmark by benchmark."""
    found = [sheet for benchmark in findings.points.benchmarks for sheet in _of_benchmark(findings, benchmark)]
    if findings.points.expected is not None:
        found.append(expected_sheet(findings.points, findings.samples))
    return found


def write_sheets(made: Sequence[Sheet], folder: Path) -> list[Path]:
    """Write every sheet to `folder/tables` as Markdown, CSV and LaTeX; returns the paths."""
    written = {folder / "tables" / name: text for sheet in made for name, text in _files(sheet)}
    for path, text in written.items():
        write_atomic(path, text)
    remove_leftovers(folder / "tables", written)
    return list(written)


def _of_benchmark(findings: Findings, benchmark: str) -> Iterator[Sheet]:
    for part in findings.parts:
        if benchmark in part.benchmarks:
            yield from filter(None, _of_part(findings, part, benchmark))
    yield from filter(None, (explained(findings, benchmark),))
    yield facts(findings, benchmark)
    yield runs(findings, benchmark)


def _of_part(findings: Findings, part: Points, benchmark: str) -> Iterator[Sheet | None]:
    yield scaling(findings, part, benchmark)
    yield groups(findings, part, benchmark)
    yield by_language(findings, part, benchmark)
    yield all_directions(findings, part, benchmark)
    yield betweens(findings, part, benchmark)
    yield steps(findings, part, benchmark)
    yield fits(findings, part, benchmark)
    yield transfer_sheet(part, benchmark)


def _files(sheet: Sheet) -> Iterator[tuple[str, str]]:
    """What a sheet is written as, by name of file; one without a head only as CSV."""
    if sheet.head:
        yield f"{sheet.name}.md", markdown.sheet_page(sheet)
        yield f"{sheet.name}.tex", latex.table(sheet)
    yield f"{sheet.name}.csv", sheet.csv()
