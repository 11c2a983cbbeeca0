"""`hybridir sweep`, `status` and `report`: plan, carry out, show."""

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from hybridir.config.key import KEY_LENGTH
from hybridir.errors import RunFailed, UserError
from hybridir.experiments.confounds import confounds
from hybridir.experiments.display import SweepDisplay, duration, size
from hybridir.experiments.estimate import estimate
from hybridir.experiments.plan import LANGUAGE_AXES, PlannedRun, SweepPlan, axis_names, plan_sweep
from hybridir.experiments.settled import inputs_of, said_before, settle
from hybridir.experiments.study import Outcome, carry_out_sweep, failed_before, refuse_shared_runs, worker_count
from hybridir.experiments.sweep import SweepSpec, load_sweep

_DEFAULT = "embedded"
_SHOWN = 60  # runs that --dry-run lists
_NOTES = 8  # of what is not level, that are said


@dataclass(frozen=True)
class Asked:
    """A sweep as the command line asks for it: a file (None: the embedded world), overrides, and changed axes."""

    file: str | None
    overrides: Sequence[str]
    languages: str | None = None
    seeds: int | None = None
    name: str | None = None


def run_sweep(asked: Asked, dry_run: bool) -> None:
    """Carry out a sweep and report on it; raises RunFailed when a run failed."""
    plan = plan_of(asked, data_needed=not dry_run)
    refuse_shared_runs(plan.points[0].run.config)
    _say_confounds(plan, Console(stderr=True))
    if dry_run:
        _show_plan(plan, Console())
        return
    folder = results_of(plan)
    said = said_before(folder, inputs_of(plan))
    if said is not None:
        print(said)
        print("nothing new since that report: `hybridir report`, asked the same way, writes it again.")
        return
    workers = worker_count(plan.points[0].run.config)
    with SweepDisplay(plan, Console(stderr=True), estimate(plan, workers).seconds) as display:
        outcome = carry_out_sweep(plan, workers, folder, display)
    _report(folder, outcome.points, Console(), plan)
    _fail_if_any(outcome, folder)


def show_status(asked: Asked) -> None:
    """Print how each run of a sweep stands."""
    plan = plan_of(asked)
    table = Table(box=None, header_style="bold")
    for column in ("run", "strategy", "languages", "seed", "state"):
        table.add_column(column, no_wrap=True)
    table.add_column("where")
    for run in plan.all_runs:
        said = run.folder.status() if run.folder is not None else {"state": "new"}
        state = "done" if run.done else "left" if said["state"] in ("new", "done") else said["state"]
        where = said.get("reason") or (f"{said['stage']} {said['step']}/{said['steps']}" if "stage" in said else "")
        where = "" if run.done else str(where)
        table.add_row(run.key, run.strategy, str(len(run.languages)), str(run.config.seed), state, where)
    console = Console()
    console.print(table)
    done = sum(run.done for run in plan.all_runs)
    console.print(f"{done} of {len(plan.all_runs)} runs done; {_time_left(plan)}")


def report_again(asked: Asked) -> None:
    """Gather the finished runs of a sweep and write its tables and plots, or write them from a results folder."""
    if asked.file is not None and (Path(asked.file) / "plan.json").is_file():
        _report(Path(asked.file), 1, Console())
        return
    from hybridir.experiments.results import gather  # PyTorch takes seconds to import

    plan = plan_of(asked)
    _report(results_of(plan), gather(plan, results_of(plan)), Console(), plan)


def plan_of(asked: Asked, data_needed: bool = True) -> SweepPlan:
    """The plan of what is asked for, which knows how to ask for it again."""
    options = [("--languages", asked.languages), ("--seeds", asked.seeds), ("--name", asked.name)]
    given = [part for option, value in options if value is not None for part in (option, str(value))]
    named = [asked.file] if asked.file is not None else []
    settings = [entry.replace("'", "") for entry in asked.overrides]  # those of Hydra's grammar; the shell has its own
    command = shlex.join(["hybridir", "sweep", *named, *settings, *given])
    return replace(plan_sweep(_spec(asked), asked.overrides, data_needed), command=command)


def _say_confounds(plan: SweepPlan, console: Console) -> None:
    """Say what is not level across the points."""
    found = confounds(plan)
    for sentence in found[:_NOTES]:
        console.print(f"note: {sentence}", highlight=False, markup=False, soft_wrap=True)
    if len(found) > _NOTES:
        console.print(f"note: and {len(found) - _NOTES} more, in plan.json.", highlight=False)


def _spec(asked: Asked) -> SweepSpec:
    """The sweep of the file, with the axes and the name that the options give."""
    spec = load_sweep(asked.file or _DEFAULT)
    axes: dict[str, list[Any]] = dict(spec.axes)
    base = dict(spec.base)
    if asked.languages is not None:
        name, values = _language_axis(asked.languages)
        renamed = {entry: name if entry in LANGUAGE_AXES else entry for entry in [*axes, name]}
        axes = {new: values if new == name else axes[old] for old, new in renamed.items()}
        if name == "languages.listed":
            base |= {"languages": "listed"}
            axes = {axis: values for axis, values in axes.items() if not _orders_languages(spec, axis)}
    if asked.seeds is not None:
        axes["seed"] = list(range(asked.seeds))
    exclude = [rule for rule in spec.exclude if set(rule) <= set(axes)]
    return replace(spec, name=asked.name or spec.name, axes=axes, base=base, exclude=exclude)


