"""How much memory work takes beyond what its process held before."""

import gc
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

_EVERY = 0.005  # seconds between two looks

Result = TypeVar("Result")


@dataclass(frozen=True)
class Peak:
    """Megabytes (of 10**6 bytes) at most beyond those at the start: memory that only this process has, and all that is
    resident, with the pages of mapped files that the kernel keeps for it and can take back at any moment."""

    private: float
    resident: float


def peak(work: Callable[[], Result]) -> tuple[Result, Peak]:
    """What `work` returns, and the memory that it took; the resident peak is the kernel's own, the other sampled."""
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak starts from here
    before, most, over = _status(), 0.0, threading.Event()

    def look() -> None:
        nonlocal most
        while not over.wait(_EVERY):
            most = max(most, _status()["RssAnon"])

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        result = work()
    finally:
        over.set()
        watcher.join()
    after = _status()
    return result, Peak(max(most, after["RssAnon"]) - before["RssAnon"], after["VmHWM"] - before["VmRSS"])


def _status() -> dict[str, float]:
    """Fields of /proc/self/status that hold sizes, in megabytes."""
    lines = (line.split() for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines())
    return {fields[0].rstrip(":"): int(fields[1]) * 1024 / 1e6 for fields in lines if fields[-1] == "kB"}
