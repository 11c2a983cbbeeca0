from pathlib import Path

import pytest

from hybridir.data import tables
from hybridir.data.inspection import Strict
from hybridir.errors import UserError

from .conftest import row, write_parquet


def test_rows_are_numbered_through_the_batches_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tables, "BATCH", 2)
    rows = [row(f"q{i}", "p", "de") for i in range(5)]
    write_parquet(tmp_path / "a.parquet", rows)
    (tmp_path / "a.jsonl").write_text("".join(f"{one}\n" for one in rows))  # as Python prints them
    for name in ("a.parquet", "a.jsonl"):
        batches = list(tables.tables(tmp_path / name, Strict()))
        assert [batch.numbers.tolist() for batch in batches] == [[1, 2], [3, 4], [5]]
        assert [text for batch in batches for text in batch.table["query"].to_pylist()] == [
            "q0",
            "q1",
            "q2",
            "q3",
            "q4",
        ]


def test_a_line_that_is_no_row_counts_as_a_line(tmp_path: Path):
    class Lenient(Strict):
        def problem(self, kind: str, said: str) -> None:
            told.append((kind, said))

    told: list[tuple[str, str]] = []
    path = tmp_path / "a.jsonl"
    path.write_text('{"query": "a"}\n\n{"query": "b"}\n')
    (batch,) = tables.tables(path, Lenient())
    assert batch.numbers.tolist() == [1, 3]
    assert told == [("not JSON", f"{path}, line 2: not JSON (Expecting value); mend the line.")]
    with pytest.raises(UserError, match="line 2"):
        list(tables.tables(path, Strict()))
