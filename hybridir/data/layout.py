"""Which files of a folder in the hub's layout hold pairs, and of which split, as the library `datasets` finds them."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from hybridir.data.inspection import Inspector
from hybridir.data.rows import SPLITS, Split
from hybridir.data.tables import SUFFIXES
from hybridir.errors import UserError

_PIECE = re.compile(r"(.*)-\d+-of-(\d+)")


class DataFile(NamedTuple):
    """One file of pairs."""

    split: Split
    path: Path


def data_files(folder: Path, inspector: Inspector) -> list[DataFile]:
    """The files of `folder`, each once, in order: those that `configs` in README.md names, else all, split by name.

    Test splits are left out. `inspector` is told when README.md names files that are not there, and when a piece of
    a file cut in pieces (`-00000-of-00003`) is missing. Raises UserError when there is no file at all.
    """
    configs = _configs(folder)
    found = sorted({file for name, by_split in configs.items() for file in _files(folder, name, by_split, inspector)})
    if not found:
        raise UserError(f"{folder} holds no pairs: expected files {' or '.join('*' + s for s in SUFFIXES)} in it.")
    _miss_pieces([path for _, path in found], inspector)
    return found


def own_files(place: Path, inspector: Inspector) -> list[DataFile]:
    """The file `place`, for training, or the files below the folder `place`, in order, split by what file and folders
    are called: `validation`, `valid`, `val` and `dev` hold validation pairs, `test` is left out, all else trains."""
    if place.is_file():
        return [DataFile("train", place)]
    paths = sorted(path for path in place.rglob("*") if path.is_file() and path.name.endswith(SUFFIXES))
    named = [(split_of(str(path.relative_to(place))), path) for path in paths]
    found = [DataFile(split, path) for split, path in named if split is not None]
    if not found:
        raise UserError(f"{place} holds no pairs: expected files {' or '.join('*' + s for s in SUFFIXES)} in it.")
    _miss_pieces([path for _, path in found], inspector)
    return found


def split_of(name: str) -> Split | None:
    """The split that a file is of by its name; None for a test split."""
    words = set(re.split(r"[^a-z]+", name.lower()))
    if "test" in words:
        return None
    return "validation" if words & {"validation", "valid", "val", "dev"} else "train"


def _configs(folder: Path) -> dict[str, Mapping[str, Sequence[str]]]:
    """The files of each configuration, by split.

    `datasets.load_dataset_builder` would read README.md and look through the folder once more for each of them.
    """
    from datasets.load import dataset_module_factory

    try:
        found = dataset_module_factory(str(folder)).builder_configs_parameters.builder_configs or []
        return {config.name: _resolved(config.data_files, folder) for config in found}
    except Exception as problem:  # YAML's, the library's own, and plain errors, by what is wrong with the folder
        raise UserError(f"{folder} is not in the hub's layout: {_first_line(problem)}.") from problem


def _resolved(data_files: Any, folder: Path) -> Mapping[str, Sequence[str]]:
    """Paths by split; where a card names files, these are still patterns."""
    from datasets.data_files import DataFilesPatternsDict

    if isinstance(data_files, DataFilesPatternsDict):
        data_files = data_files.resolve(str(folder.resolve()))
    return data_files or {}


def _files(folder: Path, config: str, by_split: Mapping[str, Sequence[str]], inspector: Inspector) -> list[DataFile]:
    if not any(by_split.values()):
        said = f"{folder / 'README.md'} names {config!r}, whose files are not there: bring the rest of the data."
        inspector.problem("files missing", said)
    paths = [(split, Path(path)) for split in SPLITS for path in by_split.get(split, [])]
    return [DataFile(split, path) for split, path in paths if path.name.endswith(SUFFIXES)]


def _first_line(problem: Exception) -> str:
    lines = str(problem).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(problem).__name__


def _miss_pieces(paths: list[Path], inspector: Inspector) -> None:
    pieces: defaultdict[tuple[Path, str, int], int] = defaultdict(int)
    for path in paths:
        if cut := _PIECE.fullmatch(path.stem):
            pieces[path.parent, cut.group(1), int(cut.group(2))] += 1
    for (folder, name, expected), there in pieces.items():
        if there < expected:
            said = f"{folder} holds {there} of the {expected} pieces of {name}: bring the rest of the data."
            inspector.problem("pieces missing", said)
