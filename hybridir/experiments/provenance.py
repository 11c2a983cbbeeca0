"""Where the results of a sweep come from: versions, machines, data, benchmarks, and every setting (law 7)."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from hybridir.benchmarks.registry import is_parallel, load_benchmark, origin
from hybridir.config.paths import cache_dir, data_root
from hybridir.experiments.plan import PlannedRun, SweepPlan
from hybridir.experiments.settings import flat, parted
from hybridir.experiments.store import RunFolder

_DESIGN = ("languages.", "budget.", "seed")
"""Settings that the `design` of each point says."""

_OF_BENCHMARKS = ("kind", "candidates", "corpus", "split", "languages", "directions", "depth", "index")


def settings_of(plan: SweepPlan) -> dict[str, Any]:
    """What `plan.json` says of settings: those that all runs have alike, those that vary with their values (save what
    the design of a point says), and those in which the first stage differs."""
    same, varies = parted([point.run.config for point in plan.points])
    first = flat(plan.start.config) if plan.start is not None else {}
    return {
        "settings": same,
        "varies": {name: values for name, values in varies.items() if not name.startswith(_DESIGN)},
        "first_stage": {name: value for name, value in first.items() if name not in same or same[name] != value},
    }


def benchmarks_of(plan: SweepPlan) -> dict[str, dict[str, Any]]:
    """Of each benchmark: what it is, whether it is parallel, where it is read from, and its fingerprint in the first
    finished run (None before there is one)."""
    found: dict[str, dict[str, Any]] = {}
    for run in plan.runs:
        for name, config in run.config.benchmark.items():
            known = found.get(name)
            if known is None:
                loaded = load_benchmark(config, data_root(run.config), cache_dir(run.config))
                said = {field: getattr(config, field) for field in _OF_BENCHMARKS}
                where = origin(config, data_root(run.config))
                known = said | {"parallel": is_parallel(loaded), "origin": where, "fingerprint": None}
                found[name] = known
            if known["fingerprint"] is None and run.folder is not None:
                record = run.folder.evaluated(name)
                known["fingerprint"] = record["fingerprint"] if record is not None else None
    return found


def provenance(runs: Sequence[PlannedRun]) -> dict[str, list[dict[str, Any]]]:
    """Of finished `runs`: by `versions.torch`, `hardware.cpu`, `fingerprints.data`, `benchmarks.xquad_r` and such, each
    distinct value with the number of runs that have it, the commonest first."""
    counts: dict[str, Counter[str]] = {}
    for run in runs:
        assert isinstance(run.folder, RunFolder)
        for name, value in _facts(run.folder, run):
            counts.setdefault(name, Counter())["none" if value is None else str(value)] += 1
    return {
        name: [{"value": value, "runs": number} for value, number in of.most_common()] for name, of in counts.items()
    }


def _facts(folder: RunFolder, run: PlannedRun) -> Iterator[tuple[str, Any]]:
    manifest = folder.manifest()
    for section in ("versions", "hardware", "fingerprints"):
        for name, value in manifest[section].items():
            yield f"{section}.{name}", value
    for name in run.config.benchmark:
        record = folder.evaluated(name)
        if record is not None:
            yield f"benchmarks.{name}", record["fingerprint"]
