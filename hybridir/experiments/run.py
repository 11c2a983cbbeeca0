"""One run: train, save, evaluate; every part that is there already is left as it is."""

import shutil
import time
from pathlib import Path
from typing import Any

import torch
import yaml

from hybridir.batching.plan import BatchPlan, missing_pools
from hybridir.benchmarks.registry import refuse_missing
from hybridir.config.compose import plain
from hybridir.config.paths import cache_dir, data_root
from hybridir.config.schema import CrossEncoderModel, RunConfig
from hybridir.data.codeswitch import SwitchedTexts
from hybridir.data.pools import REPLAY, TRAIN
from hybridir.encoders.base import Encoder
from hybridir.encoders.io import load_model
from hybridir.encoders.switched_tokens import SwitchedTokens
from hybridir.encoders.token_cache import PairTokens
from hybridir.errors import UserError
from hybridir.experiments.augment import switched_share, switched_texts
from hybridir.experiments.evaluation import Model, evaluate_on
from hybridir.experiments.manifest import make_manifest, overlap_record
from hybridir.experiments.model import device_of, refuse_missing_start, starting_model
from hybridir.experiments.overlap import say
from hybridir.experiments.prepare import Prepared, short_of_total
from hybridir.experiments.progress import Progress, Report
from hybridir.experiments.standing import finished, folder_of, missing_evaluations
from hybridir.experiments.store import RunFolder
from hybridir.files import write_atomic, write_json
from hybridir.training.distributed import group
from hybridir.training.loop import Validate, train
from hybridir.training.objective import Contrastive, Objective, Source
from hybridir.training.ranks import processes
from hybridir.training.validation import validate

_TELL_EVERY = 0.5  # seconds between two reports of progress
_WRITE_EVERY = 2.0  # seconds between two writes of it, each of which waits for the disk


def carry_out(prepared: Prepared, report: Report) -> RunFolder:
    """Train and evaluate what is not there yet. Raises RunFailed or UserError, and keeps the reason as status."""
    run = folder_of(prepared)
    if is_complete(prepared, run):
        return run
    refuse_impossible(prepared)
    with run.lock():
        teller = _Teller(run, report)
        try:
            if _wants_training(prepared, run):
                _train(prepared, run, teller)
            for name in missing_evaluations(run, prepared.config):
                _evaluate(prepared.config, run, name, teller)
            if not prepared.config.executor.keep_models:
                run.drop_model()
        except BaseException as problem:
            reason = str(problem) or type(problem).__name__
            run.set_status("stopped" if isinstance(problem, KeyboardInterrupt) else "failed", reason=reason)
            raise
        run.set_status("done")
    return run


def is_complete(prepared: Prepared, run: RunFolder) -> bool:
    """Whether nothing is left to do: all evaluated, and the model there where it is to be kept."""
    return finished(run, prepared.config) and (run.has_model or not prepared.config.executor.keep_models)


def _wants_training(prepared: Prepared, run: RunFolder) -> bool:
    return not is_complete(prepared, run) and not (run.trained and run.has_model)


def help_out(prepared: Prepared) -> None:
    """What each process but the first does of a run that several train: its slice of every batch. It writes nothing."""
    run, config = folder_of(prepared), prepared.config
    if not prepared.languages or not _wants_training(prepared, run):
        return
    refuse_impossible(prepared)
    torch.set_num_threads(config.trainer.threads)
    model = starting_model(prepared).to(device_of(config))
    objective, check = learning(prepared, model, switched_texts(prepared))
    with group(model.device):
        train(model, make_plan(prepared), objective, config.trainer, config.seed, run.path, check, lambda _: None)


def refuse_impossible(prepared: Prepared) -> None:
    """Say at once, before anything is written, what would end a run: a strategy without pairs, or a start, a device
    or a benchmark that is not here."""
    impossible = missing_pools(prepared.pools, prepared.config.sampling) if prepared.languages else None
    if impossible is not None:
        raise UserError(f"{impossible}; choose more languages, or sampling=monolingual.")
    config = prepared.config
    refuse_processes(config)
    device_of(config)
    if config.model.init is not None:
        refuse_missing_start(config.model.init, Path(config.runs_dir))
    for benchmark in config.benchmark.values():
        refuse_missing(benchmark, data_root(config))
    if isinstance(config.model, CrossEncoderModel):
        from hybridir.experiments.reranker import refuse_unrankable  # as above

        refuse_unrankable(config)


def refuse_processes(config: RunConfig) -> None:
    """Refuse several processes where they cannot share the work."""
    several = max(processes(), config.executor.processes)
    if several > 1 and isinstance(config.model, CrossEncoderModel):
        raise UserError("a re-ranker trains on one process: leave out executor.processes, and torchrun.")
    if several > config.trainer.batch_size:
        raise UserError(
            f"{several} processes cannot share batches of trainer.batch_size={config.trainer.batch_size}: each needs a"
            " pair; take fewer processes, or a larger batch."
        )


