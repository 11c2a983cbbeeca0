"""A re-ranker from training to scores, over a first stage, on the tiny world."""

import json
from pathlib import Path

import pytest

from hybridir.commands.evaluate import evaluate_model, find_encoder
from hybridir.config.compose import load_config
from hybridir.errors import UserError
from hybridir.evaluation.results import read_results
from hybridir.experiments.estimate import estimate
from hybridir.experiments.plan import plan_sweep
from hybridir.experiments.prepare import prepare
from hybridir.experiments.progress import Progress
from hybridir.experiments.run import carry_out
from hybridir.experiments.standing import finished, folder_of
from hybridir.experiments.store import RunFolder
from hybridir.experiments.sweep import SweepSpec

SMALL = [
    "model=reranker_small",
    "model.length=24",
    "model.layers=1",
    "model.hidden=16",
    "model.heads=2",
    "model.intermediate=32",
    "trainer.steps=6",
    "languages.count=2",
    "world.questions=6",
]


def quiet(_: Progress) -> None:
    """Nobody watches."""


def run(overrides: list[str]) -> RunFolder:
    return carry_out(prepare(load_config(overrides)), quiet)


@pytest.fixture
def small(tiny: list[str]) -> list[str]:
    """Overrides of a tiny re-ranker."""
    return [*(entry for entry in tiny if not entry.startswith("model.dim")), *SMALL]


@pytest.fixture
def first_stage(tiny: list[str]) -> RunFolder:
    return run([*tiny, "languages.count=0"])


def test_a_reranker_is_trained_and_orders_what_the_first_stage_found(small: list[str], first_stage: RunFolder) -> None:
    asked = [*small, f"rerank.first_stage={first_stage.key}", "rerank.depth=5"]
    prepared = prepare(load_config(asked))
    assert estimate(plan_sweep(SweepSpec("s", axes={"seed": [0]}), asked), 1).seconds > 0
    done = carry_out(prepared, quiet)
    assert done.path.name == f"artificial-cross-encoder-hybrid-2l-s0-{done.key}"
    assert done.manifest()["model"].keys() == {"parameters", "length", "weights_sha256"}
    lines = [json.loads(line) for line in (done.path / "train.jsonl").read_text().splitlines()]
    assert lines[-1]["validation"]["*"] > 0
    record = done.evaluated("artificial") or {}
    assert record["rerank"] == {"first_stage": first_stage.key, "first_stage_run": first_stage.key, "depth": 5}
    results = read_results(done.evaluation("artificial") / "results.csv")
    assert {result.benchmark for result in results} == {"artificial+rerank5"}
    assert {result.metric for result in results} == {"MRR@10", "nDCG@10", "R@1"}
    assert {result.setting for result in results} == {"monolingual", "crosslingual", "multilingual"}

    # another depth is another evaluation, of the same weights
    deeper = prepare(load_config([*asked, "rerank.depth=6"]))
    assert folder_of(deeper).path == done.path
    assert not finished(folder_of(deeper), deeper.config)
    trained_at = (done.path / "train.jsonl").stat().st_mtime_ns
    again = carry_out(deeper, quiet)
    assert (again.path / "train.jsonl").stat().st_mtime_ns == trained_at
    assert finished(again, deeper.config)
    assert not finished(again, prepared.config)


def test_what_cannot_be_reranked_is_refused_before_anything_is_written(small: list[str], tmp_path: Path) -> None:
    for more, said in (
        ([], r"artificial brings no candidates to re-rank: add rerank\.first_stage=RUN"),
        (["rerank.first_stage=not a model"], "neither a folder here nor a model name"),
    ):
        with pytest.raises(UserError, match=said):
            run([*small, *more])
    assert not (tmp_path / "runs").exists()


def test_a_reranker_is_evaluated_from_its_folder_and_is_no_encoder(
    small: list[str], tiny: list[str], first_stage: RunFolder, tmp_path: Path
) -> None:
    stage = f"rerank.first_stage={first_stage.path}"
    done = run([*small, stage, "rerank.depth=1"])
    assert done.status()["state"] == "done"
    where = [entry for entry in tiny if not entry.startswith(("model", "trainer"))]
    out = evaluate_model(
        str(done.model), ["benchmark=artificial", stage, "rerank.depth=3", *where], tmp_path / "out", False
    )
    results = read_results(out / "eval" / "artificial" / "results.csv")
    assert {result.benchmark for result in results} == {"artificial+rerank3"}
    with pytest.raises(UserError, match="--save-run writes full rankings"):
        evaluate_model(str(done.path), ["benchmark=artificial", stage, *where], None, True)
    with pytest.raises(UserError, match="brings no candidates to re-rank"):
        evaluate_model(str(done.path), ["benchmark=artificial", *where], None, False)
    with pytest.raises(UserError, match="is a re-ranker, which makes no vectors to search among"):
        find_encoder(str(done.path), load_config(where))
    with pytest.raises(UserError, match="is a re-ranker"):
        run([*tiny, f"model.init={done.path}"])
    with pytest.raises(UserError, match="is a re-ranker, which finds nothing by itself"):
        run([*small, f"rerank.first_stage={done.key}", "seed=1"])
    further = run([*small, stage, "rerank.depth=1", f"model.init={done.path}"])
    assert further.manifest()["fingerprints"]["init"] == f"run {done.key}"


def test_a_benchmark_with_candidates_needs_no_first_stage(
    small: list[str], first_stage: RunFolder, tmp_path: Path
) -> None:
    data = tmp_path / "unicamp-dl" / "mmarco" / "data"
    for folder, texts in (("collections", "0\ta\n1\tb\n2\tc\n"), ("queries/dev", "7\twho?\n8\twhat?\n")):
        (data / "google" / folder).mkdir(parents=True)
        name = "english_collection" if folder == "collections" else "english_queries.dev.small"
        (data / "google" / folder / f"{name}.tsv").write_text(texts)
    (data / "qrels.dev.small.tsv").write_text("7\t0\t2\t1\n8\t0\t0\t1\n")
    (tmp_path / "unicamp-dl" / "mmarco" / "top1000.dev").write_text("7\t0\tq\tp\n7\t2\tq\tp\n8\t1\tq\tp\n")
    chosen = ["benchmark=mmarco_dev", "benchmark.mmarco_dev.directions=['en->en']", f"data_root={tmp_path}"]
    for asked in ([*small, *chosen], None):
        done = run(asked) if asked is not None else first_stage
        if asked is None:  # an encoder orders them by its cosines
            evaluate_model(str(done.path), [*chosen, f"cache_dir={tmp_path}"], None, False)
        results = read_results(done.evaluation("mmarco_dev") / "results.csv")
        assert {(r.benchmark, r.setting) for r in results} == {("mmarco_dev", "monolingual")}
        [mrr] = [r.value for r in results if r.metric == "MRR@10" and r.query_lang == "en"]
        assert mrr in (1 / 2, 1 / 4)  # of query 7 found first or second; of query 8 not among its candidates
    assert (done.evaluated("mmarco_dev") or {})["benchmark"] == "mmarco_dev"
