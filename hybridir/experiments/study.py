"""Carry out a sweep: first stage, runs on the workers, results; what is done already is left as it is."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hybridir.config.schema import RunConfig
from hybridir.errors import UserError
from hybridir.experiments.executors.local import Listener, carry_out_all
from hybridir.experiments.plan import PlannedRun, SweepPlan

_DRIVERS = [Path(f"/dev/{name}") for name in ("nvidiactl", "dxg", "kfd", "nvhost-ctrl", "nvmap")]
"""What Linux shows where a GPU may be: Nvidia's driver, Windows' beneath it, AMD's, and Nvidia's on its own boards."""


@dataclass
class Outcome:
    """How a sweep ended: the reason of each run that failed, by key, and the number of points with results."""

    failed: dict[str, str] = field(default_factory=dict)
    points: int = 0


def carry_out_sweep(plan: SweepPlan, workers: int, folder: Path, listener: Listener) -> Outcome:
    """Run what is not finished on `workers` processes and gather the results in `folder`.

    A run that fails does not stop the others, and is tried again at the next call; when the first
    stage fails, no run can start.
    """
    outcome = Outcome()
    _refuse_impossible([run for run in plan.runs if not run.done])

    def listen(key: str, kind: str, content: Any) -> None:
        if kind == "failed":
            reason, trace = content
            outcome.failed[key] = reason
            if trace:
                (folder / "failures").mkdir(parents=True, exist_ok=True)
                (folder / "failures" / f"{key}.txt").write_text(trace, encoding="utf8")
        listener(key, kind, content)

    stages = ([plan.start] if plan.start is not None else [], plan.runs)
    for stage in stages:
        waiting = [(run.key, run.config) for run in stage if not run.done]
        if waiting:
            carry_out_all(waiting, workers, gpus(), listen)
        if stage is stages[0] and outcome.failed:
            break
    from hybridir.experiments.results import gather  # PyTorch takes seconds to import, and a plan does without

    outcome.points = gather(plan, folder)
    return outcome


def _refuse_impossible(runs: Sequence[PlannedRun]) -> None:
    """Refuse the sweep if one of `runs` cannot be carried out."""
    if runs:
        from hybridir.experiments.run import refuse_impossible  # as below

        for run in runs:
            if run.prepared is not None:
                refuse_impossible(run.prepared)


def worker_count(config: RunConfig) -> int:
    """`executor.jobs`, else one worker per GPU, else as many as the cores carry."""
    refuse_shared_runs(config)
    if config.executor.jobs is not None:
        return config.executor.jobs
    return len(gpus()) or max(1, (os.cpu_count() or 1) // config.trainer.threads)


def refuse_shared_runs(config: RunConfig) -> None:
    """Refuse several processes for a run of a sweep."""
    if config.executor.processes > 1:
        raise UserError(
            f"executor.processes={config.executor.processes} is for one run: in a sweep, set how many go at a time with"
            " --jobs."
        )


def gpus() -> list[str]:
    """The GPUs that runs may use, as `CUDA_VISIBLE_DEVICES` names them."""
    if sys.platform == "linux" and not any(map(Path.exists, _DRIVERS)):
        return []  # and the seconds that torch takes to say so are saved
    import torch

    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    named = visible.split(",") if visible else [str(number) for number in range(torch.cuda.device_count())]
    return named[: torch.cuda.device_count()]


def failed_before(run: PlannedRun) -> str | None:
    """Why a run failed the last time, if it did."""
    folder = run.folder
    status = folder.status() if folder is not None else {}
    return str(status.get("reason")) if status.get("state") == "failed" else None
