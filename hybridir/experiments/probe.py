"""What a run costs here: a few real steps and a real evaluation in worker processes of their own, as many at a time as
the sweep will have, since they share memory and cores."""

import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from pathlib import Path
from statistics import mean, median
from typing import TYPE_CHECKING, Any

from hybridir.config.compose import from_plain, plain
from hybridir.config.schema import RunConfig
from hybridir.experiments.once import Once
from hybridir.files import on_disk

if TYPE_CHECKING:
    from hybridir.encoders.base import Encoder, Tokens
    from hybridir.experiments.evaluation import Model
    from hybridir.experiments.prepare import Prepared

_STEPS, _SECONDS = 60, 0.7  # at most that many steps, and about that long, are timed
_AHEAD = 20.0  # seconds at the most in which the tokens of these steps are made before
_WARM = 3  # steps before the clock counts, where they are short
_LONG = 1.0  # seconds of a step that needs no more than one before it
_SAMPLE = 64  # texts of each language that a slow encoder encodes; the others count by their tokens


@dataclass(frozen=True)
class Cost:
    """Seconds of one run: once (`fixed`), per `step`, per `validation`, per `save` of the model, and per evaluation by
    benchmark; seconds until a worker is `ready`; bytes of memory at the most, of the model, and of each evaluation."""

    ready: float
    fixed: float
    step: float
    validation: float
    save: float
    evaluation: dict[str, float]
    memory: int
    model_bytes: int
    evaluation_bytes: dict[str, int]


def measure(configs: Sequence[RunConfig], first: RunConfig | None, workers: int, limit: float) -> list[Cost]:
    """The costs of the runs of `configs`, as many of them as the workers can tell in `limit` seconds; a run that
    cannot be started ends the list. Several workers share the runs among them.

    Where they start from a run that is not there yet, they are measured on the untrained model of that run's
    configuration, `first`. One worker makes what all share before the others go on. What is made in the cache stays
    there, for the sweep.
    """
    context = multiprocessing.get_context("spawn")
    pipes, processes, made = [], [], context.Event()
    deadline = time.monotonic() + limit
    sections = [plain(config) for config in configs]
    alone = workers == 1
    try:
        for number in range(workers):
            ours, theirs = context.Pipe()
            start = plain(first) if first is not None else None
            runs = sections if alone else [sections[number % len(sections)]]
            arguments = (theirs, runs, start, time.time(), made, number == 0, alone)
            process = context.Process(target=_probe, args=arguments, daemon=True)
            process.start()
            theirs.close()
            pipes.append(ours)
            processes.append(process)
        of_each = (pipes if alone else pipes[number :: len(configs)] for number in range(len(configs)))
        return [_mean(costs) for costs in takewhile(bool, (_heard(of, deadline) for of in of_each))]
    finally:
        for process in processes:
            process.kill()
            process.join()


def _heard(pipes: Sequence[Connection], deadline: float) -> list[Cost]:
    """What each worker says of one run; nothing where one of them does not, in time."""
    heard: list[Cost] = []
    for pipe in pipes:
        try:
            if not pipe.poll(max(0.0, deadline - time.monotonic())):
                return []
            heard.append(pipe.recv())
        except (EOFError, OSError):  # it could not be started: the sweep will say why
            return []
    return heard


def _mean(costs: Sequence[Cost]) -> Cost:
    seconds = ("ready", "fixed", "step", "validation", "save")
    means = {name: mean(getattr(cost, name) for cost in costs) for name in seconds}
    evaluation = {name: mean(cost.evaluation[name] for cost in costs) for name in costs[0].evaluation}
    return replace(costs[0], **means, evaluation=evaluation, memory=max(cost.memory for cost in costs))


def _probe(
    pipe: Connection,
    runs: Sequence[dict[str, Any]],
    first: dict[str, Any] | None,
    began: float,
    made: Event,
    leads: bool,
    alone: bool,
) -> None:
    """The life of a probe: it sends a `Cost` for each of `runs`; one that fails, or takes too long, ends it.

    The one that `leads` makes what all share, and says so by `made`, which the others wait for.
    """
    import torch
    import torch._dynamo  # which the first optimizer would import

    from hybridir.errors import RunFailed, UserError
    from hybridir.experiments.prepare import prepare

    ready = time.time() - began
    if not leads:
        made.wait()
    once = Once()
    warm: set[str] = set()  # languages whose texts are in the cache by now
    try:
        origin = prepare(from_plain(first), once=once) if first is not None else None
        for sections in runs:
            config = from_plain(sections)
            torch.set_num_threads(config.trainer.threads)
            prepared = prepare(config, once=once)
            if leads and not warm.issuperset(prepared.languages):
                _fill_cache(prepared, origin or prepared)
                warm.update(prepared.languages)
            made.set()
            cost = replace(_cost(prepared, origin or prepared), ready=ready)
            # to make what all share takes more memory than any run: the others tell what these take
            pipe.send(replace(cost, memory=0) if leads and not alone else cost)
    except (RunFailed, UserError):  # the sweep will say so
        return


