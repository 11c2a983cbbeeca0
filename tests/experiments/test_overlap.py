"""A run on a little collection, evaluated on an XQuAD-R of one paragraph: what overlaps, and what becomes of it."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from hybridir.benchmarks.base import Benchmark, Texts
from hybridir.benchmarks.judges import Qrels
from hybridir.benchmarks.search import SearchBenchmark
from hybridir.config.compose import load_config
from hybridir.data.rows import Direction
from hybridir.errors import UserError
from hybridir.experiments import manifest as manifests
from hybridir.experiments import overlap as overlaps
from hybridir.experiments.manifest import overlap_record
from hybridir.experiments.prepare import Prepared, prepare
from hybridir.experiments.run import carry_out, refuse_impossible

SENTENCE = "The tower by the harbour was built in the year of the great flood by nobody."
COPIED = "Known as the red one, " + SENTENCE.lower()


def pairs(folder: Path, lang: str, extra: list[dict[str, str]]) -> None:
    rows = [{"query": f"zor {lang}{n}?", "text": f"{lang}{n} ploo {n % 7}.", "title": "x"} for n in range(40)]
    (folder / lang).mkdir(parents=True)
    lines = [json.dumps(row | {"code": lang, "pid": f"p{n}"}) for n, row in enumerate([*rows, *extra])]
    (folder / lang / "train.jsonl").write_text("\n".join(lines))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Pairs in English (three of which overlap), German (none) and Finnish (one), and the benchmark."""
    planted = [
        {"query": "who built the tower?", "text": "nobody did.", "title": ""},
        {"query": "what about it?", "text": COPIED, "title": ""},
        {"query": "where?", "text": "in the town of the benchmark.", "title": "Old town"},
    ]
    pairs(tmp_path / "pairs", "en", planted)
    pairs(tmp_path / "pairs", "de", [])
    pairs(tmp_path / "pairs", "fi", planted[:1])
    write_benchmark(tmp_path / "xquad-r")
    return tmp_path


def write_benchmark(folder: Path) -> None:
    question = {"id": "a", "question": "Who built the tower?", "answers": [{"text": "nobody", "answer_start": 69}]}
    paragraph = {"context": SENTENCE, "sentence_breaks": [[0, len(SENTENCE)]], "qas": [question]}
    folder.mkdir()
    (folder / "en.json").write_text(json.dumps({"data": [{"title": "Old_town", "paragraphs": [paragraph]}]}))


@pytest.fixture(autouse=True)
def nothing_said() -> Iterator[None]:
    overlaps._said.clear()
    yield
    overlaps._said.clear()


def prepared(root: Path, *overrides: str, look: bool = True) -> Prepared:
    settings = [
        "data.kind=hub", "data.name=mine", "data.sources=[{path: pairs}]", "benchmark=[xquad_r]", "sampling=mixed",
        "languages=listed", "languages.listed=[en,de]", "model.dim=8", "model.vocab_size=600", "trainer.steps=2",
        "trainer.batch_size=8", f"data_root={root}", f"cache_dir={root}/cache", f"runs_dir={root}/runs",
    ]  # fmt: skip
    return prepare(load_config([*settings, *overrides]), look)


def drawn(of: Prepared) -> dict[str, int]:
    return {str(direction): size for direction, size in of.pools.sizes().items() if direction.monolingual}


