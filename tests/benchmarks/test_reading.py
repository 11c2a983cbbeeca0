"""Released files that are not what they should be are refused in one sentence that names file and line."""

import gzip
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hybridir.benchmarks.reading import chosen, json_rows, lines, parquet_rows, quoted_tsv_rows, signature, tsv_rows
from hybridir.errors import UserError


def test_lines_keep_all_but_their_ends(tmp_path: Path) -> None:
    plain, packed = tmp_path / "a.tsv", tmp_path / "a.tsv.gz"
    # a carriage return and a line separator within a text do not end the line
    content = "q1\twho\rwas\u2028it \r\n\n  \nq2\t\xe9t\xe9".encode()
    plain.write_bytes(content)
    packed.write_bytes(gzip.compress(content))
    for path in (plain, packed):
        assert list(lines(path)) == [(f"{path}, line 1", "q1\twho\rwas\u2028it "), (f"{path}, line 4", "q2\t\xe9t\xe9")]
    assert [row.fields for row in tsv_rows(plain, ("qid", "query"))][1] == {"qid": "q2", "query": "\xe9t\xe9"}


def test_values_in_quotes_are_read_as_dpr_reads_them(tmp_path: Path) -> None:
    path = tmp_path / "psgs.tsv"
    path.write_text('id\ttext\ttitle\n1\t"said ""no"", and\nwent"\tA\n2\tplain "as" it is\t"B\tC"\n')
    rows = list(quoted_tsv_rows(path, ("id", "text", "title")))
    assert [tuple(row.fields.values()) for row in rows[1:]] == [
        ("1", 'said "no", and\nwent', "A"),
        ("2", 'plain "as" it is', "B\tC"),
    ]
    assert [row.where for row in rows] == [f"{path}, line {number}" for number in (1, 3, 4)]


def test_rows_of_parquet_are_numbered_through(tmp_path: Path) -> None:
    path = tmp_path / "dev.parquet"
    pq.write_table(pa.table({"_id": [str(n) for n in range(9000)], "text": ["x"] * 9000}), path)
    rows = list(parquet_rows(path, ("id", "text")))
    assert len(rows) == 9000
    assert rows[8999] == (f"{path}, row 9000", {"id": "8999", "text": "x"})


def jsonl(path: Path) -> Iterator[Any]:
    return json_rows(path, ("id", "text"))


def tsv(path: Path) -> Iterator[Any]:
    return tsv_rows(path, ("qid", "query"))


def quoted(path: Path) -> Iterator[Any]:
    return quoted_tsv_rows(path, ("id", "text", "title"))


GOOD = json.dumps({"id": "1", "text": "x"}).encode() + b"\n"


@pytest.mark.parametrize(
    ("name", "content", "read", "words"),
    [
        ("a.jsonl", GOOD + b"{'id': 1}", jsonl, r"a\.jsonl, line 2: not JSON"),
        ("a.jsonl", GOOD + b'{"id": "2", "text": null}', jsonl, r"line 2: has no field 'text', of id, text"),
        ("a.jsonl", GOOD + b"[1]", jsonl, r"line 2: has no field 'id'"),
        ("a.jsonl", GOOD + b'"\xff"', jsonl, r"a\.jsonl is damaged or cut off .*decode"),
        ("a.jsonl.gz", gzip.compress(GOOD * 999, mtime=0)[:-9], jsonl, r"a\.jsonl\.gz is damaged or cut off"),
        ("a.jsonl.gz", GOOD, jsonl, r"is damaged or cut off \(Not a gzipped file"),
        ("a.tsv", b"1\tx\n2 x\n", tsv, r"a\.tsv, line 2: has 1 columns, where 2 are expected \(qid, query\)"),
        ("a.tsv", b'1\tx\ty\n2\t"x\n', quoted, r"a\.tsv, line 2: has 2 columns, where 3 are"),
        ("a.tsv", b'1\t"' + b"x" * 140_000, quoted, r"a\.tsv is damaged or cut off \(field larger"),
        ("a.parquet", b"PAR1", lambda path: parquet_rows(path, ("id",)), r"a\.parquet is damaged or cut off"),
    ],
)
def test_what_is_wrong_is_said(
    tmp_path: Path, name: str, content: bytes, read: Callable[[Path], Iterator[Any]], words: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UserError, match=words) as refused:
        list(read(tmp_path / name))
    assert "\n" not in str(refused.value)


def test_languages_are_those_there_or_some_of_them() -> None:
    assert chosen([], ["sw", "bn"], "MIRACL") == ["bn", "sw"]
    assert chosen(["sw"], ["sw", "bn"], "MIRACL") == ["sw"]
    with pytest.raises(UserError, match=r"languages has 'de', and MIRACL has only bn, sw"):
        chosen(["sw", "de"], ["sw", "bn"], "MIRACL")
    with pytest.raises(UserError, match="MIRACL has no queries"):
        chosen([], [], "MIRACL")


def test_a_signature_tells_changed_files(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("1")
    first = signature([path])
    assert signature([path]) == first
    path.write_text("2")
    os.utime(path, ns=(0, 0))
    changed = signature([path])
    path.write_text("12")
    os.utime(path, ns=(0, 0))
    assert len({first, changed, signature([path])}) == 3
