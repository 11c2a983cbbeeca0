"""The evaluation of one model on one benchmark: scores, means and the record of how they came about."""

import time
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Union

import pyarrow as pa

from hybridir.benchmarks.registry import AnyBenchmark, is_parallel, load_benchmark, origin
from hybridir.benchmarks.search import SearchBenchmark
from hybridir.config.compose import plain
from hybridir.config.paths import cache_dir, data_root
from hybridir.config.schema import RunConfig
from hybridir.encoders.base import Encoder, Kind
from hybridir.encoders.identity import encoder_fingerprint
from hybridir.encoders.text_tokens import kept_tokens
from hybridir.errors import UserError
from hybridir.evaluation.evaluate import evaluate
from hybridir.evaluation.evaluate_search import Plan, evaluate_search
from hybridir.evaluation.groups import group_means, language_groups, write_groups
from hybridir.evaluation.questions import FILE, by_question, write_questions
from hybridir.evaluation.results import summarise, write_results
from hybridir.evaluation.scores import write_scores
from hybridir.experiments.progress import Progress, Report
from hybridir.experiments.standing import evaluation_signature
from hybridir.files import write_json

if TYPE_CHECKING:
    from hybridir.encoders.cross_encoder import CrossEncoder

Model = Union[Encoder, "CrossEncoder"]
"""An encoder, or a re-ranker, which is imported only where there is one: transformers takes seconds."""


def evaluate_on(
    model: Model,
    name: str,
    config: RunConfig,
    run_name: str,
    folder: Path,
    report: Report,
    trained: Collection[str] | None = None,
    save_run: bool = False,
) -> None:
    """Evaluate on benchmark `name` of `config`; write scores, results, means by group and the record to `folder`.

    `trained` are the languages that training included, where that is known: their means are told apart.
    """
    root = data_root(config)
    benchmark = load_benchmark(config.benchmark[name], root, cache_dir(config))
    began = time.perf_counter()
    scores, noted = _scores(model, benchmark, name, config, run_name, folder, report, save_run)
    write_scores(folder / "scores.parquet", scores)
    write_questions(folder / FILE, by_question(scores, is_parallel(benchmark)))
    results = summarise(scores)
    write_results(folder / "results.csv", results)
    write_groups(folder / "groups.csv", group_means(results, language_groups(benchmark.languages, trained)))
    record = {
        "benchmark": benchmark.name,
        "signature": evaluation_signature(config, name, reranks=not isinstance(model, Encoder)),
        "fingerprint": benchmark.fingerprint(),
        "origin": origin(config.benchmark[name], root),
        "config": plain(config)["benchmark"][name],
        "model": model.settings(),
        "languages": sorted(benchmark.queries),
        "seconds": round(time.perf_counter() - began, 3),
        "ties": "equal scores rank by passage id, descending, as in trec_eval",
        **noted,
    }
    write_json(folder / "evaluation.json", record)


def _scores(
    model: Model,
    benchmark: AnyBenchmark,
    name: str,
    config: RunConfig,
    run_name: str,
    folder: Path,
    report: Report,
    save_run: bool,
) -> tuple[pa.Table, dict[str, Any]]:
    """The scores of `model`, and what to note of them: all relevant passages ranked, a corpus searched to a depth, or
    candidates re-ranked."""

    def progress(what: str, done: int, total: int) -> None:
        report(Progress(f"{name}: {what}", done, total))

    if not isinstance(model, Encoder) or getattr(benchmark, "candidates", None) is not None:
        from hybridir.experiments.reranker import rerank_record, reranked  # as above

        if save_run:
            raise UserError("--save-run writes full rankings, and a re-ranker makes none: leave it out.")
        return reranked(model, benchmark, config, run_name, progress), {"rerank": rerank_record(config, name)}

    def encode(texts: Any, kind: Kind) -> Any:
        return model.encode(texts, kind)

    trec = folder / "trec" if save_run else None
    if isinstance(benchmark, SearchBenchmark):
        how, known = config.benchmark[name], encoder_fingerprint(model)
        plan = Plan(encode, known, benchmark, run_name, folder, how.index, trec, how.keep_shards, progress)
        searched = evaluate_search(plan)
        return searched.scores, {"search": searched.record}
    encoder, cache = model, cache_dir(config)

    def encode_kept(texts: Any, kind: Kind) -> Any:
        return encoder.encode_tokens(kept_tokens(encoder, texts, kind, cache))

    return evaluate(encode_kept, benchmark, run_name, progress, save_run=trec), {}
