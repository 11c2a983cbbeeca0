"""Many figures to files: SVG here, and PNG, which takes twice as long, in a second process."""

import gc
import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from matplotlib.figure import Figure

from hybridir.report.plots.style import paper_style, paths_of, save, save_as


@dataclass
class Press:
    """Writes figures within `paper_style`; `paths` are what it has written, or will have once it is closed."""

    helper: Executor | None
    paths: list[Path] = field(default_factory=list)
    pending: list[Future[None]] = field(default_factory=list)

    def save(self, figure: Figure, stem: Path) -> None:
        """Write `figure` as `style.save` does."""
        if self.helper is None:
            self.paths += save(figure, stem)
            return
        png, svg = paths_of(stem)
        if figure.get_layout_engine() is None:
            self.pending.append(self.helper.submit(_print, figure, png))
            save_as(figure, svg)
        else:  # each drawing starts from the layout of the one before
            self.pending.append(self.helper.submit(_print, figure, png, svg))
        self.paths += [png, svg]


@contextmanager
def press(are_many: bool) -> Iterator[Press]:
    """A press, with a second process where figures are many and a second core is there."""
    gc.freeze()  # figures are garbage soon; to look through all that was there before them takes a fifth of the time
    try:
        if not are_many or (os.cpu_count() or 1) < 2:
            yield Press(None)
            return
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as helper:
            opened = Press(helper)
            yield opened
            for each in opened.pending:
                each.result()  # raises what went wrong there
    finally:
        gc.unfreeze()


def _print(figure: Figure, *paths: Path) -> None:
    with paper_style():
        for path in paths:
            save_as(figure, path)
