"""Token ids of those texts of a large direction that were asked for so far, here or in another process.

A run draws some rows of a direction at random, and of one with a million pairs often few. So what is not known is
tokenized when it is asked for, and kept: every `_PART` texts make a file, and eight files of one size become one, so
that there are never many. The ids of a text depend on nothing else, and so no result on what was known before.
"""

import hashlib
import math
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from filelock import FileLock

from hybridir.encoders.base import Tokens
from hybridir.files import atomic_path, remove_leftovers

_PART = 1024
_TOGETHER = 8
_LARGEST = 1 << 22  # tokens of a file that is merged no more: it would take memory, and they are few by then


@dataclass(frozen=True)
class Part:
    """The tokens of the texts at `rows` (int32 [n], ascending)."""

    rows: np.ndarray
    tokens: Tokens

    @classmethod
    def read(cls, path: Path) -> "Part":
        """The part in a file, memory-mapped."""
        content = np.asarray(np.load(path, mmap_mode="r"))
        count = int(content[0])
        rows, offsets, ids = np.split(content[1:], [count, 2 * count + 1])
        return cls(rows, Tokens(ids, offsets))

    @classmethod
    def merged(cls, parts: Sequence["Part"]) -> "Part":
        """The texts of all `parts`, each once."""
        rows, first = np.unique(np.concatenate([part.rows for part in parts]), return_index=True)
        return cls(rows, Tokens.concatenate([part.tokens for part in parts]).take(first))

    def write(self, stem: Path) -> Path:
        """Keep it in a file of its own beside `stem`: one array, so that it is there whole or not at all."""
        name = hashlib.sha256(self.rows.tobytes()).hexdigest()[:16]
        path = stem.with_name(f"{stem.name}.{name}.part.npy")
        content = (np.array([len(self.rows)]), self.rows, self.tokens.offsets, self.tokens.ids)
        with atomic_path(path) as temporary:
            np.save(temporary, np.concatenate([values.astype(np.int32) for values in content]))
        return path


class GrowingTokens:
    """Tokens of one side of a direction. `texts` gives the texts at rows [n], `tokenize` their tokens; the files are
    called as `stem`, with an ending."""

    def __init__(
        self, stem: Path, texts: Callable[[np.ndarray], Sequence[str]], tokenize: Callable[[Sequence[str]], Tokens]
    ) -> None:
        self._stem, self._texts, self._tokenize = stem, texts, tokenize
        self._fresh = Part(np.empty(0, dtype=np.int32), Tokens.of([]))
        self._kept: dict[Path, Part] = {}
        self._turn = threading.Lock()
        stem.parent.mkdir(parents=True, exist_ok=True)
        with self._files():
            self._look()

    def take(self, rows: np.ndarray) -> Tokens:
        """Tokens of the texts at `rows` (int [n]), in that order."""
        with self._turn:
            wanted, back = np.unique(rows.astype(np.int32), return_inverse=True)
            found = self._found(wanted)
            unknown = wanted[found.missing]
            if len(unknown):
                made = Part(unknown, self._tokenize(self._texts(unknown)))
                self._fresh = Part.merged([self._fresh, made])
                found.add(made)
                if len(self._fresh.rows) >= _PART:
                    self._keep()
            return found.tokens().take(back)

    def _found(self, wanted: np.ndarray) -> "_Found":
        found = _Found(wanted)
        for part in (self._fresh, *self._kept.values()):
            found.add(part)
        return found

    def _keep(self) -> None:
        """Write what is fresh, make few files of many, and see what other processes have written."""
        with self._files():
            remove_leftovers(self._stem)
            self._fresh.write(self._stem)
            self._look()
            while (many := self._of_one_size()) is not None:
                written = Part.merged([self._kept[path] for path in many]).write(self._stem)
                for path in {*many} - {written}:
                    path.unlink()
                self._look()
        self._fresh = Part(np.empty(0, dtype=np.int32), Tokens.of([]))

    def _look(self) -> None:
        """Map the files that are there; those that another process has merged stay readable until then."""
        there = sorted(self._stem.parent.glob(f"{self._stem.name}.*.part.npy"))
        self._kept = {path: self._kept.get(path) or Part.read(path) for path in there}

    def _of_one_size(self) -> list[Path] | None:
        """Files to be merged: as many as belong together, of about one size."""
        sizes: dict[int, list[Path]] = {}
        for path, part in self._kept.items():
            if len(part.tokens.ids) < _LARGEST:
                sizes.setdefault(int(math.log2(len(part.rows) / _PART) / math.log2(_TOGETHER)), []).append(path)
        return next((paths for paths in sizes.values() if len(paths) >= _TOGETHER), None)

    def _files(self) -> FileLock:
        return FileLock(self._stem.with_name(f".{self._stem.name}.lock"))


class _Found:
    """Which of the rows `wanted` (int32 [n], ascending) have been found, and their tokens."""

    def __init__(self, wanted: np.ndarray) -> None:
        self._wanted = wanted
        self._places: list[np.ndarray] = [np.empty(0, dtype=np.int64)]
        self._parts: list[Tokens] = []
        self.missing = np.arange(len(wanted))

    def add(self, part: Part) -> None:
        """Look for what is missing in `part`."""
        if not len(self.missing) or not len(part.rows):
            return
        rows = self._wanted[self.missing]
        at = np.minimum(np.searchsorted(part.rows, rows), len(part.rows) - 1)
        here = part.rows[at] == rows
        if here.any():
            self._places.append(self.missing[here])
            self._parts.append(part.tokens.take(at[here]))
            self.missing = self.missing[~here]

    def tokens(self) -> Tokens:
        """Those of all rows, in order; all must have been found."""
        return Tokens.concatenate(self._parts).take(np.argsort(np.concatenate(self._places)))
