"""The model that a run starts from: loaded from a run, a folder or the hub, or made from nothing."""

from pathlib import Path
from typing import TYPE_CHECKING, cast

import torch

from hybridir.config.schema import CrossEncoderModel, ModelConfig, RunConfig, StaticModel, TransformerModel
from hybridir.encoders.base import Encoder
from hybridir.encoders.io import load_encoder
from hybridir.encoders.pooling import Pooling
from hybridir.encoders.reading import AS_SAVED, PLAIN, Reading
from hybridir.encoders.static import StaticEncoder
from hybridir.errors import UserError
from hybridir.experiments.prepare import Prepared
from hybridir.experiments.static_start import static_encoder, trained_tokenizer
from hybridir.experiments.store import RUN_PREFIX, find_run
from hybridir.hub import refuse_absent
from hybridir.training.ranks import own_gpu

if TYPE_CHECKING:
    from hybridir.encoders.cross_encoder import CrossEncoder


def starting_model(prepared: Prepared) -> "Encoder | CrossEncoder":
    """The model before its first step: the same for every strategy and subset of a sweep."""
    model = prepared.config.model
    if isinstance(model, CrossEncoderModel):
        from hybridir.experiments.reranker import starting_reranker  # transformers takes seconds to import

        return starting_reranker(prepared, model)
    if model.init is not None:
        return _loaded(model.init, prepared.config)
    if isinstance(model, StaticModel):
        return static_encoder(model, prepared)
    from hybridir.encoders.transformer import TransformerEncoder  # as above

    return TransformerEncoder.from_scratch(
        trained_tokenizer(prepared, model.vocab_size, model.lowercase),
        layers=model.layers,
        hidden=model.hidden,
        heads=model.heads,
        intermediate=model.intermediate,
        dropout=model.dropout,
        seed=prepared.config.seed,
        **reading_of(model).otherwise(PLAIN).settled(),
    )


def device_of(config: RunConfig) -> torch.device:
    """The device that `executor.device` names; `auto` takes a GPU where there is one. Of several processes on a
    machine, each has a GPU of its own."""
    named, own = config.executor.device, own_gpu()
    if named == "auto":
        named = "cuda" if torch.cuda.is_available() else "cpu"
    if named.startswith("cuda:") and own is not None:
        raise UserError(f"executor.device={named} is one GPU for all processes: give cuda, and each takes its own.")
    if named == "cuda" and own is not None:
        if own >= torch.cuda.device_count():
            raise UserError(
                f"each process needs a GPU, and there are {torch.cuda.device_count()}: take no more processes, or"
                " executor.device=cpu."
            )
        named = f"cuda:{own}"
    try:
        return torch.empty(0, device=named).device
    except (RuntimeError, AssertionError) as problem:
        raise UserError(f"executor.device={named} is no device of this machine: give auto, cpu or cuda.") from problem


def refuse_missing_start(init: str, runs_dir: Path) -> None:
    """Refuse a `model.init` that is no run, no folder, and no model of the hub. A run may yet be to come."""
    if not init.startswith(RUN_PREFIX) and find_run(init, runs_dir) is None:
        refuse_absent(init, "model")


def source_of(setting: str, named: str, runs_dir: Path) -> str:
    """The folder or hub name of the model that a setting names: a run's model, or what stands there."""
    run = find_run(named, runs_dir)
    if run is not None and not run.trained:
        raise UserError(f"{setting}={named} is a run that is not finished: finish it first, or name another.")
    return str(run.kept_model()) if run is not None else named


def reading_of(model: ModelConfig) -> Reading:
    """What a configuration says of pooling, prompts and lengths; a static model is read as it was saved."""
    if not isinstance(model, TransformerModel):
        return AS_SAVED
    return Reading(
        pooling=cast(Pooling | None, model.pooling),
        prompts={"query": model.query_prompt, "passage": model.passage_prompt},
        max_length={"query": model.query_length, "passage": model.passage_length},
    )


def _loaded(init: str, config: RunConfig) -> Encoder:
    """The encoder of `init`; what only training uses comes from the configuration."""
    source = source_of("model.init", init, Path(config.runs_dir))
    encoder = load_encoder(source, reading_of(config.model), config.model.revision)
    if isinstance(encoder, StaticEncoder) and isinstance(config.model, StaticModel):
        encoder.token_dropout = config.model.token_dropout
    return encoder
