"""Means over queries and over directions, worked by hand."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from hybridir.errors import UserError
from hybridir.evaluation.results import read_results, summarise, write_results
from hybridir.evaluation.scores import Direction, join, score_rows


def scores(run: str = "run") -> pa.Table:
    def part(direction: Direction, *values: float, metric: str = "mAP") -> pa.Table:
        return score_rows(run, "toy", direction, [f"q{i}" for i in range(len(values))], {metric: np.array(values)})

    return join(
        [
            part(Direction.between("de", "de"), 0.2, 0.4),
            part(Direction.between("de", "en"), 0.1),
            part(Direction.between("de", "hi"), 0.3, 0.5),
            part(Direction.pool("de"), 0.2),
            part(Direction.pool("de"), 4.0, metric="rank_distance"),
            part(Direction.between("en", "en"), 0.5),
            part(Direction.between("en", "hi"), 0.7),
            part(Direction.pool("en"), 0.6, 0.8),
            part(Direction.pool("en"), 8.0, metric="rank_distance"),
        ]
    )


def test_means_per_direction_per_query_language_and_over_all() -> None:
    results = [
        (r.setting, r.query_lang, r.passage_lang, r.metric, pytest.approx(r.value), r.queries)
        for r in summarise(scores())
    ]
    assert results == [
        ("monolingual", "*", "*", "mAP", (0.3 + 0.5) / 2, 3),
        ("monolingual", "de", "de", "mAP", 0.3, 2),
        ("monolingual", "en", "en", "mAP", 0.5, 1),
        # three ordered pairs, each of the same weight: not the mean of .25 and .7, nor over queries
        ("crosslingual", "*", "*", "mAP", (0.1 + 0.4 + 0.7) / 3, 4),
        ("crosslingual", "de", "*", "mAP", (0.1 + 0.4) / 2, 3),
        ("crosslingual", "de", "en", "mAP", 0.1, 1),
        ("crosslingual", "de", "hi", "mAP", 0.4, 2),
        ("crosslingual", "en", "*", "mAP", 0.7, 1),
        ("crosslingual", "en", "hi", "mAP", 0.7, 1),
        ("multilingual", "*", "*", "mAP", (0.2 + 0.7) / 2, 3),
        ("multilingual", "*", "*", "rank_distance", 6.0, 2),
        ("multilingual", "de", "*", "mAP", 0.2, 1),
        ("multilingual", "de", "*", "rank_distance", 4.0, 1),
        ("multilingual", "en", "*", "mAP", 0.7, 2),
        ("multilingual", "en", "*", "rank_distance", 8.0, 1),
    ]


def test_scores_of_several_runs_are_not_mixed() -> None:
    with pytest.raises(ValueError, match="one run"):
        summarise(join([scores("a"), scores("b")]))


def test_results_come_back_from_their_file_with_every_digit(tmp_path: Path) -> None:
    results = summarise(scores())
    write_results(tmp_path / "results.csv", results)
    assert read_results(tmp_path / "results.csv") == results
    lines = (tmp_path / "results.csv").read_text().splitlines()
    assert lines[0] == "benchmark,setting,query_lang,passage_lang,metric,value,queries"
    assert lines[6] == "toy,crosslingual,de,en,mAP,0.1,1"


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    (tmp_path / "empty.csv").touch()
    for name, words in [("other", "first line"), ("empty", "first line"), ("absent", "cannot read")]:
        with pytest.raises(UserError, match=words):
            read_results(tmp_path / f"{name}.csv")
