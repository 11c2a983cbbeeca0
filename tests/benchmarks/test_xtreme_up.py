"""XTREME-UP's cross-lingual retrieval from small files of its shape."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hybridir.benchmarks.judges import Qrels
from hybridir.benchmarks.search import RankJudge, SearchBenchmark
from hybridir.benchmarks.xtreme_up import load_xtreme_up
from hybridir.config.schema import BenchmarkConfig
from hybridir.data.rows import Direction
from hybridir.errors import UserError
from hybridir.evaluation.metrics import metric
from tests.benchmarks.released import XTREME_UP_LANGUAGES, write_lines, write_xtreme_up

AS = Direction("as", "en")


def load(place: Path, **settings: Any) -> SearchBenchmark:
    config = BenchmarkConfig(**({"kind": "xtreme_up", "folder": "xtreme-up", "split": "test", "depth": 100} | settings))
    return load_xtreme_up(config, place, place.parent / "cache")


def rows(*texts: tuple[str, str, str, str]) -> list[dict[str, str]]:
    return [dict(zip(("id", "title", "context", "question"), row, strict=True)) for row in texts]


INDEX = rows(("p1", "Nile", "It flows.", ""), ("p2", "", "It stands.", ""), ("p3", "Hill", "It is.", ""))
ASKED = rows(("p3", "Hill", "It is.", "ki?"), ("p1", "Nile", "It flows.", "kot?"), ("p3", "Hill", "It is.", "kua?"))


def hand(task: Path, suffix: str = ".jsonl") -> Path:
    def write(path: Path, table: list[dict[str, str]], columns: list[str]) -> None:
        cells = [{name: row[name] for name in columns} for row in table]
        write_lines(path, (json.dumps(row) if suffix == ".jsonl" else "\t".join(row.values()) for row in cells))

    write(task / f"index{suffix}", INDEX, ["id", "title", "context"])
    write(task / "test" / f"as{suffix}", ASKED, ["id", "title", "context", "question"])
    write(task / "validation" / f"ur{suffix}", ASKED[:1], ["id", "title", "context", "question"])
    return task


@pytest.mark.parametrize("suffix", [".jsonl", ".tsv"])
def test_questions_ask_for_the_passage_of_their_id(tmp_path: Path, suffix: str) -> None:
    benchmark = load(hand(tmp_path / "retrieval_cross_lang", suffix))
    assert (benchmark.name, benchmark.metrics, benchmark.directions) == ("xtreme_up", ("MRR@10",), (AS,))
    # the second question about a passage has its place in its id
    assert benchmark.queries["as"].ids == ("p3", "p1", "p3#3")
    assert benchmark.queries["as"].texts == ("ki?", "kot?", "kua?")
    assert benchmark.judge == Qrels({AS: {"p3": ("p3",), "p1": ("p1",), "p3#3": ("p3",)}})
    corpus = benchmark.corpora["en"]
    assert corpus.texts(np.arange(3)) == ["Nile It flows.", "It stands.", "Hill It is."]
    assert isinstance(benchmark.judge, RankJudge)
    retrieved = np.array([[2, 0, 1], [1, 2, 0], [1, 0, 2]])
    ranks = benchmark.judge.ranks(AS, benchmark.queries["as"].ids, retrieved, corpus)
    assert metric("MRR@10")(*ranks).tolist() == [1, 1 / 3, 1 / 3]


def test_the_task_may_lie_below_the_folder(tmp_path: Path) -> None:
    hand(tmp_path / "xtreme-up" / "v1.1" / "retrieval_cross_lang")
    for folder in (tmp_path / "xtreme-up", tmp_path / "xtreme-up" / "v1.1"):
        assert len(load(folder).queries["as"]) == 3


def test_the_validation_split_is_another_benchmark(tmp_path: Path) -> None:
    task = hand(tmp_path / "retrieval_cross_lang")
    for split in ("dev", "validation"):
        benchmark = load(task, split=split)
        assert (benchmark.name, list(benchmark.queries)) == ("xtreme_up_dev", ["ur"])


def test_the_tiny_release_has_26_languages(tmp_path: Path) -> None:
    write_xtreme_up(tmp_path)
    assert sorted(load(tmp_path).queries) == sorted(XTREME_UP_LANGUAGES)
    assert len(XTREME_UP_LANGUAGES) == 26
    assert list(load(tmp_path, languages=["gom", "brx"]).queries) == ["brx", "gom"]


@pytest.mark.parametrize(
    ("file", "content", "words"),
    [
        ("index.jsonl", '{"id": "p1", "title": "x"}', r"index\.jsonl, line 1: has no field 'context'"),
        ("index.jsonl", json.dumps(INDEX[0]), r"as\.jsonl: the passage 'p3' is not in the index"),
        ("test/as.jsonl", json.dumps(INDEX[0] | {"question": 3}), r"as\.jsonl, line 1: 'question' is '3', where text"),
        ("test/as.jsonl", "p1\tNile", r"as\.jsonl, line 1: not JSON"),
    ],
)
def test_damaged_files_are_named(tmp_path: Path, file: str, content: str, words: str) -> None:
    task = hand(tmp_path / "retrieval_cross_lang")
    (task / file).write_text(content)
    with pytest.raises(UserError, match=words):
        load(task)


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no retrieval_cross_lang/index\.jsonl .*xtreme-up-v1\.1\.jsonl\.tgz"):
        load(tmp_path)
    task = hand(tmp_path / "retrieval_cross_lang")
    with pytest.raises(UserError, match=r"split=train is none of XTREME-UP's: set dev or test"):
        load(task, split="train")
    with pytest.raises(UserError, match=r"languages has 'hi', and XTREME-UP in .* has only as"):
        load(task, languages=["hi"])
