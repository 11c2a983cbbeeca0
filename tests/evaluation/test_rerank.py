"""Re-ranking: ranks by hand, against ir-measures, and against the full ranking where everything is a candidate."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

import ir_measures
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from hybridir.benchmarks.base import RERANKING, Benchmark, Texts
from hybridir.errors import RunFailed
from hybridir.evaluation.bias import SHARE
from hybridir.evaluation.candidates import Brought, Columns, FirstStage
from hybridir.evaluation.evaluate import evaluate
from hybridir.evaluation.rerank import by_cosine, new_ranks, rerank

INF = np.inf
Make = Callable[..., Benchmark]


class Scores:
    """A score for each pair of texts, of few levels so that many tie; counts what it is asked for."""

    def __init__(self) -> None:
        self.asked: Counter[tuple[str, str]] = Counter()

    def of(self, query: str, passage: str) -> float:
        return sha256(f"{query} {passage}".encode()).digest()[0] // 32

    def __call__(self, queries: Sequence[str], passages: Sequence[str]) -> np.ndarray:
        pairs = list(zip(queries, passages, strict=True))
        self.asked.update(pairs)
        return np.array([self.of(*pair) for pair in pairs], dtype=np.float32)


def first_stage(encode: Any, benchmark: Benchmark, depth: int) -> FirstStage:
    return FirstStage(encode, benchmark, depth, lambda what: None)


def rows(scores: pa.Table) -> dict[tuple[str, str, str, str], float]:
    return {
        (row["query_lang"], row["passage_lang"], row["metric"], row["query_id"]): row["value"]
        for row in scores.to_pylist()
    }


def test_new_ranks_by_hand() -> None:
    columns = np.array([[4, 7, 2, 9], [1, 2, 3, -1]])
    scores = np.array([[0.5, 0.9, 0.5, 0.5], [0.1, 0.1, 0.2, -INF]])
    # first row: 7 leads; 2, 4 and 9 tie, in the order of their columns. 3 is no candidate, -1 no target
    targets = np.array([[9, 4, 3, -1], [2, -1, -1, -1]])
    assert new_ranks(columns, scores, targets).tolist() == [[3, 4, INF, INF], [3, INF, INF, INF]]
    assert new_ranks(np.empty((2, 0), dtype=int), np.empty((2, 0)), targets).tolist() == [[INF] * 4] * 2


def naive(benchmark: Benchmark, encode: Any, score: Scores, depth: int, query_lang: str, langs: Sequence[str]) -> Any:
    """Run and qrels of a direction (or the pool), worked out query by query with plain sorting."""
    passages = {
        i: t
        for lang in langs
        for i, t in zip(benchmark.passages[lang].ids, benchmark.passages[lang].texts, strict=True)
    }
    vectors = dict(zip(passages, encode(list(passages.values()), "passage"), strict=True))
    run: dict[str, dict[str, float]] = {}
    qrels: dict[str, dict[str, int]] = {}
    for query, text in zip(benchmark.queries[query_lang].ids, benchmark.queries[query_lang].texts, strict=True):
        asked = encode([text], "query")[0]
        by_id = sorted(passages, reverse=True)  # sorting is stable: ties stay in descending order of ids
        best = sorted(by_id, key=lambda i: -float(asked @ vectors[i]))[:depth]
        best = sorted(sorted(best, reverse=True), key=lambda i: -score.of(text, passages[i]))
        run[query] = {passage: float(-place) for place, passage in enumerate(best)}
        qrels[query] = {p: 1 for lang in langs for p in benchmark.relevant.get((query, lang), ())}
    return run, qrels


@pytest.mark.parametrize("depth", [1, 5, 100])
def test_the_figures_are_those_of_ir_measures(parallel_benchmark: Make, hashed: Any, depth: int) -> None:
    benchmark = parallel_benchmark(["en", "de"], questions=12, passages=20, copies=4)
    encode, score = hashed(levels=1), Scores()
    table = rerank(score, benchmark, Columns(benchmark), first_stage(encode, benchmark, depth), "toy+rerank", "r")
    found = rows(table)
    assert len(found) == table.num_rows == 2 * 3 * 12 * 3
    names = {"MRR@10": "RR@10", "nDCG@10": "nDCG@10", "R@1": "R@1"}
    assert tuple(names) == RERANKING
    for query_lang in ("en", "de"):
        for where, langs in {"en": ["en"], "de": ["de"], "*": ["de", "en"]}.items():
            run, qrels = naive(benchmark, encode, score, depth, query_lang, langs)
            for name, peer in names.items():
                for theirs in ir_measures.iter_calc([ir_measures.parse_measure(peer)], qrels, run):
                    assert found[query_lang, where, name, theirs.query_id] == pytest.approx(theirs.value, abs=1e-9)


def test_with_all_as_candidates_a_cosine_gives_the_full_ranking(parallel_benchmark: Make, hashed: Any) -> None:
    benchmark = parallel_benchmark(["en", "de", "ru"], questions=15, passages=25, copies=5)
    encode = hashed(levels=1)  # small whole numbers: both ways of multiplying are exact, and many tie
    scores = evaluate(encode, replace(benchmark, metrics=RERANKING), "r")
    whole = rows(scores.filter(pc.not_equal(scores["metric"], SHARE)))
    candidates = first_stage(encode, benchmark, 1000)
    assert rows(rerank(by_cosine(encode), benchmark, Columns(benchmark), candidates, "toy", "r")) == whole


def test_each_pair_of_texts_is_scored_once(parallel_benchmark: Make, hashed: Any) -> None:
    benchmark = parallel_benchmark(["en", "de"], questions=20, passages=10, copies=10)
    benchmark = replace(
        benchmark, relevant={(f"q{i}", lang): (f"{lang}_{i % 10}",) for i in range(20) for lang in ("en", "de")}
    )
    score = Scores()
    rerank(score, benchmark, Columns(benchmark), first_stage(hashed(), benchmark, 100), "toy", "r")
    # twenty distinct passages, met in a direction, in the pool, and as copies
    assert len(score.asked) == 2 * 20 * 20
    assert set(score.asked.values()) == {1}


def test_unfound_answers_count_and_unjudged_queries_do_not(parallel_benchmark: Make, oracle: Any) -> None:
    benchmark = parallel_benchmark(["en", "de"], questions=3, passages=4)
    relevant = {("q0", "en"): ("en_0", "en_3"), ("q1", "en"): ("en_3",), ("q0", "de"): ("de_0",)}
    benchmark = replace(benchmark, relevant=relevant)
    score = Scores()
    found = rows(rerank(score, benchmark, Columns(benchmark), first_stage(oracle, benchmark, 1), "toy", "r"))
    # the first stage finds passage i of query i alone
    assert found["en", "en", "MRR@10", "q0"] == 1
    assert found["en", "en", "R@1", "q0"] == 1 / 2
    assert found["en", "en", "MRR@10", "q1"] == 0
    assert {key[3] for key in found} == {"q0", "q1"}
    assert {key[3] for key in found if key[1] == "de"} == {"q0"}
    assert {query for query, _ in score.asked} == {"en q0", "en q1", "de q0", "de q1"}
    # q1 has no answer in German, and of its equal best in the pool the English one stands first
    assert {passage for query, passage in score.asked if query == "en q1"} == {"en p1"}


def test_brought_candidates_and_their_directions(parallel_benchmark: Make) -> None:
    benchmark = parallel_benchmark(["en", "de"], questions=3, passages=4)
    lists = {"q0": ("de_3", "de_0"), "q1": ("de_2",)}  # q1 lacks its answer, q2 has no list
    benchmark = replace(benchmark, candidates={("en", "de"): lists})
    columns = Columns(benchmark)

    def score(queries: Sequence[str], passages: Sequence[str]) -> np.ndarray:
        return np.array([{"de p3": 2.0, "de p0": 1.0, "de p2": 3.0}[passage] for passage in passages])

    found = rows(rerank(score, benchmark, columns, Brought(benchmark, columns), "toy", "r"))
    assert {key[:2] for key in found} == {("en", "de")}
    assert [found["en", "de", "MRR@10", f"q{i}"] for i in range(3)] == [1 / 2, 0, 0]
    assert [found["en", "de", "nDCG@10", f"q{i}"] for i in range(3)] == [pytest.approx(1 / np.log2(3)), 0, 0]


def test_one_language_has_no_pool(parallel_benchmark: Make, hashed: Any) -> None:
    benchmark = parallel_benchmark(["en"], questions=3, passages=4)
    table = rerank(Scores(), benchmark, Columns(benchmark), first_stage(hashed(), benchmark, 2), "toy+rerank2", "r")
    assert set(table["setting"].to_pylist()) == {"monolingual"}
    assert set(table["benchmark"].to_pylist()) == {"toy+rerank2"}


def test_progress_counts_queries(parallel_benchmark: Make, hashed: Any) -> None:
    benchmark, told = parallel_benchmark(["en", "de"], questions=20, passages=20), list[Any]()
    stage = FirstStage(hashed(), benchmark, 3, told.append)
    rerank(Scores(), benchmark, Columns(benchmark), stage, "toy", "r", lambda *said: told.append(said))
    assert told[:4] == ["passages de", "passages en", "queries de", "queries en"]
    assert told[4:] == [
        ("re-ranking de", 16, 40), ("re-ranking de", 20, 40), ("re-ranking en", 36, 40), ("re-ranking en", 40, 40),
    ]  # fmt: skip


def test_scores_that_are_not_finite_end_the_evaluation(parallel_benchmark: Make, hashed: Any) -> None:
    benchmark = parallel_benchmark(["en"], questions=3, passages=4)

    def broken(queries: Sequence[str], passages: Sequence[str]) -> np.ndarray:
        return np.full(len(queries), np.nan)

    with pytest.raises(RunFailed, match="12 of 12 scores are not finite"):
        rerank(broken, benchmark, Columns(benchmark), first_stage(hashed(), benchmark, 9), "toy", "r")


def test_the_fingerprint_of_a_benchmark_knows_its_candidates(parallel_benchmark: Make) -> None:
    plain = parallel_benchmark(["en", "de"], questions=2, passages=3)
    lists = {"q0": ("de_0",), "q1": ("de_1", "de_2")}
    one = replace(plain, candidates={("en", "de"): lists})
    prints = [
        plain,
        one,
        replace(plain, candidates={("en", "de"): {**lists, "q1": ("de_1",)}}),
        replace(plain, candidates={("en", "de"): lists, ("de", "de"): lists}),
    ]
    assert len({benchmark.fingerprint() for benchmark in prints}) == 4
    assert one.fingerprint() == replace(plain, candidates={("en", "de"): dict(lists)}).fingerprint()
    assert one.only(["en"]).candidates == {}
    assert isinstance(one.queries["en"], Texts)
