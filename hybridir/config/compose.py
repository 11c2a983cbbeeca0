"""Compose a configuration with Hydra, and turn it into typed sections; errors become one readable sentence."""

import re
from collections.abc import Sequence
from dataclasses import asdict, fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from hydra import compose, initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from hydra.errors import HydraException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import MissingMandatoryValue, OmegaConfBaseException

from hybridir.config.schema import (
    MODELS,
    AugmentConfig,
    BenchmarkConfig,
    BudgetConfig,
    DataConfig,
    DecontaminateConfig,
    ExecutorConfig,
    LanguagesConfig,
    ReplayConfig,
    RerankConfig,
    RunConfig,
    SamplingConfig,
    StaticModel,
    TextsConfig,
    TrainerConfig,
)
from hybridir.errors import UserError

T = TypeVar("T")

_WANTED: dict[Any, str] = {
    int: "a whole number",
    int | None: "a whole number, or null",
    int | str: "a whole number, or all",
    float: "a number",
    float | None: "a number, or null",
    str: "a text",
    str | None: "a text, or null",
    bool: "true or false",
    list[str]: "a list such as [de,en]",
    DataConfig | None: "the fields of a collection, or choose replay=parallel_sentences",
}
"""What a field of each type wants, in words."""

_SCHEMAS: dict[str, type] = {
    "sampling": SamplingConfig,
    "languages": LanguagesConfig,
    "data": DataConfig,
    "augment": AugmentConfig,
    "replay": ReplayConfig,
    "texts": TextsConfig,
    "trainer": TrainerConfig,
    "executor": ExecutorConfig,
    "budget": BudgetConfig,
    "decontaminate": DecontaminateConfig,
    "rerank": RerankConfig,
}
"""The sections that always have the same fields."""


