"""The hub client is asked in a process of its own, since it reads its environment once, at import."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hybridir.errors import UserError
from hybridir.hub import hub_problem

ASK = """
import sys
from hybridir.errors import UserError
from hybridir.hub import dataset_folder
try:
    print(dataset_folder(sys.argv[1], None))
except UserError as problem:
    print(problem)
"""
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def ask(name: str, cache: Path, **environment: str) -> str:
    """What `dataset_folder(name)` returns or says where the hub cannot be reached (a closed port of this machine)."""
    closed = {"HF_HUB_CACHE": str(cache), "HF_ENDPOINT": "http://127.0.0.1:9", "NO_PROXY": "127.0.0.1"}
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", ASK, name],
        env={**os.environ, "HF_HUB_OFFLINE": "0", **closed, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    assert time.monotonic() - began < 10
    return done.stdout.strip()


def test_without_a_hub_there_is_one_sentence(tmp_path: Path):
    assert ask("nthakur/swim-ir-monolingual", tmp_path) == (
        "the dataset 'nthakur/swim-ir-monolingual' is not a folder here, and the Hugging Face hub cannot be reached"
        " (ConnectError): check the spelling or the network, or give a local folder of that layout."
    )


def test_with_the_hub_switched_off_it_says_how_to_switch_it_on(tmp_path: Path):
    assert ask("nthakur/swim-ir-monolingual", tmp_path, HF_HUB_OFFLINE="1") == (
        "the dataset 'nthakur/swim-ir-monolingual' is neither a folder here nor in the local cache of the Hugging Face"
        " hub, and the hub is switched off: unset HF_HUB_OFFLINE, or give a local folder of the same layout."
    )


@pytest.mark.parametrize("offline", ["0", "1"])
def test_a_name_in_the_cache_needs_no_network(tmp_path: Path, offline: str):
    repository = tmp_path / "datasets--me--pairs"
    snapshot = repository / "snapshots" / COMMIT
    snapshot.mkdir(parents=True)
    (snapshot / "README.md").touch()
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(COMMIT)
    assert ask("me/pairs", tmp_path, HF_HUB_OFFLINE=offline) == str(snapshot)


def test_a_half_cached_name_is_refused(tmp_path: Path):
    (tmp_path / "datasets--me--pairs" / "snapshots" / COMMIT).mkdir(parents=True)
    assert ask("me/pairs", tmp_path).startswith(
        "the local cache of the Hugging Face hub holds the dataset 'me/pairs' only in part"
    )


def test_a_name_that_can_be_none(tmp_path: Path):
    said = "'my pairs' is neither a folder here nor a model name of the form owner/name"
    with pytest.raises(UserError, match=said), hub_problem("my pairs", "model"):
        pass


def test_what_goes_wrong_with_a_folder_is_told_in_its_first_line(tmp_path: Path):
    said = r"the model '.*' could not be read: no config$"
    with pytest.raises(UserError, match=said), hub_problem(str(tmp_path), "model"):
        raise OSError("no config\nmore\nlines")
