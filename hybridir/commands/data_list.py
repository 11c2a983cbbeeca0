"""`hybridir data list`: the collections and benchmarks that there are, and which of them are here."""

import sys
from collections.abc import Sequence
from pathlib import Path

from hybridir.commands.columns import print_table
from hybridir.config.compose import load_config, packaged
from hybridir.config.paths import cache_dir, data_root
from hybridir.config.schema import DataConfig, RunConfig
from hybridir.data.inventory import inventory
from hybridir.data.pairs import is_read, open_collection
from hybridir.data.places import local_place
from hybridir.data.sources import make_reader
from hybridir.errors import UserError
from hybridir.hub import is_cached

_COLUMNS = ("group", "name", "kind", "languages", "size", "licence", "from", "here")


_CODES = 11
"""Language codes that a line shows at a terminal; of more, only their number."""


def list_data(overrides: Sequence[str]) -> None:
    """Print every choice of `conf/data` and `conf/benchmark`; reads no data, and asks no network."""
    collections = [_collection(name, overrides) for name in choices("data")]
    config = load_config([*overrides, f"benchmark=[{','.join(choices('benchmark'))}]"])
    benchmarks = [
        _row("benchmark", name, benchmark.kind, _where(benchmark.folder, data_root(config)))
        for name, benchmark in sorted(config.benchmark.items())
    ]
    print_table("data=NAME and benchmark=NAME", _COLUMNS, [*collections, *benchmarks])


def choices(group: str) -> list[str]:
    """The names of a group of `conf/`."""
    return sorted(path.stem for path in (packaged("conf") / group).glob("*.yaml"))


def _collection(name: str, overrides: Sequence[str]) -> tuple[str, ...]:
    config = load_config([*overrides, f"data={name}"])
    places = dict.fromkeys(_where(path, data_root(config)) for path in _paths(config.data))
    read = _pairs_read(config)
    return _row("data", name, config.data.kind, ", ".join(places), f"{read:,} pairs, read" if read else "")


def _paths(data: DataConfig) -> list[str | None]:
    return [data.folder] if data.folder or not data.sources else [source.path for source in data.sources]


def _pairs_read(config: RunConfig) -> int | None:
    """All pairs of the collection, if it is here and has been read; else None."""
    try:
        reader = make_reader(config.data, data_root(config))
        if not is_read(reader, cache_dir(config)):
            return None
    except UserError:  # it is not here, which `_where` tells
        return None
    collection = open_collection(reader, cache_dir(config))
    return len(collection.train) + len(collection.validation)


def _where(path: str | None, root: Path) -> str:
    """Where the data are that are named by `path`; without one, nothing has to be anywhere."""
    if path is None:
        return "-"
    try:
        place = local_place(path, root)
    except UserError:
        return "not here"
    if place is not None:
        return str(place)
    return "in the hub's cache" if is_cached(path, "dataset") else "on the hub"


def _row(group: str, name: str, kind: str, here: str, size: str = "") -> tuple[str, ...]:
    """One line; `size` is what was read, where that is known."""
    entry = inventory()[group, name]
    codes = entry.languages.split()
    languages = entry.languages if len(codes) <= _CODES or not sys.stdout.isatty() else str(len(codes))
    return group, name, kind, languages, size or entry.size, entry.licence, entry.source, here
