import json
from pathlib import Path

import pytest

from hybridir.data.pairs import open_collection
from hybridir.data.rows import Direction
from hybridir.data.swim_ir import SwimIrFiles, released_sizes
from hybridir.errors import UserError

from .conftest import Row, row


def write(path: Path, *rows: Row, python: bool = False) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join((repr(one) if python else json.dumps(one)) + "\n" for one in rows), encoding="utf8")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    top = tmp_path / "archive" / "swim_ir_v1"
    write(top / "monolingual" / "hi" / "train.jsonl", row("सवाल", "जवाब", "hi"), row("दूसरा", "और", "hi"))
    write(top / "monolingual" / "en" / "train.jsonl", row("question", "answer", "en"))
    write(top / "cross_lingual" / "hi" / "train.jsonl", row("क्या", "what", "hi"))
    # as the README of SWIM-IR prints a row: Python's quotes, which JSON does not know
    write(top / "cross_lingual_ext" / "mai" / "train.jsonl", row("की's", 'an "answer"', "mai"), python=True)
    return tmp_path / "archive"


@pytest.mark.parametrize("top", ["", "swim_ir_v1"])
def test_the_archive_with_and_without_its_top_folder(archive: Path, tmp_path: Path, top: str):
    collection = open_collection(SwimIrFiles(archive / top), tmp_path / "cache")
    assert collection.name == "swim_ir"
    assert {str(direction): size for direction, size in collection.sizes.items()} == {
        "en->en": 1,
        "hi->en": 1,
        "hi->hi": 2,
        "mai->en": 1,
    }
    table = collection.train.table(Direction("mai", "en"))
    assert table.select(["query", "passage"]).to_pylist() == [{"query": "की's", "passage": 'an "answer"'}]


def test_an_extra_level_of_the_same_name(archive: Path):
    (archive / "swim_ir_v1").rename(archive / "inner")
    (archive / "swim_ir_v1").mkdir()
    (archive / "inner").rename(archive / "swim_ir_v1" / "swim_ir_v1")
    assert len(list(SwimIrFiles(archive).shards())) == 4


def test_a_folder_that_is_none(tmp_path: Path):
    with pytest.raises(UserError) as caught:
        SwimIrFiles(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path} is not SWIM-IR's archive: expected the folders monolingual, cross_lingual, cross_lingual_ext in"
        " it, each with <code>/train.jsonl; unpack swim_ir_v1.tar.gz and name that folder as data.folder."
    )


def test_a_broken_line_is_named(archive: Path):
    path = archive / "swim_ir_v1" / "monolingual" / "en" / "train.jsonl"
    with path.open("a") as lines:
        lines.write("{'query': open('x')}\n")
    with pytest.raises(UserError, match=r"en/train.jsonl, line 2: not JSON \(.*\); mend the line"):
        list(SwimIrFiles(archive).shards())


def test_the_signature_sees_a_change(archive: Path):
    before = SwimIrFiles(archive).signature()
    assert SwimIrFiles(archive).signature() == before
    write(archive / "swim_ir_v1" / "monolingual" / "en" / "train.jsonl", row("another question", "answer", "en"))
    assert SwimIrFiles(archive).signature() != before


def test_the_sizes_of_the_releases():
    sizes = released_sizes()
    assert sizes[Direction("hi", "en")] == 919_729 + 5_752
    assert sizes[Direction("hi", "hi")] == 226_226
    assert sizes[Direction("en", "en")] == 501_538
    assert Direction("yo", "yo") not in sizes and Direction("el", "en") not in sizes
    assert len(sizes) == 9 + 17 + 15
