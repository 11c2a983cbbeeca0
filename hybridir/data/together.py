"""Several readers as one collection."""

from collections.abc import Iterator, Mapping, Sequence

from hybridir.data.rows import PairReader, Shard
from hybridir.languages.catalog import Language


class Together:
    """The pairs of all readers, one reader after the other, under the name of the first."""

    def __init__(self, readers: Sequence[PairReader]) -> None:
        self.name = readers[0].name
        self._readers = readers

    def signature(self) -> str:
        return " and ".join(reader.signature() for reader in self._readers)

    def languages(self, codes: list[str]) -> Mapping[str, Language]:
        known: dict[str, Language] = {}
        for reader in self._readers:
            known |= reader.languages(codes)
        return known

    def shards(self) -> Iterator[Shard]:
        for reader in self._readers:
            yield from reader.shards()
