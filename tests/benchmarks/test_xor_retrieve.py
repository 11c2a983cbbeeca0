"""XOR-Retrieve from small files of its shape."""

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hybridir.benchmarks.search import SearchBenchmark, ValueJudge
from hybridir.benchmarks.xor_retrieve import load_xor_retrieve
from hybridir.config.schema import BenchmarkConfig
from hybridir.data.rows import Direction
from hybridir.errors import UserError
from tests.benchmarks.released import XOR_LANGUAGES, write_lines, write_punkt, write_xor_retrieve

QUESTIONS = "xor_dev_retrieve_eng_span_v1_1.jsonl"
CORPUS = "enwiki_20190201_w100.tsv"


def load(place: Path, **settings: Any) -> SearchBenchmark:
    config = BenchmarkConfig(**({"kind": "xor_retrieve", "folder": "xor", "depth": 100} | settings))
    return load_xor_retrieve(config, place, place.parent / "cache")


def question(ident: str, lang: str, answers: Any) -> str:
    return json.dumps({"id": ident, "question": f"{lang} {ident}?", "lang": lang, "answers": answers, "split": "dev"})


def hand(folder: Path) -> Path:
    write_lines(
        folder / QUESTIONS,
        [
            question("a", "te", ["Lake Tana", "yes"]),
            question("b", "te", ["no"]),
            question("c", "ja", ["St. Moritz", "Louis"]),
        ],
    )
    write_lines(
        folder / CORPUS, ["id\ttext\ttitle", '1\t"The ""Blue Nile"" leaves Lake Tana."\tNile', "2\tin St. Louis\tYes"]
    )
    write_punkt(folder / "nltk_data")
    return folder


def test_questions_answers_and_passages(tmp_path: Path) -> None:
    benchmark = load(hand(tmp_path / "xor"))
    assert (benchmark.name, benchmark.metrics) == ("xor_retrieve", ("R@2kt", "R@5kt"))
    assert benchmark.directions == (Direction("ja", "en"), Direction("te", "en"))
    assert benchmark.queries["te"].ids == ("a", "b")
    assert benchmark.queries["te"].texts == ("te a?", "te b?")
    assert list(benchmark.languages) == ["ja", "te", "en"]
    corpus = benchmark.corpora["en"]
    assert corpus.ids(np.arange(2)) == ["1", "2"]
    assert corpus.texts(np.arange(2)) == ['Nile The "Blue Nile" leaves Lake Tana.', "Yes in St. Louis"]


def test_answers_are_looked_for_in_the_texts_alone(tmp_path: Path) -> None:
    benchmark = load(hand(tmp_path / "xor"))
    assert isinstance(benchmark.judge, ValueJudge)
    # a question whose only answer is no is left out
    assert benchmark.judge.judged(Direction("te", "en"), ["a", "b"]).tolist() == [True, False]
    found = benchmark.judge.values(Direction("te", "en"), ["a"], np.array([[1, 0]]), benchmark.corpora["en"])
    assert found["R@2kt"].tolist() == found["R@5kt"].tolist() == [1]
    # "yes" of the title and of the answers counts nowhere; "Lake Tana" is not in the second passage
    only = benchmark.judge.values(Direction("te", "en"), ["a"], np.array([[1, -1]]), benchmark.corpora["en"])
    assert only["R@2kt"].tolist() == [0]
    assert benchmark.judge.values(
        Direction("ja", "en"), ["c"], np.array([[1, -1]]), benchmark.corpora["en"]
    )["R@2kt"].tolist() == [1]  # fmt: skip


def test_the_corpus_may_be_packed_and_called_as_dpr_calls_it(tmp_path: Path) -> None:
    plain = load(hand(tmp_path / "xor"))
    content = (tmp_path / "xor" / CORPUS).read_bytes()
    (tmp_path / "xor" / CORPUS).unlink()
    (tmp_path / "xor" / "psgs_w100.tsv.gz").write_bytes(gzip.compress(content))
    assert load(tmp_path / "xor").fingerprint() == plain.fingerprint()


def test_the_tiny_release_has_seven_directions(tmp_path: Path) -> None:
    write_xor_retrieve(tmp_path / "xor")
    benchmark = load(tmp_path / "xor")
    assert [direction.query for direction in benchmark.directions] == list(XOR_LANGUAGES)
    assert load(tmp_path / "xor", languages=["ko"]).directions == (Direction("ko", "en"),)
    assert isinstance(benchmark.judge, ValueJudge)
    # passage 2n answers question n
    retrieved = np.array([[2 * number, -1] for number in range(6)])
    ids = benchmark.queries["fi"].ids
    values = benchmark.judge.values(Direction("fi", "en"), ids, retrieved, benchmark.corpora["en"])
    assert values["R@5kt"].tolist() == [1] * 6
    # two things share an age, so one passage answers two questions
    first = benchmark.judge.values(Direction("fi", "en"), ids, retrieved[[0] * 6], benchmark.corpora["en"])
    assert first["R@5kt"].tolist() == [1, 0, 0, 1, 0, 0]


def test_another_punkt_model_is_another_benchmark(tmp_path: Path) -> None:
    first = load(hand(tmp_path / "xor")).fingerprint()
    (tmp_path / "xor/nltk_data/tokenizers/punkt_tab/english/abbrev_types.txt").write_text("dr\n")
    assert load(tmp_path / "xor").fingerprint() != first


@pytest.mark.parametrize(
    ("file", "content", "words"),
    [
        (
            QUESTIONS,
            question("a", "te", ["x"]) + "\n" + question("a", "ja", ["y"]),
            r"line 2: the id 'a' comes a second",
        ),
        (QUESTIONS, question("a", "te", "x"), r"v1_1\.jsonl, line 1: 'answers' is x, where a list of texts"),
        (QUESTIONS, question("a", "te", [""]), r"line 1: 'answers' is \[''\], where a list"),
        (QUESTIONS, '{"id": "a", "question": "?", "lang": "te"}', r"line 1: has no field 'answers'"),
        (QUESTIONS, "", r"XOR-Retrieve in .* has no queries"),
        (
            CORPUS,
            "id\ttext\ttitle\n1\tx\n",
            r"w100\.tsv, line 2: has 2 columns, where 3 are expected \(id, text, title\)",
        ),
        (CORPUS, "1\tx\tX\n1\ty\tY\n", r"the corpus xor_retrieve-en has the passage id '1' twice"),
    ],
)
def test_damaged_files_are_named(tmp_path: Path, file: str, content: str, words: str) -> None:
    folder = hand(tmp_path / "xor")
    (folder / file).write_text(content)
    with pytest.raises(UserError, match=words):
        load(folder)


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    folder = hand(tmp_path / "xor")
    with pytest.raises(UserError, match=r"no answers for benchmark\.NAME\.split=test: set dev or train"):
        load(folder, split="test")
    with pytest.raises(UserError, match=r"no xor_train_retrieve_eng_span\.jsonl in .*AkariAsai/XORQA"):
        load(folder, split="train")
    (folder / "psgs_w100.tsv").write_text("1\tx\tX\n")
    with pytest.raises(UserError, match=r"must hold one of .*, and has 2 of them"):
        load(folder)
    for path in folder.glob("*.tsv"):
        path.unlink()
    with pytest.raises(UserError, match=r"must hold one of enwiki_20190201_w100\.tsv, .*, and has none"):
        load(folder)
