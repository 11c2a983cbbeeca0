"""From a sweep to its runs: which there are, which points of the sweep each serves, and what is left out and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product, starmap
from typing import Any

from hybridir.batching.plan import drawn_from, missing_pools
from hybridir.config.composer import Composer
from hybridir.config.key import KEY_LENGTH
from hybridir.config.paths import cache_dir, data_root
from hybridir.config.schema import RunConfig
from hybridir.data.pools import counted_pools
from hybridir.data.rows import Direction
from hybridir.data.sources import collection_of
from hybridir.data.swim_ir import released_sizes
from hybridir.errors import UserError
from hybridir.experiments.once import Once
from hybridir.experiments.prepare import Prepared, prepare, training_languages
from hybridir.experiments.standing import finished, folder_of
from hybridir.experiments.store import RUN_PREFIX, RunFolder
from hybridir.experiments.sweep import SweepSpec, overrides
from hybridir.languages.catalog import describe

_WHERE = ("runs_dir", "results_dir", "data_root", "cache_dir", "executor")
LANGUAGE_AXES = ("languages.count", "languages.listed")
LANGUAGE_COLUMNS = ("languages", "set")
"""What these axes become in `results.csv`."""


@dataclass(frozen=True)
class PlannedRun:
    """A run of a sweep. `prepared` is None where the data are not at hand; then there is no key either.

    `once` is what the runs of a plan share; whether benchmarks have changed is asked once per plan.
    """

    config: RunConfig
    languages: list[str]
    prepared: Prepared | None
    once: Once = field(default_factory=Once, compare=False, repr=False)

    @property
    def folder(self) -> RunFolder | None:
        return folder_of(self.prepared) if self.prepared is not None else None

    @property
    def key(self) -> str:
        return self.prepared.key[:KEY_LENGTH] if self.prepared is not None else ""

    @cached_property
    def sizes(self) -> dict[Direction, int]:
        """Pairs per direction that it draws from; empty where it does not train, or the data are not at hand."""
        if self.prepared is None or not self.languages:
            return {}
        return drawn_from(self.prepared.pools, self.config.sampling).sizes()

    @property
    def strategy(self) -> str:
        """How it trains, in a word or two."""
        return self.config.sampling.strategy if self.languages else "no training"

    @property
    def done(self) -> bool:
        folder = self.folder
        return folder is not None and finished(folder, self.config, self.once)


@dataclass(frozen=True)
class Point:
    """One combination of the axes, as the columns of `results.csv` name it, and the run that answers it."""

    axes: Mapping[str, Any]
    run: PlannedRun


@dataclass(frozen=True)
class SweepPlan:
    """All points of a sweep; `start` is the run that the others start from, `left_out` the points that cannot be.

    `command` is the command line that asks for it, where that is known.
    """

    spec: SweepSpec
    start: PlannedRun | None
    points: list[Point]
    left_out: list[tuple[Mapping[str, Any], str]]
    command: str = ""

    @property
    def runs(self) -> list[PlannedRun]:
        """The distinct runs of the points: several points may share one."""
        distinct: dict[str, PlannedRun] = {}
        for number, point in enumerate(self.points):
            distinct.setdefault(point.run.key or str(number), point.run)
        return list(distinct.values())

    @property
    def all_runs(self) -> list[PlannedRun]:
        """The first stage, where there is one, and the runs of the points."""
        return [*([self.start] if self.start is not None else []), *self.runs]


def plan_sweep(spec: SweepSpec, extra: Sequence[str] = (), data_needed: bool = True) -> SweepPlan:
    """Compose and name every run; `extra` are overrides from the command line, and win.

    Without `data_needed`, SWIM-IR that is not at hand is planned by the counts in the catalogue, and other data by
    the languages that the sweep lists.
    """
    _refuse_axes(spec, extra)
    base, start = dict(spec.base), None
    composer, once = Composer(), Once()
    if spec.start is not None:
        stage = [*overrides(_first_stage(spec)), *_everywhere(extra), "executor.keep_models=true"]
        start = _planned(composer.load(stage), data_needed, once)
        if start.prepared is not None:
            base["model.init"] = f"{RUN_PREFIX}{start.key}"
    points: list[Point] = []
    left_out: list[tuple[Mapping[str, Any], str]] = []
    seen: set[str] = set()
    for combination in spec.combinations():
        config = composer.load([*overrides(base | spec.settings(combination)), *extra])
        run = _planned(config, data_needed, once)
        columns = _columns(spec, combination, run)
        if str(columns) in seen:  # such as 8 and all, where all are 8
            continue
        seen.add(str(columns))
        reason = _reason_to_leave_out(run)
        if reason is None:
            points.append(Point(columns, run))
        else:
            left_out.append((columns, reason))
    if not points:
        raise UserError(
            f"the sweep {spec.name} has no point that can be run: {left_out[0][1] if left_out else 'all are excluded'}."
        )
    return SweepPlan(spec, start, points, left_out)


def _first_stage(spec: SweepSpec) -> dict[str, Any]:
    """The settings of the first stage: those of all runs, but where it chooses a group anew it starts afresh."""
    assert spec.start is not None
    return {name: value for name, value in spec.base.items() if name.split(".")[0] not in spec.start} | dict(spec.start)


def _planned(config: RunConfig, data_needed: bool, once: Once) -> PlannedRun:
    sizes = None if data_needed else _expected_sizes(config)
    if sizes is not None and not _at_hand(f"{config.data} {config.data_root}", config):
        known = {code: describe(code) for direction in sizes for code in direction}
        return PlannedRun(config, training_languages(config, known, sizes), None, once)
    prepared = prepare(config, data_needed, once)
    return PlannedRun(config, prepared.languages, prepared, once)


def _expected_sizes(config: RunConfig) -> dict[Direction, int] | None:
    """Pairs per direction as far as they are known without the data; None where nothing is."""
    if config.data.name == "swim_ir":
        return released_sizes()
    if config.languages.order == "listed":  # nothing is known of their pairs but that there should be some
        return dict.fromkeys(starmap(Direction, product(config.languages.listed, repeat=2)), 1)
    return None


_KNOWN_AT_HAND: dict[str, bool] = {}


def _at_hand(description: str, config: RunConfig) -> bool:
    """Whether the data can be read here; asked once per process, since the answer may take the network."""
    if description not in _KNOWN_AT_HAND:
        try:
            collection_of(config.data, data_root(config), cache_dir(config))
            _KNOWN_AT_HAND[description] = True
        except UserError:
            _KNOWN_AT_HAND[description] = False
    return _KNOWN_AT_HAND[description]


def _reason_to_leave_out(run: PlannedRun) -> str | None:
    if not run.languages:
        return None
    if run.prepared is not None:
        return missing_pools(run.prepared.pools, run.config.sampling)
    return missing_pools(counted_pools(_expected_sizes(run.config) or {}, run.languages), run.config.sampling)


def _refuse_axes(spec: SweepSpec, extra: Sequence[str]) -> None:
    """An override of an axis would make all its points the same run, under different names."""
    for entry in extra:
        name = entry.split("=", 1)[0].lstrip("+~")
        if spec.sets(name):
            raise UserError(f"{entry} sets an axis of the sweep {spec.name}: change the axis in its file instead.")


def _columns(spec: SweepSpec, combination: Mapping[str, Any], run: PlannedRun) -> dict[str, Any]:
    """The axes as columns: the number of languages in place of how it was asked for, and the set where sizes repeat."""
    sizes = [len(languages) for languages in spec.axes.get("languages.listed", [])]
    columns: dict[str, Any] = {}
    for axis, value in combination.items():
        if axis in LANGUAGE_AXES:
            columns["languages"] = len(run.languages)
            if len(set(sizes)) < len(sizes):
                columns["set"] = "+".join(value)
        else:
            columns[axis] = "+".join(map(str, value)) if isinstance(value, list) else value
    return columns


def _everywhere(extra: Sequence[str]) -> list[str]:
    """Of the overrides on the command line, those that say where things lie and run: the first stage takes them too."""
    return [entry for entry in extra if entry.split("=")[0].split(".")[0] in _WHERE]


def axis_names(plan: SweepPlan) -> list[str]:
    """The columns of the axes, in order."""
    return list(plan.points[0].axes)
