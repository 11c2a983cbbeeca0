import shutil
from pathlib import Path

import numpy as np
import pytest

from hybridir.data.hub import HubPairs
from hybridir.data.places import Source, folder_signature
from hybridir.data.rows import Direction
from hybridir.errors import UserError
from hybridir.languages.catalog import describe

from .conftest import opened, row, write_card, write_parquet


def test_a_folder_of_the_hub_layout(hub_folder: Path, tmp_path: Path):
    collection = opened(hub_folder, tmp_path / "cache")
    assert collection.sizes == {Direction("de", "en"): 1, Direction("no", "no"): 5}
    assert collection.validation.directions == {Direction("no", "no"): range(0, 1)}
    # pieces in order, and a bare `no` is still Norwegian
    assert collection.train.texts("query", np.arange(1, 6)) == [
        "spørsmål 00",
        "spørsmål 01",
        "spørsmål 02",
        "spørsmål 10",
        "spørsmål 11",
    ]
    assert collection.languages["no"] == describe("no")
    assert collection.train.table(Direction("de", "en")).select(["pid", "docid", "source"]).to_pylist() == [
        {"pid": "p1", "docid": "d1", "source": "made up"}
    ]


def test_the_source_says_the_language_of_the_passages(hub_folder: Path, tmp_path: Path):
    assert set(opened(hub_folder, tmp_path / "cache", passages="en").sizes) == {
        Direction("de", "en"),
        Direction("no", "en"),
    }


def test_several_sources_make_one_collection(hub_folder: Path):
    sources = [Source("pairs"), Source("pairs", passages="en")]
    directions = {str(shard.direction) for shard in HubPairs("x", sources, hub_folder.parent).shards()}
    assert directions == {"de->en", "no->no", "no->en"}


def test_the_signature_sees_changes_and_sources(hub_folder: Path):
    def signature(**settings: str) -> str:
        return HubPairs("x", [Source("pairs", **settings)], hub_folder.parent).signature()

    before = signature()
    assert signature() == before != signature(passages="en")
    write_parquet(hub_folder / "no" / "validation-00000-of-00001.parquet", [row("lang?", "nei", "no")] * 2)
    assert signature() != before


def test_folder_signature_lists_names_and_sizes(tmp_path: Path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a").write_text("12345")
    assert folder_signature(tmp_path).startswith("sub/a 5 ")


def test_a_hub_name_is_not_looked_up_before_its_rows_are_asked_for(tmp_path: Path):
    HubPairs("x", [Source("nthakur/swim-ir-monolingual")], tmp_path).signature()


def test_a_path_that_is_none(tmp_path: Path):
    with pytest.raises(UserError, match=r"there is no folder 'nowhere' below .*: set --data-root \(or HYBRIDIR_DATA\)"):
        HubPairs("x", [Source("nowhere")], tmp_path)


@pytest.fixture
def broken(tmp_path: Path):
    """What is said when a folder with one config `de` is opened."""

    def say(write) -> str:
        folder = tmp_path / "pairs"
        write(folder)
        with pytest.raises(UserError) as caught:
            opened(folder, tmp_path / "cache")
        assert not list((tmp_path / "cache" / "pairs").glob("*/index.json"))
        return str(caught.value).replace(str(folder), "F")

    return say


def test_a_row_without_text_is_named_by_file_and_row(broken):
    def write(folder: Path) -> None:
        write_parquet(folder / "de" / "train-0.parquet", [row("q", "p", "de"), row("q", " ", "de")])

    assert broken(write) == "F/de/train-0.parquet, row 2: 'text' is empty; mend the row or take it out."


def test_a_missing_column_is_named_by_file(broken):
    def write(folder: Path) -> None:
        write_parquet(folder / "de" / "train-0.parquet", [{"query": "q", "text": "p"}])

    assert broken(write) == (
        "F/de/train-0.parquet has no field 'query_lang' (or 'code'): pairs need query, passage (or text) and query_lang"
        " (or code), and here are only query, text."
    )


def test_a_file_cut_short_is_named(broken):
    def write(folder: Path) -> None:
        path = folder / "de" / "train-0.parquet"
        write_parquet(path, [row("q", "p", "de")])
        path.write_bytes(path.read_bytes()[:-10])

    assert broken(write).startswith("F/de/train-0.parquet cannot be read as parquet (")


@pytest.mark.parametrize(
    ("second", "said"),
    [
        (b'{"query": "q", "text": \n', "line 2: not JSON (Expecting value); mend the line."),
        (b'["q", "p", "de"]\n', """line 2: expected an object with fields, got '["q", "p", "de"]'; mend the line."""),
        (b'{"query": "\xff"}\n', "line 2: not UTF-8 (invalid start byte at byte 12); mend the line."),
        (b'{"query": {"a": 1}}\n', """line 2: 'query' holds "{'a': 1}", where text is expected; mend the line."""),
        (b'{"query": "\\ud800"}\n', "line 2: holds half a character (a lone surrogate); mend the line."),
        (b"\n", "line 2: not JSON (Expecting value); mend the line."),
        (b'{"query": null, "text": "p", "code": "de"}\n', "row 2: 'query' is empty; mend the row or take it out."),
        (b'{"query": "q", "code": "de"}\n', "row 2: 'text' is empty; mend the row or take it out."),
    ],
)
def test_a_broken_json_line_is_named_by_file_and_line(broken, second: bytes, said: str):
    def write(folder: Path) -> None:
        folder.mkdir()
        (folder / "train.jsonl").write_bytes(b'{"query": "q", "text": "p", "code": "de"}\n' + second)

    assert broken(write) == f"F/train.jsonl, {said}"


def test_a_missing_piece_is_noticed(hub_folder: Path, tmp_path: Path):
    (hub_folder / "no" / "train-00001-of-00002.parquet").unlink()
    with pytest.raises(UserError, match="no holds 1 of the 2 pieces of train: bring the rest of the data"):
        opened(hub_folder, tmp_path / "cache")


def test_a_config_without_files_is_noticed(hub_folder: Path, tmp_path: Path):
    shutil.rmtree(hub_folder / "de-en")
    with pytest.raises(UserError, match=r"README.md names 'de-en', whose files are not there"):
        opened(hub_folder, tmp_path / "cache")


def test_a_folder_without_pairs(tmp_path: Path):
    (tmp_path / "pairs").mkdir()
    with pytest.raises(UserError, match="pairs is not in the hub's layout: The directory at"):
        opened(tmp_path / "pairs", tmp_path / "cache")


def test_validation_pairs_alone_are_not_enough(tmp_path: Path):
    write_parquet(tmp_path / "pairs" / "de" / "dev-0.parquet", [row("q", "p", "de")])
    with pytest.raises(UserError, match="made_up has no training pairs"):
        opened(tmp_path / "pairs", tmp_path / "cache")


def test_a_card_may_not_point_outside_its_folder(tmp_path: Path):
    (tmp_path / "pairs").mkdir()
    write_parquet(tmp_path / "other" / "train-0.parquet", [row("q", "p", "de")])
    write_card(tmp_path / "pairs", {"../other": ["train"]})
    with pytest.raises(UserError, match=r"pairs"):
        opened(tmp_path / "pairs", tmp_path / "cache")
