"""Talking to the Hugging Face hub: quick to notice that it cannot be reached, and clear about it."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from hybridir.errors import UserError

_PATIENCE = 5.0  # seconds for the first answer
_REFUSED = (401, 403, 404)
_NAME = re.compile(r"(\w[\w.-]*/)?\w[\w.-]*", re.ASCII)


@contextmanager
def hub_problem(name: str, kind: str) -> Iterator[None]:
    """Turn what goes wrong with hub name `name` (a "dataset" or a "model") inside the block into one sentence."""
    refuse_absent(name, kind)
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        yield
    except LocalEntryNotFoundError as problem:
        raise UserError(
            f"the local cache of the Hugging Face hub holds the {kind} {name!r} only in part, and the hub cannot be"
            " reached: try again with a network, or give a local folder of the same layout."
        ) from problem
    except (OSError, ValueError) as problem:
        raise UserError(f"the {kind} {name!r} could not be read: {_first_line(problem)}") from problem


PAIR_FILES = ("*.parquet", "*.jsonl", "*.jsonl.gz", "README.md")
"""The files of a dataset in the hub's layout: parquet, JSON lines and the card."""


def refuse_absent(name: str, kind: str) -> None:
    """Raise UserError, in seconds, if the "dataset" or "model" `name` is no path here, nor cached, nor on the hub."""
    if not Path(name).exists():
        _check(name, kind)


def dataset_folder(name: str, revision: str | None, patterns: Sequence[str] = PAIR_FILES) -> Path:
    """The files of dataset `name` in the hub's cache, fetched if need be; without a network, what the cache holds.

    Only files that match `patterns` are fetched. Raises UserError in seconds if the hub cannot be reached.
    """
    with hub_problem(name, "dataset"):
        from huggingface_hub import snapshot_download

        return Path(snapshot_download(name, repo_type="dataset", revision=revision, allow_patterns=list(patterns)))


def _check(name: str, kind: str) -> None:
    """Ask the hub for `name` once, unless it is in the local cache of the hub."""
    from huggingface_hub import HfApi, constants
    from huggingface_hub.errors import HfHubHTTPError

    if not _NAME.fullmatch(name):
        raise UserError(
            f"{name!r} is neither a folder here nor a {kind} name of the form owner/name: name one of them."
        )
    if is_cached(name, kind):
        return
    if constants.HF_HUB_OFFLINE:
        raise UserError(
            f"the {kind} {name!r} is neither a folder here nor in the local cache of the Hugging Face hub, and the hub"
            " is switched off: unset HF_HUB_OFFLINE, or give a local folder of the same layout."
        )
    try:
        HfApi().repo_info(name, repo_type=kind, timeout=_PATIENCE)
    except HfHubHTTPError as problem:
        status = problem.response.status_code
        if status not in _REFUSED:
            sentence = f"the Hugging Face hub answered {status} for the {kind} {name!r}: try again later."
            raise UserError(sentence) from problem
        raise UserError(
            f"the Hugging Face hub has no {kind} {name!r} that you may read ({status}): check the name, or"
            " log in with `hf auth login` if it is private or gated."
        ) from problem
    except Exception as problem:  # the network layer of the hub client raises its own classes, which change
        raise UserError(
            f"the {kind} {name!r} is not a folder here, and the Hugging Face hub cannot be reached"
            f" ({type(problem).__name__}): check the spelling or the network, or give a local folder of that layout."
        ) from problem


def is_cached(name: str, kind: str) -> bool:
    """Whether the local cache of the hub holds something of `name`, a "dataset" or a "model"."""
    from huggingface_hub import constants

    snapshots = Path(constants.HF_HUB_CACHE) / f"{kind}s--{name.replace('/', '--')}" / "snapshots"
    return snapshots.is_dir() and any(snapshots.iterdir())


def _first_line(problem: Exception) -> str:
    lines = [line.strip() for line in str(problem).splitlines() if line.strip()]
    return lines[0] if lines else type(problem).__name__
