import pyarrow as pa
import pytest

from hybridir.data.normalise import normalise
from hybridir.data.rows import PAIR_SCHEMA, Direction, Shard
from hybridir.errors import UserError

from .conftest import Row, row


def shards(*batches: list[Row], passages: str | None = None) -> list[Shard]:
    return list(normalise([pa.Table.from_pylist(rows) for rows in batches], "train", "x.parquet", "src", passages))


def refused(*batches: list[Row]) -> str:
    with pytest.raises(UserError) as caught:
        shards(*batches)
    return str(caught.value)


def test_the_passage_is_in_the_language_of_the_query_unless_the_source_or_the_row_says_otherwise():
    swim = [row("q", "p", "hi")]
    assert shards(swim)[0].direction == Direction("hi", "hi")
    assert shards(swim, passages="en")[0].direction == Direction("hi", "en")
    assert shards([row("q", "p", "hi", text_code="de")], passages="en")[0].direction == Direction("hi", "de")
    assert shards([row("q", "p", "hi", text_code="")], passages="en")[0].direction == Direction("hi", "en")


def test_rows_without_ids_get_hashes_of_their_text():
    (shard,) = shards([row("q1", "p", "hi"), row("q2", "p", "hi"), row("q2", "p", "hi")])
    assert shard.rows.schema.equals(PAIR_SCHEMA)
    first, second, third = shard.rows.to_pylist()
    assert first["pid"] != second["pid"] == third["pid"]
    assert first["docid"] == second["docid"] != first["pid"]
    assert first["source"] == "src"


def test_query_and_passage_cannot_be_confused_in_a_hash():
    (shard,) = shards([row("ab", "c", "hi"), row("a", "bc", "hi")])
    assert len(set(shard.rows.column("pid").to_pylist())) == 2


def test_given_ids_are_kept_and_gaps_filled():
    (shard,) = shards([row("q", "p", "de", pid="7", docid="8", source="s"), row("q", "p", "de", pid="", source="")])
    first, second = shard.rows.to_pylist()
    assert (first["pid"], first["docid"], first["source"]) == ("7", "8", "s")
    assert len(second["pid"]) == len(second["docid"]) == 20 and second["source"] == "src"


def test_directions_of_one_batch_come_apart_in_order():
    found = shards([row("1", "p", "hi"), row("2", "p", "de"), row("3", "p", "hi")], [row("4", "p", "hi")])
    assert [(str(s.direction), s.rows.column("query").to_pylist()) for s in found] == [
        ("de->de", ["2"]),
        ("hi->hi", ["1", "3"]),
        ("hi->hi", ["4"]),
    ]


def test_numbers_are_read_as_text():
    batch = pa.table({"query": [1, 2], "text": ["a", "b"], "code": ["de", "de"]})
    (shard,) = normalise([batch], "train", "x", "src", None)
    assert shard.rows.column("query").to_pylist() == ["1", "2"]


@pytest.mark.parametrize("empty", ["", "  \n", None])
@pytest.mark.parametrize("field", ["query", "text", "code"])
def test_an_empty_field_is_named_with_its_row(field, empty):
    broken = row("q", "p", "de") | {field: empty}
    good = [row("q", "p", "de")] * 3
    assert refused(good, [*good, broken]) == f"x.parquet, row 7: {field!r} is empty; mend the row or take it out."


def test_a_missing_field_is_named_with_those_there_are():
    assert refused([{"query": "q", "passage": "p", "code": "de"}]) == (
        "x.parquet has no field 'text': pairs need query, text, code, and here are only query, passage, code."
    )


@pytest.mark.parametrize("code", ["../../etc", "a b", "de+en", "d\n"])
def test_a_code_that_is_none_is_named_with_its_row(code):
    assert refused([row("q", "p", "de"), row("q", "p", code)]) == (
        f"x.parquet, row 2: {code!r} is no language code; give one such as de or zh-Hant."
    )


@pytest.mark.parametrize("code", ["no", "bho", "zh-Hant", "zho_Hans", "qaa"])
def test_codes_that_are(code):
    assert shards([row("q", "p", code)])[0].direction == Direction(code, code)


def test_a_field_that_holds_no_text():
    batch = pa.table({"query": [["a"]], "text": ["p"], "code": ["de"]})
    with pytest.raises(UserError, match=r"x: 'query' holds list<.*>, where text is expected"):
        list(normalise([batch], "train", "x", "src", None))
