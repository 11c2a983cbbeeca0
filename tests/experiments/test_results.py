"""What a sweep gathers of its runs."""

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml

from hybridir.evaluation.questions import Figure, read_questions
from hybridir.evaluation.results import read_results
from hybridir.experiments import results
from hybridir.experiments.plan import SweepPlan, plan_sweep
from hybridir.experiments.results import gather
from hybridir.experiments.run import carry_out
from hybridir.experiments.sweep import SweepSpec

from .conftest import TINY

SIZES = {name: yaml.safe_load(value) for name, value in (entry.split("=") for entry in TINY)}
ARMS = {"total": {"budget.total": 60}, "each": {"budget.per_language": 20, "trainer.steps": 9}}
SPEC = SweepSpec(
    "toy",
    axes={"arm": list(ARMS), "languages.count": [0, 2], "seed": [0, 1]},
    base=SIZES | {"sampling": "monolingual", "languages": "random", "languages.seed": 6},
    choices={"arm": ARMS},
    start={"sampling": "crosslingual", "trainer.steps": 3, "languages": "by_pairs"},
    title="A toy",
)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> SweepPlan:
    """A plan of which all runs are done but one: the arm `each` with seed 1."""
    folder = tmp_path_factory.mktemp("finished")
    plan = plan_sweep(SPEC, [f"runs_dir={folder}/runs", f"results_dir={folder}/results", f"cache_dir={cache}"])
    plan = replace(plan, command="hybridir sweep toy.yaml")
    for run in plan.all_runs[:-1]:
        assert run.prepared is not None
        carry_out(run.prepared, lambda _: None)
    return plan


