"""Evaluation on searched benchmarks end to end, on encoders whose outcome is known."""

import dataclasses
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import ir_measures
import numpy as np
import pytest
from filelock import FileLock

from hybridir.benchmarks.base import Benchmark, Texts
from hybridir.benchmarks.corpus import ArrowCorpus, Passage, open_corpus
from hybridir.benchmarks.judges import Qrels
from hybridir.benchmarks.search import Corpus, SearchBenchmark
from hybridir.data.rows import Direction
from hybridir.errors import RunFailed, UserError
from hybridir.evaluation import evaluate_search as module
from hybridir.evaluation import shards
from hybridir.evaluation.evaluate import evaluate
from hybridir.evaluation.evaluate_search import Plan, evaluate_search
from hybridir.evaluation.results import summarise
from hybridir.languages.catalog import describe

DE, EN, DE_EN = Direction("de", "de"), Direction("en", "en"), Direction("de", "en")


class Points:
    """Embeds the text `de 0.6 0.8` as [0.6, 0.8]; counts what it was given, and is killed after `until` texts."""

    def __init__(self, until: int = 10**9) -> None:
        self.given, self.until = Counter[str](), until

    def __call__(self, texts: Sequence[str], kind: str) -> np.ndarray:
        if self.given.total() + len(texts) > self.until:
            raise KeyboardInterrupt
        self.given.update(texts)
        return np.array([[float(number) for number in text.split()[1:]] for text in texts], np.float32)


def corpus_of(lang: str, points: Mapping[str, str], cache: Path) -> ArrowCorpus:
    passages = [Passage(ident, "", f"{lang} {point}") for ident, point in points.items()]
    return open_corpus(lang, str(sorted(points.items())), lambda: iter(passages), cache)


@pytest.fixture
def benchmark(tmp_path: Path) -> SearchBenchmark:
    """Two queries of each of two languages, of which `de` also searches in English."""
    german = corpus_of("de", {"d1": "1 0", "d2": "0.8 0.6", "d3": "0.6 0.8", "d4": "0 1"}, tmp_path)
    english = corpus_of("en", {"e1": "1 0", "e2": "0 1", "e3": "0 1"}, tmp_path)
    return SearchBenchmark(
        name="made",
        queries={
            "de": Texts(("q1", "q2", "q3"), ("de 1 0", "de 0 1", "de 1 0.5")),
            "en": Texts(("q4",), ("en 0 1",)),
        },
        corpora={"de": german, "en": english},
        directions=(DE, EN, DE_EN),
        judge=Qrels(
            {
                DE: {"q1": ("d1", "d3"), "q2": ("d1",)},
                EN: {"q4": ("e2", "e9")},
                DE_EN: {"q3": ("e1",)},
            }
        ),
        metrics=("nDCG@2", "R@2", "MRR"),
        depth=3,
        languages={lang: describe(lang) for lang in ("de", "en")},
    )


def plan_of(benchmark: SearchBenchmark, folder: Path, encode: Points | None = None, **more: object) -> Plan:
    plan = Plan(encode or Points(), "m", benchmark, "run", folder)
    return dataclasses.replace(plan, **more)


def test_scores_worked_by_hand(benchmark: SearchBenchmark, tmp_path: Path) -> None:
    searched = evaluate_search(plan_of(benchmark, tmp_path / "out"))
    values = {
        (row["setting"], row["query_lang"], row["passage_lang"], row["query_id"], row["metric"]): row["value"]
        for row in searched.scores.to_pylist()
    }
    gain = 1 + 1 / np.log2(3)
    assert values == pytest.approx(
        {
            # d1 d2 d3: relevant ones at 1 and 3
            ("monolingual", "de", "de", "q1", "nDCG@2"): 1 / gain,
            ("monolingual", "de", "de", "q1", "R@2"): 0.5,
            ("monolingual", "de", "de", "q1", "MRR"): 1,
            # d4 d3 d2: the relevant one is fourth, beyond the depth
            ("monolingual", "de", "de", "q2", "nDCG@2"): 0,
            ("monolingual", "de", "de", "q2", "R@2"): 0,
            ("monolingual", "de", "de", "q2", "MRR"): 0,
            # e3 e2 e1, the tie by id descending: one relevant at 2, one not in the corpus
            ("monolingual", "en", "en", "q4", "nDCG@2"): 1 / np.log2(3) / gain,
            ("monolingual", "en", "en", "q4", "R@2"): 0.5,
            ("monolingual", "en", "en", "q4", "MRR"): 0.5,
            # e1 e3 e2
            ("crosslingual", "de", "en", "q3", "nDCG@2"): 1,
            ("crosslingual", "de", "en", "q3", "R@2"): 1,
            ("crosslingual", "de", "en", "q3", "MRR"): 1,
        }
    )
    assert searched.record == {
        "index": "exact",
        "depth": 3,
        "corpora": {"de": {"passages": 4, "queries": 2}, "en": {"passages": 3, "queries": 2}},
    }
    (macro,) = [r for r in summarise(searched.scores) if r[1:5] == ("monolingual", "*", "*", "R@2")]
    assert (macro.value, macro.queries) == ((0.25 + 0.5) / 2, 3)


