"""`hybridir eval`: benchmarks on a run, a model folder or a hub name."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from hybridir.commands.train import bar
from hybridir.config.compose import load_config
from hybridir.config.schema import RunConfig, TransformerModel
from hybridir.encoders.base import Encoder
from hybridir.encoders.io import load_model
from hybridir.errors import UserError
from hybridir.experiments.evaluation import Model, evaluate_on
from hybridir.experiments.model import device_of, reading_of
from hybridir.experiments.store import RunFolder, find_run

_READING = ("pooling", "query_prompt", "passage_prompt", "query_length", "passage_length")
"""Fields of a transformer that an evaluation may change."""


def evaluate_model(model: str, overrides: Sequence[str], out: Path | None, save_run: bool) -> Path:
    """Evaluate `model` on every benchmark of the configuration; returns the folder that holds `eval/`."""
    config = evaluation_config(overrides)
    if not config.benchmark:
        raise UserError("there is no benchmark to evaluate on: name one with --benchmark.")
    found, run = find_model(model, config)
    if run is not None and out is None:
        _refuse_another_reading(run, config)
    target = out or (run.path if run is not None else Path(config.results_dir) / Path(model).name)
    trained = run.manifest()["languages"] if run is not None else None
    name = run.key if run is not None else Path(model).name
    with bar(Console(stderr=True)) as report:
        for benchmark in config.benchmark:
            folder = target / "eval" / benchmark
            evaluate_on(found, benchmark, config, name, folder, report, trained, save_run)
    return target


def evaluation_config(overrides: Sequence[str]) -> RunConfig:
    """The configuration of an evaluation. How texts are read may be said without choosing a kind of model: it is a
    transformer that can be read in another way."""
    named = {override.lstrip("+~").partition("=")[0] for override in overrides}
    unchosen = "model" not in named and any(f"model.{name}" in named for name in (*_READING, "revision"))
    return load_config(["model=transformer", *overrides] if unchosen else overrides)


def _refuse_another_reading(run: RunFolder, config: RunConfig) -> None:
    """A run's own evaluation is of the run as it was trained: what is read in another way goes elsewhere."""
    if not isinstance(config.model, TransformerModel):
        return
    trained = run.manifest()["config"]["model"]
    for name in _READING:
        value = getattr(config.model, name)
        if value is not None and value != trained.get(name):
            raise UserError(
                f"model.{name}={value!r} is not how {run.path} was trained: name a folder with --out, so that its own"
                " evaluation stays as it is."
            )


def find_encoder(model: str, config: RunConfig) -> tuple[Encoder, RunFolder | None]:
    """The same as `find_model`, of an encoder; a re-ranker is refused."""
    found, run = find_model(model, config)
    if not isinstance(found, Encoder):
        raise UserError(f"{model} is a re-ranker, which makes no vectors to search among: name an encoder.")
    return found, run


def find_model(model: str, config: RunConfig) -> tuple[Model, RunFolder | None]:
    """What `model` means (a run, a model folder or a hub name), on its device, and its run if it is one.

    Pooling, prompts and lengths of an encoder are as saved, save for those that `config` sets.
    """
    run = find_run(model, Path(config.runs_dir))
    if run is not None and not run.trained:
        raise UserError(f"{run.path} is a run that is not finished: train it first.")
    folder = Path(model)
    if run is None and folder.is_dir() and not any((folder / f).is_file() for f in ("modules.json", "config.json")):
        raise UserError(
            f"{model} is neither a run (it has no manifest.json) nor a model (no modules.json, no config.json):"
            " name a run's folder, a model folder or a hub name."
        )
    source = str(run.kept_model()) if run is not None else model
    return load_model(source, reading_of(config.model), config.model.revision).to(device_of(config)), run
