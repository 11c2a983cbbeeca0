"""Pairs in the layout of the Hugging Face hub: parquet per language, SWIM-IR's fields.

Hub names and local folders of the same layout go through the same call. Fields read: `query`, `text`,
`code` (language of the query); `text_code` (language of the passage), `pid`, `docid`, `title` and
`source` where they stand. SWIM-IR has no `text_code`: there the source says whether its
passages are in the language of the query or in English (arXiv 2311.05800, section 2.2).
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from hybridir.data.normalise import normalise
from hybridir.data.rows import Shard, Split
from hybridir.errors import UserError
from hybridir.hub import hub_problem
from hybridir.languages.catalog import Language, describe

_BATCH = 8192


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
        """Local files by size and time of change; hub names by revision."""
        parts = []
        for source, folder in self._sources:
            parts.append(f"{source} " + (folder_signature(folder) if folder else ""))
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def shards(self) -> Iterator[Shard]:
        """All rows, source by source and configuration by configuration."""
        for source, folder in self._sources:
            location = str(folder or source.path)
            for config in _configs(location, source.revision):
                for split, batches in _open(location, config, source.revision, streaming=folder is not None):
                    yield from normalise(batches, split, f"{location} ({config})", self.name, source.passages)

    def languages(self, codes: Sequence[str]) -> Mapping[str, Language]:
        """What the catalogue knows of each."""
        return {code: describe(code) for code in codes}


def folder_signature(folder: Path) -> str:
    """Names, sizes and times of change of all files below `folder`."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return "\n".join(f"{p.relative_to(folder)} {p.stat().st_size} {p.stat().st_mtime_ns}" for p in files)


def _local_folder(path: str, data_root: Path) -> Path | None:
    """The folder that `path` means, as it stands or below the data root; None for a hub name."""
    for candidate in (data_root / path, Path(path)):
        if candidate.is_dir():
            return candidate.resolve()
    if path.count("/") == 1 and not path.startswith((".", "/", "~")):
        return None
    raise UserError(
        f"there is no folder {path!r} below {data_root}: set --data-root (or HYBRIDIR_DATA) to the folder that"
        " holds it, or give a hub name such as nthakur/swim-ir-monolingual."
    )


def _configs(location: str, revision: str | None) -> list[str]:
    import datasets

    with hub_problem(location, "dataset"):
        names: list[str] = datasets.get_dataset_config_names(location, revision=revision)
    return sorted(names)


def _open(
    location: str, config: str, revision: str | None, streaming: bool
) -> Iterator[tuple[Split, Iterator[pa.Table]]]:
    """The splits of one configuration. Local parquet is streamed, so that it is not copied into a second cache."""
    import datasets

    datasets.disable_progress_bars()
    with hub_problem(location, "dataset"):
        found: dict[str, Any] = datasets.load_dataset(location, config, revision=revision, streaming=streaming)
    names: tuple[Split, ...] = ("train", "validation")
    for split in names:
        if split in found:
            yield split, found[split].with_format("arrow").iter(batch_size=_BATCH)
