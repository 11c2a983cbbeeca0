"""What a sweep will take: seconds, memory and disk, from a few measured steps and the work that is left."""

import resource
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import isnan

from hybridir.experiments.costs import Costs
from hybridir.experiments.plan import PlannedRun, SweepPlan
from hybridir.experiments.probe import Cost
from hybridir.experiments.standing import missing_evaluations

_EVALUATION = 15.0  # seconds per benchmark, where none has been measured
_RECORDS = 48 << 10  # bytes of the configuration, manifest, log and the like of a run
_REPORT = 6.0  # seconds of gathering and drawing, at least
_REPORT_PER_POINT = 0.03


@dataclass(frozen=True)
class Estimate:
    """What is left of a sweep: `seconds` on its workers, bytes of `memory` at the most and of `disk` in the store, and
    the `basis` of it in words."""

    seconds: float
    memory: int
    disk: int
    basis: str


def estimate(plan: SweepPlan, workers: int, told: Callable[[str], None] | None = None) -> Estimate:
    """What the runs of `plan` that are not finished will take on `workers` workers.

    What is not known from before is measured, for some seconds, if there is a `told` to say so to.
    """
    left = [run for run in plan.all_runs if not run.done]
    if not left:
        return Estimate(0.0, 0, 0, "nothing is left")
    workers = min(workers, max(1, len(left)))
    costs = Costs(plan, workers, told)
    start = [run for run in left if run is plan.start]
    alone = sum(_seconds(run, costs.of(run)) for run in start)
    beside = [_seconds(run, costs.of(run)) for run in left if run is not plan.start]
    longest = max(beside, default=0.0)
    seconds = costs.ready * (1 + bool(start)) + alone + max(longest, sum(beside) / workers)
    report = _REPORT + _REPORT_PER_POINT * len(plan.points)
    memory = costs.memory * workers + own_memory() if costs.memory else 0
    return Estimate(seconds + report, memory, _disk(left, costs), costs.basis)


def own_memory() -> int:
    """Bytes that this process, which hands out the runs, has taken at the most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _seconds(run: PlannedRun, cost: Cost) -> float:
    """Of one run on one worker."""
    trainer = run.config.trainer
    seconds = 0.0
    if _to_train(run):
        seconds += cost.fixed + 2 * cost.save  # saved, and loaded for the evaluation
        if run.languages:
            validations = 1 + (trainer.steps // trainer.validate_every if trainer.validate_every else 0)
            checkpoints = max(0, (trainer.steps - 1) // trainer.checkpoint_every)
            seconds += trainer.steps * cost.step + validations * cost.validation + 3 * checkpoints * cost.save
    known = (cost.evaluation.get(name, _EVALUATION) for name in _evaluations(run))
    return seconds + sum(_EVALUATION if isnan(each) else each for each in known)


def _disk(left: Iterable[PlannedRun], costs: Costs) -> int:
    """Bytes that stay in the store."""
    total = 0
    for run in left:
        cost = costs.of(run)
        if _to_train(run):
            total += _RECORDS + (cost.model_bytes if run.config.executor.keep_models else 0)
        total += sum(cost.evaluation_bytes.get(name, 0) for name in _evaluations(run))
    return total


def _to_train(run: PlannedRun) -> bool:
    folder = run.folder
    return folder is None or not folder.trained or not (folder.has_model or not _evaluations(run))


def _evaluations(run: PlannedRun) -> list[str]:
    """The benchmarks that a run is still to be evaluated on."""
    if run.folder is None:
        return list(run.config.benchmark)
    return missing_evaluations(run.folder, run.config, run.once)
