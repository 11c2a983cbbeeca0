"""Talking to the Hugging Face hub: quick to notice that it cannot be reached, and clear about it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hybridir.errors import UserError

_PATIENCE = 5.0  # seconds for the first answer


@contextmanager
def hub_problem(name: str, kind: str) -> Iterator[None]:
    """Turn what goes wrong with hub name `name` (a "dataset" or a "model") inside the block into one sentence."""
    if not Path(name).exists():
        _check(name, kind)
    try:
        yield
    except (OSError, ValueError) as problem:
        first_line = str(problem).strip().splitlines()[0] if str(problem).strip() else type(problem).__name__
        raise UserError(f"the {kind} {name!r} could not be read: {first_line}") from problem


def _check(name: str, kind: str) -> None:
    """Ask the hub for `name` once, unless it is in the local cache of the hub or the hub is switched off."""
    import huggingface_hub
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError

    if huggingface_hub.constants.HF_HUB_OFFLINE or _is_cached(name, kind):
        return
    try:
        huggingface_hub.HfApi().repo_info(name, repo_type=kind, timeout=_PATIENCE)
    except HFValidationError as problem:
        raise UserError(f"{name!r} is neither a folder here nor a {kind} name of the form owner/name.") from problem
    except HfHubHTTPError as problem:
        raise UserError(
            f"the hub has no {kind} {name!r} that you may read ({problem.response.status_code}): check the name, or"
            " log in with `hf auth login` if it is private or gated."
        ) from problem
    except Exception as problem:  # the network layer of the hub client raises its own classes, which change
        raise UserError(
            f"the {kind} {name!r} is not a folder here, and the Hugging Face hub cannot be reached"
            f" ({type(problem).__name__}): check the spelling or the network, or give a local folder of the same layout."
        ) from problem


def _is_cached(name: str, kind: str) -> bool:
    from huggingface_hub import constants

    folder = f"{kind}s--{name.replace('/', '--')}"
    return (Path(constants.HF_HUB_CACHE) / folder / "snapshots").is_dir()
