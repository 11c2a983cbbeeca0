"""`hybridir eval`: benchmarks on a run, a model folder or a hub name."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from hybridir.commands.train import bar
from hybridir.config.compose import load_config
from hybridir.config.schema import RunConfig
from hybridir.encoders.base import Encoder
from hybridir.encoders.io import load_encoder
from hybridir.errors import UserError
from hybridir.experiments.model import device_of
from hybridir.experiments.run import evaluate_encoder
from hybridir.experiments.store import RunFolder, find_run


def evaluate_model(model: str, overrides: Sequence[str], out: Path | None, save_run: bool) -> Path:
    """Evaluate `model` on every benchmark of the configuration; returns the folder that holds `eval/`."""
    config = load_config(overrides)
    if not config.benchmark:
        raise UserError("there is no benchmark to evaluate on: name one with --benchmark.")
    encoder, run = find_encoder(model, config)
    target = out or (run.path if run is not None else Path(config.results_dir) / Path(model).name)
    trained = run.manifest()["languages"] if run is not None else None
    name = run.key if run is not None else Path(model).name
    with bar(Console(stderr=True)) as report:
        for benchmark in config.benchmark:
            folder = target / "eval" / benchmark
            evaluate_encoder(encoder, benchmark, config, name, folder, report, trained, save_run)
    return target


def find_encoder(model: str, config: RunConfig) -> tuple[Encoder, RunFolder | None]:
    """The encoder that `model` means (a run, a model folder or a hub name), on its device, and its run if it is one."""
    run = find_run(model, Path(config.runs_dir))
    if run is not None and not run.trained:
        raise UserError(f"{run.path} is a run that is not finished: train it first.")
    folder = Path(model)
    if run is None and folder.is_dir() and not any((folder / f).is_file() for f in ("modules.json", "config.json")):
        raise UserError(
            f"{model} is neither a run (it has no manifest.json) nor a model (no modules.json, no config.json):"
            " name a run's folder, a model folder or a hub name."
        )
    return load_encoder(str(run.model) if run is not None else model).to(device_of(config)), run
