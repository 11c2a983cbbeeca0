from itertools import pairwise
from pathlib import Path

import pytest

from hybridir.config.compose import packaged
from hybridir.errors import UserError
from hybridir.experiments.plan import plan_sweep
from hybridir.experiments.sweep import SweepSpec, load_sweep

STRATEGIES = ["monolingual", "crosslingual", "hybrid"]


def test_points_that_have_no_pairs_are_left_out_and_named(tiny: list[str]) -> None:
    plan = plan_sweep(SweepSpec("s", axes={"sampling": STRATEGIES, "languages.count": [1, 2]}), tiny)
    assert [tuple(point.axes.values()) for point in plan.points] == [
        ("monolingual", 1),
        ("monolingual", 2),
        ("crosslingual", 2),
        ("hybrid", 2),
    ]
    assert plan.left_out == [
        (
            {"sampling": strategy, "languages": 1},
            f"{strategy} needs pairs across languages, and the data have none among: qaa",
        )
        for strategy in ("crosslingual", "hybrid")
    ]


def test_the_untrained_start_is_one_run_for_all_strategies(tiny: list[str]) -> None:
    plan = plan_sweep(SweepSpec("s", axes={"sampling": STRATEGIES, "languages.count": [0]}), tiny)
    assert [point.axes["languages"] for point in plan.points] == [0, 0, 0]
    assert len(plan.runs) == 1


def test_subsets_are_nested(tiny: list[str]) -> None:
    plan = plan_sweep(SweepSpec("s", axes={"languages.count": [1, 2, 4, "all"]}), tiny)
    subsets = [set(point.run.languages) for point in plan.points]
    assert all(smaller < larger for smaller, larger in pairwise(subsets))


def test_all_counts_once_where_it_is_a_number_too(tiny: list[str]) -> None:
    every = len(plan_sweep(SweepSpec("s", axes={"languages.count": ["all"]}), tiny).points[0].run.languages)
    plan = plan_sweep(SweepSpec("s", axes={"languages.count": [every, "all"]}), tiny)
    assert [point.axes["languages"] for point in plan.points] == [every]


def test_runs_that_start_from_another_have_its_key_in_theirs(tiny: list[str]) -> None:
    axes = {"languages.count": [2]}
    alone = plan_sweep(SweepSpec("s", axes=axes), tiny)
    staged = plan_sweep(SweepSpec("s", axes=axes, start={"sampling": "crosslingual"}), tiny)
    other = plan_sweep(SweepSpec("s", axes=axes, start={"sampling": "mixed"}), tiny)
    assert staged.start is not None and other.start is not None and alone.start is None
    assert staged.points[0].run.config.model.init == f"run:{staged.start.key}"
    assert len({plan.points[0].run.key for plan in (alone, staged, other)}) == 3


def test_an_axis_of_sets_counts_its_languages(tiny: list[str]) -> None:
    base = {"languages": "listed", "sampling": "monolingual"}
    sets = SweepSpec("s", axes={"languages.listed": [["qaa"], ["qab", "qaa"]]}, base=base)
    plan = plan_sweep(sets, tiny)
    assert [(point.axes["languages"], point.run.languages) for point in plan.points] == [
        (1, ["qaa"]),
        (2, ["qaa", "qab"]),
    ]


def test_a_sweep_without_any_possible_point_is_refused(tiny: list[str]) -> None:
    with pytest.raises(UserError, match=r"the sweep s has no point that can be run: hybrid needs pairs across"):
        plan_sweep(SweepSpec("s", axes={"languages.count": [1]}), tiny)


def test_swim_ir_is_planned_by_its_released_counts(tmp_path: Path) -> None:
    plan = plan_sweep(load_sweep("swimir"), [f"cache_dir={tmp_path}", f"data_root={tmp_path}"], data_needed=False)
    largest = plan.points[-1].run
    assert len(largest.languages) == 33
    assert largest.languages[:4] == ["en", "ru", "id", "fa"]
    assert {point.axes["languages"] for point in plan.points} == {0, 1, 2, 4, 8, 16, 33}
    assert all(run.key == "" for run in plan.runs)
    assert {axes["languages"] for axes, _ in plan.left_out} == {1}


@pytest.mark.parametrize("path", sorted(packaged("sweeps").rglob("*.yaml")), ids=lambda path: path.stem)
def test_every_sweep_of_the_package_plans(path: Path, data_root: Path, cache: Path) -> None:
    plan = plan_sweep(load_sweep(str(path)), [f"data_root={data_root}", f"cache_dir={cache}"], data_needed=False)
    assert plan.points


def test_sets_of_one_size_stay_apart(tiny: list[str]) -> None:
    base = {"languages": "listed", "sampling": "monolingual"}
    sets = SweepSpec("s", axes={"languages.listed": [["qaa"], ["qab"]]}, base=base)
    plan = plan_sweep(sets, [entry for entry in tiny if "always" not in entry])
    assert [point.axes for point in plan.points] == [
        {"languages": 1, "set": "qaa"},
        {"languages": 1, "set": "qab"},
    ]


def test_an_override_of_an_axis_is_refused(tiny: list[str]) -> None:
    with pytest.raises(UserError, match="sampling=mixed sets an axis of the sweep s"):
        plan_sweep(SweepSpec("s", axes={"sampling": STRATEGIES}), [*tiny, "sampling=mixed"])


def test_the_first_stage_takes_folders_and_executor_and_starts_groups_afresh(tiny: list[str]) -> None:
    base = {"languages": "listed", "languages.listed": ["qaa", "qab"], "sampling.weights": "proportional"}
    start = {"languages": "by_pairs", "trainer.steps": 3}
    extra = [*[entry for entry in tiny if "=" in entry and "always" not in entry], "executor.device=cpu"]
    plan = plan_sweep(SweepSpec("s", axes={"seed": [0, 1]}, base=base, start=start), extra)
    assert plan.start is not None
    config = plan.start.config
    assert (config.trainer.steps, config.languages.order, config.languages.listed) == (3, "pairs", [])
    assert (config.sampling.weights, config.executor.device) == ("proportional", "cpu")
    assert config.runs_dir == plan.points[0].run.config.runs_dir
