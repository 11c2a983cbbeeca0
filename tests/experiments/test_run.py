import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hybridir.config.compose import load_config
from hybridir.errors import RunFailed
from hybridir.evaluation.results import read_results
from hybridir.experiments.prepare import prepare
from hybridir.experiments.progress import Progress
from hybridir.experiments.run import carry_out
from hybridir.experiments.standing import finished, folder_of
from hybridir.experiments.store import RunFolder


def quiet(_: Progress) -> None:
    """Nobody watches."""


def run(overrides: list[str]) -> RunFolder:
    return carry_out(prepare(load_config(overrides)), quiet)


def test_a_run_leaves_all_that_it_is_made_of(tiny: list[str]) -> None:
    done = run(tiny)
    manifest = done.manifest()
    assert done.path.name == f"artificial-static-hybrid-{len(manifest['languages'])}l-s0-{manifest['key'][:12]}"
    assert done.status()["state"] == "done"
    assert {path.name for path in done.path.iterdir()} == {
        ".lock", "config.yaml", "eval", "manifest.json", "model", "status.json", "train.jsonl",
    }  # fmt: skip
    lines = [json.loads(line) for line in (done.path / "train.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [4, 8, 12, 12]
    assert "qaa->qaa" in lines[-1]["validation"]
    groups = (done.path / "eval" / "artificial" / "groups.csv").read_text().splitlines()
    assert groups[0] == "benchmark,setting,group,metric,value,languages"
    assert {line.split(",")[2] for line in groups[1:]} >= {"trained", "never trained", "Joshi class 5"}
    header = (done.path / "eval" / "artificial" / "results.csv").read_text().splitlines()[0]
    assert header == "benchmark,setting,query_lang,passage_lang,metric,value,queries"
    macro = [r for r in read_results(done.path / "eval" / "artificial" / "results.csv") if r.query_lang == "*"]
    settings = {r.setting for r in macro if r.passage_lang == "*" and r.metric == "mAP"}
    assert settings == {"monolingual", "crosslingual", "multilingual"}


def test_a_finished_run_is_not_run_again(tiny: list[str]) -> None:
    first = run(tiny)
    before = {path: path.stat().st_mtime_ns for path in first.path.rglob("*") if path.is_file()}
    second = run([*tiny, "trainer.log_every=1", "executor.jobs=3"])
    assert second.path == first.path
    assert {path: path.stat().st_mtime_ns for path in first.path.rglob("*") if path.is_file()} == before


def test_a_changed_benchmark_is_evaluated_again_without_training(tiny: list[str]) -> None:
    first = run(tiny)
    weights, log = first.manifest()["model"]["weights_sha256"], first.path / "train.jsonl"
    trained_at = log.stat().st_mtime_ns
    prepared = prepare(load_config([*tiny, "benchmark.artificial.world.questions=10"]))
    assert not finished(folder_of(prepared), prepared.config)
    again = carry_out(prepared, quiet)
    assert again.path == first.path
    assert again.manifest()["model"]["weights_sha256"] == weights
    assert log.stat().st_mtime_ns == trained_at
    assert finished(again, prepared.config)


def test_same_key_same_bytes(tiny: list[str], tmp_path: Path) -> None:
    one, other = run(tiny), run([*tiny, f"runs_dir={tmp_path}/elsewhere"])
    assert one.path != other.path
    assert one.manifest()["model"]["weights_sha256"] == other.manifest()["model"]["weights_sha256"]
    results = [(r.path / "eval" / "artificial" / "results.csv").read_bytes() for r in (one, other)]
    assert results[0] == results[1]


def test_killed_and_started_again_gives_the_same_weights_and_results(tiny: list[str], tmp_path: Path) -> None:
    settings = [*tiny, "trainer.steps=400", "trainer.checkpoint_every=10"]
    whole = run([*settings, f"runs_dir={tmp_path}/whole"])
    process = subprocess.Popen(
        [sys.executable, "-m", "hybridir.cli", "train", *settings],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    stopped = folder_of(prepare(load_config(settings)))
    deadline = time.monotonic() + 60
    while not list(stopped.path.glob("checkpoints/step-*/state.json")) and time.monotonic() < deadline:
        assert process.poll() is None
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not stopped.trained and stopped.status()["state"] == "stopped"
    resumed = run(settings)
    assert resumed.manifest()["model"]["weights_sha256"] == whole.manifest()["model"]["weights_sha256"]
    results = [(r.path / "eval" / "artificial" / "results.csv").read_bytes() for r in (whole, resumed)]
    assert results[0] == results[1]
    steps = [json.loads(line)["step"] for line in (resumed.path / "train.jsonl").read_text().splitlines()]
    assert steps == [*range(4, 401, 4), 400]


def test_starting_from_a_run_continues_its_weights(tiny: list[str]) -> None:
    first = run([*tiny, "sampling=crosslingual"])
    second = run([*tiny, f"model.init={first.path}", "trainer.learning_rate=1e-9"])
    untouched = run([*tiny, f"model.init=run:{first.key}", "languages.count=0"])
    assert untouched.manifest()["model"]["weights_sha256"] == first.manifest()["model"]["weights_sha256"]
    assert second.manifest()["fingerprints"]["init"] == f"run {first.key}"
    key = "crosslingual", "*", "*", "mAP"
    values = [_value(r, *key) for r in (first, second, untouched)]
    assert values[1] == pytest.approx(values[0], abs=1e-3)
    assert values[2] == values[0]


def test_a_failure_is_kept_as_reason_and_tried_again(tiny: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RunFailed("the loss is nan at step 3")

    with monkeypatch.context() as patched:
        patched.setattr("hybridir.experiments.run.train", fail)
        with pytest.raises(RunFailed):
            run(tiny)
    folder = folder_of(prepare(load_config(tiny)))
    assert folder.status()["state"] == "failed"
    assert folder.status()["reason"] == "the loss is nan at step 3"
    assert run(tiny).status()["state"] == "done"


def test_a_run_under_way_is_left_to_its_process(tiny: list[str]) -> None:
    folder = folder_of(prepare(load_config(tiny)))
    with folder.lock(), pytest.raises(RunFailed, match="is being worked on by another process"):
        run(tiny)


def _value(folder: RunFolder, setting: str, query_lang: str, passage_lang: str, metric: str) -> float:
    results = read_results(folder.path / "eval" / "artificial" / "results.csv")
    wanted = (setting, query_lang, passage_lang, metric)
    (found,) = [r.value for r in results if (r.setting, r.query_lang, r.passage_lang, r.metric) == wanted]
    return found
