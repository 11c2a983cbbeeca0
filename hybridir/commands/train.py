"""`hybridir train`: one run, or its first batches in words."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from hybridir.config.compose import load_config
from hybridir.experiments.augment import switched_texts
from hybridir.experiments.executors.together import carry_out_together
from hybridir.experiments.prepare import prepare
from hybridir.experiments.progress import Progress as RunProgress
from hybridir.experiments.progress import Report
from hybridir.experiments.run import carry_out, help_out, is_complete, make_plan, refuse_impossible
from hybridir.experiments.standing import folder_of
from hybridir.training.ranks import own_rank, processes

_LINE_EVERY = 20.0  # seconds


def train_run(overrides: Sequence[str]) -> Path | None:
    """Carry out the run that `overrides` describe; returns its folder, or None where another process says it."""
    console = Console(stderr=True)
    prepared = prepare(load_config(overrides))
    run = folder_of(prepared)
    if own_rank() > 0:  # started by torchrun beside the first
        help_out(prepared)
        return None
    if is_complete(prepared, run):
        console.print(f"{run.key} is done already.")
        return run.path
    with bar(console) as report:
        if prepared.config.executor.processes > processes():
            refuse_impossible(prepared)
            return carry_out_together(prepared.config, report)
        return carry_out(prepared, report).path


def explain(overrides: Sequence[str], count: int) -> None:
    """Print the first `count` batches in words."""
    prepared = prepare(load_config(overrides))
    plan = make_plan(prepared)
    table, switched = prepared.collection.train, switched_texts(prepared)
    print(f"{len(prepared.languages)} languages: {', '.join(prepared.languages)}")
    for step in range(count):
        batch = plan.batch(step)
        print(batch.describe())
        if batch.source == "train":
            query = table.texts("query", batch.rows[:1, 0])[0]
            passage = table.texts("passage", batch.rows[:1, 1])[0]
            print(f"    first pair, {batch.directions[0]}: {query[:70]!r} / {passage[:70]!r}")
            if switched is not None:
                query = switched.texts("query", batch.rows[:1, 0], batch.passes[:1])[0]
                passage = switched.texts("passage", batch.rows[:1, 1], batch.passes[:1])[0]
                print(f"    code-switched: {query[:70]!r} / {passage[:70]!r}")


@contextmanager
def bar(console: Console) -> Iterator[Report]:
    """A progress bar on stderr that takes the reports of a run; a line now and then where that is no terminal."""
    if not console.is_terminal:
        yield _lines(console)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("starting", total=None)
        stage = ""

        def report(said: RunProgress) -> None:
            nonlocal stage
            name = said.stage.split(":")[0]
            if name != stage:
                stage = name
                progress.reset(task, total=said.total)
            progress.update(task, description=said.stage, completed=said.done, total=said.total)

        yield report


def _lines(console: Console) -> Report:
    began = last = time.monotonic()

    def report(said: RunProgress) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= _LINE_EVERY:
            last = now
            console.print(f"{now - began:.0f} s: {said.stage} {said.done}/{said.total}", highlight=False)

    return report
