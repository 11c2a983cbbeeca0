"""Where a source of pairs lies: a file or folder here, or a name on the hub; and whether it has changed."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hybridir.data.tables import SUFFIXES
from hybridir.errors import UserError


@dataclass(frozen=True)
class Source:
    """A folder or a hub name, and the language of its passages: a code, or None for the query's own."""

    path: str
    passages: str | None = None
    revision: str | None = None


def local_place(path: str, data_root: Path) -> Path | None:
    """The folder that `path` means (or the file, if it is called like one), below the data root or as it stands; None
    for a hub name. Raises UserError for a path that is none of these."""
    is_file = path.endswith(SUFFIXES)
    for candidate in (data_root / path, Path(path).expanduser()):
        if candidate.is_file() if is_file else candidate.is_dir():
            return candidate.resolve()
    if path.count("/") == 1 and not path.startswith((".", "/", "~")) and not is_file:
        return None
    raise UserError(
        f"there is no {'file' if is_file else 'folder'} {path!r} below {data_root}: set --data-root (or HYBRIDIR_DATA)"
        " to the folder that holds it, or give a hub name such as nthakur/swim-ir-monolingual."
    )


def folder_signature(folder: Path) -> str:
    """Names, sizes and times of change of all files below `folder`, or of the one file that it is."""
    files = sorted(path for path in folder.rglob("*") if path.is_file()) or [folder]
    return "\n".join(f"{p.relative_to(folder)} {p.stat().st_size} {p.stat().st_mtime_ns}" for p in files)


def sources_signature(places: Sequence[tuple[Source, Path | None]]) -> str:
    """Local places by size and time of change of their files; hub names by revision (what has been read of one is
    kept)."""
    parts = [f"{source} " + (folder_signature(place) if place else "") for source, place in places]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
