from collections.abc import Iterator

import pyarrow as pa

from hybridir.data.only import OnlyLanguages
from hybridir.data.parallel import ParallelSentences
from hybridir.data.rows import PAIR_SCHEMA, Direction, Shard


class TwoLanguages:
    """The same English sentence in German and in Greek."""

    name = "toy"

    def signature(self) -> str:
        return "1"

    def shards(self) -> Iterator[Shard]:
        for code, text in (("de", "Hallo"), ("el", "Γεια")):
            row = [text, "Hello", "", code, "en", f"{code}:1", "x", "toy"]
            batch = pa.record_batch([pa.array([value]) for value in row], schema=PAIR_SCHEMA)
            yield Shard("train", Direction(code, "en"), batch)

    def languages(self, codes: list[str]) -> dict:
        return {}


def test_both_ways_round_with_one_pid_per_pivot_sentence() -> None:
    shards = list(ParallelSentences(TwoLanguages()).shards())
    assert [str(shard.direction) for shard in shards] == ["de->en", "en->de", "el->en", "en->el"]
    rows = [shard.rows.to_pylist()[0] for shard in shards]
    assert [(row["query"], row["passage"]) for row in rows] == [
        ("Hallo", "Hello"),
        ("Hello", "Hallo"),
        ("Γεια", "Hello"),
        ("Hello", "Γεια"),
    ]
    assert [(row["query_lang"], row["passage_lang"]) for row in rows] == [tuple(shard.direction) for shard in shards]
    assert len({row["pid"] for row in rows}) == 1
    assert len({row["docid"] for row in rows}) == 3


def test_only_some_languages() -> None:
    reader = OnlyLanguages(ParallelSentences(TwoLanguages()), ["en", "el"])
    assert [str(shard.direction) for shard in reader.shards()] == ["el->en", "en->el"]
    assert reader.signature() != ParallelSentences(TwoLanguages()).signature()