def _orders_languages(spec: SweepSpec, axis: str) -> bool:
    """Whether an axis says in which order languages are taken, and no more: a set leaves nothing to put in order."""
    choices = spec.choices.get(axis, {"": {axis: None}})
    return {name for choice in choices.values() for name in choice} <= {"languages", "languages.seed"}


def _language_axis(text: str) -> tuple[str, list[Any]]:
    """The axis that `1,2,4,all` (counts) or `en+de,en+de+hi` (sets) means, and its values."""
    entries = [entry.strip() for entry in text.split(",") if entry.strip()]
    if not entries:
        raise UserError(f"--languages={text!r} names none: give counts (1,2,4,all) or sets (en+de,en+de+hi).")
    if all(entry == "all" or entry.isdigit() for entry in entries):
        return "languages.count", [entry if entry == "all" else int(entry) for entry in entries]
    wrong = [
        entry
        for entry in entries
        if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z]+)*(\+[A-Za-z]{2,3}(-[A-Za-z]+)*)*", entry)
    ]
    if wrong or any(entry == "all" for entry in entries):
        raise UserError(
            f"--languages={text!r} is neither counts nor sets ({(wrong or ['all'])[0]!r}):"
            " give 1,2,4,all or en+de,en+de+hi."
        )
    return "languages.listed", [entry.split("+") for entry in entries]


def _show_plan(plan: SweepPlan, console: Console) -> None:
    runs = plan.all_runs
    table = Table(box=None, header_style="bold")
    table.add_column("run", no_wrap=True, min_width=KEY_LENGTH)
    for column in (*axis_names(plan), "languages trained on", "state"):
        table.add_column(column, overflow="fold")
    if plan.start is not None:
        table.add_row(plan.start.key, *[""] * len(axis_names(plan)), "first stage", _state(plan.start))
    for point in plan.points[:_SHOWN]:
        trained = " ".join(point.run.languages) or "-"
        table.add_row(point.run.key or "?", *map(str, point.axes.values()), trained, _state(point.run))
    console.print(table)
    if len(plan.points) > _SHOWN:
        console.print(f"... and {len(plan.points) - _SHOWN} more points")
    # all seeds of a point are left out for the same reason
    left_out = [(", ".join(f"{k}={v}" for k, v in axes.items() if k != "seed"), why) for axes, why in plan.left_out]
    for combination, reason in dict.fromkeys(left_out):
        console.print(f"left out: {combination}: {reason}", highlight=False)
    done = sum(run.done for run in runs)
    left = _time_left(plan, measure=True)
    console.print(f"{len(plan.points)} points, {len(runs)} runs, {done} done; {left}", highlight=False)


def _state(run: PlannedRun) -> str:
    if run.prepared is None:
        return "data not here"
    if run.done:
        return "done"
    return "failed before" if failed_before(run) else "to do"


def _time_left(plan: SweepPlan, measure: bool = False) -> str:
    """What is left to do, and what it takes; `measure` allows for some seconds of measuring."""
    if all(run.done for run in plan.all_runs):
        return "nothing left to do"
    console = Console(stderr=True)
    workers = worker_count(plan.points[0].run.config)
    expected = estimate(plan, workers, (lambda line: console.print(line, highlight=False)) if measure else None)
    needs = f"; {size(expected.memory)} of memory, {size(expected.disk)} of disk" if expected.memory else ""
    on = f"on {workers} worker{'s' * (workers > 1)}"
    return f"about {duration(expected.seconds)} left {on}{needs} ({expected.basis})"


def results_of(plan: SweepPlan) -> Path:
    """The folder that the results of a sweep are gathered in."""
    return Path(plan.points[0].run.config.results_dir) / plan.spec.name


def _report(folder: Path, points: int, console: Console, plan: SweepPlan | None = None) -> None:
    """Write the report, print the answer, the summary and where things are; of a `plan`, remember what it rests on."""
    from hybridir.report.sheets.expected import expected_summary
    from hybridir.report.terminal import summary
    from hybridir.report.whole import ANSWER, write_report

    if not points:
        console.print("No run has finished: there is nothing to report yet.")
        return
    inputs = inputs_of(plan) if plan is not None else None
    report = write_report(folder)
    console.record = True
    found = report.findings.points
    for benchmark in found.benchmarks:
        console.print(summary(found, benchmark))
    if found.expected is not None:
        console.print(expected_summary(found, report.findings.samples))
    for sentence in (*report.sentences, *report.notes):
        console.print(sentence, highlight=False, markup=False, soft_wrap=True)
    console.print(f"tables: {len(report.tables)} files in {folder / 'tables'}", highlight=False)
    console.print(f"plots:  {len(report.plots)} files in {folder / 'plots'}", highlight=False)
    console.print(f"answer: {folder / ANSWER}", highlight=False)
    console.print(f"report: {report.page}", highlight=False)
    if inputs is not None:
        settle(folder, inputs, console.export_text().rstrip())


def _fail_if_any(outcome: Outcome, folder: Path) -> None:
    if outcome.failed:
        key, reason = next(iter(outcome.failed.items()))
        raise RunFailed(
            f"{len(outcome.failed)} run{'s' * (len(outcome.failed) > 1)} failed and will be tried again next time;"
            f" {key}: {reason} (tracebacks, if any, in {folder / 'failures'})"
        )
