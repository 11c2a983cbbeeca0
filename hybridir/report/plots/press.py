"""Many figures to files, drawn in a second process while this one goes on."""

import gc
import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from matplotlib.figure import Figure

from hybridir.report.plots.style import paper_style, paths_of, save


@dataclass(frozen=True)
class _Handed:
    """A figure that the second process was asked to draw."""

    figure: Figure
    stem: Path
    drawn: Future[None]


@dataclass
class Press:
    """Writes figures within `paper_style`; `paths` are what it has written, or will have once it is finished."""

    helper: Executor | None
    paths: list[Path] = field(default_factory=list)
    handed: list[_Handed] = field(default_factory=list)

    def save(self, figure: Figure, stem: Path) -> None:
        """Have `figure` written as `style.save` does it."""
        self.paths += paths_of(stem)
        if self.helper is None:
            save(figure, stem)
        else:
            self.handed.append(_Handed(figure, stem, self.helper.submit(_print, figure, stem)))

    def finish(self) -> None:
        """Draw here what the second process has not begun, the last first, and wait for the rest."""
        for each in reversed(self.handed):
            if each.drawn.cancel():
                save(each.figure, each.stem)
        for each in self.handed:
            if not each.drawn.cancelled():
                each.drawn.result()  # raises what went wrong there


@contextmanager
def press(are_many: bool) -> Iterator[Press]:
    """A press that has finished when the block ends, with a second process where figures are many and a second core
    is there."""
    gc.freeze()  # figures are garbage soon; to look through all that was there before them takes a fifth of the time
    try:
        if not are_many or (os.cpu_count() or 1) < 2:
            yield Press(None)
            return
        helper = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))
        try:
            opened = Press(helper)
            yield opened
            opened.finish()
        finally:
            helper.shutdown(cancel_futures=True)
    finally:
        gc.unfreeze()


def _print(figure: Figure, stem: Path) -> None:
    with paper_style():
        save(figure, stem)
