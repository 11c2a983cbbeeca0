import gzip
import json
from pathlib import Path

import pytest

from hybridir.data.files import OwnPairs
from hybridir.data.pairs import open_collection
from hybridir.data.places import Source
from hybridir.errors import UserError

from .conftest import Row, row, write_parquet


def lines(*rows: Row) -> str:
    return "".join(json.dumps(one) + "\n" for one in rows)


def sizes(root: Path, path: str, passages: str | None = None) -> dict[str, int]:
    collection = open_collection(OwnPairs("mine", [Source(path, passages)], root), root / "cache")
    return {str(direction): size for direction, size in collection.sizes.items()}


def test_one_file_with_the_fewest_fields(tmp_path: Path):
    (tmp_path / "my.jsonl").write_text(lines({"query": "q", "passage": "p", "query_lang": "de"}, row("q", "p", "fi")))
    assert sizes(tmp_path, "my.jsonl") == {"de->de": 1, "fi->fi": 1}
    assert sizes(tmp_path, "my.jsonl", passages="en") == {"de->en": 1, "fi->en": 1}


def test_a_path_as_it_stands(tmp_path: Path):
    path = tmp_path / "my.jsonl"
    path.write_text(lines(row("q", "p", "de")))
    assert sum(s.rows.num_rows for s in OwnPairs("mine", [Source(str(path))], tmp_path / "elsewhere").shards()) == 1


def test_a_folder_of_several_formats_with_validation_pairs(tmp_path: Path):
    folder = tmp_path / "mine"
    write_parquet(folder / "train.parquet", [row("1", "p", "de"), row("2", "p", "de")])
    with gzip.open(folder / "more.jsonl.gz", "wt", encoding="utf8") as file:
        file.write(lines(row("3", "p", "de", text_code="en")))
    (folder / "dev.jsonl").write_text(lines(row("4", "p", "de")))
    collection = open_collection(OwnPairs("mine", [Source("mine")], tmp_path), tmp_path / "cache")
    assert {str(d): n for d, n in collection.sizes.items()} == {"de->de": 2, "de->en": 1}
    assert len(collection.validation) == 1


def test_the_signature_sees_a_change_of_a_single_file(tmp_path: Path):
    path = tmp_path / "my.jsonl"
    path.write_text(lines(row("q", "p", "de")))
    before = OwnPairs("mine", [Source("my.jsonl")], tmp_path).signature()
    assert OwnPairs("mine", [Source("my.jsonl")], tmp_path).signature() == before
    path.write_text(lines(row("q", "p", "de"), row("q2", "p", "de")))
    assert OwnPairs("mine", [Source("my.jsonl")], tmp_path).signature() != before


def test_a_file_that_is_not_there_is_not_taken_for_a_hub_name(tmp_path: Path):
    with pytest.raises(UserError, match=r"there is no file 'data/my\.jsonl' below"):
        OwnPairs("mine", [Source("data/my.jsonl")], tmp_path)


def test_a_file_cut_off_within_its_compression(tmp_path: Path):
    packed = gzip.compress(lines(*[row(f"q{i}", "p", "de") for i in range(100)]).encode())
    (tmp_path / "my.jsonl.gz").write_bytes(packed[:-12])
    with pytest.raises(UserError, match=r"my\.jsonl\.gz is damaged or cut off \(.*\): bring it again"):
        sizes(tmp_path, "my.jsonl.gz")
