"""The settings of runs as plain names and values: which of them a sweep keeps, and which it varies."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hybridir.config.compose import plain
from hybridir.config.schema import RunConfig

WHERE = ("runs_dir", "results_dir", "data_root", "cache_dir", "executor")
"""Settings that say where things lie and run, and nothing of what comes out."""


def flat(config: RunConfig) -> dict[str, Any]:
    """All settings by name (`trainer.steps`), without those that say where things lie; lists stay lists."""
    return dict(_leaves("", {name: value for name, value in plain(config).items() if name not in WHERE}))


def parted(configs: Sequence[RunConfig]) -> tuple[dict[str, Any], dict[str, list[Any]]]:
    """The settings that are the same in all of `configs`, and the others with their distinct values, in order.

    A setting that a configuration does not have, such as one of another kind of model, counts as None there.
    """
    settings = [flat(config) for config in configs]
    names = dict.fromkeys(name for of in settings for name in of)
    values = {name: distinct([of.get(name) for of in settings]) for name in names}
    same = {name: found[0] for name, found in values.items() if len(found) == 1}
    return same, {name: found for name, found in values.items() if len(found) > 1}


def distinct(values: Sequence[Any]) -> list[Any]:
    """Each of `values` once, in order; they may be lists."""
    return list({repr(value): value for value in values}.values())


def _leaves(prefix: str, settings: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in settings.items():
        if isinstance(value, Mapping) and value:
            yield from _leaves(f"{prefix}{name}.", value)
        else:
            yield f"{prefix}{name}", value
