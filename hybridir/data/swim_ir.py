"""SWIM-IR's own archive: `monolingual/<code>/train.jsonl`, `cross_lingual/`, `cross_lingual_ext/`.

In the cross-lingual folders the query is in the language and the passage in English (SWIM-IR, section
2.2 and data card). An archive unpacked with its top folder `swim_ir_v1` is found as well.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from hybridir.data.inspection import Inspector, Strict
from hybridir.data.normalise import normalise
from hybridir.data.places import folder_signature
from hybridir.data.rows import Direction, Shard
from hybridir.data.tables import tables
from hybridir.errors import UserError
from hybridir.languages.catalog import Language, catalog, describe

FOLDERS: dict[str, str | None] = {"monolingual": None, "cross_lingual": "en", "cross_lingual_ext": "en"}
"""Language of the passages in each folder; None is the query's own."""

RELEASES: dict[str, tuple[str | None, str]] = {
    "nthakur/swim-ir-monolingual": (None, "swim_mono"),
    "nthakur/swim-ir-cross-lingual": ("en", "swim_cross"),
    "nthakur/indic-swim-ir-cross-lingual": ("en", "swim_indic"),
}
"""The releases on the hub: the language of their passages, and the catalogue's column of their counts."""

_FILES = ("train.jsonl", "train.jsonl.gz")


class SwimIrFiles:
    """Reads the unpacked archive."""

    name = "swim_ir"

    def __init__(self, folder: Path, inspector: Inspector | None = None) -> None:
        tops = (folder, folder / "swim_ir_v1", folder / "swim_ir_v1" / "swim_ir_v1")
        found = [top for top in tops if any((top / name).is_dir() for name in FOLDERS)]
        if not found:
            raise UserError(
                f"{folder} is not SWIM-IR's archive: expected the folders {', '.join(FOLDERS)} in it, each with"
                " <code>/train.jsonl; unpack swim_ir_v1.tar.gz and name that folder as data.folder."
            )
        self._top, self._inspector = found[0], inspector or Strict()

    def signature(self) -> str:
        """All files by size and time of change."""
        return hashlib.sha256(folder_signature(self._top).encode()).hexdigest()

    def shards(self) -> Iterator[Shard]:
        """All rows, folder by folder and language by language."""
        for name, passages in FOLDERS.items():
            for path in sorted(path for end in _FILES for path in (self._top / name).glob(f"*/{end}")):
                rows = tables(path, self._inspector)
                yield from normalise(rows, "train", str(path), self.name, passages, self._inspector)

    def languages(self, codes: Sequence[str]) -> Mapping[str, Language]:
        """What the catalogue knows of each."""
        return {code: describe(code) for code in codes}


def released(name: str) -> dict[Direction, int]:
    """Pairs per direction in one release on the hub (a key of `RELEASES`), from the catalogue."""
    passages, column = RELEASES[name]
    counts = {Direction(code, passages or code): getattr(known, column) for code, known in catalog().items()}
    return {direction: count for direction, count in counts.items() if count}


def released_sizes() -> dict[Direction, int]:
    """Pairs per direction in the releases on the hub together, from the catalogue: for planning without the data."""
    sizes = Counter[Direction]()
    for name in RELEASES:
        sizes.update(released(name))
    return dict(sizes)
