"""What a sweep will take: the work that is left, by costs that were measured."""

from dataclasses import replace
from pathlib import Path
from statistics import median

import pytest

from hybridir.experiments import costs
from hybridir.experiments import estimate as estimating
from hybridir.experiments.estimate import estimate
from hybridir.experiments.plan import SweepPlan, plan_sweep
from hybridir.experiments.probe import Cost, measure
from hybridir.experiments.run import carry_out
from hybridir.experiments.sweep import SweepSpec

COST = Cost(
    ready=4.0,
    fixed=1.0,
    step=0.5,
    validation=2.0,
    save=0.25,
    evaluation={"artificial": 3.0},
    memory=100,
    model_bytes=1000,
    evaluation_bytes={"artificial": 10},
)
REPORT, RECORDS = 6.0, 48 << 10


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """What was measured, as numbers of languages; a step costs half a second, and as much again for each language."""
    seen: list[list[int]] = []

    def measured(configs: list, first: object, workers: int, limit: float) -> list[Cost]:
        counts = [int(config.languages.count) for config in configs]
        seen.append(counts)
        return [replace(COST, step=0.5 * count) for count in counts]

    monkeypatch.setattr(costs, "measure", measured)
    monkeypatch.setattr(estimating, "own_memory", lambda: 7)
    return seen


def planned(tiny: list[str], tmp_path: Path, *more: str, **axes: list) -> SweepPlan:
    axes = axes or {"seed": [0, 1, 2], "languages.count": [2]}
    return plan_sweep(SweepSpec("s", axes=axes), [*tiny, f"cache_dir={tmp_path}/costs", *more])


def test_the_work_is_shared_out_among_the_workers(tiny: list[str], tmp_path: Path, asked: list[list[int]]) -> None:
    found = estimate(planned(tiny, tmp_path), 2, told=lambda line: None)
    # 12 steps of 1 s, one validation, checkpoints at 4 and 8, saved and loaded, evaluated
    one = 1 + 12 * 1.0 + 2 + 3 * 2 * 0.25 + 2 * 0.25 + 3
    assert found.seconds == pytest.approx(4 + 3 * one / 2 + REPORT + 3 * 0.03)
    assert (found.memory, found.disk) == (207, 3 * (RECORDS + 1000 + 10))


def test_runs_between_the_fewest_and_the_most_languages_cost_what_lies_between(
    tiny: list[str], tmp_path: Path, asked: list[list[int]]
) -> None:
    plan = planned(tiny, tmp_path, **{"languages.count": [2, 3, 4]})
    found = estimate(plan, 1, told=lambda line: None)
    assert asked == [[4, 2]]
    rest = 1 + 2 + 3 * 2 * 0.25 + 2 * 0.25 + 3
    assert found.seconds == pytest.approx(4 + 3 * rest + 12 * (1.0 + 1.5 + 2.0) + REPORT + 3 * 0.03)


def test_what_was_measured_is_kept(tiny: list[str], tmp_path: Path, asked: list[list[int]]) -> None:
    first = estimate(planned(tiny, tmp_path), 2, told=lambda line: None)
    assert estimate(planned(tiny, tmp_path), 2).seconds == first.seconds
    assert len(asked) == 1


def test_nothing_is_measured_unasked(tiny: list[str], tmp_path: Path, asked: list[list[int]]) -> None:
    found = estimate(planned(tiny, tmp_path), 2)
    assert not asked and "roughly" in found.basis and found.memory == 0


def test_models_that_are_not_kept_take_no_disk(tiny: list[str], tmp_path: Path, asked: list[list[int]]) -> None:
    found = estimate(planned(tiny, tmp_path, "executor.keep_models=false"), 2, told=lambda line: None)
    assert found.disk == 3 * (RECORDS + 10)


def test_real_runs_are_measured_by_workers_that_share_them(tiny: list[str]) -> None:
    runs = plan_sweep(SweepSpec("s", axes={"languages.count": [3, 2]}), tiny).runs
    costs = measure([run.config for run in runs], None, workers=2, limit=60.0)
    assert len(costs) == 2
    for cost in costs:
        assert 0 < cost.step < 5 and 0 < cost.evaluation["artificial"] < 20 and cost.model_bytes > 600 * 16 * 4
    assert costs[0].memory == 0, "the first also made what both share, which is no run's memory"
    assert costs[1].memory > 50e6


def test_one_worker_measures_all(tiny: list[str]) -> None:
    config = plan_sweep(SweepSpec("s", axes={"languages.count": [2]}), tiny).runs[0].config
    (cost,) = measure([config], None, workers=1, limit=60.0)
    assert 0 < cost.step < 5 and cost.memory > 50e6


def test_measuring_ends_in_time(tiny: list[str]) -> None:
    config = plan_sweep(SweepSpec("s", axes={"languages.count": [2]}), tiny).runs[0].config
    assert measure([config], None, workers=1, limit=0.1) == []


def test_finished_runs_are_the_yardstick(tiny: list[str], tmp_path: Path, asked: list[list[int]]) -> None:
    plan = planned(tiny, tmp_path)
    for run in plan.runs[:2]:
        carry_out(run.prepared, lambda progress: None)
    manifests = [run.folder.manifest() for run in plan.runs[:2]]
    evaluations = [run.folder.evaluated("artificial")["seconds"] for run in plan.runs[:2]]
    found = estimate(planned(tiny, tmp_path), 1, told=lambda line: None)
    mean = sum(m["cost"]["training_seconds"] for m in manifests) / 2 + sum(evaluations) / 2
    fixed = median(m["cost"]["seconds"] - m["cost"]["training_seconds"] for m in manifests)
    assert not asked and "finished runs" in found.basis
    assert found.seconds == pytest.approx(mean + fixed + REPORT + 3 * 0.03, abs=1e-3)
