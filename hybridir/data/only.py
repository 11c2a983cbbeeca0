"""Some languages of a collection: the pairs whose two sides are both in them."""

from collections.abc import Iterator, Mapping, Sequence

from hybridir.data.rows import PairReader, Shard
from hybridir.languages.catalog import Language


class OnlyLanguages:
    """The pairs of another reader between languages of `codes`."""

    def __init__(self, reader: PairReader, codes: Sequence[str]) -> None:
        self.name = reader.name
        self._reader, self._codes = reader, frozenset(codes)

    def signature(self) -> str:
        return f"{self._reader.signature()} only {sorted(self._codes)}"

    def languages(self, codes: Sequence[str]) -> Mapping[str, Language]:
        return self._reader.languages(list(codes))

    def shards(self) -> Iterator[Shard]:
        return (shard for shard in self._reader.shards() if self._codes.issuperset(shard.direction))
