from pathlib import Path

import pytest

from hybridir.data.layout import data_files
from hybridir.errors import UserError


def touch(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


def listed(folder: Path) -> list[tuple[str, str]]:
    return [(split, str(path.relative_to(folder))) for split, path in data_files(folder)]


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


def test_a_broken_card(tmp_path: Path):
    touch(tmp_path, "train-0.parquet")
    (tmp_path / "README.md").write_text("---\nconfigs: [\n---\n")
    with pytest.raises(UserError, match=r"is not in the hub's layout: while parsing a flow node"):
        data_files(tmp_path)
