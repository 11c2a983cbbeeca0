import os
import stat
from pathlib import Path

import pytest

from hybridir.files import atomic_directory, atomic_path, read_json, remove_leftovers, write_atomic, write_json


def test_written_whole_and_readable_by_others(tmp_path: Path):
    path = tmp_path / "deep" / "a.txt"
    old = os.umask(0o022)
    try:
        write_atomic(path, "Grüße")
        write_atomic(path, b"bytes")
    finally:
        os.umask(old)
    assert path.read_bytes() == b"bytes"
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert list(path.parent.iterdir()) == [path]


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path):
    path = tmp_path / "a.npy"
    write_atomic(path, "old")
    with pytest.raises(ZeroDivisionError), atomic_path(path) as temporary:
        assert temporary.suffix == ".npy"
        temporary.write_text("half")
        assert path.read_text() == "old"
        raise ZeroDivisionError
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_json_keeps_every_script(tmp_path: Path):
    write_json(tmp_path / "a.json", {"ß": ["हिन्दी", 1, None]})
    assert "हिन्दी" in (tmp_path / "a.json").read_text(encoding="utf8")
    assert read_json(tmp_path / "a.json") == {"ß": ["हिन्दी", 1, None]}


def test_a_directory_takes_the_place_of_the_old_one(tmp_path: Path):
    folder = tmp_path / "model"
    for name in ("old", "new"):
        with atomic_directory(folder) as temporary:
            (temporary / "sub").mkdir()
            (temporary / "sub" / name).write_text(name)
    assert [path.name for path in (folder / "sub").iterdir()] == ["new"]
    assert list(tmp_path.iterdir()) == [folder]


def test_a_directory_that_fails_leaves_the_old_one(tmp_path: Path):
    folder = tmp_path / "model"
    with atomic_directory(folder) as temporary:
        (temporary / "a").write_text("old")
    with pytest.raises(ZeroDivisionError), atomic_directory(folder) as temporary:
        (temporary / "a").write_text("half")
        raise ZeroDivisionError
    assert (folder / "a").read_text() == "old"
    assert list(tmp_path.iterdir()) == [folder]


def test_leftovers_of_killed_writers_are_removed_and_nothing_else(tmp_path: Path):
    (tmp_path / ".data[1].0a1b").mkdir()
    (tmp_path / ".data[1].0a1b" / "half").touch()
    (tmp_path / ".data[1].ffff.json").touch()
    (tmp_path / ".data1.0a1b").mkdir()
    (tmp_path / "data[1]").mkdir()
    remove_leftovers(tmp_path / "data[1]")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".data1.0a1b", "data[1]"]
