"""The files that a collection is kept in: Arrow, hashes and shared questions per split, and an index of them all."""

import hashlib
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from hybridir.data.arrow import hash_texts
from hybridir.data.fingerprint import RowDigest
from hybridir.data.rows import PAIR_SCHEMA, SPLITS, Direction, PairReader, Split
from hybridir.errors import UserError
from hybridir.files import write_json

FORMAT = 3
"""Of these files: a new number makes every collection be read anew."""

HASHED = ("query", "pid", "docid")
SHARED = "shared.npy"

_AT_A_TIME = 1 << 22  # hashes in memory while shared questions are looked for: some 200 MB


def arrow_file(folder: Path, direction: Direction) -> Path:
    """The rows of a direction, as an Arrow stream."""
    return folder / f"{direction.query}+{direction.passage}.arrow"


def hashes_file(folder: Path, column: str) -> Path:
    """The hashes of a column by row id."""
    return folder / f"{column}_hash.npy"


def write_pairs(reader: PairReader, folder: Path) -> None:
    """Write every shard to the Arrow file of its split and direction, then the rest, `index.json` last."""
    digests: dict[tuple[Split, Direction], RowDigest] = {}
    for split, direction, rows in reader.shards():
        path = arrow_file(folder / split, direction)
        path.parent.mkdir(exist_ok=True)
        new = (split, direction) not in digests
        # opened for each shard, as there may be more directions than files that a process may hold open
        with open(path, "ab") as stream:
            if new:
                stream.write(PAIR_SCHEMA.serialize())
                digests[split, direction] = RowDigest()
            stream.write(rows.select(PAIR_SCHEMA.names).serialize())
        for column in HASHED:
            with open(_hashes_of(path, column), "ab") as stream:
                stream.write(hash_texts(rows.column(column).to_pylist()).astype("<u8").tobytes())
        digests[split, direction].update(rows)
    if not any(split == "train" for split, _ in digests):
        raise UserError(f"{reader.name} has no training pairs: give data with a split `train` that is not empty.")
    for split in {split for split, _ in digests}:
        sizes = {direction: digest.rows for (of, direction), digest in sorted(digests.items()) if of == split}
        for column in HASHED:
            _join_hashes(folder / split, column, sizes)
        np.save(folder / split / SHARED, shared_questions(folder / split, list(sizes.values())))
    write_json(folder / "index.json", _index(reader.name, digests))


def _hashes_of(arrow: Path, column: str) -> Path:
    return arrow.with_suffix(f".{column}")


def _join_hashes(folder: Path, column: str, sizes: Mapping[Direction, int]) -> None:
    """The hashes of all directions, in order, in one file."""
    header = {"descr": "<u8", "fortran_order": False, "shape": (sum(sizes.values()),)}
    with open(hashes_file(folder, column), "wb") as whole:
        np.lib.format.write_array_header_1_0(whole, header)
        for direction in sizes:
            part = _hashes_of(arrow_file(folder, direction), column)
            with open(part, "rb") as hashes:
                shutil.copyfileobj(hashes, whole, 1 << 20)
            part.unlink()


def shared_questions(folder: Path, sizes: Sequence[int], at_a_time: int = _AT_A_TIME) -> np.ndarray:
    """Row id and number of every question that stands in several directions, once per direction: int64 [m, 2].

    The directions have `sizes` rows. Numbers go by the hashes of `pid`, which are looked at in ranges of about
    `at_a_time`, and rows ascend.
    """
    pids = np.load(hashes_file(folder, "pid"), mmap_mode="r")
    ends = np.cumsum(sizes)
    bits = max(-(-len(pids) // at_a_time) - 1, 0).bit_length()
    found, count = [np.empty((0, 2), dtype=np.int64)], 0
    for part in range(1 << bits):
        firsts = []
        for size, end in zip(sizes, ends.tolist(), strict=True):
            mine = pids[end - size : end]
            rows = np.flatnonzero(mine >> np.uint64(64 - bits) == part) if bits else np.arange(size)
            hashes, first = np.unique(mine[rows], return_index=True)
            firsts.append((hashes, rows[first] + end - size))
        entries, distinct = _in_several(firsts)
        found.append(entries + np.array([0, count]))
        count += distinct
    entries = np.concatenate(found)
    return entries[np.argsort(entries[:, 0])]


def _in_several(firsts: Sequence[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, int]:
    """Row and number of the hashes that stand in several of `firsts` (distinct hashes, and a row for each), and how
    many distinct ones these are."""
    hashes = np.sort(np.concatenate([hashes for hashes, _ in firsts]))
    shared = np.unique(hashes[1:][hashes[1:] == hashes[:-1]])
    entries = [np.empty((0, 2), dtype=np.int64)]
    for hashes, rows in firsts:
        stands = np.isin(hashes, shared, assume_unique=True)
        entries.append(np.stack([rows[stands], np.searchsorted(shared, hashes[stands])], axis=1))
    return np.concatenate(entries), len(shared)


def _index(name: str, digests: Mapping[tuple[Split, Direction], RowDigest]) -> dict[str, object]:
    directions: dict[str, list[dict[str, object]]] = {split: [] for split in SPLITS}
    whole = hashlib.sha256()
    for (split, direction), digest in sorted(digests.items()):
        sha256 = digest.hexdigest()
        whole.update(f"{split} {direction} {digest.rows} {sha256}\n".encode())
        directions[split].append({"direction": list(direction), "rows": digest.rows, "sha256": sha256})
    return {"name": name, "fingerprint": whole.hexdigest(), "directions": directions}
