import gzip
import json
from pathlib import Path

import pytest

from hybridir.config.compose import load_config
from hybridir.data.hub import HubPairs
from hybridir.data.pairs import open_collection
from hybridir.data.places import Source
from hybridir.data.rows import Direction
from hybridir.data.swim_ir import RELEASES, SwimIrFiles, released, released_sizes
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


def test_the_releases_are_those_of_the_configuration():
    config = load_config(["data=swim_ir"]).data
    assert {source.path: source.passages for source in config.sources} == {
        name: passages for name, (passages, _) in RELEASES.items()
    }
    assert released("nthakur/indic-swim-ir-cross-lingual")[Direction("hi", "en")] == 5_752


CHINESE = "这座桥是哪一年建造的，由谁出资？"
ENGLISH = "The bridge was built in the year 1890, and paid for by the city."


def test_the_direction_is_that_of_the_paper_and_not_of_the_readme(archive: Path):
    path = archive / "swim_ir_v1" / "cross_lingual" / "zh" / "train.jsonl"
    write(path, *[row(f"{CHINESE} {i}", f"{ENGLISH} {i}", "zh") for i in range(30)])
    assert Direction("zh", "en") in {shard.direction for shard in SwimIrFiles(archive).shards()}
    write(path, *[row(f"{ENGLISH} {i}", f"{CHINESE} {i}", "zh") for i in range(30)])
    with pytest.raises(UserError) as caught:
        list(SwimIrFiles(archive).shards())
    assert str(caught.value) == (
        f"{path}, zh->en: most queries are not in the script Hans, and Chinese (zh) is expected, such as 'The bridge"
        " was built in the year 1890, and paid for by the …'; mend the language codes, or turn query and passage round."
        " If that is meant, set data.scripts=false."
    )


def test_the_direction_is_checked_on_the_hub_s_layout_as_well(tmp_path: Path):
    rows = [row(f"{ENGLISH} {i}", f"{CHINESE} {i}", "zh") for i in range(30)]
    write(tmp_path / "swim-ir-cross-lingual" / "zh" / "train.jsonl", *rows)
    with pytest.raises(UserError, match=r"zh->en: most queries are not in the script Hans"):
        list(HubPairs("swim_ir", [Source("swim-ir-cross-lingual", "en")], tmp_path).shards())


def test_packed_files_are_read(archive: Path):
    path = archive / "swim_ir_v1" / "monolingual" / "en" / "train.jsonl"
    path.with_suffix(".jsonl.gz").write_bytes(gzip.compress(path.read_bytes()))
    path.unlink()
    assert Direction("en", "en") in {shard.direction for shard in SwimIrFiles(archive).shards()}
