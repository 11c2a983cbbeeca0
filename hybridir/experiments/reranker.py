"""A re-ranker in a run: what it starts from, what it learns on, and how it is evaluated."""

import hashlib
from pathlib import Path
from typing import Any

import pyarrow as pa

from hybridir.benchmarks.base import Benchmark
from hybridir.benchmarks.registry import RERANKED, SEARCHED, AnyBenchmark, signature
from hybridir.config.paths import data_root
from hybridir.config.schema import CrossEncoderModel, RunConfig
from hybridir.data.codeswitch import SwitchedTexts
from hybridir.data.places import folder_signature
from hybridir.data.pools import REPLAY, TRAIN
from hybridir.encoders.base import Encoder
from hybridir.encoders.cross_encoder import CrossEncoder
from hybridir.encoders.io import load_encoder
from hybridir.encoders.layout import is_cross_encoder
from hybridir.errors import UserError
from hybridir.evaluation.candidates import Brought, Candidates, Columns, FirstStage
from hybridir.evaluation.evaluate import Encode, Progress
from hybridir.evaluation.rerank import Score, by_cosine, rerank
from hybridir.experiments.model import device_of, source_of
from hybridir.experiments.prepare import Prepared
from hybridir.experiments.static_start import trained_tokenizer
from hybridir.experiments.store import find_run
from hybridir.hub import refuse_absent
from hybridir.training.loop import Validate
from hybridir.training.objective import Objective
from hybridir.training.reranking import PlainWords, Reranking, TextSource, validate_reranker


def starting_reranker(prepared: Prepared, model: CrossEncoderModel) -> CrossEncoder:
    """The re-ranker before its first step: the same for every strategy and subset of a sweep."""
    config = prepared.config
    if model.init is not None:
        source = source_of("model.init", model.init, Path(config.runs_dir))
        return CrossEncoder.from_pretrained(source, revision=model.revision, length=model.length, seed=config.seed)
    return CrossEncoder.from_scratch(
        trained_tokenizer(prepared, model.vocab_size, model.lowercase),
        length=model.length,
        layers=model.layers,
        hidden=model.hidden,
        heads=model.heads,
        intermediate=model.intermediate,
        dropout=model.dropout,
        seed=config.seed,
    )


def reranking(prepared: Prepared, reranker: CrossEncoder, switched: SwitchedTexts | None) -> tuple[Objective, Validate]:
    """What a re-ranker minimises, and its validation on the directions among the training languages."""
    config, collection = prepared.config, prepared.collection
    assert isinstance(config.model, CrossEncoderModel)
    sources = {TRAIN: TextSource(collection.train, switched or PlainWords(collection.train))}
    if prepared.replay is not None:
        sources[REPLAY] = TextSource(prepared.replay.train, PlainWords(prepared.replay.train))
    directions = prepared.validation_directions

    def check() -> dict[str, float]:
        return validate_reranker(reranker, collection.validation, directions, config.trainer.validation_pairs)

    return Reranking(reranker, sources, config.trainer, config.model.negatives, config.seed), check


def reranked(
    model: Encoder | CrossEncoder, benchmark: AnyBenchmark, config: RunConfig, run: str, progress: Progress
) -> pa.Table:
    """The scores of `model` as a re-ranker: of what the benchmark brings, else of the first stage's best passages."""
    if not isinstance(benchmark, Benchmark):
        raise _cannot_rerank(benchmark.name)
    columns = Columns(benchmark)
    candidates: Candidates = Brought(benchmark, columns)
    name = benchmark.name
    if benchmark.candidates is None:
        depth, languages = config.rerank.depth, len(benchmark.passages) + len(benchmark.queries)
        told = iter(range(1, languages + 1))
        candidates = FirstStage(
            _first_stage(config, name),
            benchmark,
            depth,
            lambda what: progress(f"first stage: {what}", next(told), languages),
        )
        name = f"{name}+rerank{depth}"
    score: Score = by_cosine(model.encode) if isinstance(model, Encoder) else model.score
    return rerank(score, benchmark, columns, candidates, name, run, progress)


def rerank_signature(config: RunConfig, name: str) -> str:
    """Differs whenever the evaluation of a re-ranker on benchmark `name` may differ: by the benchmark, the first stage
    or the depth. Raises UserError where a first stage is needed and none is given."""
    benchmark = config.benchmark[name]
    alone = signature(benchmark, data_root(config))
    if benchmark.kind in RERANKED:
        return alone
    stage = _stage_signature(_named(config, name), Path(config.runs_dir))
    return hashlib.sha256(f"{alone} {config.rerank.depth} {stage}".encode()).hexdigest()


def rerank_record(config: RunConfig, name: str) -> dict[str, Any]:
    """What `evaluation.json` says of how benchmark `name` was re-ranked."""
    if config.benchmark[name].kind in RERANKED:
        return {"candidates": "all that the benchmark brings"}
    stage = _named(config, name)
    run = find_run(stage, Path(config.runs_dir))
    return {"first_stage": stage, "first_stage_run": None if run is None else run.key, "depth": config.rerank.depth}


def refuse_unrankable(config: RunConfig) -> None:
    """Refuse benchmarks that a re-ranker cannot be evaluated on, and a first stage that is not here."""
    for name, benchmark in config.benchmark.items():
        if benchmark.kind in SEARCHED:
            raise _cannot_rerank(name)
        if benchmark.kind not in RERANKED:
            stage = source_of("rerank.first_stage", _named(config, name), Path(config.runs_dir))
            refuse_absent(stage, "model")
            if Path(stage).is_dir() and is_cross_encoder(Path(stage)):
                raise UserError(
                    f"rerank.first_stage={stage} is a re-ranker, which finds nothing by itself: name an encoder."
                )


def _cannot_rerank(benchmark: str) -> UserError:
    return UserError(
        f"the benchmark {benchmark} is searched in a corpus, which a re-ranker is not evaluated on: choose one whose"
        " passages are in memory, such as xquad_r, or mmarco_dev."
    )


def _named(config: RunConfig, benchmark: str) -> str:
    if config.rerank.first_stage is None:
        raise UserError(
            f"the benchmark {benchmark} brings no candidates to re-rank: add rerank.first_stage=RUN (a run, a model"
            " folder or a hub name), whose best passages are ordered anew."
        )
    return config.rerank.first_stage


def _first_stage(config: RunConfig, benchmark: str) -> Encode:
    """The encoder whose best passages are ordered anew."""
    source = source_of("rerank.first_stage", _named(config, benchmark), Path(config.runs_dir))
    return load_encoder(source).to(device_of(config)).encode


def _stage_signature(stage: str, runs_dir: Path) -> str:
    """What a first stage is: a run by its key, a folder by its files' sizes and times of change, or a hub name."""
    run = find_run(stage, runs_dir)
    if run is not None:
        return f"run {run.key}"
    return f"folder {folder_signature(Path(stage))}" if Path(stage).is_dir() else f"hub {stage}"