def test_pairs_that_overlap_are_dropped_told_and_listed(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = carry_out(prepared(root), lambda progress: None)
    assert capsys.readouterr().err == (
        "mine: 4 of 124 training pairs (3.23 %) overlap with xquad_r:"
        " 2 by question, 1 by title, 1 by shingles; dropped\n"
    )
    manifest = run.manifest()
    assert manifest["pairs"] == {"de->de": 40, "en->en": 40}
    # Finnish is not trained on, so what overlaps in it is no matter of this run
    assert manifest["overlap"] == {
        "data": {"by": {"xquad_r": {"question": 1, "title": 1, "shingles": 1}}, "unchecked": []},
        "dropped": {"data": 3},
        "pairs": [
            {
                "of": "data", "direction": "en->en", "row": 40 + n, "pid": f"p{40 + n}", "benchmark": "xquad_r",
                "reason": reason,
            }
            for n, reason in enumerate(["question", "shingles", "title"])
        ],
        "all": None,
    }  # fmt: skip
    prepared(root)
    assert capsys.readouterr().err == ""


def test_the_key_changes_only_where_something_is_dropped(root: Path) -> None:
    unchecked = "decontaminate.check=false"
    dropping, kept, off = prepared(root), prepared(root, "decontaminate.drop=false"), prepared(root, unchecked)
    assert dropping.key != off.key == kept.key
    assert (drawn(dropping), drawn(kept)) == ({"de->de": 40, "en->en": 40}, {"de->de": 40, "en->en": 43})
    assert kept.selected.found[0].counts() == {"question": 1, "title": 1, "shingles": 1}
    assert dropping.fingerprints == off.fingerprints
    # nothing of German overlaps: whatever is looked for, it is the same run
    clean = [
        prepared(root, "languages.listed=[de]", more).key for more in ("seed=0", unchecked, "benchmark=[artificial]")
    ]
    assert len(set(clean)) == 1
    # other pairs dropped, another run; and without training there is nothing to drop
    assert prepared(root, "decontaminate.titles=false").key not in (dropping.key, off.key)
    assert prepared(root, "languages.count=0").key == prepared(root, "languages.count=0", unchecked).key


def test_a_benchmark_that_is_not_here_is_told_and_then_refused(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    here = prepared(root).key
    (root / "xquad-r").rename(root / "elsewhere")
    overlaps._said.clear()
    capsys.readouterr()
    gone = prepared(root)
    assert capsys.readouterr().err == "mine: not checked for overlap with xquad_r, which cannot be read here.\n"
    assert gone.selected.unchecked == ["xquad_r"] and gone.key != here
    with pytest.raises(UserError, match="the benchmark xquad_r is not at"):
        refuse_impossible(gone)


def test_a_dry_run_takes_what_is_known_and_looks_for_nothing(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = prepared(root, look=False)
    assert not (root / "cache" / "overlap").exists()
    assert capsys.readouterr().err == ""
    after = prepared(root)
    assert prepared(root, look=False).key == after.key != before.key


def test_the_replay_collection_is_checked_too(root: Path) -> None:
    replay = ["replay.share=0.5", "+replay.data={kind: hub, name: kept, sources: [{path: pairs}]}"]
    replay += ["replay.sampling.strategy=mixed", "languages.listed=[de]"]
    checked, off = prepared(root, *replay), prepared(root, *replay, "decontaminate.check=false")
    assert checked.key != off.key
    assert checked.replay_pools is not None and off.replay_pools is not None
    sizes = [
        {str(d): n for d, n in pools.sizes().items() if d.monolingual}
        for pools in (checked.replay_pools, off.replay_pools)
    ]
    assert sizes == [{"de->de": 40, "en->en": 40, "fi->fi": 40}, {"de->de": 40, "en->en": 43, "fi->fi": 41}]
    record = overlap_record(checked, root)
    assert record["dropped"] == {"data": 0, "replay": 4}
    assert [pair["of"] for pair in record["pairs"]] == ["replay"] * 4


def test_many_are_listed_in_a_file(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifests, "_LISTED", 2)
    record = overlap_record(prepared(root), root)
    assert len(record["pairs"]) == 2 and record["all"] == "overlap.csv"
    with open(root / "overlap.csv", newline="") as file:
        listed = list(csv.DictReader(file))
    assert [row["reason"] for row in listed] == ["question", "shingles", "title"]
    assert listed[0] == {name: str(value) for name, value in record["pairs"][0].items()}


def test_a_budget_counts_what_the_strategy_draws_from_and_is_told_if_not_reached(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    quiet = "decontaminate.check=false"
    assert prepared(root, quiet, "budget.total=30").pools.sizes() == {
        Direction("de", "de"): 15,
        Direction("en", "en"): 15,
    }
    cross = prepared(root, quiet, "sampling=crosslingual", "budget.per_language=7").pools.sizes()
    assert cross == {Direction("de", "en"): 7, Direction("en", "de"): 7}
    hybrid = prepared(root, quiet, "sampling=hybrid", "budget.per_language=10").pools.sizes()
    assert hybrid == {Direction(q, p): 5 for q in ("de", "en") for p in ("de", "en")}
    carry_out(prepared(root, quiet, "budget.total=83"), lambda _: None)
    assert capsys.readouterr().err == ""
    carry_out(prepared(root, quiet, "budget.total=5000"), lambda _: None)
    assert capsys.readouterr().err == "mine: budget.total=5,000 is not reached: 83 pairs train.\n"


def test_a_seed_changes_nothing_about_the_budget(root: Path) -> None:
    pools = [prepared(root, f"seed={seed}", "budget.total=30").pools.monolingual for seed in (0, 1)]
    assert [str(pool.given) for pool in pools[0]] == [str(pool.given) for pool in pools[1]]


class Shelf:
    """A corpus of four passages."""

    def row_of(self, ids: list[str]) -> np.ndarray:
        return np.array([int(ident) if ident.isdigit() else -1 for ident in ids], dtype=np.int64)

    def bodies(self, rows: np.ndarray) -> list[str]:
        return [f"body {row}" for row in rows.tolist()]


def test_of_a_corpus_at_large_only_answers_are_evaluation_texts() -> None:
    queries = {"de": Texts(("a", "b"), ("was?", "wer?"))}
    judge = Qrels({Direction("de", "en"): {"a": ["2", "missing"], "b": ["2", "0"]}})
    searched = SearchBenchmark("s", queries, {"en": Shelf()}, (Direction("de", "en"),), judge, ("R@1",), 10, {})  # type: ignore[dict-item]
    texts = overlaps.evaluation_texts(searched)
    assert (texts.passages, texts.questions, set(texts.titles)) == (["body 0", "body 2"], ["was?", "wer?"], set())
    passages = {"en": Texts(("1", "2", "3"), ("one", "two", "three"))}
    relevant = {("a", "en"): ("2",)}
    full = Benchmark("f", queries, passages, relevant, ("mAP",), True, {}, titles=frozenset({"t"}))
    assert list(overlaps.evaluation_texts(full).passages) == ["one", "two", "three"]
    assert overlaps.evaluation_texts(full).titles == {"t"}
    lists = {("de", "en"): {"a": ("1", "2", "3")}}
    reranked = Benchmark("r", queries, passages, relevant, ("MRR@10",), True, {}, candidates=lists)
    assert list(overlaps.evaluation_texts(reranked).passages) == ["two"]
