"""The manifest of a run: everything needed to know and repeat it (law 7)."""

import hashlib
import os
import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch

from hybridir.config.compose import plain
from hybridir.encoders.base import Encoder
from hybridir.experiments.prepare import Prepared

_PACKAGES = ("hybridir", "torch", "transformers", "tokenizers", "datasets", "numpy", "pyarrow", "hydra-core")


def make_manifest(
    prepared: Prepared, encoder: Encoder, plan: str, cost: Mapping[str, float], model: Path
) -> dict[str, Any]:
    """What `manifest.json` holds."""
    return {
        "key": prepared.key,
        "config": plain(prepared.config),
        "languages": prepared.languages,
        "pairs": {str(direction): size for direction, size in prepared.pools.sizes().items()},
        "fingerprints": prepared.fingerprints,
        "batch_plan": plan,
        "model": {
            "parameters": sum(parameter.numel() for parameter in encoder.parameters()),
            "dim": encoder.dim,
            "prompts": dict(encoder.prompts),
            "max_length": dict(encoder.max_length),
            "weights_sha256": weights_hash(model),
        },
        "cost": dict(cost),
        "versions": {"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}},
        "hardware": hardware(),
    }


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
