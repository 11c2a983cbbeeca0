"""Where the real text is that some benchmarks measure on."""

import os
from pathlib import Path


def data_root() -> Path:
    """`$HYBRIDIR_DATA`, or `../shared/data` beside the checkout, as in the tests."""
    beside = Path(__file__).parents[2] / "shared" / "data"
    return Path(os.environ.get("HYBRIDIR_DATA", beside))
