"""Pairs in the layout of the Hugging Face hub: parquet (or JSON lines) per language, SWIM-IR's fields.

A hub name is fetched once into the hub's own cache; from there it is a folder like any local one. Fields
read: `query`, `text`, `code` (language of the query); `text_code` (language of the passage), `pid`, `docid`,
`title` and `source` where they stand. SWIM-IR has no `text_code`: there the source says whether its
passages are in the language of the query or in English (arXiv 2311.05800, section 2.2).
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hybridir.data.layout import data_files
from hybridir.data.normalise import normalise
from hybridir.data.rows import Shard
from hybridir.data.tables import tables
from hybridir.errors import UserError
from hybridir.hub import dataset_folder
from hybridir.languages.catalog import Language, describe


@dataclass(frozen=True)
class Source:
    """A folder or a hub name, and the language of its passages: a code, or None for the query's own."""

    path: str
    passages: str | None = None
    revision: str | None = None


class HubPairs:
    """Reads every configuration (language or direction) of every source."""

    def __init__(self, name: str, sources: Sequence[Source], data_root: Path) -> None:
        self.name = name
        self._sources = [(source, _local_folder(source.path, data_root)) for source in sources]

    def signature(self) -> str:
        """Local files by size and time of change; hub names by revision (what has been read of one is kept)."""
        parts = []
        for source, folder in self._sources:
            parts.append(f"{source} " + (folder_signature(folder) if folder else ""))
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def shards(self) -> Iterator[Shard]:
        """All rows, source by source and file by file."""
        for source, local in self._sources:
            folder = local or dataset_folder(source.path, source.revision)
            for split, path in data_files(folder):
                yield from normalise(tables(path), split, str(path), self.name, source.passages)

    def languages(self, codes: Sequence[str]) -> Mapping[str, Language]:
        """What the catalogue knows of each."""
        return {code: describe(code) for code in codes}


def folder_signature(folder: Path) -> str:
    """Names, sizes and times of change of all files below `folder`."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return "\n".join(f"{p.relative_to(folder)} {p.stat().st_size} {p.stat().st_mtime_ns}" for p in files)


def _local_folder(path: str, data_root: Path) -> Path | None:
    """The folder that `path` means, as it stands or below the data root; None for a hub name."""
    for candidate in (data_root / path, Path(path).expanduser()):
        if candidate.is_dir():
            return candidate.resolve()
    if path.count("/") == 1 and not path.startswith((".", "/", "~")):
        return None
    raise UserError(
        f"there is no folder {path!r} below {data_root}: set --data-root (or HYBRIDIR_DATA) to the folder that"
        " holds it, or give a hub name such as nthakur/swim-ir-monolingual."
    )
