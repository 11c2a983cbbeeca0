"""Pairs in the layout of the Hugging Face hub: parquet (or JSON lines) per language, SWIM-IR's fields.

A hub name is fetched once into the hub's own cache; from there it is a folder like any local one. Fields
read: `query`, `text`, `code` (language of the query); `text_code` (language of the passage), `pid`, `docid`,
`title` and `source` where they stand. SWIM-IR has no `text_code`: there the source says whether its
passages are in the language of the query or in English (arXiv 2311.05800, section 2.2).
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from hybridir.data.inspection import Inspector, Strict
from hybridir.data.layout import DataFile, data_files
from hybridir.data.normalise import normalise
from hybridir.data.places import Source, local_place, sources_signature
from hybridir.data.rows import Shard
from hybridir.data.tables import tables
from hybridir.hub import dataset_folder
from hybridir.languages.catalog import Language, describe


class HubPairs:
    """Reads every configuration (language or direction) of every source."""

    def __init__(
        self, name: str, sources: Sequence[Source], data_root: Path, inspector: Inspector | None = None
    ) -> None:
        self.name = name
        self._sources = [(source, local_place(source.path, data_root)) for source in sources]
        self._inspector = inspector or Strict()

    def signature(self) -> str:
        """Of local files, and of hub names by revision."""
        return sources_signature(self._sources)

    def shards(self) -> Iterator[Shard]:
        """All rows, source by source and file by file."""
        for source, local in self._sources:
            place = local or dataset_folder(source.path, source.revision)
            for split, path in self.files(place):
                rows = tables(path, self._inspector)
                yield from normalise(rows, split, str(path), self.name, source.passages, self._inspector)

    def files(self, place: Path) -> list[DataFile]:
        """The files of one source, in order."""
        return data_files(place, self._inspector)

    def languages(self, codes: Sequence[str]) -> Mapping[str, Language]:
        """What the catalogue knows of each."""
        return {code: describe(code) for code in codes}
