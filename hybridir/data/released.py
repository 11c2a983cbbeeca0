"""What was read of a collection against what was released of it."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from hybridir.data.rows import Direction, PairReader, Shard
from hybridir.data.swim_ir import released_sizes
from hybridir.languages.catalog import Language

RELEASED: dict[str, Callable[[], dict[Direction, int]]] = {"swim_ir": released_sizes}
"""Pairs per direction of the collections whose releases are counted, by name."""

_NAMED = 5  # directions that one sentence names


class Counted:
    """The pairs of another reader; when all have been read, deviations from `expected` are told once, on stderr."""

    def __init__(self, reader: PairReader, expected: Mapping[Direction, int]) -> None:
        self.name = reader.name
        self._reader, self._expected = reader, expected

    def signature(self) -> str:
        return self._reader.signature()

    def languages(self, codes: Sequence[str]) -> Mapping[str, Language]:
        return self._reader.languages(list(codes))

    def shards(self) -> Iterator[Shard]:
        counts = Counter[Direction]()
        for shard in self._reader.shards():
            counts[shard.direction] += shard.rows.num_rows
            yield shard
        for said in deviations(counts, self._expected):
            print(f"{self.name}: {said}", file=sys.stderr)


def deviations(counts: Mapping[Direction, int], expected: Mapping[Direction, int]) -> list[str]:
    """In words, how the pairs per direction that were read differ from those that were released."""
    missing = sorted(set(expected) - set(counts))
    others = sorted(
        direction for direction in counts if counts[direction] != expected.get(direction, counts[direction])
    )
    said = []
    if missing:
        said.append(f"{len(missing)} of the {len(expected)} released directions are not here: {_list(missing)}.")
    if others:
        counted = [f"{direction} {counts[direction]:,} of {expected[direction]:,}" for direction in others]
        said.append(f"pairs read differ from those released in {len(others)} directions: {_list(counted)}.")
    return said


def _list(values: Sequence[object]) -> str:
    more = f" and {len(values) - _NAMED} more" if len(values) > _NAMED else ""
    return ", ".join(map(str, values[:_NAMED])) + more
