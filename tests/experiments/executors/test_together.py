import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from hybridir.config.compose import load_config
from hybridir.errors import UserError
from hybridir.experiments.prepare import prepare
from hybridir.experiments.run import carry_out, folder_of, refuse_processes
from hybridir.experiments.store import RunFolder
from hybridir.experiments.study import worker_count


def run(overrides: list[str]) -> RunFolder:
    return carry_out(prepare(load_config(overrides)), lambda _: None)


def weights(of: RunFolder) -> np.ndarray:
    return load_file(of.model / "0_StaticEmbedding" / "model.safetensors")["embedding.weight"]


def test_one_that_dies_ends_all_and_the_run_goes_on_with_another_number(tiny: list[str], tmp_path: Path) -> None:
    settings = [*tiny, "trainer.steps=500", "trainer.checkpoint_every=5"]
    whole = run([*settings, f"runs_dir={tmp_path}/whole"])
    command = [sys.executable, "-m", "hybridir.cli", "train", *settings, "executor.processes=2"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, text=True)
    stopped = folder_of(prepare(load_config(settings)))
    deadline = time.monotonic() + 120
    while not list(stopped.path.glob("checkpoints/step-*/state.json")) and time.monotonic() < deadline:
        assert process.poll() is None
        time.sleep(0.005)
    first = stopped.status()["pid"]
    members = [int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]
    (second,) = [pid for pid in members if pid != first and b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    os.kill(second, signal.SIGKILL)
    out, said = process.communicate(timeout=60)
    assert (process.returncode, out) == (1, "")
    assert said.count("hybridir: ") == 1 and "Traceback" not in said
    assert "hybridir: process 1 of 2: its process was killed (signal 9)" in said
    assert not Path(f"/proc/{first}").exists()
    assert not stopped.trained
    resumed = run(settings)  # with one process
    assert resumed.path == stopped.path
    np.testing.assert_allclose(weights(resumed), weights(whole), rtol=0, atol=1e-3)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (["executor.processes=17"], "17 processes cannot share batches of trainer.batch_size=16: each needs a pair"),
        (["model=reranker_small", "executor.processes=2"], "a re-ranker trains on one process"),
    ],
)
def test_what_cannot_be_shared_is_refused(settings: list[str], said: str, tiny: list[str]) -> None:
    shared = [setting for setting in tiny if "model.dim" not in setting]
    with pytest.raises(UserError, match=said):
        refuse_processes(load_config([*settings[:1], *shared, *settings[1:]]))


def test_a_sweep_refuses_processes(tiny: list[str]) -> None:
    with pytest.raises(UserError, match=r"executor\.processes=2 is for one run: in a sweep,"):
        worker_count(load_config([*tiny, "executor.processes=2"]))


def test_the_number_of_processes_is_no_part_of_the_key(tiny: list[str]) -> None:
    assert prepare(load_config(tiny)).key == prepare(load_config([*tiny, "executor.processes=4"])).key
