"""The store of runs: a folder per run, `runs/<slug>-<key12>/`, and what can be read off it."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock, Timeout

from hybridir.config.key import KEY_LENGTH
from hybridir.errors import RunFailed, UserError
from hybridir.files import read_json, write_json

RUN_PREFIX = "run:"
"""Before a key where a run is meant that need not exist yet: `model.init=run:0123456789ab`."""

State = Literal["new", "training", "evaluating", "done", "failed", "stopped"]


@dataclass(frozen=True)
class RunFolder:
    """The folder of one run."""

    path: Path

    @property
    def key(self) -> str:
        """The first 12 characters of the run's key."""
        return self.path.name.rsplit("-", 1)[-1]

    @property
    def model(self) -> Path:
        return self.path / "model"

    @property
    def has_model(self) -> bool:
        """Whether its weights are there: a run whose model is not kept has its results alone."""
        return self.model.is_dir()

    def kept_model(self) -> Path:
        """The folder of its weights. UserError if they were not kept."""
        if not self.has_model:
            raise UserError(
                f"{self.path} did not keep its model (executor.keep_models=false): `hybridir train` with the overrides"
                " of that run and executor.keep_models=true trains it again, to the same weights."
            )
        return self.model

    def drop_model(self) -> None:
        """Remove the weights; a kill leaves all of them in place or none."""
        aside = self.path / ".model.dropped"
        shutil.rmtree(aside, ignore_errors=True)
        if self.has_model:
            os.replace(self.model, aside)
            shutil.rmtree(aside)

    @property
    def trained(self) -> bool:
        """Whether training is finished: the manifest is written last."""
        return (self.path / "manifest.json").is_file()

    def manifest(self) -> dict[str, Any]:
        """What the run was: configuration, data, versions, hardware, cost."""
        manifest: dict[str, Any] = read_json(self.path / "manifest.json")
        return manifest

    def evaluation(self, benchmark: str) -> Path:
        return self.path / "eval" / benchmark

    def evaluated(self, benchmark: str) -> dict[str, Any] | None:
        """The record of a finished evaluation, or None."""
        record = self.evaluation(benchmark) / "evaluation.json"
        return read_json(record) if record.is_file() else None

    def status(self) -> dict[str, Any]:
        """The last known status; a run that says it is at work but is not locked was stopped."""
        path = self.path / "status.json"
        if not path.is_file():
            return {"state": "new"}
        status: dict[str, Any] = read_json(path)
        if status["state"] in ("training", "evaluating") and not self.locked():
            status["state"] = "stopped"
        return status

    def set_status(self, state: State, **more: Any) -> None:
        write_json(self.path / "status.json", {"state": state, "updated": time.time(), "pid": os.getpid(), **more})

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep other processes from working on this run; it is freed when the process ends, however it ends."""
        self.path.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.path / ".lock", timeout=0):
                yield
        except Timeout as problem:
            raise RunFailed(f"{self.path} is being worked on by another process; wait for it or stop it.") from problem

    def locked(self) -> bool:
        """Whether a process works on this run now."""
        if not (self.path / ".lock").exists():
            return False
        try:
            with FileLock(self.path / ".lock", timeout=0):
                return False
        except Timeout:
            return True


def run_folder(runs_dir: Path, slug: str, key: str) -> RunFolder:
    """The folder of the run with `key`: the one that is there, whatever its slug, or a new one."""
    return find_run(key[:KEY_LENGTH], runs_dir) or RunFolder(runs_dir / f"{slug}-{key[:KEY_LENGTH]}")


def find_run(name: str, runs_dir: Path) -> RunFolder | None:
    """The run that `name` means: its folder, the folder's name, or the 12 characters of its key."""
    name = name.removeprefix(RUN_PREFIX)
    for path in (Path(name), runs_dir / name):
        if (path / "manifest.json").is_file() or (path / "status.json").is_file():
            return RunFolder(path)
    if len(name) == KEY_LENGTH and name.isalnum():
        return _with_key(name, runs_dir)
    return None


_SEEN: dict[Path, dict[str, Path]] = {}


def _with_key(key: str, runs_dir: Path) -> RunFolder | None:
    """The folder whose name ends in `key`. The store is listed where the last listing does not know it: a sweep asks
    for hundreds of runs, several times each."""
    known = _SEEN.get(runs_dir, {}).get(key)
    if known is not None and known.is_dir():
        return RunFolder(known)
    folders = sorted((path for path in runs_dir.glob("*-*")), reverse=True)  # of two with one key the first is meant
    _SEEN[runs_dir] = {path.name.rsplit("-", 1)[-1]: path for path in folders}
    found = _SEEN[runs_dir].get(key)
    return RunFolder(found) if found is not None else None
