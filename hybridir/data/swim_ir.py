"""SWIM-IR's own archive: `monolingual/<code>/train.jsonl`, `cross_lingual/`, `cross_lingual_ext/`.

In the cross-lingual folders the query is in the language and the passage in English (SWIM-IR, section
2.2 and data card). An archive unpacked with its top folder `swim_ir_v1` is found as well.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from hybridir.data.hub import folder_signature
from hybridir.data.normalise import normalise
from hybridir.data.rows import Direction, Shard
from hybridir.data.tables import tables
from hybridir.errors import UserError
from hybridir.languages.catalog import Language, catalog, describe

FOLDERS: dict[str, str | None] = {"monolingual": None, "cross_lingual": "en", "cross_lingual_ext": "en"}
"""Language of the passages in each folder; None is the query's own."""


class SwimIrFiles:
    """Reads the unpacked archive."""

    name = "swim_ir"

    def __init__(self, folder: Path) -> None:
        tops = (folder, folder / "swim_ir_v1", folder / "swim_ir_v1" / "swim_ir_v1")
        found = [top for top in tops if any((top / name).is_dir() for name in FOLDERS)]
        if not found:
            raise UserError(
                f"{folder} is not SWIM-IR's archive: expected the folders {', '.join(FOLDERS)} in it, each with"
                " <code>/train.jsonl; unpack swim_ir_v1.tar.gz and name that folder as data.folder."
            )
        self._top = found[0]

    def signature(self) -> str:
        """All files by size and time of change."""
        return hashlib.sha256(folder_signature(self._top).encode()).hexdigest()

    def shards(self) -> Iterator[Shard]:
        """All rows, folder by folder and language by language."""
        for name, passages in FOLDERS.items():
            for path in sorted((self._top / name).glob("*/train.jsonl")):
                yield from normalise(tables(path), "train", str(path), self.name, passages)

    def languages(self, codes: Sequence[str]) -> Mapping[str, Language]:
        """What the catalogue knows of each."""
        return {code: describe(code) for code in codes}


def released_sizes() -> dict[Direction, int]:
    """Pairs per direction in the releases on the hub, from the catalogue: for planning without the data."""
    sizes: dict[Direction, int] = {}
    for code, language in catalog().items():
        if language.swim_mono:
            sizes[Direction(code, code)] = language.swim_mono
        if language.swim_cross + language.swim_indic:
            sizes[Direction(code, "en")] = language.swim_cross + language.swim_indic
    return sizes
