import os
import stat
from pathlib import Path

import pytest

from hybridir.files import (
    atomic_directory,
    atomic_path,
    mirror,
    read_json,
    remove_leftovers,
    write_atomic,
    write_json,
)


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


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, text)
    return path


def held(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_a_mirror_holds_its_sources_linked_and_nothing_else(tmp_path: Path):
    sources = {"a": write(tmp_path / "runs" / "1" / "x", "one"), "b": write(tmp_path / "runs" / "2" / "x", "two")}
    mirror(tmp_path / "all", sources)
    assert held(tmp_path / "all") == {"a": "one", "b": "two"}
    assert (tmp_path / "all" / "a").samefile(sources["a"])
    mirror(tmp_path / "all", {"b": sources["b"]})
    assert held(tmp_path / "all") == {"b": "two"}
    assert sources["a"].read_text() == "one"


def test_a_mirror_follows_a_source_that_is_written_anew(tmp_path: Path):
    source = write(tmp_path / "x", "old")
    mirror(tmp_path / "all", {"a": source})
    write(source, "newer")
    assert held(tmp_path / "all") == {"a": "old"}
    mirror(tmp_path / "all", {"a": source})
    assert held(tmp_path / "all") == {"a": "newer"}


def test_a_mirror_takes_the_place_of_a_file_of_its_name(tmp_path: Path):
    write(tmp_path / "all", "from an older version")
    mirror(tmp_path / "all", {"a": write(tmp_path / "x", "one")})
    assert held(tmp_path / "all") == {"a": "one"}


def test_where_links_cannot_be_a_mirror_copies_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object) -> None:
        raise OSError("another file system")

    monkeypatch.setattr("os.link", refuse)
    source = write(tmp_path / "x", "one")
    mirror(tmp_path / "all", {"a": source})
    assert held(tmp_path / "all") == {"a": "one"}
    assert not (tmp_path / "all" / "a").samefile(source)
    monkeypatch.setattr("shutil.copy2", refuse)  # the copy is as new as its source, so it stays
    mirror(tmp_path / "all", {"a": source})
    assert held(tmp_path / "all") == {"a": "one"}


def test_a_mirror_that_fails_leaves_no_half_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(FileNotFoundError):
        mirror(tmp_path / "deep" / "all", {"a": tmp_path / "missing"})
    assert held(tmp_path / "deep" / "all") == {}
    source = write(tmp_path / "x", "one")
    mirror(tmp_path / "all", {"a": source})
    write(source, "newer")

    def refuse(*_: object) -> None:
        raise OSError("another file system")

    def fill_the_disk(_: Path, copy: Path) -> None:
        copy.write_text("ne")
        raise OSError("no space left on device")

    monkeypatch.setattr("os.link", refuse)
    monkeypatch.setattr("shutil.copy2", fill_the_disk)
    with pytest.raises(OSError, match="no space left"):
        mirror(tmp_path / "all", {"a": source})
    assert held(tmp_path / "all") == {"a": "one"}
