"""Token ids of pairs, made once per tokenizer and direction, then memory-mapped (law 6)."""

from functools import partial
from pathlib import Path

import numpy as np
from filelock import FileLock

from hybridir.data.pairs import Collection, PairTable
from hybridir.data.rows import Direction, Split
from hybridir.encoders.base import Encoder, Kind, Tokens
from hybridir.encoders.growing_tokens import GrowingTokens
from hybridir.files import atomic_path, remove_leftovers

_BLOCK = 8192  # texts that are tokenized at a time


class PairTokens:
    """Token ids of the pairs of one split, by row id.

    A direction of up to `whole` pairs is tokenized when it is first asked for (of several processes that ask at once,
    one does and the others wait); of a larger one only the texts that are asked for.
    """

    def __init__(
        self, collection: Collection, split: Split, encoder: Encoder, cache: Path, whole: int = 1 << 17
    ) -> None:
        self._table: PairTable = collection.split(split)
        self._collection, self._split, self._encoder, self._whole = collection, split, encoder, whole
        self._folder = cache / "tokens" / encoder.tokenizer_fingerprint()[:16]
        self._known: dict[tuple[Direction, Kind], Tokens | GrowingTokens] = {}

    def take(self, rows: np.ndarray, kind: Kind, passes: np.ndarray | None = None) -> Tokens:
        """Tokens of the queries or passages at row ids [n], in that order; the same on every one of the `passes`."""
        places, parts = [np.empty(0, dtype=np.int64)], []
        for direction, mine, local in self._table.by_direction(rows):
            places.append(mine)
            parts.append(self._direction(direction, kind).take(local))
        if len(parts) == 1:
            return parts[0]
        return Tokens.concatenate(parts).take(np.argsort(np.concatenate(places)))

    def _direction(self, direction: Direction, kind: Kind) -> Tokens | GrowingTokens:
        key = (direction, kind)
        if key not in self._known:
            sha256 = self._collection.direction_fingerprint(self._split, direction)
            stem = self._folder / f"{direction.query}-{direction.passage}-{kind}-{sha256[:16]}"
            if len(self._table.directions[direction]) > self._whole:
                self._known[key] = self._growing(direction, kind, stem)
            else:
                self._known[key] = self._all(direction, kind, stem)
        return self._known[key]

    def _growing(self, direction: Direction, kind: Kind, stem: Path) -> GrowingTokens:
        start = self._table.directions[direction].start
        return GrowingTokens(
            stem,
            lambda rows: self._table.texts(kind, start + rows.astype(np.int64)),
            partial(self._encoder.tokenize, kind=kind),
        )

    def _all(self, direction: Direction, kind: Kind, stem: Path) -> Tokens:
        """All tokens of a direction, from its files, which are written first unless they are there."""
        ids, offsets = stem.with_name(f"{stem.name}.ids.npy"), stem.with_name(f"{stem.name}.offsets.npy")
        if not offsets.is_file():
            stem.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(stem.with_name(f".{stem.name}.lock")):
                if not offsets.is_file():
                    tokens = self._tokenized(direction, kind)
                    # offsets last: where they stand, the ids are whole
                    for path, values in ((ids, tokens.ids), (offsets, tokens.offsets)):
                        remove_leftovers(path)
                        with atomic_path(path) as temporary:
                            np.save(temporary, values)
        return Tokens(*(np.asarray(np.load(path, mmap_mode="r")) for path in (ids, offsets)))

    def _tokenized(self, direction: Direction, kind: Kind) -> Tokens:
        texts = self._table.table(direction)[kind]
        blocks = [texts.slice(start, _BLOCK) for start in range(0, len(texts), _BLOCK)]
        return Tokens.concatenate([self._encoder.tokenize(block.to_pylist(), kind) for block in blocks])
