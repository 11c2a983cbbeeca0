"""Processes on this machine that train one run together; the first also evaluates. One that fails ends them all."""

import multiprocessing
import os
import signal
import tempfile
import threading
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from hybridir.config.compose import from_plain, plain
from hybridir.config.schema import RunConfig
from hybridir.errors import RunFailed, UserError
from hybridir.experiments.executors.local import death, end_with_parent
from hybridir.experiments.progress import Report
from hybridir.training.ranks import MEETING

_GRACE = 3.0  # seconds in which the cause of a failure may still be heard: its effect on others may come first


@dataclass
class _Member:
    rank: int
    process: BaseProcess
    pipe: Connection
    done: bool = False


def carry_out_together(config: RunConfig, report: Report) -> Path:
    """Carry out a run on `executor.processes` processes; returns its folder. Raises what ended the first to fail, or
    RunFailed where one died."""
    with tempfile.TemporaryDirectory() as folder:
        members = [_start(config, rank, Path(folder) / "meeting") for rank in range(config.executor.processes)]
        try:
            return _hear(members, report)
        finally:
            for member in members:
                member.process.terminate()
            for member in members:
                member.process.join()


def _start(config: RunConfig, rank: int, meeting: Path) -> _Member:
    place = {"RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": config.executor.processes, MEETING: meeting}
    environment = {name: str(value) for name, value in place.items()}
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs, plain(config), environment), daemon=True)
    process.start()
    theirs.close()
    return _Member(rank, process, ours)


def _hear(members: Sequence[_Member], report: Report) -> Path:
    """Hand on what the first process reports until all are done; the folder of the run."""
    folder: Path | None = None
    while at_work := [member for member in members if not member.done]:
        by_pipe = {member.pipe: member for member in at_work}
        for pipe in wait(list(by_pipe)):
            assert isinstance(pipe, Connection)
            member = by_pipe[pipe]
            kind, content = _received(member)
            if kind == "progress":
                report(content)
            elif kind == "done":
                member.done, folder = True, content or folder
            else:
                raise _cause(member, content, members)
    assert folder is not None
    return folder


def _received(member: _Member) -> tuple[str, Any]:
    """What `member` says next, or ("died", why)."""
    try:
        kind, content = member.pipe.recv()
    except (EOFError, OSError):
        member.process.join()
        return "died", death(member.process.exitcode)
    return kind, content


def _cause(member: _Member, content: Any, members: Sequence[_Member]) -> Exception:
    """Why the processes ended. Where one dies, the others fail as they lose it, and may say so before it is known."""
    until = time.monotonic() + _GRACE
    failed = [(member, content)]
    others = {other.pipe: other for other in members if other is not member and not other.done}
    while others and not isinstance(failed[-1][1], str) and (left := until - time.monotonic()) > 0:
        for pipe in wait(list(others), left):
            assert isinstance(pipe, Connection)
            kind, said = _received(others[pipe])
            if kind in ("died", "failed"):
                failed.append((others.pop(pipe), said))
    dead = [(of, said) for of, said in failed if isinstance(said, str)]
    if dead:
        of, reason = dead[0]
        return RunFailed(
            f"process {of.rank} of {len(members)}: {reason}; the others were ended. The same command goes on from the"
            " last checkpoint."
        )
    on_purpose = [said for _, said in failed if isinstance(said, RunFailed | UserError)]
    return on_purpose[0] if on_purpose else content


def _work(pipe: Connection, sections: dict[str, Any], environment: dict[str, str]) -> None:
    """The life of a process: its part of the run, and what is to be said of it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then ends us
    threading.Thread(target=end_with_parent, daemon=True).start()
    os.environ.update(environment)
    from hybridir.experiments.prepare import prepare
    from hybridir.experiments.run import carry_out, help_out

    try:
        prepared = prepare(from_plain(sections))
        if environment["RANK"] == "0":
            folder = carry_out(prepared, lambda progress: pipe.send(("progress", progress))).path
            pipe.send(("done", folder))
        else:
            help_out(prepared)
            pipe.send(("done", None))
    except (RunFailed, UserError) as problem:
        pipe.send(("failed", problem))
    except Exception:
        pipe.send(("failed", RuntimeError(traceback.format_exc())))
