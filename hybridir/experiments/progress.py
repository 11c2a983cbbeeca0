"""What a run says of itself while it is at work."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """Where a run stands: `done` of `total` steps of `stage`."""

    stage: str
    done: int
    total: int


Report = Callable[[Progress], None]