def test_directions_into_a_corpus_share_its_embeddings(benchmark: SearchBenchmark, tmp_path: Path) -> None:
    encode = Points()
    evaluate_search(plan_of(benchmark, tmp_path / "out", encode))
    assert encode.given["en 1 0"] == 1  # a passage of two directions
    assert encode.given.total() == 4 + 4 + 3


def test_nothing_is_left_but_what_was_asked_for(benchmark: SearchBenchmark, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    evaluate_search(plan_of(benchmark, folder))
    assert [path.name for path in folder.iterdir()] == [".lock"]
    evaluate_search(plan_of(benchmark, folder, keep=True))
    encode = Points()
    again = evaluate_search(plan_of(dataclasses.replace(benchmark, depth=2), folder, encode))
    assert encode.given.total() == 4  # queries alone
    assert again.record["depth"] == 2
    assert [path.name for path in folder.iterdir()] == [".lock"]


@pytest.mark.parametrize("until", range(4, 11))
def test_a_kill_at_any_moment_costs_a_shard_and_changes_nothing(
    benchmark: SearchBenchmark, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, until: int
) -> None:
    monkeypatch.setattr(shards, "_AT_ONCE", 1)
    monkeypatch.setattr(module, "encode_corpus", partial(shards.encode_corpus, size=2))
    whole = evaluate_search(plan_of(benchmark, tmp_path / "whole"))
    first, second, folder = Points(until), Points(), tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        evaluate_search(plan_of(benchmark, folder, first))
    left = {lang for lang in ("de", "en") if (folder / "shards" / lang / "scores.parquet").exists()}
    assert left == ({"de"} if until >= 8 else set())
    assert bool(list((folder / "shards" / "de").glob("*.npy"))) == (until in (6, 7))  # gone once they are searched
    resumed = evaluate_search(plan_of(benchmark, folder, second))
    # German passages come in shards of 2 and 2, English ones in 2 and 1
    done = {4: 0, 5: 0, 6: 2, 7: 2, 8: 4, 9: 4, 10: 6}[until]
    assert second.given.total() == 4 + 7 - done
    assert resumed.scores.equals(whole.scores)
    assert resumed.record == whole.record


@pytest.mark.parametrize("change", ["model", "judgements", "run", "index"])
def test_scores_of_something_else_are_not_taken(benchmark: SearchBenchmark, tmp_path: Path, change: str) -> None:
    folder = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        evaluate_search(plan_of(benchmark, folder, Points(until=8)))
    assert (folder / "shards" / "de" / "scores.parquet").exists()
    judge = Qrels({DE: {"q2": ("d4",)}, EN: {"q4": ("e2",)}})
    now = {
        "model": plan_of(benchmark, folder, model="n"),
        "judgements": plan_of(dataclasses.replace(benchmark, judge=judge), folder),
        "run": plan_of(benchmark, folder, run="other"),
        "index": plan_of(benchmark, folder, index="hnsw"),
    }[change]
    fresh = evaluate_search(dataclasses.replace(now, folder=tmp_path / "fresh"))
    resumed = evaluate_search(now)
    assert resumed.scores.equals(fresh.scores)
    assert resumed.record == fresh.record


@pytest.mark.parametrize("kind", ["exact", "ivf", "hnsw"])
def test_agrees_with_ranking_in_memory_and_with_ir_measures(tmp_path: Path, hashed: type, kind: str) -> None:
    generator, names = np.random.default_rng(3), [f"p{i}" for i in range(300)]
    corpus = open_corpus(
        "made", "s", lambda: (Passage(n, "", f"text {i % 250}") for i, n in enumerate(names)), tmp_path
    )
    queries = Texts(tuple(f"q{i}" for i in range(20)), tuple(f"question {i}" for i in range(20)))
    relevant = {query: tuple(generator.choice(names, 1 + i % 4, replace=False)) for i, query in enumerate(queries.ids)}
    metrics, known = ("nDCG@10", "R@100", "mAP@20", "MRR"), {"sw": describe("sw")}
    sw = Direction("sw", "sw")
    searched = SearchBenchmark(
        "made", {"sw": queries}, {"sw": corpus}, (sw,), Qrels({sw: relevant}), metrics, 300, known
    )
    encode = hashed(8, levels=1)  # coarse: most scores tie
    plan = Plan(encode, "m", searched, "run", tmp_path / "out", index=kind, save_run=tmp_path / "trec")
    result = evaluate_search(plan)
    if kind == "exact":
        texts = Texts(tuple(names), tuple(corpus.texts(np.arange(300))))
        judged = {(query, "sw"): ids for query, ids in relevant.items()}
        ranked = evaluate(
            encode, Benchmark("made", {"sw": queries}, {"sw": texts}, judged, metrics, False, known), "run"
        )
        assert result.scores.equals(ranked)
    else:
        assert result.scores["benchmark"].unique().to_pylist() == [f"made+{kind}"]
        noted = result.record["corpora"]["sw"]
        assert noted["recall@300"] > 0.5
        assert noted["recall_queries"] == 20
    qrels = [ir_measures.Qrel(query, ident, 1) for query, ids in relevant.items() for ident in ids]
    file = tmp_path / "trec" / "runs" / "monolingual" / "sw-sw.trec"
    run = list(ir_measures.read_trec_run(str(file)))
    measures = {"nDCG@10": "nDCG@10", "R@100": "R@100", "mAP@20": "AP@20", "MRR": "RR"}
    for ours, theirs in measures.items():
        values = {row["query_id"]: row["value"] for row in result.scores.to_pylist() if row["metric"] == ours}
        expected = {m.query_id: m.value for m in ir_measures.iter_calc([ir_measures.parse_measure(theirs)], qrels, run)}
        assert values == pytest.approx(expected, abs=1e-9)


def test_a_judge_with_values_of_its_own(benchmark: SearchBenchmark, tmp_path: Path) -> None:
    class Lowest:
        """The lowest row that was retrieved, of queries whose id ends in an odd digit."""

        def judged(self, direction: Direction, query_ids: Sequence[str]) -> np.ndarray:
            return np.array([int(ident[1:]) % 2 == 1 for ident in query_ids])

        def values(
            self, direction: Direction, query_ids: Sequence[str], retrieved: np.ndarray, corpus: Corpus
        ) -> Mapping[str, np.ndarray]:
            assert retrieved.shape == (len(query_ids), 3)
            return {"R@2kt": retrieved.min(axis=1).astype(float)}

        def fingerprint(self) -> str:
            return "lowest"

    judged = dataclasses.replace(benchmark, judge=Lowest(), metrics=("R@2kt",))
    scores = evaluate_search(plan_of(judged, tmp_path / "out")).scores.to_pylist()
    assert [(row["query_id"], row["passage_lang"], row["value"]) for row in scores] == [
        ("q1", "de", 0), ("q3", "de", 0), ("q1", "en", 0), ("q3", "en", 0),
    ]  # fmt: skip


def test_a_depth_beyond_the_corpus(benchmark: SearchBenchmark, tmp_path: Path) -> None:
    deep = dataclasses.replace(benchmark, depth=1000)
    values = {
        (r["query_id"], r["metric"]): r["value"] for r in evaluate_search(plan_of(deep, tmp_path)).scores.to_pylist()
    }
    assert values["q2", "MRR"] == 0.25


def test_progress_says_what_is_done(benchmark: SearchBenchmark, tmp_path: Path) -> None:
    steps = list[tuple[str, int, int]]()
    evaluate_search(plan_of(benchmark, tmp_path / "out", progress=lambda *step: steps.append(step)))
    assert steps == [
        ("queries de", 1, 2),
        ("queries en", 2, 2),
        ("passages de", 0, 4),
        ("passages de", 4, 4),
        ("searching de", 4, 4),
        ("passages en", 0, 3),
        ("passages en", 3, 3),
        ("searching en", 3, 3),
    ]


def test_what_cannot_be_is_refused_before_anything_is_encoded(benchmark: SearchBenchmark, tmp_path: Path) -> None:
    never = Points(until=0)
    with pytest.raises(UserError, match="unknown metric 'P@2'"):
        evaluate_search(plan_of(dataclasses.replace(benchmark, metrics=("P@2",)), tmp_path, never))
    with pytest.raises(UserError, match="made has no query with a judgement"):
        evaluate_search(plan_of(dataclasses.replace(benchmark, judge=Qrels({})), tmp_path, never))
    with FileLock(tmp_path / ".lock"), pytest.raises(RunFailed, match="is being worked on by another process"):
        evaluate_search(plan_of(benchmark, tmp_path, never))


def test_ids_with_white_space_cannot_stand_in_a_run_file(benchmark: SearchBenchmark, tmp_path: Path) -> None:
    spaced = corpus_of("en", {"e 1": "1 0"}, tmp_path)
    broken = dataclasses.replace(benchmark, corpora={**benchmark.corpora, "en": spaced})
    with pytest.raises(UserError, match="the id 'e 1' cannot stand in a TREC file"):
        evaluate_search(plan_of(broken, tmp_path / "out", save_run=tmp_path / "trec"))
    assert not list((tmp_path / "trec" / "runs").glob("*/*-en.trec"))


def test_the_file_of_a_part_says_what_it_is_of(benchmark: SearchBenchmark, tmp_path: Path) -> None:
    evaluate_search(plan_of(benchmark, tmp_path / "out", keep=True))
    record = json.loads((tmp_path / "out" / "shards" / "de" / "shards.json").read_text())
    assert record == {
        "model": "m",
        "corpus": benchmark.corpora["de"].fingerprint(),
        "passages": 4,
        "size": 1 << 14,
    }
