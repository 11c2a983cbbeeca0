"""Token ids of all pairs, made once per tokenizer and direction, then memory-mapped (law 6)."""

from pathlib import Path

import numpy as np

from hybridir.data.pairs import Collection, PairTable
from hybridir.data.rows import Direction, Split
from hybridir.encoders.base import Encoder, Kind, Tokens
from hybridir.files import atomic_path


class PairTokens:
    """Token ids of the pairs of one split, by row id; each direction is tokenized when it is first asked for."""

    def __init__(self, collection: Collection, split: Split, encoder: Encoder, cache: Path) -> None:
        self._table: PairTable = collection.split(split)
        self._collection, self._split, self._encoder = collection, split, encoder
        self._folder = cache / "tokens" / encoder.tokenizer_fingerprint()[:16]
        self._known: dict[tuple[Direction, Kind], Tokens] = {}

    def take(self, rows: np.ndarray, kind: Kind, passes: np.ndarray | None = None) -> Tokens:
        """Tokens of the queries or passages at row ids [n], in that order; the same on every one of the `passes`."""
        places, parts = [np.empty(0, dtype=np.int64)], []
        for direction, mine, local in self._table.by_direction(rows):
            places.append(mine)
            parts.append(self._direction(direction, kind).take(local))
        return Tokens.concatenate(parts).take(np.argsort(np.concatenate(places)))

    def _direction(self, direction: Direction, kind: Kind) -> Tokens:
        key = (direction, kind)
        if key not in self._known:
            sha256 = self._collection.direction_fingerprint(self._split, direction)
            stem = f"{direction.query}-{direction.passage}-{kind}-{sha256[:16]}"
            ids, offsets = self._folder / f"{stem}.ids.npy", self._folder / f"{stem}.offsets.npy"
            if not offsets.is_file():
                texts = self._table.table(direction)[kind].to_pylist()
                tokens = self._encoder.tokenize(texts, kind)
                # offsets last: where they stand, the ids are whole
                for path, values in ((ids, tokens.ids), (offsets, tokens.offsets)):
                    with atomic_path(path) as temporary:
                        np.save(temporary, values)
            self._known[key] = Tokens(np.load(ids, mmap_mode="r"), np.load(offsets, mmap_mode="r"))
        return self._known[key]
