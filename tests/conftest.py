"""Fixtures that many tests share."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def data_root() -> Path:
    """The folder of real text: `$HYBRIDIR_DATA`, or `../shared/data` beside the checkout."""
    named = os.environ.get("HYBRIDIR_DATA")
    root = Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "data"
    if not root.is_dir():
        pytest.skip(f"no real text at {root}")
    return root
