"""What a sweep shows while it runs: one bar for all runs with the time left, one line per run at work."""

import time
from typing import Any

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from hybridir.experiments.plan import PlannedRun, SweepPlan
from hybridir.experiments.progress import Progress as RunProgress


def name_of(run: PlannedRun) -> str:
    """A run in a few words, by its key."""
    return f"{run.key}  {run.strategy}, {len(run.languages)} languages, seed {run.config.seed}"


class SweepDisplay:
    """Live progress on `console` (stderr); where that is no terminal, a line per event."""

    def __init__(self, plan: SweepPlan, console: Console, estimated_seconds: float) -> None:
        runs = plan.all_runs
        self._names = {run.key: name_of(run) for run in runs}
        self._console = console
        self._left = {run.key for run in runs if not run.done}
        self._total, self._estimated = max(1, len(self._left)), estimated_seconds
        self._began = time.monotonic()
        self._at_work: dict[str, RunProgress | None] = {}
        self._bar = Progress(
            TextColumn("[bold]{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("runs ·"),
            TimeElapsedColumn(),
            TextColumn("· {task.fields[left]} left"),
            console=console,
        )
        self._task = self._bar.add_task(plan.spec.name, total=len(self._left), left="?")
        self._live = Live(console=console, refresh_per_second=4, get_renderable=self._render)

    def __enter__(self) -> "SweepDisplay":
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._console.is_terminal:
            self._live.stop()

    def __call__(self, key: str, kind: str, content: Any) -> None:
        """Take what a worker says."""
        if kind == "progress":
            self._at_work[key] = content
            return
        if kind == "started":
            self._at_work[key] = None
            return
        self._at_work.pop(key, None)
        self._left.discard(key)
        self._bar.update(self._task, completed=self._total - len(self._left))
        if kind == "failed":
            self._console.print(f"[red]failed[/red] {self._names[key]}: {content[0]}", highlight=False)
        elif not self._console.is_terminal:
            done = self._total - len(self._left)
            self._console.print(
                f"[{done}/{self._total}] done {self._names[key]} · {self._time_left()} left", markup=False
            )

    def _render(self) -> Group:
        self._bar.update(self._task, left=self._time_left())
        lines = Table.grid(padding=(0, 2))
        for key, progress in self._at_work.items():
            where = "starting" if progress is None else f"{progress.stage} {progress.done}/{progress.total}"
            lines.add_row(self._names[key], where)
        return Group(self._bar, lines)

    def _time_left(self) -> str:
        """From the runs done so far; before the first, from the estimate."""
        done = self._total - len(self._left)
        elapsed = time.monotonic() - self._began
        under_way = sum(self._part(progress) for progress in self._at_work.values())
        worked = done + under_way
        if worked < 0.5:
            return f"about {duration(max(0.0, self._estimated - elapsed))}"
        return duration(elapsed / worked * (self._total - worked))

    @staticmethod
    def _part(progress: RunProgress | None) -> float:
        """How much of a run is done: training counts for most of it."""
        if progress is None or not progress.total:
            return 0.0
        share = progress.done / progress.total
        return (
            0.8 * share if progress.stage == "training" else 0.8 + 0.2 * share if progress.stage != "preparing" else 0.0
        )


def duration(seconds: float) -> str:
    """Seconds in words: `40 s`, `12 min`, `3.5 h`."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h" if seconds < 360_000 else f"{seconds / 86400:.0f} days"


def size(count: int) -> str:
    """Bytes in words: `40 MB`, `1.5 GB`."""
    return f"{count / 1e6:.0f} MB" if count < 1e9 else f"{count / 1e9:.1f} GB"
