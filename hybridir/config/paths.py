"""Where things lie: folders from the configuration, the environment, or the user's home."""

import os
from pathlib import Path

from hybridir.config.schema import RunConfig


def data_root(config: RunConfig) -> Path:
    """The folder that data folders are named from: `data_root`, `$HYBRIDIR_DATA`, else the current one."""
    return Path(config.data_root or os.environ.get("HYBRIDIR_DATA") or ".").expanduser()


def cache_dir(config: RunConfig) -> Path:
    """The cache of pairs, tokens and tokenizers: `cache_dir`, `$HYBRIDIR_CACHE`, else ~/.cache/hybridir."""
    return Path(config.cache_dir or os.environ.get("HYBRIDIR_CACHE") or "~/.cache/hybridir").expanduser()
