"""Rows of a source, in SWIM-IR's fields, to rows of `PAIR_SCHEMA`; what is wrong with one is said in words."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator

import pyarrow as pa
import pyarrow.compute as pc

from hybridir.data.rows import PAIR_SCHEMA, Direction, Shard, Split
from hybridir.errors import UserError

_REQUIRED = ("query", "text", "code")
_OPTIONAL = ("title", "text_code", "pid", "docid", "source")
_CODE = re.compile(r"[A-Za-z0-9]{1,8}([-_][A-Za-z0-9]{1,8})*")  # de, zh-Hant, zho_Hans; safe in a file name


def normalise(
    batches: Iterable[pa.Table], split: Split, where: str, source: str, passages: str | None
) -> Iterator[Shard]:
    """Shards of `batches`; `passages` is the passage language where rows do not say it (None: the query's own).

    Raises UserError naming `where` and the row for a missing field, a query or passage without text, or a
    language code that is none.
    """
    seen = 0
    for batch in batches:
        fields = _fields(batch, where)
        _refuse_empty(fields, where, seen)
        rows = _columns(fields, source, passages)
        _refuse_odd_codes(rows, where, seen)
        seen += batch.num_rows
        yield from _by_direction(rows, split)


def _fields(batch: pa.Table, where: str) -> dict[str, pa.Array]:
    """The fields that are read, as text; null is empty."""
    missing = [name for name in _REQUIRED if name not in batch.column_names]
    if missing:
        raise UserError(
            f"{where} has no field {missing[0]!r}: pairs need {', '.join(_REQUIRED)}, and here are only"
            f" {', '.join(batch.column_names)}."
        )
    fields = {}
    for name in (*_REQUIRED, *_OPTIONAL):
        if name in batch.column_names:
            try:
                fields[name] = pc.fill_null(batch[name].cast(pa.string()), "").combine_chunks()
            except pa.ArrowException as problem:
                kind = batch[name].type
                raise UserError(
                    f"{where}: {name!r} holds {kind}, where text is expected; mend the column."
                ) from problem
    return fields


def _refuse_empty(fields: dict[str, pa.Array], where: str, seen: int) -> None:
    for name in _REQUIRED:
        empty = pc.index(pc.equal(pc.utf8_trim_whitespace(fields[name]), ""), True).as_py()
        if empty >= 0:
            raise UserError(f"{where}, row {seen + empty + 1}: {name!r} is empty; mend the row or take it out.")


def _refuse_odd_codes(rows: pa.Table, where: str, seen: int) -> None:
    for column in ("query_lang", "passage_lang"):
        for code in rows[column].unique().to_pylist():
            if not _CODE.fullmatch(code):
                number = seen + pc.index(rows[column], code).as_py() + 1
                raise UserError(f"{where}, row {number}: {code!r} is no language code; give one such as de or zh-Hant.")


def _columns(fields: dict[str, pa.Array], source: str, passages: str | None) -> pa.Table:
    queries, texts, codes = (fields[name] for name in _REQUIRED)

    def given(name: str, otherwise: Callable[[], pa.Array]) -> pa.Array:
        """The field where it stands and is not empty, else `otherwise`."""
        if name not in fields:
            return otherwise()
        empty = pc.equal(fields[name], "")
        return pc.if_else(empty, otherwise(), fields[name]) if pc.any(empty).as_py() else fields[name]

    def all_of(text: str) -> pa.Array:
        return pa.array([text] * len(queries), pa.string())

    columns = {
        "query": queries,
        "passage": texts,
        "title": given("title", lambda: all_of("")),
        "query_lang": codes,
        "passage_lang": given("text_code", lambda: codes if passages is None else all_of(passages)),
        "pid": given("pid", lambda: _digests(pc.binary_join_element_wise(queries, texts, "\x1f"))),
        "docid": given("docid", lambda: _digests(texts)),
        "source": given("source", lambda: all_of(source)),
    }
    return pa.table(columns, schema=PAIR_SCHEMA)


def _by_direction(rows: pa.Table, split: Split) -> Iterator[Shard]:
    pairs = rows.select(["query_lang", "passage_lang"]).group_by(["query_lang", "passage_lang"]).aggregate([])
    for query_lang, passage_lang in sorted(zip(*(column.to_pylist() for column in pairs.columns), strict=True)):
        mine = pc.and_(pc.equal(rows["query_lang"], query_lang), pc.equal(rows["passage_lang"], passage_lang))
        for batch in rows.filter(mine).combine_chunks().to_batches():
            yield Shard(split, Direction(query_lang, passage_lang), batch)


def _digests(texts: pa.Array) -> pa.Array:
    """A hash of each text, as a string."""
    return pa.array(
        [hashlib.blake2b(text.encode(), digest_size=10).hexdigest() for text in texts.to_pylist()], pa.string()
    )