@pytest.fixture(scope="module")
def gathered(finished: SweepPlan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gathered")
    assert gather(finished, folder) == 7  # of eight points; those without languages are one run
    return folder


@pytest.fixture
def plan(gathered: Path) -> dict[str, Any]:
    return json.loads((gathered / "plan.json").read_text(encoding="utf8"))


def test_results_are_those_of_the_runs_behind_the_columns_of_their_points(finished: SweepPlan, gathered: Path) -> None:
    with open(gathered / "results.csv", encoding="utf8", newline="") as file:
        header, *rows = list(csv.reader(file))
    assert header == [
        "arm", "languages", "seed", "trained", "run",
        "benchmark", "setting", "query_lang", "passage_lang", "metric", "value", "queries",
    ]  # fmt: skip
    done = [point for point in finished.points if point.run.done]
    expected = []
    for point in done:
        assert point.run.folder is not None
        trained = "+".join(point.run.languages)
        found = read_results(point.run.folder.evaluation("artificial") / "results.csv")
        expected += [[*map(str, point.axes.values()), trained, point.run.key, *map(str, result)] for result in found]
    assert rows == expected and len(expected) > 500


def test_scores_and_questions_are_folders_of_the_files_of_the_runs(finished: SweepPlan, gathered: Path) -> None:
    keys = {point.run.key for point in finished.points if point.run.done}
    assert len(keys) == 4  # the start without training, two in one arm, one in the other
    for name, columns in (("scores.parquet", {"run", "value"}), ("questions.parquet", {"question"})):
        folder = gathered / name
        assert {path.name for path in folder.iterdir()} == {f"artificial-{key}.parquet" for key in keys}
        assert columns <= set(pq.read_table(folder).column_names)
    of_run = finished.points[0].run.folder
    assert of_run is not None
    linked = gathered / "scores.parquet" / f"artificial-{of_run.key}.parquet"
    assert linked.samefile(of_run.evaluation("artificial") / "scores.parquet")


def test_values_by_question_average_to_the_results(finished: SweepPlan, gathered: Path) -> None:
    run = finished.points[2].run
    assert run.folder is not None
    found = read_questions(gathered / "questions.parquet" / f"artificial-{run.key}.parquet").values
    for result in read_results(run.folder.evaluation("artificial") / "results.csv"):
        over_all = result.passage_lang == "*" or result.setting == "monolingual"
        figure = Figure(result.setting, result.query_lang, result.metric)
        if over_all and result.query_lang != "*" and figure in found:
            assert found[figure].mean() == pytest.approx(result.value, rel=1e-6)


def test_evaluations_from_before_there_were_values_by_question_get_them(
    finished: SweepPlan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = finished.points[0].run.folder
    assert run is not None
    path = run.evaluation("artificial") / "questions.parquet"
    before = path.read_bytes()
    path.unlink()
    monkeypatch.setattr(results, "_TELL_EVERY", 0.0)
    gather(finished, tmp_path)
    assert path.read_bytes() == before
    assert capsys.readouterr().err == "values by question: 1 of 1 evaluations\n"


def test_what_is_gone_from_the_plan_is_gone_from_the_folders(finished: SweepPlan, tmp_path: Path) -> None:
    gather(finished, tmp_path)
    gather(replace(finished, points=finished.points[:1]), tmp_path)
    key = finished.points[0].run.key
    assert [path.name for path in (tmp_path / "questions.parquet").iterdir()] == [f"artificial-{key}.parquet"]


def test_before_a_run_is_done_there_is_a_plan_alone(finished: SweepPlan, tmp_path: Path) -> None:
    assert gather(replace(finished, points=finished.points[-1:]), tmp_path) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["plan.json"]
    plan = json.loads((tmp_path / "plan.json").read_text(encoding="utf8"))
    assert plan["provenance"] == {} and plan["benchmarks"]["artificial"]["fingerprint"] is None


def test_the_plan_has_the_design_of_each_point(plan: dict[str, Any]) -> None:
    assert plan["choices"] == ["arm"]
    assert plan["axes"] == {"arm": ["total", "each"], "languages": [0, 2], "seed": [0, 1]}
    common = {"order": "random", "descending": True, "order_seed": 6, "always": ["qaa"]}
    by_axes = {tuple(point["axes"].values()): point["design"] for point in plan["points"]}
    assert by_axes["total", 2, 1] == common | {"total": 60, "per_language": None, "pairs": 60, "seed": 1}
    assert by_axes["each", 2, 0] == common | {"total": None, "per_language": 20, "pairs": 40, "seed": 0}
    assert by_axes["each", 0, 0] == common | {"total": None, "per_language": 20, "pairs": 0, "seed": 0}


def test_the_plan_has_every_setting_once(plan: dict[str, Any], finished: SweepPlan) -> None:
    assert plan["base"] == SPEC.base
    assert plan["settings"]["trainer.temperature"] == 0.05
    assert plan["settings"]["sampling.strategy"] == "monolingual"
    assert plan["settings"]["model.init"] == f"run:{plan['start']}"
    # what the design says is not said again
    assert plan["varies"] == {"trainer.steps": [12, 9]}
    assert plan["first_stage"] == {
        "model.init": None, "sampling.strategy": "crosslingual", "languages.order": "pairs", "languages.count": "all",
        "languages.seed": 0, "languages.always": [], "trainer.steps": 3,
        "budget.total": None, "budget.per_language": None, "seed": 0,
    }  # fmt: skip


def test_the_plan_says_where_its_figures_come_from(plan: dict[str, Any], finished: SweepPlan) -> None:
    assert plan["command"] == "hybridir sweep toy.yaml"
    benchmark = plan["benchmarks"]["artificial"]
    run = finished.points[0].run
    assert run.folder is not None and run.prepared is not None
    record = run.folder.evaluated("artificial")
    assert record is not None
    assert (benchmark["kind"], benchmark["parallel"]) == ("artificial", True)
    assert (benchmark["origin"], benchmark["fingerprint"]) == ("the artificial world", record["fingerprint"])
    found, manifest = plan["provenance"], run.folder.manifest()
    assert found["versions.torch"] == [{"value": manifest["versions"]["torch"], "runs": 4}]
    assert found["hardware.gpu"] == [{"value": str(manifest["hardware"]["gpu"] or "none"), "runs": 4}]
    assert found["fingerprints.data"] == [{"value": run.prepared.fingerprints["data"], "runs": 4}]
    assert found["benchmarks.artificial"] == [{"value": record["fingerprint"], "runs": 4}]


def test_other_versions_are_counted(finished: SweepPlan, tmp_path: Path) -> None:
    run = finished.points[0].run.folder
    assert run is not None
    path = run.path / "manifest.json"
    text = path.read_text(encoding="utf8")
    manifest = json.loads(text)
    manifest["versions"]["torch"] = "1.0"
    path.write_text(json.dumps(manifest), encoding="utf8")
    try:
        gather(finished, tmp_path)
    finally:
        path.write_text(text, encoding="utf8")
    found = json.loads((tmp_path / "plan.json").read_text(encoding="utf8"))["provenance"]["versions.torch"]
    assert [entry["runs"] for entry in found] == [3, 1] and found[1]["value"] == "1.0"


def test_confounds_are_in_the_plan(plan: dict[str, Any]) -> None:
    assert plan["confounds"][0] == (
        "the axis arm changes trainer.steps (12, 9) along with budget.per_language, budget.total: what comes of which"
        " cannot be told apart."
    )
