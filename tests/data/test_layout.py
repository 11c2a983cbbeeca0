from pathlib import Path

import pytest
from huggingface_hub import DatasetCard

from hybridir.data.inspection import Strict
from hybridir.data.layout import data_files, own_files, split_of
from hybridir.errors import UserError


def touch(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


def listed(folder: Path) -> list[tuple[str, str]]:
    return [(split, str(path.relative_to(folder))) for split, path in data_files(folder, Strict())]


def test_without_a_card_the_names_say_the_split(tmp_path: Path):
    touch(tmp_path, "train-0.parquet", "dev-0.parquet", "test-0.parquet", "notes.txt")
    assert listed(tmp_path) == [("train", "train-0.parquet"), ("validation", "dev-0.parquet")]


def test_a_card_says_it_in_any_of_the_forms_of_the_hub(tmp_path: Path):
    touch(tmp_path, "a/x.parquet", "b/train-0.parquet", "d/e.parquet", "left/out.parquet")
    (tmp_path / "README.md").write_text(
        "---\nconfigs:\n"
        "- config_name: a\n  data_files:\n  - split: validation\n    path: [a/x.parquet]\n"
        "  - split: test\n    path: d/e.parquet\n"
        "- config_name: b\n  data_files: b/*\n"
        "---\n"
    )
    assert listed(tmp_path) == [("train", "b/train-0.parquet"), ("validation", "a/x.parquet")]


def test_a_file_in_two_configurations_is_read_once(tmp_path: Path):
    touch(tmp_path, "de/train-0.parquet")
    entry = "  data_files:\n  - split: train\n    path: '*/train-*'\n"
    (tmp_path / "README.md").write_text(f"---\nconfigs:\n- config_name: all\n{entry}- config_name: de\n{entry}---\n")
    assert listed(tmp_path) == [("train", "de/train-0.parquet")]


def test_the_card_is_read_once_however_many_configurations_it_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    codes = ["ar", "de", "fi", "sw"]
    touch(tmp_path, *(f"{code}/train-0.parquet" for code in codes))
    entries = [f"- config_name: {code}\n  data_files:\n  - split: train\n    path: {code}/*\n" for code in codes]
    (tmp_path / "README.md").write_text("---\nconfigs:\n" + "".join(entries) + "---\n")
    read, load = [], DatasetCard.load
    monkeypatch.setattr(DatasetCard, "load", lambda path: read.append(path) or load(path))
    assert listed(tmp_path) == [("train", f"{code}/train-0.parquet") for code in codes]
    assert len(read) == 1


def test_a_broken_card(tmp_path: Path):
    touch(tmp_path, "train-0.parquet")
    (tmp_path / "README.md").write_text("---\nconfigs: [\n---\n")
    with pytest.raises(UserError, match=r"is not in the hub's layout: while parsing a flow node"):
        data_files(tmp_path, Strict())


def test_own_files_are_split_by_what_they_are_called(tmp_path: Path):
    touch(tmp_path, "de/a.jsonl", "de/dev/b.parquet", "val-c.jsonl.gz", "test.jsonl", "developers.jsonl", "notes.txt")
    found = own_files(tmp_path, Strict())
    assert [(split, str(path.relative_to(tmp_path))) for split, path in found] == [
        ("train", "de/a.jsonl"),
        ("validation", "de/dev/b.parquet"),
        ("train", "developers.jsonl"),
        ("validation", "val-c.jsonl.gz"),
    ]


def test_a_single_file_trains_whatever_it_is_called(tmp_path: Path):
    path = tmp_path / "dev.jsonl"
    path.touch()
    assert own_files(path, Strict()) == [("train", path)]


def test_a_missing_piece_of_own_files(tmp_path: Path):
    touch(tmp_path, "train-00001-of-00002.parquet")
    with pytest.raises(UserError, match="holds 1 of the 2 pieces of train"):
        own_files(tmp_path, Strict())
    with pytest.raises(UserError, match="holds no pairs"):
        own_files(touch(tmp_path / "none", "test.jsonl"), Strict())


@pytest.mark.parametrize(
    ("name", "split"),
    [("dev-context", "validation"), ("valid.de", "validation"), ("TEST_de", None), ("contest", "train")],
)
def test_splits_by_name(name: str, split: str | None):
    assert split_of(name) == split
