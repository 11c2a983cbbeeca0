"""Atomic writes (law 5): a reader, or a restart after a kill, finds the old file or the new one, never half of one."""

import glob
import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Yield a temporary file beside `path` to write to; it takes the place of `path` at the end, or is removed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = _beside(path)
    temporary.touch(exist_ok=False)
    try:
        yield temporary
        _flush(temporary)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def atomic_directory(directory: Path) -> Iterator[Path]:
    """Yield a temporary folder beside `directory` to fill; it takes its place at the end, or is removed.

    One process at a time may write a directory: two that do hold a lock between them.
    """
    directory.parent.mkdir(parents=True, exist_ok=True)
    temporary = _beside(directory)
    temporary.mkdir()
    try:
        yield temporary
        for path in temporary.rglob("*"):
            if path.is_file():
                _flush(path)
        # a folder can only take the place of an empty one: the old one steps aside first
        old = temporary.with_name(f"{temporary.name}.old")
        if directory.exists():
            os.replace(directory, old)
        os.replace(temporary, directory)
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def write_directory_once(directory: Path, fill: Callable[[Path], None]) -> None:
    """Have `fill` write `directory` unless it is there, which its `index.json` tells.

    Of several processes that ask at once, one fills it and the others wait.
    """
    index = directory / "index.json"
    if not index.is_file():
        directory.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(directory.with_name(f"{directory.name}.lock")):
            if not index.is_file():
                remove_leftovers(directory)
                with atomic_directory(directory) as temporary:
                    fill(temporary)


def remove_leftovers(path: Path) -> None:
    """Remove the temporary files and folders that killed writers of `path` left; no other may be writing it."""
    for leftover in path.parent.glob(f".{glob.escape(path.name)}.*"):
        if leftover.is_dir():
            shutil.rmtree(leftover, ignore_errors=True)
        else:
            leftover.unlink(missing_ok=True)


def write_atomic(path: Path, content: str | bytes) -> None:
    """Write `content` to `path`, whole or not at all."""
    with atomic_path(path) as temporary:
        temporary.write_bytes(content.encode() if isinstance(content, str) else content)


def mirror(folder: Path, sources: Mapping[str, Path]) -> None:
    """Make `folder` hold the files `sources`, by name, and nothing else: linked where it can be, else copied.

    What is written atomically is never changed in place, so neither side of a link can spoil the other.
    """
    if folder.is_file():
        folder.unlink()
    folder.mkdir(parents=True, exist_ok=True)
    for stale in {path.name for path in folder.iterdir()} - set(sources):
        (folder / stale).unlink()
    for name, source in sources.items():
        target = folder / name
        if _same_file(source, target):
            continue
        temporary = _beside(target)
        try:
            try:
                os.link(source, temporary)
            except OSError:  # another file system, or one without links
                shutil.copy2(source, temporary)
            os.replace(temporary, target)
        finally:
            temporary.unlink(missing_ok=True)


def _same_file(source: Path, target: Path) -> bool:
    """Whether `target` is `source`, or a copy of it as it is now."""
    if not target.exists():
        return False
    one, other = source.stat(), target.stat()
    return (one.st_size, one.st_mtime_ns) == (other.st_size, other.st_mtime_ns)


def write_json(path: Path, value: Any) -> None:
    """Write `value` as indented JSON, atomically."""
    write_atomic(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def read_json(path: Path) -> Any:
    """The value of a JSON file."""
    return json.loads(path.read_text(encoding="utf8"))


def on_disk(folder: Path) -> int:
    """Bytes that the files of a folder take on disk; 0 where there is none."""
    return sum(512 * path.stat().st_blocks for path in folder.rglob("*") if path.is_file())


def _beside(path: Path) -> Path:
    """A new hidden name in the folder of `path`, with its suffix: some writers add one that is missing."""
    return path.with_name(f".{path.name}.{secrets.token_hex(6)}{path.suffix}")


def _flush(path: Path) -> None:
    with open(path, "rb") as written:
        os.fsync(written.fileno())
