"""Rows of a source to rows of `PAIR_SCHEMA`; what is wrong with one is said in words.

A field has our name or SWIM-IR's: `passage` or `text`, `query_lang` or `code`, `passage_lang` or `text_code`.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hybridir.data.inspection import Inspector
from hybridir.data.rows import PAIR_SCHEMA, Direction, Shard, Split
from hybridir.data.tables import Rows

_REQUIRED = ("query", "passage", "query_lang")
_OPTIONAL = ("passage_lang", "title", "pid", "docid", "source")
_SWIM_IR = {"passage": "text", "query_lang": "code", "passage_lang": "text_code"}
_CODE = re.compile(r"[A-Za-z0-9]{1,8}([-_][A-Za-z0-9]{1,8})*")  # de, zh-Hant, zho_Hans; safe in a file name


class _Fields(NamedTuple):
    """Fields of rows by our names, as text, null as empty; what the file calls them; and where two names differ."""

    columns: dict[str, pa.Array]
    spelled: dict[str, str]
    differ: dict[str, pa.Array]


def normalise(
    batches: Iterable[Rows], split: Split, where: str, source: str, passages: str | None, inspector: Inspector
) -> Iterator[Shard]:
    """Shards of `batches`; `passages` is the passage language where rows do not say it (None: the query's own).

    `inspector` is told, by `where` and row, of a missing field, a query or passage without text, a language code
    that is none, and a field given twice, under both of its names, with different values.
    """
    for batch in batches:
        fields = _fields(batch.table, where, inspector)
        if fields is None:
            break  # the columns are the same in all of a file
        rows = _columns(fields, batch.table.num_rows, source, passages)
        sound = _sound(fields, rows, _Report(inspector, where, batch.numbers))
        if not sound.all():
            rows = rows.filter(pa.array(sound))
        for direction, places, shard in _by_direction(rows):
            inspector.rows(where, direction, batch.numbers[sound][places], shard)
            yield Shard(split, direction, shard)
    inspector.end(where)


class _Report(NamedTuple):
    """Says what is wrong with rows of a batch, by their numbers."""

    inspector: Inspector
    where: str
    numbers: np.ndarray

    def __call__(self, bad: np.ndarray, kind: str, said: str) -> np.ndarray:
        """Tell of the rows that are `bad`, bool [n], and return it."""
        for number in self.numbers[bad].tolist():
            self.inspector.problem(kind, f"{self.where}, row {number}: {said}")
        return bad


def _fields(batch: pa.Table, where: str, inspector: Inspector) -> _Fields | None:
    """The fields that are read; None if one is missing or holds no text."""
    fields = _Fields({}, {}, {})
    for name in (*_REQUIRED, *_OPTIONAL):
        there = [
            spelled for spelled in dict.fromkeys((name, _SWIM_IR.get(name, name))) if spelled in batch.column_names
        ]
        if not there:
            continue
        texts = []
        for spelled in there:
            text = _as_text(batch[spelled])
            if text is None:
                held = batch[spelled].type
                said = f"{where}: {spelled!r} holds {held}, where text is expected; mend the column."
                inspector.problem("wrong type", said)
                return None
            texts.append(text)
        fields.spelled[name], fields.columns[name] = there[0], texts[0]
        if len(there) == 2:
            fields.differ[name] = _differ(*texts)
            fields.columns[name] = pc.if_else(pc.equal(texts[0], ""), texts[1], texts[0])
    missing = [name for name in _REQUIRED if name not in fields.columns]
    if missing:
        inspector.problem("field missing", f"{where} has no field {_either(missing[0])}: {_what_is_needed(batch)}")
        return None
    return fields


def _as_text(column: pa.ChunkedArray) -> pa.Array | None:
    try:
        return pc.fill_null(column.cast(pa.string()), "").combine_chunks()
    except pa.ArrowException:
        return None


def _differ(ours: pa.Array, theirs: pa.Array) -> pa.Array:
    """Where both are given, and not the same."""
    given = pc.and_(pc.not_equal(ours, ""), pc.not_equal(theirs, ""))
    return pc.and_(given, pc.not_equal(ours, theirs))


def _either(name: str) -> str:
    return f"{name!r} (or {_SWIM_IR[name]!r})" if name in _SWIM_IR else repr(name)


def _what_is_needed(batch: pa.Table) -> str:
    return (
        f"pairs need query, passage (or text) and query_lang (or code), and here are only"
        f" {', '.join(batch.column_names) or 'none'}."
    )


def _sound(fields: _Fields, rows: pa.Table, report: _Report) -> np.ndarray:
    """Which rows are pairs, bool [n]; the others are reported."""
    bad = np.zeros(rows.num_rows, dtype=bool)
    for name, differ in fields.differ.items():
        bad |= report(_mask(differ), "two values", f"{name!r} and {_SWIM_IR[name]!r} differ; give one of them.")
    for name in _REQUIRED:
        empty = _mask(pc.equal(pc.utf8_trim_whitespace(fields.columns[name]), "")) & ~bad
        spelled = fields.spelled[name]
        bad |= report(empty, f"{spelled} empty", f"{spelled!r} is empty; mend the row or take it out.")
    for name in ("query_lang", "passage_lang"):
        for code in rows[name].unique().to_pylist():
            if not _CODE.fullmatch(code):
                none = _mask(pc.equal(rows[name], code)) & ~bad
                said = f"{code!r} is no language code; give one such as de or zh-Hant."
                bad |= report(none, "odd language code", said)
    return ~bad


def _mask(column: pa.Array) -> np.ndarray:
    mask: np.ndarray = column.to_numpy(zero_copy_only=False) if isinstance(column, pa.Array) else column.to_numpy()
    return mask


def _columns(fields: _Fields, count: int, source: str, passages: str | None) -> pa.Table:
    queries, texts, codes = (fields.columns[name] for name in _REQUIRED)

    def given(name: str, otherwise: Callable[[], pa.Array]) -> pa.Array:
        """The field where it stands and is not empty, else `otherwise`."""
        column = fields.columns.get(name)
        if column is None:
            return otherwise()
        empty = pc.equal(column, "")
        return pc.if_else(empty, otherwise(), column) if pc.any(empty).as_py() else column

    def all_of(text: str) -> pa.Array:
        return pa.array([text] * count, pa.string())

    columns = {
        "query": queries,
        "passage": texts,
        "title": given("title", lambda: all_of("")),
        "query_lang": codes,
        "passage_lang": given("passage_lang", lambda: codes if passages is None else all_of(passages)),
        "pid": given("pid", lambda: _digests(pc.binary_join_element_wise(queries, texts, "\x1f"))),
        "docid": given("docid", lambda: _digests(texts)),
        "source": given("source", lambda: all_of(source)),
    }
    return pa.table(columns, schema=PAIR_SCHEMA)


def _by_direction(rows: pa.Table) -> Iterator[tuple[Direction, np.ndarray, pa.RecordBatch]]:
    """The rows of each direction, and their places in `rows`."""
    pairs = rows.select(["query_lang", "passage_lang"]).group_by(["query_lang", "passage_lang"]).aggregate([])
    for query_lang, passage_lang in sorted(zip(*(column.to_pylist() for column in pairs.columns), strict=True)):
        mine = pc.and_(pc.equal(rows["query_lang"], query_lang), pc.equal(rows["passage_lang"], passage_lang))
        chosen = rows.filter(mine).combine_chunks()
        yield Direction(query_lang, passage_lang), np.flatnonzero(_mask(mine)), chosen.to_batches()[0]


def _digests(texts: pa.Array) -> pa.Array:
    """A hash of each text, as a string."""
    return pa.array(
        [hashlib.blake2b(text.encode(), digest_size=10).hexdigest() for text in texts.to_pylist()], pa.string()
    )
