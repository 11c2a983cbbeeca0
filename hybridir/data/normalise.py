"""Rows of a source, in SWIM-IR's fields, to rows of `PAIR_SCHEMA`; what is wrong with one is said in words."""

import hashlib
from collections.abc import Iterable, Iterator

import pyarrow as pa
import pyarrow.compute as pc

from hybridir.data.rows import PAIR_SCHEMA, Direction, Shard, Split
from hybridir.errors import UserError

_REQUIRED = ("query", "text", "code")


def normalise(
    batches: Iterable[pa.Table], split: Split, where: str, source: str, passages: str | None
) -> Iterator[Shard]:
    """Shards of `batches`; `passages` is the passage language where rows do not say it (None: the query's own).

    Raises UserError naming `where` and the row for a missing field, or a query or passage without text.
    """
    seen = 0
    for batch in batches:
        missing = [name for name in _REQUIRED if name not in batch.column_names]
        if missing:
            raise UserError(
                f"{where} has no field {missing[0]!r}: pairs need {', '.join(_REQUIRED)}, and here are only"
                f" {', '.join(batch.column_names)}."
            )
        _refuse_empty(batch, where, seen)
        seen += batch.num_rows
        rows = _columns(batch, source, passages)
        yield from _by_direction(rows, split)


def _refuse_empty(batch: pa.Table, where: str, seen: int) -> None:
    for name in _REQUIRED:
        lengths = pc.utf8_length(pc.utf8_trim_whitespace(pc.fill_null(batch[name].cast(pa.string()), "")))
        empty = pc.index(pc.equal(lengths, 0), True).as_py()
        if empty >= 0:
            raise UserError(f"{where}, row {seen + empty + 1}: {name!r} is empty; mend the row or take it out.")


def _columns(batch: pa.Table, source: str, passages: str | None) -> pa.Table:
    def texts(name: str, otherwise: list[str] | str) -> list[str]:
        if name not in batch.column_names:
            return [otherwise] * batch.num_rows if isinstance(otherwise, str) else otherwise
        fallback = [otherwise] * batch.num_rows if isinstance(otherwise, str) else otherwise
        values = batch[name].cast(pa.string()).to_pylist()
        return [value if value else other for value, other in zip(values, fallback, strict=True)]

    queries, texts_ = texts("query", ""), texts("text", "")
    codes = texts("code", "")
    columns = {
        "query": queries,
        "passage": texts_,
        "title": texts("title", ""),
        "query_lang": codes,
        "passage_lang": texts("text_code", codes if passages is None else passages),
        "pid": texts("pid", [_digest(f"{q}\x1f{p}") for q, p in zip(queries, texts_, strict=True)]),
        "docid": texts("docid", [_digest(p) for p in texts_]),
        "source": texts("source", source),
    }
    return pa.table(columns, schema=PAIR_SCHEMA)


def _by_direction(rows: pa.Table, split: Split) -> Iterator[Shard]:
    pairs = rows.select(["query_lang", "passage_lang"]).group_by(["query_lang", "passage_lang"]).aggregate([])
    for query_lang, passage_lang in sorted(zip(*(column.to_pylist() for column in pairs.columns), strict=True)):
        mine = pc.and_(pc.equal(rows["query_lang"], query_lang), pc.equal(rows["passage_lang"], passage_lang))
        for batch in rows.filter(mine).combine_chunks().to_batches():
            yield Shard(split, Direction(query_lang, passage_lang), batch)


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=10).hexdigest()
