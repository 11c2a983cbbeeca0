import json
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hybridir.config.compose import packaged
from hybridir.errors import UserError
from hybridir.experiments import overlap as overlaps
from hybridir.experiments import prepare as preparing
from hybridir.experiments import standing as evaluations
from hybridir.experiments.plan import plan_sweep
from hybridir.experiments.prepare import prepare
from hybridir.experiments.store import RunFolder, find_run
from hybridir.experiments.sweep import SweepSpec, load_sweep
from hybridir.files import write_json

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


ARMS = {"total": {"budget.total": 60}, "each": {"budget.per_language": 20}}
ORDERS = {"pairs": {"languages": "by_pairs"}, "random": {"languages": "random", "languages.seed": 3}}


def test_names_of_choices_are_the_columns_and_their_overrides_the_runs(tiny: list[str]) -> None:
    axes = {"arm": list(ARMS), "order": list(ORDERS), "languages.count": [2]}
    spec = SweepSpec("s", axes=axes, base={"sampling": "monolingual"}, choices={"arm": ARMS, "order": ORDERS})
    points = plan_sweep(spec, tiny).points
    assert [tuple(point.axes.values()) for point in points] == [
        ("total", "pairs", 2),
        ("total", "random", 2),
        ("each", "pairs", 2),
        ("each", "random", 2),
    ]
    budgets = [(point.run.config.budget.total, point.run.config.budget.per_language) for point in points]
    assert budgets == [(60, None), (60, None), (None, 20), (None, 20)]
    assert [(point.run.config.languages.order, point.run.config.languages.seed) for point in points[:2]] == [
        ("pairs", 0),
        ("random", 3),
    ]
    assert [sum(point.run.sizes.values()) for point in points] == [60, 60, 40, 40]


def test_an_override_of_what_a_choice_sets_is_refused(tiny: list[str]) -> None:
    spec = SweepSpec("s", axes={"arm": list(ARMS), "seed": [0]}, choices={"arm": ARMS})
    with pytest.raises(UserError, match=r"budget\.total=9 sets an axis of the sweep s"):
        plan_sweep(spec, [*tiny, "budget.total=9"])


def test_a_run_knows_its_pairs_by_direction(tiny: list[str]) -> None:
    axes = {"sampling": ["monolingual", "crosslingual"], "languages.count": [0, 2]}
    sizes = {
        (p.axes["sampling"], p.axes["languages"]): p.run.sizes
        for p in plan_sweep(SweepSpec("s", axes=axes), tiny).points
    }
    assert sizes["monolingual", 0] == {} == sizes["crosslingual", 0]
    assert {direction.monolingual for direction in sizes["monolingual", 2]} == {True}
    assert {direction.monolingual for direction in sizes["crosslingual", 2]} == {False}


def test_all_runs_of_a_plan_are_those_that_are_asked_for_alone(tiny: list[str], root: Path) -> None:
    """What runs share while they are planned changes none of them."""
    real = [
        f"data_root={root}", "data.kind=hub", "data.name=mine", "data.sources=[{path: pairs}]", "benchmark=[xquad_r]",
        *[entry for entry in tiny if not entry.startswith(("world", "languages"))],
    ]  # fmt: skip
    axes = {
        "sampling": ["monolingual", "hybrid", "mixed"],
        "sampling.join": [True, False],
        "languages.count": [0, 1, 2, "all"],
        "budget.total": [None, 6],
        "decontaminate.drop": [True, False],
    }
    base = {"languages": "listed", "languages.listed": ["en", "de", "fi"]}
    plan = plan_sweep(SweepSpec("s", axes=axes, base=base), real)
    assert len(plan.runs) > 20
    assert all(axes["languages"] == 1 or not axes["sampling.join"] for axes, _ in plan.left_out)
    for point in plan.points[::5]:
        alone = prepare(point.run.config)
        assert point.run.prepared is not None and point.run.prepared.key == alone.key
        assert point.run.prepared.pools.sizes() == alone.pools.sizes()
        assert point.run.prepared.selected.dropped.tolist() == alone.selected.dropped.tolist()
    assert {len(point.run.prepared.selected.dropped) for point in plan.points if point.run.prepared} == {0, 1, 2}


