"""Worker processes on this machine: each takes one run after the other; one that dies takes only its run with it."""

import multiprocessing
import os
import signal
import threading
import traceback
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from hybridir.config.compose import from_plain, plain
from hybridir.config.schema import RunConfig
from hybridir.errors import RunFailed, UserError

Message = tuple[str, Any]
"""("progress", Progress), ("done", None) or ("failed", (reason, traceback)) from a worker about its run."""

Listener = Callable[[str, str, Any], None]
"""Called with the name of a run, the kind of message, and what it says; also ("started", None)."""


@dataclass
class _Worker:
    process: BaseProcess
    pipe: Connection
    job: str | None = None


def carry_out_all(jobs: Sequence[tuple[str, RunConfig]], workers: int, gpus: int, listener: Listener) -> None:
    """Carry out named runs on `workers` processes, worker w on GPU w modulo `gpus`; returns when all have ended."""
    context = multiprocessing.get_context("spawn")
    waiting = deque(jobs)
    crew: list[_Worker] = []

    def hire(number: int) -> _Worker:
        ours, theirs = context.Pipe()
        gpu = str(number % gpus) if gpus else None
        process = context.Process(target=_work, args=(theirs, gpu), daemon=True)
        process.start()
        theirs.close()
        return _Worker(process, ours)

    def assign(worker: _Worker) -> None:
        if waiting:
            worker.job, config = waiting.popleft()
            worker.pipe.send(plain(config))
            listener(worker.job, "started", None)
        else:
            worker.job = None

    try:
        for number in range(min(workers, len(jobs))):
            crew.append(hire(number))
            assign(crew[-1])
        while any(worker.job for worker in crew):
            busy = {worker.pipe: worker for worker in crew if worker.job}
            for pipe in wait(list(busy)):
                assert isinstance(pipe, Connection)
                worker = busy[pipe]
                assert worker.job is not None
                try:
                    kind, content = pipe.recv()
                except (EOFError, OSError):
                    worker.process.join()
                    listener(worker.job, "failed", (_death(worker.process.exitcode), ""))
                    place = crew.index(worker)
                    crew[place] = worker = hire(place)
                    assign(worker)
                    continue
                listener(worker.job, kind, content)
                if kind in ("done", "failed"):
                    assign(worker)
    finally:
        for worker in crew:
            worker.process.terminate()
        for worker in crew:
            worker.process.join()


def _death(exitcode: int | None) -> str:
    if exitcode == -signal.SIGKILL:
        return "its process was killed (signal 9), which is what happens when memory runs out"
    return f"its process ended with exit code {exitcode}"


def _work(pipe: Connection, gpu: str | None) -> None:
    """The life of a worker: runs come in through `pipe` as plain configurations, messages go out."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then ends us
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if gpu is not None:
        os.environ["CUDA_VISIBLE_DEVICES"] = gpu
    from hybridir.experiments.prepare import prepare
    from hybridir.experiments.run import carry_out

    while True:
        try:
            sections = pipe.recv()
        except EOFError:
            return
        try:
            carry_out(prepare(from_plain(sections)), lambda progress: pipe.send(("progress", progress)))
        except (RunFailed, UserError) as problem:
            pipe.send(("failed", (str(problem), "")))
        except Exception as problem:  # whatever a run dies of, the others go on
            pipe.send(("failed", (f"{type(problem).__name__}: {problem}", traceback.format_exc())))
        else:
            pipe.send(("done", None))


def _end_with_parent() -> None:
    """End this process when its parent is gone, even if that was killed and could not say so."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
