"""The embeddings of a corpus on disk, in shards: a kill costs the one that was being made, and no more."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from hybridir.benchmarks.search import Corpus
from hybridir.errors import RunFailed
from hybridir.evaluation.evaluate import Encode, checked
from hybridir.evaluation.search import Shard
from hybridir.files import atomic_path, read_json, remove_leftovers, write_json

_SIZE = 1 << 14  # passages of a shard
_AT_ONCE = 1 << 11  # passages that are read and encoded at a time


class Shards:
    """The shards in `folder`, memory-mapped one after the other at each pass: `rows` passages, `size` in each."""

    def __init__(self, folder: Path, rows: int, size: int) -> None:
        self._folder, self.rows, self._size = folder, rows, size

    def __len__(self) -> int:
        return len(self._starts)

    def __iter__(self) -> Iterator[Shard]:
        for start in self._starts:
            # copy-on-write: torch takes no memory that it may not write
            yield Shard(start, np.load(self.path(start), mmap_mode="c"))

    def path(self, start: int) -> Path:
        """The file of the shard that begins at row `start`."""
        return self._folder / f"{start // self._size:05}.npy"

    def missing(self) -> list[range]:
        """The rows of each shard that is not there."""
        whole = [range(start, min(start + self._size, self.rows)) for start in self._starts]
        return [rows for rows in whole if not self.path(rows.start).is_file()]

    def remove(self) -> None:
        """Free the disk."""
        for start in self._starts:
            self.path(start).unlink(missing_ok=True)

    @property
    def _starts(self) -> range:
        return range(0, self.rows, self._size)


def encode_corpus(
    encode: Encode,
    corpus: Corpus,
    folder: Path,
    model: str,
    dim: int,
    report: Callable[[int], None],
    size: int = _SIZE,
) -> Shards:
    """Embed every passage into `folder`: float32 [size, dim] per shard. A shard that is there is not made again.

    `model` says which encoder it is. Shards of another encoder or of another corpus are removed first. `report` is told
    how many passages are done. Raises RunFailed when the disk has no room for them all.
    """
    record = {"model": model, "corpus": corpus.fingerprint(), "passages": len(corpus), "size": size}
    known = folder / "shards.json"
    if folder.is_dir() and not (known.is_file() and read_json(known) == record):
        shutil.rmtree(folder)
    write_json(known, record)
    shards = Shards(folder, len(corpus), size)
    missing = shards.missing()
    done = len(corpus) - sum(map(len, missing))
    _refuse_full_disk(folder, (len(corpus) - done) * dim * 4)
    report(done)
    for rows in missing:
        path = shards.path(rows.start)
        remove_leftovers(path)
        vectors = np.empty((len(rows), dim), dtype=np.float32)
        for start in range(0, len(rows), _AT_ONCE):
            part = np.array(rows[start : start + _AT_ONCE])
            vectors[start : start + len(part)] = checked(encode(corpus.texts(part), "passage"), "passages")
            report(done := done + len(part))
        with atomic_path(path) as temporary:
            np.save(temporary, vectors)
    return shards


def _refuse_full_disk(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise RunFailed(
            f"the embeddings of the corpus need {needed / 2**30:.1f} GiB in {folder}, where {free / 2**30:.1f} GiB are"
            " free: make room, or have the results written to a larger disk (runs_dir, --out)."
        )