def _fill_cache(prepared: "Prepared", origin: "Prepared") -> None:
    """Make what a run finds made by others: tokens, overlaps, the texts of benchmarks."""
    with tempfile.TemporaryDirectory() as scratch:
        model, *_ = _trained(prepared, origin, Path(scratch) / "run", steps=1)
        for name in prepared.config.benchmark:
            _evaluated(model, name, prepared.config, Path(scratch) / name, sample=1)


def _cost(prepared: "Prepared", origin: "Prepared") -> Cost:
    from hybridir.encoders.static import StaticEncoder

    config = prepared.config
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        model, step, validation, fixed = _trained(prepared, origin, folder / "run", _STEPS)
        since = time.perf_counter()
        model.save(folder / "model")
        save = time.perf_counter() - since
        sample = None if isinstance(model, StaticEncoder) else _SAMPLE
        evaluation = {name: _evaluated(model, name, config, folder / name, sample) for name in config.benchmark}
        return Cost(
            ready=0.0,
            fixed=fixed,
            step=step,
            validation=validation,
            save=save,
            evaluation=evaluation,
            memory=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
            model_bytes=on_disk(folder / "model"),
            evaluation_bytes={name: on_disk(folder / name) for name in evaluation},
        )


class _Enough(Exception):
    """Enough steps are timed."""


def _trained(prepared: "Prepared", origin: "Prepared", folder: Path, steps: int) -> "tuple[Model, float, float, float]":
    """A model after up to `steps` steps; seconds per step, per validation, and until the first step."""
    from hybridir.experiments.augment import switched_texts
    from hybridir.experiments.model import device_of, starting_model
    from hybridir.experiments.run import learning, make_plan
    from hybridir.training.loop import train

    began = time.perf_counter()
    model = starting_model(origin).to(device_of(prepared.config))
    if not prepared.languages:
        return model, 0.0, 0.0, time.perf_counter() - began
    plan = make_plan(prepared)
    plan.fingerprint(prepared.config.trainer.steps)
    objective, check = learning(prepared, model, switched_texts(prepared))
    paused = time.perf_counter()
    for number in takewhile(lambda _: time.perf_counter() - paused < _AHEAD, range(_STEPS)):
        objective.prepare(plan.batch(number))
    began += time.perf_counter() - paused
    times: list[float] = []

    def told(done: int) -> None:
        times.append(time.perf_counter())
        warm = _warm(times)
        if len(times) >= steps or (len(times) > 2 * warm and times[-1] - times[warm] > _SECONDS):
            raise _Enough

    trainer = replace(prepared.config.trainer, validate_every=None, checkpoint_every=1 << 40)
    with suppress(_Enough):
        train(model, plan, objective, trainer, prepared.config.seed, folder, check, told)
    gaps = [later - sooner for sooner, later in pairwise(times)][_warm(times) - 1 :]
    step = mean(gaps) if gaps else times[0] - began
    since = time.perf_counter()
    check()
    return model, step, time.perf_counter() - since, max(0.0, times[0] - began - (median(gaps) if gaps else 0.0))


def _warm(times: Sequence[float]) -> int:
    """How many of the first steps do not count: of those whose ends are `times`."""
    return 1 if len(times) > 2 and times[2] - times[1] > _LONG else _WARM


def _evaluated(model: "Model", name: str, config: RunConfig, folder: Path, sample: int | None) -> float:
    """Seconds of the evaluation on benchmark `name`; only `sample` texts of each language are encoded, if it is set."""
    from hybridir.benchmarks.base import Benchmark
    from hybridir.benchmarks.registry import load_benchmark
    from hybridir.config.paths import cache_dir, data_root
    from hybridir.encoders.base import Encoder
    from hybridir.experiments.evaluation import evaluate_on

    benchmark = load_benchmark(config.benchmark[name], data_root(config), cache_dir(config))
    if not isinstance(model, Encoder) or not isinstance(benchmark, Benchmark) or benchmark.candidates is not None:
        return float("nan")  # hours, perhaps: not tried here
    sampled = _Sampled(model, sample) if sample is not None else None
    if sampled is not None:
        model.encode_tokens = sampled  # type: ignore[method-assign]
    began = time.perf_counter()
    evaluate_on(model, name, config, "probe", folder, lambda progress: None, trained=[])
    return time.perf_counter() - began + (sampled.unspent if sampled is not None else 0.0)


class _Sampled:
    """Encodes a few of the texts, and makes up the rest; `unspent` are the seconds that all would have taken more."""

    def __init__(self, encoder: "Encoder", sample: int) -> None:
        self._encode: Callable[..., Any] = type(encoder).encode_tokens.__get__(encoder)
        self._dim, self._sample, self.unspent = encoder.dim, sample, 0.0

    def __call__(self, tokens: "Tokens", *more: Any, **named: Any) -> Any:
        import numpy as np

        dice = np.random.default_rng(len(tokens))
        chosen = np.sort(dice.permutation(len(tokens))[: self._sample])
        began = time.perf_counter()
        part = tokens.take(chosen)
        encoded = self._encode(part, *more, **named)
        share = max(1, int(part.lengths.sum())) / max(1, int(tokens.lengths.sum()))
        self.unspent += (time.perf_counter() - began) * (1 / share - 1)
        vectors = dice.standard_normal((len(tokens), self._dim), dtype=np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors[chosen] = encoded
        return vectors
