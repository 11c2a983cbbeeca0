"""The overlap of a collection with benchmarks, found once and kept: minutes at first, then milliseconds."""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from filelock import FileLock

from hybridir.config.schema import DecontaminateConfig
from hybridir.data.overlaps import REASONS, EvaluationTexts, Told, overlapping
from hybridir.data.pairs import Collection as Pairs
from hybridir.data.pairs import PairTable
from hybridir.files import atomic_path

_FORMAT = 1  # of what is kept: a new number makes every collection be checked anew


@dataclass(frozen=True)
class Evaluation:
    """A benchmark to check against: `signature` differs whenever what `read` returns may, which is None where the
    benchmark is not here."""

    name: str
    signature: str
    read: Callable[[], EvaluationTexts | None]


@dataclass(frozen=True)
class Overlap:
    """The training pairs that overlap with one benchmark: row ids int64 [m], ascending, and for each the reason, as its
    place in `REASONS`, int64 [m]."""

    benchmark: str
    rows: np.ndarray
    reasons: np.ndarray

    def counts(self) -> dict[str, int]:
        """Pairs by reason, without the reasons that there are none for."""
        number = Counter(self.reasons.tolist())
        return {reason: number[place] for place, reason in enumerate(REASONS) if number[place]}

    def among(self, table: PairTable, languages: Collection[str]) -> "Overlap":
        """Those whose query and passage are both in `languages`."""
        inside = np.array([set(direction) <= set(languages) for direction in table.directions], dtype=bool)
        kept = inside[table.direction_of(self.rows)]
        return Overlap(self.benchmark, self.rows[kept], self.reasons[kept])


def find_overlaps(
    collection: Pairs, evaluations: Sequence[Evaluation], settings: DecontaminateConfig, cache: Path, told: Told | None
) -> list[Overlap]:
    """The overlap of the training pairs with each of `evaluations` that is known, or here to be read.

    What is not known yet is looked for, in one go; with `told=None` it is not, and left out. Of several processes that
    look at once, one checks and the others wait.
    """
    folder = cache / "overlap" / f"{collection.name}-{_training_pairs(collection)[:16]}"
    paths = {of.name: folder / f"{_name(of, settings)}.npy" for of in evaluations}
    if told is not None and not all(path.is_file() for path in paths.values()):
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".lock"):
            unknown = {of.name: of.read() for of in evaluations if not paths[of.name].is_file()}
            here = {name: texts for name, texts in unknown.items() if texts is not None}
            found = overlapping(collection.train, list(here.values()), settings, told)
            for name, marks in zip(here, found, strict=True):
                rows = np.flatnonzero(marks)
                with atomic_path(paths[name]) as temporary:
                    np.save(temporary, np.stack([rows, marks[rows] - 1]))
    return [Overlap(name, *_kept(path)) for name, path in paths.items() if path.is_file()]


@lru_cache(maxsize=32)
def _kept(path: Path) -> tuple[np.ndarray, np.ndarray]:
    rows, reasons = np.load(path)
    return rows, reasons


def _training_pairs(collection: Pairs) -> str:
    """SHA-256 of the training pairs, and of the order of their rows."""
    parts = [f"{d} {collection.direction_fingerprint('train', d)}" for d in collection.train.directions]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _name(evaluation: Evaluation, settings: DecontaminateConfig) -> str:
    """What a result is kept under: it differs whenever the result may."""
    looked_for = f"{settings.titles} {settings.share} {settings.words} {settings.characters}"
    return hashlib.sha256(f"{_FORMAT} {looked_for} {evaluation.signature}".encode()).hexdigest()[:24]
