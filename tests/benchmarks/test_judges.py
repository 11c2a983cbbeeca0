"""What judges say of a retrieved list: hand-worked, and against ir-measures on drawn lists."""

from pathlib import Path

import ir_measures
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hybridir.benchmarks.corpus import ArrowCorpus, Passage, open_corpus
from hybridir.benchmarks.judges import Answers, Qrels
from hybridir.benchmarks.search import RankJudge, ValueJudge
from hybridir.data.rows import Direction
from hybridir.errors import UserError
from hybridir.evaluation.metrics import metric

SW = Direction("sw", "sw")
INF = np.inf


def corpus_of(bodies: list[str], folder: Path) -> ArrowCorpus:
    """Passages p0, p1, ... with a title that no judge may look at."""
    passages = [Passage(f"p{number}", "title word", body) for number, body in enumerate(bodies)]
    return open_corpus("made", str(hash(tuple(bodies))), lambda: iter(passages), folder)


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> ArrowCorpus:
    return corpus_of(["text"] * 200, tmp_path_factory.mktemp("letters"))


def test_ranks_count_from_one_and_keep_those_not_found(letters: ArrowCorpus) -> None:
    judge = Qrels({SW: {"a": ("p4", "p1", "p9"), "b": ("p0",), "c": ("elsewhere", "p3"), "d": ()}})
    retrieved = np.array([[1, 2, 3, 4], [5, 6, 7, 8], [2, 3, -1, -1]])
    ranks, relevant = judge.ranks(SW, ["a", "b", "c"], retrieved, letters)
    # a passage that the corpus lacks is never found, not even where there is no passage
    assert ranks.tolist() == [[1, 4, INF], [INF, INF, INF], [2, INF, INF]]
    assert relevant.tolist() == [3, 1, 2]
    # the best that is possible counts p9 and elsewhere, which were not retrieved
    best = 1 + 1 / np.log2(3) + 1 / np.log2(4)
    assert metric("nDCG@10")(ranks, relevant)[0] == pytest.approx((1 + 1 / np.log2(5)) / best)
    assert metric("R@100")(ranks, relevant).tolist() == [2 / 3, 0, 1 / 2]
    assert metric("MRR@10")(ranks, relevant).tolist() == [1, 0, 1 / 2]


def test_a_query_counts_if_a_passage_is_relevant_in_its_direction(letters: ArrowCorpus) -> None:
    judge = Qrels({SW: {"a": ("p4",), "d": ()}})
    assert judge.judged(SW, ["a", "d", "e"]).tolist() == [True, False, False]
    assert judge.judged(Direction("sw", "en"), ["a"]).tolist() == [False]
    assert len(judge.ranks(SW, [], np.empty((0, 5), dtype=np.int64), letters).ranks) == 0


@settings(max_examples=60, deadline=None)
@given(data=st.data(), depth=st.integers(100, 130), queries=st.integers(1, 4))
def test_metrics_of_searched_lists_equal_those_of_ir_measures(
    letters: ArrowCorpus, data: st.DataObject, depth: int, queries: int
) -> None:
    names = [f"q{number}" for number in range(queries)]
    grades = st.dictionaries(st.integers(0, 230), st.integers(0, 2), min_size=1, max_size=15)
    graded = {name: data.draw(grades.filter(lambda drawn: any(drawn.values()))) for name in names}
    retrieved = np.array([data.draw(st.permutations(range(200)))[:depth] for _ in names])
    retrieved[0, data.draw(st.integers(0, depth)) :] = -1
    judge = Qrels({SW: {name: [f"p{p}" for p, grade in of.items() if grade > 0] for name, of in graded.items()}})
    ranks, relevant = judge.ranks(SW, names, retrieved, letters)
    qrels = {name: {f"p{p}": grade for p, grade in of.items()} for name, of in graded.items()}
    run = {
        name: {f"p{row}": float(-place) for place, row in enumerate(rows) if row >= 0} or {"none": 0.0}
        for name, rows in zip(names, retrieved.tolist(), strict=True)
    }
    # gains are binary here; ir-measures takes the grade itself unless it is told otherwise
    peers = {"R@100": "R@100", "MRR@10": "RR@10", "mAP": "AP"}
    binary = {name: {p: min(grade, 1) for p, grade in of.items()} for name, of in qrels.items()}
    for measured, own in (({**peers}, qrels), ({"nDCG@10": "nDCG@10"}, binary)):
        theirs = {(m.query_id, str(m.measure)): m.value for m in ir_measures.iter_calc(
            [ir_measures.parse_measure(name) for name in measured.values()], own, run
        )}  # fmt: skip
        for name, peer in measured.items():
            ours = metric(name)(ranks, relevant)
            assert ours.tolist() == pytest.approx([theirs[query, peer] for query in names], abs=1e-9), name