def test_benchmarks_and_data_are_looked_at_once_for_a_plan(
    tiny: list[str], root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    for module, name in ((overlaps, "signature"), (evaluations, "signature"), (preparing, "collection_of")):
        original = getattr(module, name)
        monkeypatch.setattr(module, name, lambda *given, of=original, name=name: asked.append(name) or of(*given))
    real = [
        f"data_root={root}", "data.kind=hub", "data.name=mine", "data.sources=[{path: pairs}]", "benchmark=[xquad_r]",
        *[entry for entry in tiny if not entry.startswith(("world", "languages"))],
    ]  # fmt: skip
    spec = SweepSpec("s", axes={"seed": [0, 1, 2], "sampling": ["monolingual", "mixed"]})
    plan = plan_sweep(spec, real)
    for run in plan.runs:
        assert run.folder is not None
        write_json(run.folder.path / "manifest.json", {})
        write_json(run.folder.evaluation("xquad_r") / "evaluation.json", {"signature": "of another benchmark"})
    assert not any(run.done for run in plan.runs)
    assert sorted(asked) == ["collection_of", "signature", "signature"]


def test_a_run_is_done_for_the_benchmark_it_was_evaluated_on(tiny: list[str]) -> None:
    spec = SweepSpec("s", axes={"benchmark.artificial.world.questions": [10, 20]}, base={"languages.count": 2})
    one, other = (point.run for point in plan_sweep(spec, tiny).points)
    assert one.key == other.key and one.folder is not None
    known_by = evaluations.evaluation_signature(one.config, "artificial", reranks=False)
    write_json(one.folder.path / "manifest.json", {})
    write_json(one.folder.evaluation("artificial") / "evaluation.json", {"signature": known_by})
    assert one.done and not other.done


def test_runs_are_found_by_their_keys_however_late_they_come(tmp_path: Path) -> None:
    assert find_run("0123456789ab", tmp_path) is None
    late = write(tmp_path / "any-slug-0123456789ab")
    assert find_run("0123456789ab", tmp_path) == RunFolder(late)
    write(tmp_path / "other-ba9876543210")
    assert find_run("run:ba9876543210", tmp_path) is not None
    (late / "status.json").unlink()
    late.rmdir()
    assert find_run("0123456789ab", tmp_path) is None
    first, _ = write(tmp_path / "a-0123456789ab"), write(tmp_path / "b-0123456789ab")
    assert find_run("0123456789ab", tmp_path) == RunFolder(first)  # of two with one key


def write(folder: Path) -> Path:
    write_json(folder / "status.json", {"state": "new"})
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Pairs in three languages, of which two overlap with a benchmark."""
    planted = {"query": "Who built the tower?", "text": "somebody"}
    for code, number, more in (("en", 12, [planted]), ("de", 9, []), ("fi", 8, [planted])):
        plain = [{"query": f"{code} question {i}", "text": f"{code} answer {i}"} for i in range(number)]
        rows = [
            {"code": code, "lang": code, "_id": str(i), "title": "", "pid": str(i), **pair}
            for i, pair in enumerate([*more, *plain])
        ]
        folder = tmp_path / "pairs" / code
        folder.mkdir(parents=True)
        pq.write_table(pa.Table.from_pylist(rows), folder / "train-00000-of-00001.parquet")
    question = {"id": "a", "question": "Who built the tower?", "answers": [{"text": "we", "answer_start": 0}]}
    paragraph = {"context": "we did.", "sentence_breaks": [[0, 7]], "qas": [question]}
    (tmp_path / "xquad-r").mkdir()
    content = json.dumps({"data": [{"title": "Tower", "paragraphs": [paragraph]}]})
    (tmp_path / "xquad-r" / "en.json").write_text(content, encoding="utf8")
    return tmp_path
