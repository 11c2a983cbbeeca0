from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from hybridir.data.arrow import MappedRows, hash_texts


@pytest.fixture
def rows(tmp_path: Path) -> MappedRows:
    """Chunks of 2, 1 and 3 rows."""
    schema = pa.schema([("text", pa.string())])
    with pa.OSFile(str(tmp_path / "rows.arrow"), "wb") as sink, pa.ipc.new_stream(sink, schema) as stream:
        for chunk in (["a", "b"], ["c"], ["d", "e", "f"]):
            stream.write_batch(pa.record_batch([pa.array(chunk)], schema=schema))
    return MappedRows(tmp_path / "rows.arrow")


@pytest.mark.parametrize("wanted", [[5, 0, 2, 2, 1], [3], []])
def test_rows_are_taken_from_their_chunks(rows: MappedRows, wanted: list[int]) -> None:
    taken = np.full(len(wanted), "", dtype=object)
    for places, values in rows.take("text", np.array(wanted, dtype=np.int64)):
        taken[places] = values.to_pylist()
    assert list(taken) == ["abcdef"[row] for row in wanted]


def test_equal_texts_have_equal_hashes_wherever_they_stand() -> None:
    one, other = hash_texts(["a", "ü", "a"]), hash_texts(np.array(["ü", "a"], dtype=object))
    assert one.dtype == np.uint64
    assert one.tolist() == [other[1], other[0], other[1]]
