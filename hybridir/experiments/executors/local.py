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

from hybridir.config.schema import RunConfig
from hybridir.errors import RunFailed, UserError

_KEPT = 24
"""Answers that a worker keeps from run to run: those of a few runs."""

Listener = Callable[[str, str, Any], None]
"""Called with the name of a run, and what is said of it: ("started", None), ("progress", Progress), ("done", None)
or ("failed", (reason, traceback))."""


@dataclass
class _Worker:
    number: int
    process: BaseProcess
    pipe: Connection
    job: str = ""


def carry_out_all(jobs: Sequence[tuple[str, RunConfig]], workers: int, gpus: Sequence[str], listener: Listener) -> None:
    """Carry out named runs on at most `workers` processes, which take the GPUs in turn; returns when all have ended."""
    _Crew(jobs, gpus, listener).work(min(workers, len(jobs)))


class _Crew:
    """The workers, and the runs that wait for one."""

    def __init__(self, jobs: Sequence[tuple[str, RunConfig]], gpus: Sequence[str], listener: Listener) -> None:
        self._waiting, self._gpus, self._listener = deque(jobs), gpus, listener
        self._workers: list[_Worker] = []

    def work(self, size: int) -> None:
        """Hire `size` workers, and hear them until no run is left."""
        try:
            for number in range(size):
                self._hire(number)
            while self._workers:
                by_pipe = {worker.pipe: worker for worker in self._workers}
                for pipe in wait(list(by_pipe)):
                    assert isinstance(pipe, Connection)
                    self._hear(by_pipe[pipe])
        finally:
            for worker in self._workers:
                worker.process.terminate()
            for worker in self._workers:
                worker.process.join()

    def _hire(self, number: int) -> None:
        """A new worker, with the next run; none where no run waits."""
        if not self._waiting:
            return
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        gpu = self._gpus[number % len(self._gpus)] if self._gpus else None
        process = context.Process(target=_work, args=(theirs, gpu), daemon=True)
        process.start()
        theirs.close()
        worker = _Worker(number, process, ours)
        self._workers.append(worker)
        self._assign(worker)

    def _assign(self, worker: _Worker) -> None:
        """The next run for `worker`; it leaves where no run waits."""
        if not self._waiting:
            self._workers.remove(worker)
            worker.pipe.close()
            worker.process.join()
            return
        worker.job, config = self._waiting.popleft()
        worker.pipe.send(config)
        self._listener(worker.job, "started", None)

    def _hear(self, worker: _Worker) -> None:
        try:
            kind, content = worker.pipe.recv()
        except (EOFError, OSError):  # it died: its run is lost, and another takes its place
            worker.process.join()
            self._workers.remove(worker)
            self._listener(worker.job, "failed", (death(worker.process.exitcode), ""))
            self._hire(worker.number)
            return
        self._listener(worker.job, kind, content)
        if kind in ("done", "failed"):
            self._assign(worker)


def death(exitcode: int | None) -> str:
    """How a process ended that could not say why, as part of a sentence."""
    if exitcode == -signal.SIGKILL:
        return "its process was killed (signal 9), which is what happens when memory runs out"
    return f"its process ended with exit code {exitcode}"


def _work(pipe: Connection, gpu: str | None) -> None:
    """The life of a worker: runs come in through `pipe` as configurations, messages go out."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then ends us
    threading.Thread(target=end_with_parent, daemon=True).start()
    if gpu is not None:
        os.environ["CUDA_VISIBLE_DEVICES"] = gpu
    from hybridir.experiments.once import Once
    from hybridir.experiments.prepare import prepare
    from hybridir.experiments.run import carry_out

    once = Once(_KEPT)  # open collections and pools serve the next runs too
    while True:
        try:
            config = pipe.recv()
        except EOFError:
            return
        try:
            carry_out(prepare(config, once=once), lambda progress: pipe.send(("progress", progress)))
        except (RunFailed, UserError) as problem:
            pipe.send(("failed", (str(problem), "")))
        except Exception as problem:  # whatever a run dies of, the others go on
            pipe.send(("failed", (f"{type(problem).__name__}: {problem}", traceback.format_exc())))
        else:
            pipe.send(("done", None))


def end_with_parent() -> None:
    """End this process when its parent is gone, even if that was killed and could not say so."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