def _train(prepared: Prepared, run: RunFolder, teller: "_Teller") -> None:
    """Training from the start, or from the newest checkpoint; the manifest comes last."""
    config = prepared.config
    if (short := short_of_total(prepared)) is not None:
        say(short)
    torch.set_num_threads(config.trainer.threads)
    began = time.perf_counter()
    run.set_status("training", step=0, steps=config.trainer.steps)
    write_atomic(run.path / "config.yaml", yaml.safe_dump(plain(config), sort_keys=False, allow_unicode=True))
    teller(Progress("preparing", 0, config.trainer.steps))
    model = starting_model(prepared).to(device_of(config))
    plan_hash, noted = "", dict[str, Any]()
    training_began = time.perf_counter()
    if prepared.languages:
        plan = make_plan(prepared)
        plan_hash = plan.fingerprint(config.trainer.steps)
        switched = switched_texts(prepared)
        objective, check = learning(prepared, model, switched)
        training_began = time.perf_counter()
        with group(model.device):
            train(
                model,
                plan,
                objective,
                config.trainer,
                config.seed,
                run.path,
                check,
                lambda done: teller(Progress("training", done, config.trainer.steps)),
            )
        noted["overlap"] = overlap_record(prepared, run.path)
        if switched is not None:
            noted["switched_words"] = switched_share(switched, plan, config.trainer.steps)
    ended = time.perf_counter()
    model.save(run.model)
    cost = {"seconds": round(ended - began, 3), "training_seconds": round(ended - training_began, 3)}
    write_json(run.path / "manifest.json", make_manifest(prepared, model, plan_hash, cost, run.model) | noted)
    shutil.rmtree(run.path / "checkpoints", ignore_errors=True)


def make_plan(prepared: Prepared) -> BatchPlan:
    """The batch plan of a run."""
    config = prepared.config
    replay = None
    if prepared.replay_pools is not None:
        replay = (prepared.replay_pools, config.replay.sampling, config.replay.share)
    return BatchPlan(prepared.pools, config.sampling, config.trainer.batch_size, config.seed, replay)


def learning(prepared: Prepared, model: Model, switched: SwitchedTexts | None) -> tuple[Objective, Validate]:
    """What a model minimises, and its validation."""
    if isinstance(model, Encoder):
        sources, check = _sources(prepared, model, switched)
        return Contrastive(model, sources, prepared.config.trainer), check
    from hybridir.experiments.reranker import reranking  # as above

    return reranking(prepared, model, switched)


def _sources(
    prepared: Prepared, encoder: Encoder, switched: SwitchedTexts | None
) -> tuple[dict[str, Source], Validate]:
    """Where batches come from, and the validation on the directions among the training languages."""
    config, cache = prepared.config, cache_dir(prepared.config)
    collection = prepared.collection
    as_given = PairTokens(collection, "train", encoder, cache)
    train_tokens = as_given if switched is None else SwitchedTokens(switched, as_given, encoder)
    sources = {TRAIN: Source(collection.train, train_tokens)}
    if prepared.replay is not None:
        sources[REPLAY] = Source(prepared.replay.train, PairTokens(prepared.replay, "train", encoder, cache))
    directions = prepared.validation_directions
    tokens = PairTokens(collection, "validation", encoder, cache)

    def check() -> dict[str, float]:
        return validate(encoder, collection.validation, tokens, directions, config.trainer.validation_pairs)

    return sources, check


def _evaluate(config: RunConfig, run: RunFolder, name: str, teller: "_Teller") -> None:
    torch.set_num_threads(config.trainer.threads)
    run.set_status("evaluating", benchmark=name)
    model = load_model(run.model).to(device_of(config))
    folder = run.evaluation(name)
    (folder / "evaluation.json").unlink(missing_ok=True)
    evaluate_on(model, name, config, run.key, folder, teller, trained=run.manifest()["languages"])


class _Teller:
    """Hands progress on, and to `status.json`, but not more often than anyone looks."""

    def __init__(self, run: RunFolder, report: Report) -> None:
        self._run, self._report, self._told, self._written = run, report, 0.0, time.monotonic()

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        if now - self._told < _TELL_EVERY:
            return
        self._told = now
        self._report(progress)
        if now - self._written >= _WRITE_EVERY:
            self._written = now
            state: Any = "training" if progress.stage in ("preparing", "training") else "evaluating"
            self._run.set_status(state, stage=progress.stage, step=progress.done, steps=progress.total)