def answers(**of: list[str]) -> Answers:
    return Answers(of, str.split, "by spaces", {"R@2kt": 2000, "R@5kt": 5000})


def test_an_answer_counts_up_to_the_last_token_of_the_budget(tmp_path: Path) -> None:
    # 1,998 words, then the two of the answer: tokens 1,999 and 2,000; one word more before it and it is cut in two
    corpus = corpus_of(["w " * 1998 + "Lake Tana", "w", "w " * 4000], tmp_path)
    judge = answers(a=["Lake Tana"])
    inside = judge.values(SW, ["a"], np.array([[0, 1, 2]]), corpus)
    outside = judge.values(SW, ["a"], np.array([[1, 0, 2]]), corpus)
    assert {name: value.tolist() for name, value in inside.items()} == {"R@2kt": [1.0], "R@5kt": [1.0]}
    assert {name: value.tolist() for name, value in outside.items()} == {"R@2kt": [0.0], "R@5kt": [1.0]}


def test_an_answer_is_found_letter_by_letter_also_across_passages_and_within_words(tmp_path: Path) -> None:
    corpus = corpus_of(["in Lake", "Tana lies", "w " * 5000, "lake tana"], tmp_path)
    judge = answers(a=["Lake Tana"], b=["lake"], c=["ana li"], d=["title", "Tana"])
    retrieved = np.array([[0, 1, 2]] * 4)
    assert judge.values(SW, ["a", "b", "c", "d"], retrieved, corpus)["R@2kt"].tolist() == [1, 0, 1, 1]


def test_no_more_passages_than_the_budget_needs_are_cut(tmp_path: Path) -> None:
    cut: list[str] = []

    def count(text: str) -> list[str]:
        cut.append(text)
        return text.split()

    corpus = corpus_of(["w " * 2500, "v " * 2500, "u " * 2500], tmp_path)
    judge = Answers({"a": ["x"]}, count, "by spaces", {"R@2kt": 2000, "R@5kt": 5000})
    judge.values(SW, ["a"], np.array([[0, 1, 2]]), corpus)
    assert len(cut) == 2


def test_too_few_tokens_are_refused_unless_the_corpus_has_no_more(tmp_path: Path) -> None:
    corpus = corpus_of(["one two", "three", "four"], tmp_path)
    judge = answers(a=["four"])
    with pytest.raises(UserError, match=r"2 passages retrieved for query a have 3 tokens, and 5,000 .*depth higher"):
        judge.values(SW, ["a"], np.array([[0, 1]]), corpus)
    assert judge.values(SW, ["a"], np.array([[0, 1, 2]]), corpus)["R@2kt"].tolist() == [1]
    # an index that finds no more leaves places empty
    assert judge.values(SW, ["a"], np.array([[0, -1]]), corpus)["R@2kt"].tolist() == [0]


def test_questions_without_answers_are_left_out() -> None:
    assert answers(a=["x"], b=[]).judged(SW, ["a", "b", "c"]).tolist() == [True, False, False]


def test_each_judge_is_of_one_kind() -> None:
    ranks, values = Qrels({}), answers()
    assert isinstance(ranks, RankJudge) and not isinstance(ranks, ValueJudge)
    assert isinstance(values, ValueJudge) and not isinstance(values, RankJudge)


def test_fingerprints_tell_every_judgement_apart_and_not_their_order() -> None:
    base = Qrels({SW: {"a": ("p1", "p2"), "b": ("p3",)}})
    assert base.fingerprint() == Qrels({SW: {"b": ("p3",), "a": ("p2", "p1")}}).fingerprint()
    others = [
        Qrels({SW: {"a": ("p1", "p2")}}),
        Qrels({SW: {"a": ("p1",), "b": ("p2", "p3")}}),
        Qrels({Direction("sw", "en"): {"a": ("p1", "p2"), "b": ("p3",)}}),
        answers(a=["p1", "p2"], b=["p3"]),
        answers(a=["p1"], b=["p2", "p3"]),
        Answers({"a": ["p1"], "b": ["p2", "p3"]}, str.split, "otherwise", {"R@2kt": 2000, "R@5kt": 5000}),
        Answers({"a": ["p1"], "b": ["p2", "p3"]}, str.split, "by spaces", {"R@2kt": 2000}),
    ]
    assert len({judge.fingerprint() for judge in [base, *others]}) == 8
