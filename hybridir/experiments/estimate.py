"""What a sweep will take: from finished runs of the same kind where there are any, else from the machine's speed."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from hybridir.config.schema import CrossEncoderModel, RunConfig, TransformerModel
from hybridir.experiments.once import Once
from hybridir.experiments.plan import PlannedRun
from hybridir.experiments.standing import missing_evaluations
from hybridir.experiments.store import RunFolder

_START = 5.0  # seconds a worker needs before its first run
_TOKENS = (20, 140)  # of a query and a passage, where the configuration sets no length
_EVALUATION = 15.0  # seconds per benchmark, before one has been measured


@dataclass(frozen=True)
class Estimate:
    """Seconds of work that are left, on one worker; `measured` says whether finished runs were the yardstick."""

    seconds: float
    measured: bool


def estimate(runs: Iterable[PlannedRun]) -> Estimate:
    """What the runs that are not finished will take."""
    history = _History()
    total, measured = 0.0, True
    for run in runs:
        if run.done:
            continue
        seconds, known = _training(run, history)
        evaluations = list(run.config.benchmark)
        if run.folder is not None:
            evaluations = missing_evaluations(run.folder, run.config, run.once)
        total += seconds + sum(history.evaluation(run.config, name) for name in evaluations)
        measured = measured and known
    return Estimate(total + (_START if total else 0.0), measured)


class _History:
    """Costs of the finished runs of a store."""

    def __init__(self) -> None:
        self._manifests: dict[Path, list[tuple[RunFolder, dict[str, Any]]]] = {}
        self._once = Once()

    def runs(self, config: RunConfig) -> list[tuple[RunFolder, dict[str, Any]]]:
        store = Path(config.runs_dir)
        if store not in self._manifests:
            folders = [RunFolder(path.parent) for path in sorted(store.glob("*/manifest.json"))]
            self._manifests[store] = [(folder, folder.manifest()) for folder in folders]
        return self._manifests[store]

    def seconds_per_pair(self, config: RunConfig) -> float | None:
        """Median over finished runs with the same kind of model, data, threads and precision."""
        trainer = config.trainer
        same = ("rate", config.runs_dir, config.model.kind, config.data.name, trainer.threads, trainer.precision)
        return self._once(same, lambda: self._rate(config))

    def _rate(self, config: RunConfig) -> float | None:
        rates = []
        for _, manifest in self.runs(config):
            was, cost = manifest["config"], manifest["cost"]
            same_model = _kind(manifest) == config.model.kind and was["data"]["name"] == config.data.name
            pairs = was["trainer"]["steps"] * was["trainer"]["batch_size"]
            same = all(was["trainer"][name] == getattr(config.trainer, name) for name in ("threads", "precision"))
            if same_model and same and manifest["languages"] and pairs:
                rates.append(cost["training_seconds"] / pairs)
        return median(rates) if rates else None

    def evaluation(self, config: RunConfig, benchmark: str) -> float:
        """Median seconds of evaluating models of the same kind on `benchmark` so far."""
        same = ("evaluation", config.runs_dir, config.model.kind, benchmark)
        return self._once(same, lambda: self._evaluation(config, benchmark))

    def _evaluation(self, config: RunConfig, benchmark: str) -> float:
        alike = [folder for folder, manifest in self.runs(config) if _kind(manifest) == config.model.kind]
        records = [record for folder in alike if (record := folder.evaluated(benchmark)) is not None]
        return median(record["seconds"] for record in records) if records else _EVALUATION


def _kind(manifest: dict[str, Any]) -> str:
    return str(manifest["config"]["model"]["kind"])


def _training(run: PlannedRun, history: _History) -> tuple[float, bool]:
    if not run.languages or (run.folder is not None and run.folder.trained):
        return 0.0, True
    trainer = run.config.trainer
    pairs = trainer.steps * trainer.batch_size
    known = history.seconds_per_pair(run.config)
    if known is not None:
        return pairs * known, True
    return pairs * _work_per_pair(run.config) / _speed(trainer.threads), False


def _work_per_pair(config: RunConfig) -> float:
    """Floating-point operations of one pair, forward and backward: 6 per parameter and token."""
    model = config.model
    if isinstance(model, CrossEncoderModel):
        # the query is read with its passage, and with each that does not answer it
        return _transformer_work(model, (1 + model.negatives) * min(model.length, sum(_TOKENS)))
    query, passage = model.query_length, model.passage_length
    tokens = min(query or _TOKENS[0], _TOKENS[0]) + min(passage or _TOKENS[1], _TOKENS[1])
    if isinstance(model, TransformerModel):
        return _transformer_work(model, tokens)
    # reading, writing and updating a row of the table is bound by memory: as costly as some 300 operations each
    return 300.0 * tokens * model.dim


def _transformer_work(model: TransformerModel | CrossEncoderModel, tokens: int) -> float:
    per_layer = 4 * model.hidden**2 + 2 * model.hidden * model.intermediate
    return 6.0 * tokens * (model.encoder_parameters or model.layers * per_layer)


@cache
def _speed(threads: int) -> float:
    """Operations per second of this machine, from one product of matrices; measured once per process."""
    import torch

    torch.set_num_threads(threads)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    side = 4096 if device == "cuda" else 768
    matrix = torch.from_numpy(np.ones((side, side), dtype=np.float32)).to(device)
    times = []
    for _ in range(4):
        began = time.perf_counter()
        float((matrix @ matrix)[0, 0])
        times.append(time.perf_counter() - began)
    return 2 * side**3 / min(times)
