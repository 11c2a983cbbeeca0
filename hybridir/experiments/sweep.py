"""A sweep: a YAML file whose axes multiply into points.

```yaml
name: quick
title: How many languages?
base: {data: artificial, trainer.steps: 300}     # overrides of every run
axes:                                            # every combination is a point
  sampling: [monolingual, hybrid]
  languages.count: [0, 1, 2, 4, all]
  arm:                                           # or choices with names, each some overrides
    total: {budget.total: 20000}
    per_language: {budget.per_language: 1000}
  seed: [0, 1]
exclude:                                         # points left out, with all that match
  - {sampling: hybrid, languages.count: 1}
start: {data: parallel_sentences}                # a first run that all others start from
expected: {source: arXiv ..., ...}               # what a paper reports of these points: see `expected`
```
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

import yaml

from hybridir.config.compose import packaged
from hybridir.errors import UserError
from hybridir.evaluation.results import Result
from hybridir.experiments.expected import Expected, parse_expected

_KNOWN = ("name", "title", "base", "axes", "exclude", "start", "expected")

_COLUMNS = ("languages", "set", "trained", "run", *Result._fields)
"""Of `results.csv`, beside the axes: an axis of that name would be taken for it, or lose its own values."""


@dataclass(frozen=True)
class SweepSpec:
    """A sweep as its file says it. `base`, `start` and each combination of `axes` are overrides.

    An axis in `choices` has names for values, `choices[axis][name]` being the overrides that a name stands for.
    """

    name: str
    axes: Mapping[str, list[Any]]
    base: Mapping[str, Any] = field(default_factory=dict)
    exclude: list[Mapping[str, Any]] = field(default_factory=list)
    start: Mapping[str, Any] | None = None
    title: str = ""
    expected: Expected | None = None
    choices: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)

    def settings(self, combination: Mapping[str, Any]) -> dict[str, Any]:
        """What a combination of `axes` sets."""
        settings: dict[str, Any] = {}
        for axis, value in combination.items():
            settings |= self.choices[axis][value] if axis in self.choices else {axis: value}
        return settings

    def sets(self, name: str) -> bool:
        """Whether an axis sets the field or group `name`."""
        return name in self.axes or any(
            name in settings for of_axis in self.choices.values() for settings in of_axis.values()
        )

    def combinations(self) -> list[dict[str, Any]]:
        """Every combination of the axes that is not excluded, the last axis turning fastest."""
        every = [dict(zip(self.axes, values, strict=True)) for values in product(*self.axes.values())]
        return [point for point in every if not any(_matches(point, rule) for rule in self.exclude)]


def load_sweep(name: str) -> SweepSpec:
    """The sweep of a file, or of a name among the packaged `sweeps/`."""
    path = Path(name)
    if not path.is_file():
        folder = packaged("sweeps")
        path = folder / f"{name.removesuffix('.yaml')}.yaml"
        if not path.is_file():
            known = ", ".join(sorted(p.relative_to(folder).with_suffix("").as_posix() for p in folder.rglob("*.yaml")))
            raise UserError(f"there is no sweep file {name!r}: give a YAML file, or one of {known}.")
    try:
        content = yaml.load(path.read_text(encoding="utf8"), Loader=_Loader)
    except (yaml.YAMLError, UnicodeDecodeError) as problem:
        raise UserError(f"{path} is not YAML: {' '.join(str(problem).split())}.") from problem
    return parse_sweep(content, path.stem, str(path))


def parse_sweep(content: Any, name: str, where: str) -> SweepSpec:
    """A sweep from the content of its file; what is wrong is named with `where`."""
    if not isinstance(content, dict):
        raise UserError(f"{where} is no sweep: expected the fields {', '.join(_KNOWN)}.")
    unknown = sorted(set(map(str, content)) - set(_KNOWN))
    if unknown:
        raise UserError(f"{where}: {unknown[0]!r} is no field of a sweep: there are {', '.join(_KNOWN)}.")
    axes = content.get("axes")
    if not isinstance(axes, dict) or not axes:
        raise UserError(f"{where} has no axes: add some, such as `axes: {{languages.count: [1, 2, 4], seed: [0, 1]}}`.")
    choices = {axis: values for axis, values in axes.items() if _names_choices(values)}
    axes = {axis: list(values) if axis in choices else values for axis, values in axes.items()}
    for axis, values in axes.items():
        if not isinstance(values, list) or not values:
            raise UserError(
                f"{where}: the axis {axis} needs a list of values, or names with the overrides of each; it has"
                f" {values!r}."
            )
    _refuse_clashes(axes, choices, where)
    for section, shape in (("base", dict), ("start", dict), ("exclude", list)):
        if not isinstance(content.get(section) or shape(), shape):
            kind = "a mapping of overrides" if shape is dict else "a list of rules"
            raise UserError(f"{where}: {section} must be {kind}.")
    exclude = content.get("exclude") or []
    for rule in exclude:
        foreign = sorted(set(rule) - set(axes)) if isinstance(rule, dict) else [str(rule)]
        if foreign:
            raise UserError(f"{where}: exclude names {foreign[0]!r}, which is no axis: there are {', '.join(axes)}.")
    return SweepSpec(
        name=str(content.get("name", name)),
        title=str(content.get("title", "")),
        base=content.get("base") or {},
        axes=axes,
        exclude=exclude,
        start=content.get("start"),
        expected=parse_expected(content["expected"], axes, where) if content.get("expected") else None,
        choices=choices,
    )


def _refuse_clashes(axes: Collection[str], choices: Mapping[str, Mapping[str, Any]], where: str) -> None:
    """Axes of which one would hide another, or a column of the results."""
    set_by: dict[str, str] = {}
    for axis in axes:
        if axis in _COLUMNS:
            raise UserError(
                f"{where}: an axis cannot be called {axis}, which is a column of results.csv: call it something else,"
                " with a name for each choice, as `order` in sweeps/quick.yaml."
            )
        for name in {name for settings in choices[axis].values() for name in settings} if axis in choices else {axis}:
            if name in set_by:
                raise UserError(
                    f"{where}: the axes {set_by[name]} and {axis} both set {name}: each setting can be that of one axis"
                    " alone."
                )
            set_by[name] = axis


def _names_choices(values: Any) -> bool:
    return isinstance(values, dict) and all(isinstance(settings, dict) and settings for settings in values.values())


def overrides(settings: Mapping[str, Any]) -> list[str]:
    """Settings as overrides in Hydra's grammar."""
    return [f"{name}={_literal(value)}" for name, value in settings.items()]


def _literal(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + ",".join(_literal(entry) for entry in value) + "]"
    if isinstance(value, dict):
        return "{" + ",".join(f"{name}:{_literal(entry)}" for name, entry in value.items()) + "}"
    if isinstance(value, str) and not value.replace("_", "").replace("-", "").isalnum():
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
    return str(value)


def _matches(point: Mapping[str, Any], rule: Mapping[str, Any]) -> bool:
    """A rule matches where all that it names is so; a list names any of its values."""
    return all(point[axis] in (wanted if isinstance(wanted, list) else [wanted]) for axis, wanted in rule.items())


class _Loader(yaml.SafeLoader):
    """YAML in which only true and false are truth values: `no` is Norwegian."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool" or first in "tTfF"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
