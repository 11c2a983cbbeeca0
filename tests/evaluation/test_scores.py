"""The file of scores."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hybridir.errors import UserError
from hybridir.evaluation.scores import SCORES, Direction, join, read_scores, score_rows, write_scores


def some_scores() -> pa.Table:
    return join(
        [
            score_rows("run", "toy", Direction.between("de", "en"), ["q1", "q2"], {"mAP": np.array([0.25, 1 / 3])}),
            score_rows(
                "run",
                "toy",
                Direction.pool("de"),
                ["q2"],
                {"mAP": np.array([0.5]), "rank_distance": np.array([7.0])},
            ),
        ]
    )


def test_one_row_per_query_direction_and_metric() -> None:
    rows = [tuple(row.values()) for row in some_scores().to_pylist()]
    assert rows == [
        ("run", "toy", "crosslingual", "de", "en", "q1", "mAP", 0.25),
        ("run", "toy", "crosslingual", "de", "en", "q2", "mAP", 1 / 3),
        ("run", "toy", "multilingual", "de", "*", "q2", "mAP", 0.5),
        ("run", "toy", "multilingual", "de", "*", "q2", "rank_distance", 7.0),
    ]


def test_scores_come_back_from_their_file(tmp_path: Path) -> None:
    write_scores(tmp_path / "eval" / "scores.parquet", some_scores())
    back = read_scores(tmp_path / "eval" / "scores.parquet")
    assert back.schema.equals(SCORES)
    assert back.equals(some_scores())
    assert [path.name for path in (tmp_path / "eval").iterdir()] == ["scores.parquet"]


def test_equal_scores_write_equal_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_scores(tmp_path / name, some_scores())
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "torn.parquet").write_bytes(b"PAR1")
    pq.write_table(pa.table({"x": [1]}), tmp_path / "other.parquet")
    for name, words in [("torn", "cannot read"), ("other", "holds no scores"), ("absent", "cannot read")]:
        with pytest.raises(UserError, match=words):
            read_scores(tmp_path / f"{name}.parquet")


def test_no_scores_are_a_table_too() -> None:
    assert join([]).num_rows == 0
    assert join([]).schema.equals(SCORES)
