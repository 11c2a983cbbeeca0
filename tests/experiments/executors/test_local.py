import os
import signal
from pathlib import Path
from typing import Any

from hybridir.config.compose import load_config
from hybridir.experiments.executors.local import carry_out_all
from hybridir.experiments.prepare import prepare
from hybridir.experiments.standing import finished, folder_of


def test_one_that_is_killed_takes_only_its_run_with_it(tiny: list[str]) -> None:
    slow = load_config([*tiny, "trainer.steps=100000"])
    quick = [load_config([*tiny, f"seed={seed}"]) for seed in (1, 2)]
    said: list[tuple[str, str, Any]] = []

    def listen(name: str, kind: str, content: Any) -> None:
        said.append((name, kind, content))
        if name == "slow" and kind == "progress" and content.stage == "training":
            os.kill(folder_of(prepare(slow)).status()["pid"], signal.SIGKILL)

    carry_out_all([("slow", slow), ("one", quick[0]), ("two", quick[1])], workers=1, gpus=[], listener=listen)
    endings = [(name, kind) for name, kind, _ in said if kind in ("done", "failed")]
    assert endings == [("slow", "failed"), ("one", "done"), ("two", "done")]
    reason = next(content[0] for name, kind, content in said if kind == "failed")
    assert reason == "its process was killed (signal 9), which is what happens when memory runs out"
    assert all(finished(folder_of(prepare(config)), config) for config in quick)


def test_a_run_that_fails_is_said_with_its_reason_and_the_others_go_on(tiny: list[str], tmp_path: Path) -> None:
    broken = load_config([*tiny, f"model.init={tmp_path}"])
    sound = load_config(tiny)
    endings: dict[str, Any] = {}

    def listen(name: str, kind: str, content: Any) -> None:
        if kind in ("done", "failed"):
            endings[name] = (kind, content)

    carry_out_all([("broken", broken), ("sound", sound)], workers=1, gpus=[], listener=listen)
    assert endings["sound"] == ("done", None)
    kind, (reason, trace) = endings["broken"]
    assert kind == "failed" and str(tmp_path) in reason and trace == ""


def test_the_number_of_workers_changes_no_byte(tiny: list[str], tmp_path: Path) -> None:
    """Seed 1 is carried out behind seed 0 by one worker, and by a worker of its own."""
    hashes = set()
    for workers in (1, 2):
        configs = [load_config([*tiny, f"seed={seed}", f"runs_dir={tmp_path}/w{workers}"]) for seed in (0, 1)]
        carry_out_all([(str(c.seed), c) for c in configs], workers, gpus=[], listener=lambda *_: None)
        hashes.add(folder_of(prepare(configs[1])).manifest()["model"]["weights_sha256"])
    assert len(hashes) == 1
