"""The axis of the number of training languages: by powers of two, with zero left of a break."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2

from matplotlib.axes import Axes
from matplotlib.path import Path

from hybridir.report.plots.style import GREY

_LEAST = 0.17
"""Inches from one label to the next."""


@dataclass(frozen=True)
class CountAxis:
    """Where each number of training languages (ascending) stands."""

    counts: Sequence[int]

    def at(self, n: int) -> float:
        """log2(n); zero stands one doubling left of the smallest number of languages, beyond a break."""
        return log2(n) if n else log2(self.counts[1]) - 1

    def draw(self, axes: Axes) -> None:
        """Ticks at the counts of the sweep and the cue of the break; labels that would touch are left out."""
        places = [self.at(n) for n in self.counts]
        margin = 0.06 * (places[-1] - places[0])
        axes.set_xlim(places[0] - margin, places[-1] + margin)
        inches = axes.bbox.width / axes.figure.dpi
        axes.set_xticks(places, self._labels(places, _LEAST / inches))
        if self.counts[0] == 0:
            _mark_break(axes, (places[0] + places[1]) / 2)

    def _labels(self, places: Sequence[float], share: float) -> list[str]:
        """At least a `share` of the axis apart; from the right, since the largest number matters most."""
        least, last = share * (places[-1] - places[0]), float("inf")
        labels = []
        for n, place in zip(reversed(self.counts), reversed(places), strict=True):
            fits = last - place >= least
            labels.append(str(n) if fits else "")
            last = place if fits else last
        return labels[::-1]


def _mark_break(axes: Axes, place: float) -> None:
    """Two strokes across the axis, and no line between them."""
    corners = [(-0.7, -1), (0.1, 1), (0.7, 1), (-0.1, -1)]
    strokes = Path([*corners[:2], corners[3], corners[2]], [Path.MOVETO, Path.LINETO] * 2)
    for marker, colour, width in ((Path([*corners, corners[0]]), "white", 0.0), (strokes, GREY, 0.7)):
        axes.plot(
            [place],
            [0],
            transform=axes.get_xaxis_transform(),
            clip_on=False,
            zorder=5,
            marker=marker,
            markersize=6,
            markerfacecolor="white",
            markeredgecolor=colour,
            markeredgewidth=width,
        )
