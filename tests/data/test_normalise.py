import numpy as np
import pyarrow as pa
import pytest

from hybridir.data.inspection import Strict
from hybridir.data.normalise import normalise
from hybridir.data.rows import PAIR_SCHEMA, Direction, Shard
from hybridir.data.tables import Rows
from hybridir.errors import UserError

from .conftest import Row, row


def read(*tables: pa.Table, passages: str | None = None) -> list[Shard]:
    starts = np.cumsum([0, *(table.num_rows for table in tables)])
    rows = [Rows(table, np.arange(table.num_rows) + start + 1) for table, start in zip(tables, starts, strict=False)]
    return list(normalise(rows, "train", "x.parquet", "src", passages, Strict()))


def shards(*batches: list[Row], passages: str | None = None) -> list[Shard]:
    return read(*(pa.Table.from_pylist(rows) for rows in batches), passages=passages)


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
    (shard,) = read(batch)
    assert shard.rows.column("query").to_pylist() == ["1", "2"]


@pytest.mark.parametrize("empty", ["", "  \n", None])
@pytest.mark.parametrize("field", ["query", "text", "code"])
def test_an_empty_field_is_named_with_its_row(field, empty):
    broken = row("q", "p", "de") | {field: empty}
    good = [row("q", "p", "de")] * 3
    assert refused(good, [*good, broken]) == f"x.parquet, row 7: {field!r} is empty; mend the row or take it out."


def test_a_missing_field_is_named_with_those_there_are():
    assert refused([{"query": "q", "answer": "p", "code": "de"}]) == (
        "x.parquet has no field 'passage' (or 'text'): pairs need query, passage (or text) and query_lang (or code),"
        " and here are only query, answer, code."
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
    with pytest.raises(UserError, match=r"x.parquet: 'query' holds list<.*>, where text is expected"):
        read(batch)


def test_a_field_has_our_name_or_that_of_swim_ir():
    ours = {"query": "q", "passage": "p", "query_lang": "de", "passage_lang": "no"}
    theirs = {"query": "q", "text": "p", "code": "de", "text_code": "no"}
    (one,), (other,) = shards([ours]), shards([theirs])
    assert one.direction == Direction("de", "no") and one.rows == other.rows


def test_both_names_of_a_field_fill_each_other_and_may_not_differ():
    row_ours: Row = {"query": "q", "passage": "p", "text": "", "query_lang": "de", "code": "de"}
    row_theirs: Row = {"query": "q", "passage": None, "text": "p2", "query_lang": "de", "code": None}
    (shard,) = shards([row_ours, row_theirs])
    assert shard.rows.column("passage").to_pylist() == ["p", "p2"]
    said = refused([row_ours, row_ours | {"text": "another"}])
    assert said == "x.parquet, row 2: 'passage' and 'text' differ; give one of them."
    assert "'query_lang' and 'code' differ" in refused([row_ours | {"code": "en"}])


class Noting:
    """An inspector that lets reading go on."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []
        self.seen: list[tuple[str, list[int]]] = []

    def problem(self, kind: str, said: str) -> None:
        self.told.append((kind, said))

    def left_out(self, kind: str, said: str) -> None:
        self.told.append((kind, said))

    def rows(self, where: str, direction: Direction, numbers: np.ndarray, rows: pa.RecordBatch) -> None:
        self.seen.append((str(direction), numbers.tolist()))

    def end(self, where: str) -> None:
        self.told.append(("end", where))


def test_where_the_inspector_lets_it_bad_rows_are_left_out_and_the_others_keep_their_numbers():
    rows = [row("1", "p", "hi"), row("", "p", "hi"), row("3", "p", "de"), row("4", "p", "a b"), row("5", "p", "hi")]
    noting = Noting()
    numbered = Rows(pa.Table.from_pylist(rows), np.array([2, 3, 5, 7, 8]))
    found = list(normalise([numbered], "train", "x", "src", None, noting))
    assert [shard.rows.column("query").to_pylist() for shard in found] == [["3"], ["1", "5"]]
    assert noting.seen == [("de->de", [5]), ("hi->hi", [2, 8])]
    assert noting.told == [
        ("query empty", "x, row 3: 'query' is empty; mend the row or take it out."),
        ("odd language code", "x, row 7: 'a b' is no language code; give one such as de or zh-Hant."),
        ("end", "x"),
    ]
