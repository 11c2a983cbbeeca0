"""What finished runs cost, by what they left behind."""

from collections.abc import Sequence
from pathlib import Path
from statistics import mean, median

from hybridir.experiments.probe import Cost
from hybridir.experiments.store import RunFolder
from hybridir.files import on_disk

_SAMPLE = 50  # runs that are looked at


def cost_of_finished(runs: Sequence[RunFolder]) -> Cost | None:
    """The mean cost of finished `runs` that trained; None where there are none. Validations, saving and loading are
    in their steps; memory is not known."""
    every = max(1, len(runs) // _SAMPLE)
    kept = [(folder, folder.manifest()) for folder in runs[::every]]
    if not kept:
        return None
    manifests = [manifest for _, manifest in kept]
    costs = [manifest["cost"] for manifest in manifests]
    records = [(path.parent, folder.evaluated(path.parent.name)) for folder, _ in kept for path in _records(folder)]
    names = {path.name for path, _ in records}
    seconds = {name: [said["seconds"] for path, said in records if path.name == name and said] for name in names}
    return Cost(
        ready=0.0,
        fixed=median(cost["seconds"] - cost["training_seconds"] for cost in costs),
        step=mean(m["cost"]["training_seconds"] / max(1, m["config"]["trainer"]["steps"]) for m in manifests),
        validation=0.0,
        save=0.0,
        evaluation={name: mean(of) for name, of in seconds.items()},
        memory=0,
        model_bytes=max(on_disk(folder.model) for folder, _ in kept),
        evaluation_bytes={name: max(on_disk(path) for path, _ in records if path.name == name) for name in names},
    )


def _records(folder: RunFolder) -> list[Path]:
    return sorted((folder.path / "eval").glob("*/evaluation.json"))
