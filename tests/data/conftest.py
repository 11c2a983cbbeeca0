"""Small collections in the layouts that are read, written by the tests."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hybridir.data.hub import HubPairs
from hybridir.data.pairs import Collection, open_collection
from hybridir.data.places import Source
from hybridir.data.rows import PAIR_SCHEMA, Direction, Shard, Split
from hybridir.languages.catalog import Language, describe

Row = dict[str, str | None]


class ListedPairs:
    """A reader of rows (query, passage, pid) per split and direction, in shards of `size`."""

    def __init__(
        self, rows: Mapping[tuple[Split, str, str], Sequence[tuple[str, str, str]]], size: int = 3, name: str = "listed"
    ) -> None:
        self.name, self._rows, self._size = name, rows, size
        self.read = 0

    def signature(self) -> str:
        return f"{self._rows} {self._size}"

    def languages(self, codes: Sequence[str]) -> Mapping[str, Language]:
        return {code: describe(code) for code in codes}

    def shards(self) -> Iterator[Shard]:
        self.read += 1
        for (split, query, passage), rows in self._rows.items():
            for start in range(0, len(rows), self._size):
                some = rows[start : start + self._size]
                columns = [
                    [q for q, _, _ in some],
                    [p for _, p, _ in some],
                    [""] * len(some),
                    [query] * len(some),
                    [passage] * len(some),
                    [pid for _, _, pid in some],
                    [f"doc {p}" for _, p, _ in some],
                    [self.name] * len(some),
                ]
                arrays = [pa.array(column, pa.string()) for column in columns]
                yield Shard(split, Direction(query, passage), pa.record_batch(arrays, schema=PAIR_SCHEMA))


def row(query: str, text: str, code: str, **fields: str) -> Row:
    """A pair in SWIM-IR's fields."""
    return {"_id": "1", "lang": code, "code": code, "query": query, "title": "", "text": text, **fields}


def write_parquet(path: Path, rows: Sequence[Row]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(list(rows)), path)


def write_card(folder: Path, splits: Mapping[str, Sequence[str]]) -> None:
    """A README.md whose configurations have these splits, in files `<config>/<split>-*`."""
    lines = ["---", "license: cc-by-sa-4.0", "configs:"]
    for config, names in splits.items():
        lines += [f"- config_name: '{config}'", "  data_files:"]
        for name in names:
            lines += [f"  - split: {name}", f"    path: '{config}/{name}-*'"]
    (folder / "README.md").write_text("\n".join([*lines, "---", "# Pairs", ""]))


@pytest.fixture
def hub_folder(tmp_path: Path) -> Path:
    """Norwegian within itself in two pieces, German to English with ids of its own, and validation pairs."""
    folder = tmp_path / "pairs"
    for piece, count in ((0, 3), (1, 2)):
        rows = [row(f"spørsmål {piece}{i}", f"svar {piece}{i}", "no") for i in range(count)]
        write_parquet(folder / "no" / f"train-0000{piece}-of-00002.parquet", rows)
    write_parquet(folder / "no" / "validation-00000-of-00001.parquet", [row("kort?", "ja", "no")])
    named = row("Frage", "answer", "de", text_code="en", pid="p1", docid="d1", source="made up")
    write_parquet(folder / "de-en" / "train-00000-of-00001.parquet", [named])
    write_card(folder, {"no": ["train", "validation"], "de-en": ["train"]})
    return folder


def opened(folder: Path, cache: Path, passages: str | None = None) -> Collection:
    """The collection of a folder in the hub's layout."""
    return open_collection(HubPairs("made_up", [Source(str(folder), passages)], folder.parent), cache)
