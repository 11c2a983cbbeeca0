"""The place of this process among those that train one run, as its environment tells: `torchrun`'s, or our own."""

import os

MEETING = "HYBRIDIR_MEETING"
"""Names the file over which processes that hybridir started find each other; with `torchrun` it is not set."""


def own_rank() -> int:
    """The number of this process, from 0 up; the first writes and evaluates."""
    return int(os.environ.get("RANK", "0"))


def processes() -> int:
    """How many processes train together."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def own_gpu() -> int | None:
    """The GPU of this process where several share a machine."""
    return int(os.environ["LOCAL_RANK"]) if processes() > 1 and "LOCAL_RANK" in os.environ else None
