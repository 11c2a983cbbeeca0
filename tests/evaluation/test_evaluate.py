"""Evaluation end to end, on encoders whose outcome is known."""

import dataclasses
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from hybridir.benchmarks.base import Benchmark, Texts
from hybridir.errors import RunFailed, UserError
from hybridir.evaluation import ranking
from hybridir.evaluation.evaluate import evaluate
from hybridir.evaluation.results import Result, summarise

ELEVEN = ("ar", "de", "el", "en", "es", "hi", "ru", "th", "tr", "vi", "zh")

MakeBenchmark = Callable[..., Benchmark]
Encode = Callable[[Sequence[str], str], np.ndarray]


def value_of(results: list[Result], setting: str, metric: str, languages: tuple[str, str] = ("*", "*")) -> float:
    (found,) = [
        r.value for r in results if (r.setting, r.metric, r.query_lang, r.passage_lang) == (setting, metric, *languages)
    ]
    return found


def test_a_perfect_encoder_has_perfect_scores(parallel_benchmark: MakeBenchmark, oracle: Encode) -> None:
    results = summarise(evaluate(oracle, parallel_benchmark(ELEVEN, 20, 60), "perfect"))
    for setting in ("monolingual", "crosslingual"):
        for metric in ("mAP", "mAP@20", "R@1", "R@10", "nDCG@10", "MRR"):
            assert value_of(results, setting, metric) == 1, (setting, metric)
    assert value_of(results, "multilingual", "mAP") == 1
    assert value_of(results, "multilingual", "R@10") == pytest.approx(10 / 11)
    assert value_of(results, "multilingual", "rank_distance") == 10
    # 7 metrics in 121 directions and 11 pools, the rank distance, and the share of each language in each pool
    assert evaluate(oracle, parallel_benchmark(ELEVEN, 20, 60), "perfect").num_rows == 20 * (7 * 132 + 11 + 121)


def test_a_language_that_is_preferred_shows_in_the_rank_distance(parallel_benchmark: MakeBenchmark) -> None:
    def encode(texts: Sequence[str], kind: str) -> np.ndarray:
        # every English passage is nearer to any query than any German one; else by its number
        return np.array(
            [[1.0] if kind == "query" else [100.0 * text.startswith("en") - int(text[4:])] for text in texts]
        )

    scores = evaluate(encode, parallel_benchmark(("de", "en"), 3, 5), "biased").to_pylist()
    distances = [row["value"] for row in scores if row["metric"] == "rank_distance"]
    assert distances == [5] * 6
    pooled = [row["value"] for row in scores if row["setting"] == "multilingual" and row["metric"] == "mAP"]
    # English answer i at rank i + 1, its German translation five places further down
    assert pooled == pytest.approx([(1 / (i + 1) + 2 / (i + 6)) / 2 for i in range(3)] * 2)


def test_each_text_is_encoded_once(parallel_benchmark: MakeBenchmark, hashed: type) -> None:
    benchmark = parallel_benchmark(("de", "en"), 4, 6, copies=3)
    shared = {lang: Texts(t.ids, ("same everywhere", *t.texts[1:])) for lang, t in benchmark.passages.items()}
    asked: Counter[tuple[str, str]] = Counter()

    def encode(texts: Sequence[str], kind: str) -> np.ndarray:
        asked.update((text, kind) for text in texts)
        return hashed()(texts, kind)

    evaluate(encode, dataclasses.replace(benchmark, passages=shared), "run")
    assert set(asked.values()) == {1}
    wanted = {text for texts in shared.values() for text in texts.texts}
    assert {text for text, kind in asked if kind == "passage"} == wanted


@pytest.mark.parametrize("levels", [None, 1])
def test_the_order_of_passages_changes_nothing(
    parallel_benchmark: MakeBenchmark, hashed: type, levels: int | None
) -> None:
    benchmark = parallel_benchmark(("de", "en", "hi"), 30, 50, copies=20)
    order = np.random.default_rng(5).permutation(70)
    shuffled = {
        lang: Texts(tuple(texts.ids[i] for i in order), tuple(texts.texts[i] for i in order))
        for lang, texts in reversed(benchmark.passages.items())
    }
    scores = evaluate(hashed(levels=levels), benchmark, "run")
    assert evaluate(hashed(levels=levels), dataclasses.replace(benchmark, passages=shuffled), "run").equals(scores)


