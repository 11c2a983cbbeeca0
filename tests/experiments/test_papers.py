"""Every sweep of sweeps/papers/ in a miniature: the same configuration and code, on small models and cut releases."""

import json
import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from filelock import FileLock

from hybridir.commands.sweep import Asked, run_sweep
from hybridir.config.compose import from_plain, packaged, plain
from hybridir.config.schema import RunConfig
from hybridir.experiments.executors.local import Listener
from hybridir.experiments.prepare import prepare
from hybridir.experiments.run import carry_out
from hybridir.experiments.sweep import load_sweep
from hybridir.report.sheets.expected import expectations
from hybridir.report.study.points import load_points
from hybridir.report.study.samples import Samples
from tests.experiments.released_world import MANY, write_data, write_models

PAPERS = sorted(path.stem for path in (packaged("sweeps") / "papers").glob("*.yaml"))

WHERE = ["data_root=data", "cache_dir=cache", "runs_dir=runs", "results_dir=results"]
CUT = ["trainer.steps=6", "trainer.batch_size=8", "trainer.validation_pairs=4", "data.heldout=0.1", "executor.jobs=1"]
SHORT = ["model.query_length=12", "model.passage_length=16"]
SHORT_TOGETHER = ["model.length=24"]


@pytest.fixture(scope="module")
def world(shared: Path) -> Iterator[Path]:
    """A folder with everything that the sweeps read, in which they run."""
    folder = shared / "papers"
    with FileLock(shared / "papers.lock"):
        if not folder.is_dir():
            write_data(folder / "data")
            write_models(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
        patch.setattr("hybridir.experiments.study.carry_out_all", carry_out_here)
        patch.setattr("hybridir.experiments.costs.measure", lambda *_: [])  # seconds for each; see test_estimate
        patch.setattr(os, "fsync", lambda _: None)  # a thousand small files, none of which need outlive a power cut
        yield folder


def carry_out_here(jobs: list[tuple[str, RunConfig]], workers: int, gpus: list[str], listener: Listener) -> None:
    """What the workers do, without the seconds that each takes to start."""
    for name, config in jobs:
        listener(name, "started", None)
        carry_out(prepare(from_plain(plain(config))), lambda progress, run=name: listener(run, "progress", progress))
        listener(name, "done", None)


def asked(name: str) -> Asked:
    """The miniature of a sweep, with one seed."""
    short = SHORT_TOGETHER if name == "code_switching" else SHORT
    return Asked(f"papers/{name}", [*WHERE, *CUT, *short], seeds=1)


def ran(name: str) -> Path:
    """The results of a sweep, which is carried out unless it has been."""
    folder = Path("results") / name
    data = load_sweep(f"papers/{name}").base["data"]
    with FileLock(f"{data}.lock"):  # sweeps on the same data may share runs
        if not (folder / "results.csv").is_file():
            run_sweep(asked(name), dry_run=False)
    return folder


def manifests(name: str) -> dict[str, dict[str, Any]]:
    """What each run of a sweep trained on and became, by the values of its axes without the seed."""
    points = json.loads((ran(name) / "plan.json").read_text())["points"]
    found = {}
    for point in points:
        name = ", ".join(str(value) for axis, value in point["axes"].items() if axis != "seed")
        [path] = Path("runs").glob(f"*-{point['run']}/manifest.json")
        found[name] = json.loads(path.read_text())
    return found


@pytest.mark.parametrize("name", PAPERS)
def test_it_runs_and_stands_beside_its_paper(world: Path, name: str) -> None:
    spec, folder = load_sweep(f"papers/{name}"), ran(name)
    plan = json.loads((folder / "plan.json").read_text())
    results = pd.read_csv(folder / "results.csv", dtype={"seed": str})
    assert plan["left_out"] == []
    seeds = len(spec.axes["seed"])
    assert len(plan["points"]) == len(spec.combinations()) / seeds
    assert set(results["run"]) == {point["run"] for point in plan["points"]}
    assert set(results["benchmark"]) == set(spec.base["benchmark"])
    assert results["value"].map(math.isfinite).all()

    compared = expectations(load_points(folder), Samples(folder))
    figures = spec.expected.figures if spec.expected else ()
    assert [found.theirs for found in compared] == [figure.value for figure in figures]
    assert all(found.ours is not None and math.isfinite(found.ours) and found.seeds == 1 for found in compared)
    assert (folder / "tables" / "expected.md").is_file() == bool(figures)


def test_hybrid_runs_serve_both_of_their_tables_and_the_middle_of_alpha(world: Path) -> None:
    tables, miracl, alpha = manifests("hybrid_tables"), manifests("hybrid_miracl"), manifests("alpha")
    assert {point: run["key"] for point, run in miracl.items()} == {point: run["key"] for point, run in tables.items()}
    assert alpha["0.5"]["key"] == tables["xlmr_base, hybrid"]["key"]
    for share, sampling in (("0.0", "x_y"), ("1.0", "x_x_mono")):
        same = tables[f"xlmr_base, {sampling}"]["model"]["weights_sha256"]
        assert alpha[share]["model"]["weights_sha256"] == same != alpha["0.5"]["model"]["weights_sha256"]
    assert tables["labse, hybrid"]["pairs"] == tables["xlmr_base, hybrid"]["pairs"]


def test_a_dial_and_a_transfer_matrix(world: Path) -> None:
    for name, benchmark in (("alpha", "xquad_r"), ("alpha", "mlqa_r"), ("swim_x_data_amount", "xor_retrieve")):
        assert (ran(name) / "plots" / f"dial_{benchmark}.png").is_file()
    matrix = pd.read_csv(ran("swim_x_transfer") / "tables" / "transfer_xtreme_up.csv")
    sets = load_sweep("papers/swim_x_transfer").axes["languages.listed"]
    assert set(matrix["set"]) == {"+".join(languages) for languages in sets}
    assert {"*", "as", "brx", "gom", "ta", "ur"} < set(matrix["query_lang"])
    assert len(matrix) == 8 * 21
    assert (ran("swim_x_transfer") / "plots" / "transfer_xtreme_up.png").is_file()


def test_a_budget_is_kept_until_all_pairs_are_within_it(world: Path) -> None:
    pairs = {int(total): run["pairs"] for total, run in manifests("swim_x_data_amount").items()}
    smallest, *others = pairs
    assert sum(pairs[smallest].values()) == smallest == 2000
    assert set(pairs[smallest].values()) == {285, 286}  # seven languages, evenly
    assert all(pairs[total] == pairs[1_000_000] for total in others)
    assert 2000 < sum(pairs[1_000_000].values()) <= 7 * MANY


def test_switched_runs_differ_from_the_others_by_their_words_alone(world: Path) -> None:
    runs = manifests("code_switching")
    assert "switched_words" not in runs["none"]
    for kind in ("bilingual", "multilingual"):
        assert 0.1 < runs[kind]["switched_words"]["query"]["en"] < 0.3
        assert runs[kind]["pairs"] == runs["none"]["pairs"]
    assert len({run["model"]["weights_sha256"] for run in runs.values()}) == 3


@pytest.mark.parametrize("name", PAPERS)
def test_its_runs_are_listed_with_its_data_and_without(
    world: Path, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = load_sweep(f"papers/{name}")
    points = len(spec.combinations()) // len(spec.axes["seed"])
    for overrides in ([f"data_root={tmp_path}", f"cache_dir={tmp_path}"], WHERE):
        run_sweep(Asked(f"papers/{name}", overrides, seeds=1), dry_run=True)
        said = capsys.readouterr().out
        assert f"{points} points, " in said
        assert ("data not here" in said) == (overrides is not WHERE)