@cache
def packaged(name: str) -> Path:
    """The folder `conf` or `sweeps`: inside the installed package, or at the top of a checkout."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / name, package.parent / name):
        if folder.is_dir():
            return folder
    raise UserError(f"the folder {name}/ is missing from the installation at {package}: install hybridir again.")


def load_config(overrides: Sequence[str] = ()) -> RunConfig:
    """The configuration that Hydra composes from `conf/` and `overrides` (Hydra's grammar), typed and checked."""
    try:
        config = composed(overrides)
        OmegaConf.resolve(config)
    except (HydraException, OmegaConfBaseException, ValueError) as problem:
        raise UserError(_readable(problem, overrides)) from problem
    return typed(config)


def composed(overrides: Sequence[str]) -> DictConfig:
    """What Hydra composes, its references not yet resolved. Raises what Hydra raises."""
    GlobalHydra.instance().clear()
    with initialize_config_dir(str(packaged("conf")), version_base="1.3"):
        return compose("config", overrides=[forced(override) for override in overrides])


def typed(composed: DictConfig) -> RunConfig:
    """The typed sections of a composed configuration."""
    refuse_sections(composed)
    return RunConfig(**{f.name: section(composed, f.name) for f in fields(RunConfig)})


def refuse_sections(composed: DictConfig) -> None:
    """Raise UserError for a section that is unknown or missing."""
    known = {f.name for f in fields(RunConfig)}
    unknown, missing = sorted(set(map(str, composed)) - known), sorted(known - set(map(str, composed)))
    if unknown:
        raise UserError(_no_section(unknown[0]))
    if missing:
        raise UserError(f"the section {missing[0]!r} is missing from the configuration: it needs {_names(RunConfig)}.")


def section(composed: DictConfig, name: str) -> Any:
    """One section of a composed configuration, typed and checked."""
    values = composed[name]
    match name:
        case "benchmark":
            return {str(each): _benchmark(str(each), (values or {})[each]) for each in values or {}}
        case "world":
            return dict(values or {})
        case "model":
            kind = values.get("kind")
            if kind not in MODELS:
                raise UserError(f"model.kind={kind} is not allowed: choose one of {', '.join(MODELS)}.")
            return _section(MODELS[kind], name, values)
    schema = _SCHEMAS.get(name)
    return values if schema is None else _section(schema, name, _codes(name, values))


def plain(config: RunConfig) -> dict[str, Any]:
    """A configuration as plain dictionaries, lists and numbers."""
    sections: dict[str, Any] = {}
    for entry in fields(RunConfig):
        value = getattr(config, entry.name)
        if entry.name == "benchmark":
            sections[entry.name] = {name: asdict(benchmark) for name, benchmark in value.items()}
        else:
            is_section = is_dataclass(value) and not isinstance(value, type)
            sections[entry.name] = asdict(value) if is_section else value
    return sections


def from_plain(sections: dict[str, Any]) -> RunConfig:
    """The configuration that `plain` wrote."""
    return typed(OmegaConf.create(sections))


def _benchmark(name: str, values: Any) -> BenchmarkConfig:
    return _section(BenchmarkConfig, f"benchmark.{name}", _codes(f"benchmark.{name}", values))


def _section(schema: type[T], name: str, values: Any) -> T:
    """`values` as an instance of `schema`; unknown fields and wrong types are named."""
    if not isinstance(values, DictConfig):
        raise UserError(f"{name}={values} is not allowed: {name} is a section, with fields of its own.")
    known = {f.name for f in fields(schema)}  # type: ignore[arg-type]
    unknown = sorted(set(map(str, values)) - known)
    if unknown:
        raise UserError(f"{name}.{unknown[0]} is unknown: {name} has {', '.join(sorted(known))}.")
    try:
        merged = OmegaConf.merge(OmegaConf.structured(schema), values)
        built = OmegaConf.to_object(merged)
    except OmegaConfBaseException as problem:
        raise UserError(_wrong_type(schema, name, values, problem)) from problem
    assert isinstance(built, schema)
    return built


def _wrong_type(schema: type, section: str, values: DictConfig, problem: OmegaConfBaseException) -> str:
    """What is wrong with the value that `problem` is about, and what its field wants."""
    path = problem.full_key or ""
    name = f"{section}.{path}" if path else section
    if isinstance(problem, MissingMandatoryValue):
        return f"{name} is missing: give it a value."
    wanted = _WANTED.get(get_type_hints(schema).get(path))
    if wanted is None:
        return f"{name} is not allowed: {_first_line(problem)}."
    return f"{name}={values.get(path)} is not allowed: give {wanted}."


def _codes(section: str, values: Any) -> Any:
    """YAML reads a bare `no` as false: where languages are listed, that can only be Norwegian."""
    if not isinstance(values, DictConfig):
        return values
    for name in ("listed", "always", "only", "languages"):
        if any(code is False for code in values.get(name) or []):
            raise UserError(f"{section}.{name} holds a false, as YAML reads a bare no: write 'no' in quotes.")
    return values


def forced(override: str) -> str:
    """`group.field=value` sets a field whether or not the group's file names it; the schema refuses unknown ones."""
    name = override.split("=", 1)[0]
    return f"++{override}" if "." in name and not override.startswith(("+", "~")) else override


def _readable(problem: Exception, overrides: Sequence[str]) -> str:
    """Hydra's message in one sentence, with the choices where it lists them."""
    group = re.search(r"Could not (?:find|load) '(\w+)/([^']+)'", str(problem))
    if group:
        folder = packaged("conf") / group.group(1)
        choices = ", ".join(sorted(path.stem for path in folder.glob("*.yaml")))
        return f"{group.group(1)}={group.group(2)} is not allowed: choose one of {choices}."
    key = re.search(r"Could not (?:override|append to config) '([^']+)'|Key '(\w+)' is not in struct", str(problem))
    if key:
        name = key.group(1) or key.group(2)
        return _no_section(name)
    return f"the overrides {' '.join(overrides)!r} were not understood: {_first_line(problem)}."


def _first_line(problem: Exception) -> str:
    lines = [line.strip() for line in str(problem).splitlines() if line.strip()]
    return lines[0].rstrip(".") if lines else type(problem).__name__


def _no_section(name: str) -> str:
    """That `name` is none of the sections; and where there is a field of that name."""
    sections = {f.name: f.type for f in fields(RunConfig) if is_dataclass(f.type)} | {"model": StaticModel}
    inside = [section for section, schema in sections.items() if name in get_type_hints(schema)]
    hint = f" (did you mean {' or '.join(f'{section}.{name}' for section in inside)}?)" if inside else ""
    return f"{name!r} is no section of the configuration{hint}: there are {_names(RunConfig)}."


def _names(schema: type) -> str:
    return ", ".join(f.name for f in fields(schema))
