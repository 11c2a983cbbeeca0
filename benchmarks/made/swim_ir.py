"""Made-up pairs with the names, fields and proportions of SWIM-IR's three releases on the hub, and very short texts."""

from collections.abc import Mapping
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from hybridir.config.schema import DataConfig
from hybridir.config.schema.data import SourceConfig
from hybridir.data.rows import Direction
from hybridir.data.swim_ir import RELEASES, released
from hybridir.languages.catalog import catalog, describe

PAIRS, LANGUAGES, DIRECTIONS = 28_000_000, 33, 45
"""The collection as the paper counts it (arXiv 2311.05800, abstract); the releases on the hub hold less."""

_PER_FILE = 500_000
_LETTERS = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz", dtype=np.uint8)
_SPACES = (6, 13)  # letters at which a word ends


def config(folder: Path) -> DataConfig:
    """How the collection in `folder` is read: as conf/data/swim_ir.yaml does, but that the texts are no language."""
    sources = [SourceConfig(str(folder / name), passages=passages) for name, (passages, _) in RELEASES.items()]
    return DataConfig(kind="hub", name="swim_ir_like", sources=sources, heldout=0.002, scripts=False)


def sizes(pairs: int, directions: int = DIRECTIONS) -> dict[str, dict[Direction, int]]:
    """Pairs by release and direction, `pairs` in all: the first `directions` in proportion to what was released.

    The monolingual release is taken to hold four languages more than the hub's, so that there are 45 directions.
    """
    wanted = {name: released(name) for name in RELEASES}
    mono = wanted["nthakur/swim-ir-monolingual"]
    others = (
        Direction(code, code) for code, known in catalog().items() if known.swim_cross and (code, code) not in mono
    )
    mono |= dict.fromkeys(islice(others, DIRECTIONS - sum(map(len, wanted.values()))), min(mono.values()))
    kept = [(name, direction, size) for name, of in wanted.items() for direction, size in of.items()][:directions]
    whole = sum(size for _, _, size in kept)
    shares: dict[str, dict[Direction, int]] = {name: {} for name in RELEASES}
    for name, direction, size in kept:
        shares[name][direction] = max(1, size * pairs // whole)
    largest = max(kept, key=lambda one: one[2])
    shares[largest[0]][largest[1]] += pairs - sum(sum(of.values()) for of in shares.values())
    return shares


def write(folder: Path, pairs: int, seed: int, directions: int = DIRECTIONS) -> None:
    """The files of `pairs` pairs below `folder`: README.md and parquet per release, as on the hub."""
    generator = np.random.default_rng(seed)
    for name, of in sizes(pairs, directions).items():
        (folder / name).mkdir(parents=True)
        (folder / name / "README.md").write_text(_card(of), encoding="utf8")
        for direction, size in of.items():
            (folder / name / direction.query).mkdir()
            pieces = -(-size // _PER_FILE)
            for piece in range(pieces):
                rows = min(_PER_FILE, size - piece * _PER_FILE)
                path = folder / name / direction.query / f"train-{piece:05}-of-{pieces:05}.parquet"
                pq.write_table(_table(direction, rows, generator), path)


def _card(sizes: Mapping[Direction, int]) -> str:
    configs = [
        f"- config_name: '{d.query}'\n  data_files:\n  - split: train\n    path: '{d.query}/train-*'" for d in sizes
    ]
    return "\n".join(["---", "configs:", *configs, "---", ""])


def _table(direction: Direction, rows: int, generator: np.random.Generator) -> pa.Table:
    columns = {
        "_id": _texts(rows, 8, generator),
        "lang": pa.array([describe(direction.query).name] * rows),
        "code": pa.array([direction.query] * rows),
        "query": _texts(rows, 20, generator),
        "title": _texts(rows, 4, generator),
        "text": _texts(rows, 20, generator),
    }
    return pa.table(columns)


def _texts(rows: int, length: int, generator: np.random.Generator) -> pa.Array:
    """Texts of `length` letters, with spaces."""
    letters = _LETTERS[generator.integers(0, len(_LETTERS), (rows, length), dtype=np.uint8)]
    letters[:, [place for place in _SPACES if place < length - 1]] = ord(" ")
    offsets = np.arange(rows + 1, dtype=np.int32) * np.int32(length)
    return pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(letters))
