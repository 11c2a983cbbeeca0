"""`hybridir report A B`: two sweeps side by side."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from rich.console import Console

from hybridir.commands.sweep import Asked, plan_of, results_of
from hybridir.config.compose import load_config
from hybridir.errors import UserError
from hybridir.experiments.results import gather
from hybridir.files import write_atomic


def compare_sweeps(a: str, b: str, overrides: Sequence[str] = ()) -> None:
    """Compare two sweeps, each a file, a name or a folder of results; writes `results/<A>-vs-<B>/` and prints it.

    UserError where the two do not compare (law 8), or have no point in common.
    """
    from hybridir.report.compare.comparable import read_side
    from hybridir.report.compare.side_by_side import compared_sheets, comparison_page, in_short, side_by_side
    from hybridir.report.sheets.tables import write_sheets

    results = Path(load_config(overrides).results_dir)
    console = Console()
    folders = [_folder(name, overrides, results, console) for name in (a, b)]
    if folders[0].resolve() == folders[1].resolve():
        raise UserError(f"{a} and {b} are the same results ({folders[0]}): name two sweeps.")
    names = [folder.name for folder in folders]
    if names[0] == names[1]:
        names = [f"{folder.resolve().parent.parent.name}/{folder.name}" for folder in folders]
    one, other = (read_side(name, folder) for name, folder in zip(names, folders, strict=True))
    compared = side_by_side(one, other)
    out = results / f"{names[0]}-vs-{names[1]}".replace("/", "_")
    write_atomic(out / "answer.md", comparison_page(compared))
    tables = write_sheets(compared_sheets(compared), out)
    for text in (*in_short(compared), compared.differs):
        console.print(text, highlight=False, markup=False)
    console.print(f"answer: {out / 'answer.md'}", highlight=False, soft_wrap=True)
    console.print(f"tables: {len(tables)} files in {out / 'tables'}", highlight=False, soft_wrap=True)


def _folder(name: str, overrides: Sequence[str], results: Path, console: Console) -> Path:
    """Where the results of a sweep are; those of a file are gathered anew, and those of a name where more are done."""
    if (Path(name) / "plan.json").is_file():
        return Path(name)
    folder = results / name
    if (folder / "plan.json").is_file():
        more = _gather_what_is_new(name, folder, overrides)
        if more:
            console.print(f"{name}: {more} more finished run{'s' * (more > 1)} gathered", highlight=False)
        return folder
    if Path(name).is_dir():
        raise UserError(f"{name} holds no results of a sweep: name a folder with plan.json, or a sweep's file.")
    plan = plan_of(Asked(name, overrides))
    folder = results_of(plan)
    if not gather(plan, folder):
        raise UserError(f"no run of {name} has finished, so there is nothing to compare: run `hybridir sweep {name}`.")
    return folder


def _gather_what_is_new(name: str, folder: Path, overrides: Sequence[str]) -> int:
    """Gather the results in `folder` anew where its sweep has more finished runs by now; returns how many.

    They stay as they are where the sweep of that name is another one by now, has no file, or cannot be planned here,
    such as without its data: results stand by themselves.
    """
    try:
        plan = plan_of(Asked(name, overrides))
    except UserError:
        return 0
    path = folder / "results.csv"
    if results_of(plan).resolve() != folder.resolve() or not path.is_file():
        return 0
    known = set(pd.read_csv(path, usecols=["run"], dtype=str)["run"])
    finished = {point.run.key for point in plan.points if point.run.done}
    if not known < finished:
        return 0
    gather(plan, folder)
    return len(finished - known)