def test_only_judged_queries_and_directions_count(parallel_benchmark: MakeBenchmark, oracle: Encode) -> None:
    benchmark = parallel_benchmark(("de", "en"), 3, 5)
    relevant = {("q0", "de"): ("de_0",), ("q1", "de"): ("de_1",), ("q1", "en"): ("en_1",)}
    relevant |= {("q2", "hi"): ("hi_2",)}
    results = summarise(evaluate(oracle, dataclasses.replace(benchmark, relevant=relevant), "run"))
    queries = {(r.query_lang, r.passage_lang): r.queries for r in results if r.metric == "mAP" and r.query_lang != "*"}
    assert queries == {("de", "de"): 2, ("de", "en"): 1, ("de", "*"): 2} | {
        ("en", "de"): 2, ("en", "en"): 1, ("en", "*"): 2
    }  # fmt: skip
    (distance,) = [r for r in results if r.metric == "rank_distance" and r.query_lang == "de"]
    assert (distance.value, distance.queries) == (1, 1)


def test_one_language_has_only_the_monolingual_setting(parallel_benchmark: MakeBenchmark, hashed: type) -> None:
    scores = evaluate(hashed(), parallel_benchmark(("de",), 3, 5), "run")
    assert scores["setting"].unique().to_pylist() == ["monolingual"]


def test_progress_counts_every_step(parallel_benchmark: MakeBenchmark, hashed: type) -> None:
    steps: list[tuple[str, int, int]] = []
    evaluate(hashed(), parallel_benchmark(("de", "en"), 3, 5), "run", progress=lambda *step: steps.append(step))
    assert steps == [
        ("passages de", 1, 6),
        ("passages en", 2, 6),
        ("queries de", 3, 6),
        ("queries en", 4, 6),
        ("ranking de", 5, 6),
        ("ranking en", 6, 6),
    ]


def test_embeddings_that_are_not_finite_stop_the_evaluation(parallel_benchmark: MakeBenchmark, hashed: type) -> None:
    def broken(texts: Sequence[str], kind: str) -> np.ndarray:
        vectors = hashed()(texts, kind)
        vectors[0, 0] = np.nan if kind == "query" else 0
        return vectors

    with pytest.raises(RunFailed, match="1 of 3 embeddings are not finite"):
        evaluate(broken, parallel_benchmark(("de", "en"), 3, 5), "run")


def test_an_unknown_metric_is_refused_before_anything_is_encoded(parallel_benchmark: MakeBenchmark) -> None:
    def never(texts: Sequence[str], kind: str) -> np.ndarray:
        raise AssertionError("nothing should be encoded")

    with pytest.raises(UserError, match="unknown metric 'P@5'"):
        evaluate(never, dataclasses.replace(parallel_benchmark(("de",), 3, 5), metrics=("P@5",)), "run")


def test_two_evaluations_are_equal(parallel_benchmark: MakeBenchmark, hashed: type, tmp_path: Path) -> None:
    benchmark = parallel_benchmark(("de", "en"), 20, 40)
    assert evaluate(hashed(), benchmark, "run").equals(evaluate(hashed(), benchmark, "run", save_run=tmp_path))


def test_shares_of_the_pool_say_which_languages_come_first(parallel_benchmark: MakeBenchmark) -> None:
    def encode(texts: Sequence[str], kind: str) -> np.ndarray:
        # German questions find the one German passage that is far ahead, then English ones alone
        near = {"de p0": 99.0} | {f"en p{i}": 50.0 - i for i in range(20)}
        return np.array([[1.0] if kind == "query" else [near.get(text, 0.0)] for text in texts])

    scores = evaluate(encode, parallel_benchmark(("de", "en"), 3, 20), "run")
    shares = [row for row in scores.to_pylist() if row["metric"] == "share@10"]
    assert {(row["setting"], row["query_lang"], row["passage_lang"], row["value"]) for row in shares} == {
        ("multilingual", query, passage, share)
        for query in ("de", "en")
        for passage, share in (("de", 0.1), ("en", 0.9))
    }
    assert len(shares) == 2 * 2 * 3
    means = summarise(scores)
    assert value_of(means, "multilingual", "share@10", ("en", "de")) == pytest.approx(0.1)
    # over all languages they are one, which says nothing
    assert not [r for r in means if r.metric == "share@10" and "*" in (r.query_lang, r.passage_lang)]


def test_shares_are_those_of_any_block_size(
    parallel_benchmark: MakeBenchmark, hashed: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    benchmark = parallel_benchmark(("de", "en", "hi"), 20, 20)
    whole = evaluate(hashed(levels=1), benchmark, "run")
    monkeypatch.setattr(ranking, "BLOCK_BYTES", 4 * 60 * 7)  # seven questions at a time
    assert evaluate(hashed(levels=1), benchmark, "run").equals(whole)
