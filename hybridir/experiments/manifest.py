"""The manifest of a run: everything needed to know and repeat it (law 7)."""

import hashlib
import os
import platform
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd
import torch

from hybridir.batching.plan import drawn_from
from hybridir.config.compose import plain
from hybridir.data.overlaps import REASONS
from hybridir.data.pairs import PairTable
from hybridir.encoders.base import Trainable
from hybridir.experiments.overlap import Selected
from hybridir.experiments.prepare import Prepared
from hybridir.files import write_atomic

_PACKAGES = ("hybridir", "torch", "transformers", "tokenizers", "datasets", "numpy", "pyarrow", "hydra-core")

_LISTED = 1000  # overlapping pairs
_OVERLAP = "overlap.csv"


def make_manifest(
    prepared: Prepared, trained: Trainable, plan: str, cost: Mapping[str, float], model: Path
) -> dict[str, Any]:
    """What `manifest.json` holds."""
    return {
        "key": prepared.key,
        "config": plain(prepared.config),
        "languages": prepared.languages,
        "pairs": {str(d): size for d, size in drawn_from(prepared.pools, prepared.config.sampling).sizes().items()},
        "fingerprints": prepared.fingerprints,
        "batch_plan": plan,
        "model": {
            "parameters": sum(parameter.numel() for parameter in trained.parameters()),
            **trained.settings(),
            "weights_sha256": weights_hash(model),
        },
        "cost": dict(cost),
        "versions": versions(),
        "hardware": hardware(),
    }


def overlap_record(prepared: Prepared, folder: Path) -> dict[str, Any]:
    """What the manifest says of the overlap of training pairs with benchmarks: for the data, and the replay collection
    where there is one, how many overlap with each by which reason, and the pairs themselves.

    Only the first 1000 are listed; where there are more, all are written to `overlap.csv` in `folder`.
    """
    sides = {"data": (prepared.collection, prepared.selected)}
    if prepared.replay is not None:
        sides["replay"] = (prepared.replay, prepared.replay_selected)
    rows = [row for use, (collection, of) in sides.items() for row in _overlapping(use, collection.train, of)]
    record: dict[str, Any] = {
        use: {"by": {overlap.benchmark: overlap.counts() for overlap in of.found}, "unchecked": of.unchecked}
        for use, (_, of) in sides.items()
    }
    if len(rows) > _LISTED:
        write_atomic(folder / _OVERLAP, pd.DataFrame(rows).to_csv(index=False))
    dropped = {use: len(of.dropped) for use, (_, of) in sides.items()}
    return record | {"dropped": dropped, "pairs": rows[:_LISTED], "all": _OVERLAP if len(rows) > _LISTED else None}


def _overlapping(use: str, table: PairTable, selected: Selected) -> Iterator[dict[str, Any]]:
    """The pairs that overlap: direction, place in it (from 0), parallel id, benchmark and reason."""
    order = list(table.directions)
    for overlap in selected.found:
        directions = [order[place] for place in table.direction_of(overlap.rows)]
        pids = table.texts("pid", overlap.rows)
        for direction, row, pid, reason in zip(directions, overlap.rows.tolist(), pids, overlap.reasons, strict=True):
            yield {
                "of": use,
                "direction": str(direction),
                "row": row - table.directions[direction].start,
                "pid": pid,
                "benchmark": overlap.benchmark,
                "reason": REASONS[reason],
            }


@cache
def versions() -> dict[str, str]:
    """Of Python and the packages that a result may depend on."""
    return {"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}}


def hardware() -> dict[str, Any]:
    """The machine in words."""
    gpu = torch.cuda.get_device_name() if torch.cuda.is_available() else None
    return {"machine": platform.machine(), "cpu": _cpu_name(), "cores": os.cpu_count(), "gpu": gpu}


def weights_hash(model: Path) -> str:
    """SHA-256 over the weight files of a model folder: equal for bit-for-bit equal models."""
    digest = hashlib.sha256()
    for path in sorted(model.rglob("*.safetensors")):
        digest.update(path.relative_to(model).as_posix().encode())
        with open(path, "rb") as content:
            digest.update(hashlib.file_digest(content, "sha256").digest())
    return digest.hexdigest()


def _cpu_name() -> str:
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text(encoding="utf8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor()
