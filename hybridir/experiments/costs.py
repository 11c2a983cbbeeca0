"""The costs of the runs of a sweep by their shape: known from before, measured now, or scaled from another's."""

import hashlib
import json
import os
import platform
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

from hybridir.config.compose import plain
from hybridir.config.paths import cache_dir
from hybridir.config.schema import CrossEncoderModel, RunConfig, TransformerModel
from hybridir.experiments.past import cost_of_finished
from hybridir.experiments.plan import PlannedRun, SweepPlan
from hybridir.experiments.probe import Cost, measure
from hybridir.experiments.settled import code
from hybridir.files import read_json, write_json

_LIMIT = 120.0  # seconds of measuring in all, with what is made on the way and the sweep then finds in the cache
_TOKENS = (20, 140)  # of a query and a passage, where the configuration sets no length
_SPEED = 2e10  # operations per second of a core, where nothing could be measured
_STEP = ("batch_size", "precision", "threads", "symmetric", "validation_pairs")


class Costs:
    """What each run costs. Of runs of one shape, those with the fewest and the most languages are measured; the others
    lie between."""

    def __init__(self, plan: SweepPlan, workers: int, told: Callable[[str], None] | None) -> None:
        self._first = plan.start.config if plan.start is not None and not plan.start.done else None
        self._workers, self._told, self._left = workers, told, _LIMIT
        self._code = code()
        self._shape_of = {id(run): _shape(run.config) for run in plan.all_runs}
        self._known: dict[str, list[tuple[int, Cost]]] = {}
        shapes: dict[str, list[PlannedRun]] = {}
        finished: dict[str, list[PlannedRun]] = {}
        for run in plan.all_runs:
            if run.prepared is not None:
                (finished if run.done else shapes).setdefault(self._shape_of[id(run)], []).append(run)
        self._told_by_runs = bool(finished.keys() & shapes.keys())
        for shape, runs in sorted(shapes.items(), key=lambda item: -len(item[1])):
            past = cost_of_finished([run.folder for run in finished.get(shape, ()) if run.folder and run.languages])
            self._known[shape] = [(0, past)] if past else self._costs(_ends(runs), first=runs[0] is plan.start)
        self._measured = {shape for shape, of in self._known.items() if of}
        self._shapes = shapes
        self._found: dict[tuple[str, int], Cost] = {}

    @property
    def ready(self) -> float:
        """Seconds until a worker is ready for its first run."""
        return max((cost.ready for of in self._known.values() for _, cost in of), default=5.0)

    @property
    def memory(self) -> int:
        """Bytes that a worker takes at the most; 0 where nothing was measured."""
        return max((cost.memory for of in self._known.values() for _, cost in of), default=0)

    @property
    def basis(self) -> str:
        """What the costs rest on, in words."""
        if not self._measured:
            return "roughly: nothing could be measured here in time"
        if len(self._measured) < len(self._shapes):
            return f"{len(self._measured)} of {len(self._shapes)} kinds of run measured here, the others scaled"
        return "by the finished runs" if self._told_by_runs else "by steps and evaluations measured here"

    def of(self, run: PlannedRun) -> Cost:
        """The cost of a run of the plan."""
        key = (self._shape_of[id(run)], len(run.languages))
        if key not in self._found:
            self._found[key] = _between(self._known.get(key[0], []), key[1]) or self._scaled(run)
        return self._found[key]

    def _costs(self, ends: list[PlannedRun], first: bool) -> list[tuple[int, Cost]]:
        """Number of languages and cost of each of `ends`, as far as they are known or time allows."""
        workers = 1 if first else self._workers
        files = [self._file(run, workers) for run in ends]
        if not all(file.is_file() for file in files) and self._told is not None and self._left > 1.0:
            began = time.monotonic()
            self._told(
                f"measuring a few steps of {ends[0].config.model.kind} runs; what all runs share is made first ..."
            )
            configs = [run.config for run in ends]
            for file, cost in zip(files, measure(configs, self._first, workers, self._left), strict=False):
                write_json(file, asdict(cost))
            self._left -= time.monotonic() - began
        kept = [(run, file) for run, file in zip(ends, files, strict=True) if file.is_file()]
        return [(len(run.languages), Cost(**read_json(file))) for run, file in kept]

    def _file(self, run: PlannedRun, workers: int) -> Path:
        """Where the cost of a run is kept: by the machine, the code, and what decides it."""
        machine = (platform.node(), platform.processor(), os.cpu_count(), platform.python_version())
        named = repr((machine, self._code, _shape(run.config), run.languages, run.strategy, workers))
        return cache_dir(run.config) / "costs" / f"{hashlib.sha256(named.encode()).hexdigest()[:24]}.json"

    def _scaled(self, run: PlannedRun) -> Cost:
        """From the measured run that is most alike, by the work of a step; else from a rough speed."""
        work = _work(run.config)
        every = [(other, of[-1][1]) for shape, of in self._known.items() if of for other in self._shapes[shape][:1]]
        if not every:
            return Cost(5.0, 2.0, work / _SPEED, 1.0, 0.5, {}, 0, 0, {})
        other, cost = min(every, key=lambda item: abs(_work(item[0].config) - work))
        ratio = work / _work(other.config)
        return replace(cost, step=cost.step * ratio, validation=cost.validation * ratio)


def _ends(runs: list[PlannedRun]) -> list[PlannedRun]:
    """The trained runs with the fewest and the most languages; one of the others where none is trained."""
    trained = sorted((run for run in runs if run.languages), key=lambda run: len(run.languages)) or runs[:1]
    return trained[:1] if len(trained[0].languages) == len(trained[-1].languages) else [trained[-1], trained[0]]


def _between(known: list[tuple[int, Cost]], languages: int) -> Cost | None:
    """The cost for a number of languages, from those of one or two such numbers."""
    if len(known) < 2:
        return known[0][1] if known else None
    (most, dear), (fewest, cheap) = known
    share = min(1.0, max(0.0, (languages - fewest) / (most - fewest)))
    seconds = {
        name: getattr(cheap, name) + share * (getattr(dear, name) - getattr(cheap, name))
        for name in ("fixed", "step", "validation")
    }
    return replace(dear, **seconds)


def _shape(config: RunConfig) -> str:
    """What decides the cost of a run, beside its languages."""
    said = plain(config)
    model = said["model"] | {"init": config.model.init is not None}
    trainer = {name: said["trainer"][name] for name in _STEP}
    parts = ("data", "replay", "augment", "texts", "benchmark", "rerank", "data_root", "cache_dir")
    return json.dumps([model, trainer, *(said[name] for name in parts), config.executor.device], sort_keys=True)


def _work(config: RunConfig) -> float:
    """Floating-point operations of one step."""
    return config.trainer.batch_size * _work_per_pair(config)


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
