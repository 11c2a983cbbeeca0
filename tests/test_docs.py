"""The documentation says what the code does: fields, defaults, ranges, choices, commands, links."""

import re
import shlex
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import typer
import yaml
from typer.main import get_command

from hybridir.cli import app
from hybridir.config.compose import load_config
from hybridir.config.schema import (
    AugmentConfig,
    BenchmarkConfig,
    BudgetConfig,
    CrossEncoderModel,
    DataConfig,
    DecontaminateConfig,
    ExecutorConfig,
    LanguagesConfig,
    ReplayConfig,
    RerankConfig,
    RunConfig,
    SamplingConfig,
    SourceConfig,
    StaticModel,
    TextsConfig,
    TrainerConfig,
    TransformerModel,
)
from hybridir.data.world.config import LIMITS, WorldConfig
from hybridir.errors import UserError
from hybridir.experiments.sweep import load_sweep, parse_sweep

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
PAGE_IDS = [page.name for page in PAGES]
REFERENCE = (ROOT / "docs" / "configuration.md").read_text(encoding="utf8")

TABLES: dict[str, tuple[type, str]] = {
    "model, kind static": (StaticModel, "model."),
    "model, kind transformer": (TransformerModel, "model."),
    "model, kind cross_encoder": (CrossEncoderModel, "model."),
    "sampling fields": (SamplingConfig, "sampling."),
    "languages fields": (LanguagesConfig, "languages."),
    "data fields": (DataConfig, "data."),
    "data.sources, each entry": (SourceConfig, ""),
    "augment fields": (AugmentConfig, "augment."),
    "budget": (BudgetConfig, "budget."),
    "decontaminate": (DecontaminateConfig, "decontaminate."),
    "rerank": (RerankConfig, "rerank."),
    "replay fields": (ReplayConfig, "replay."),
    "texts fields": (TextsConfig, "texts."),
    "benchmark fields": (BenchmarkConfig, "benchmark.NAME."),
    "trainer fields": (TrainerConfig, "trainer."),
    "executor fields": (ExecutorConfig, "executor."),
    "The run as a whole": (RunConfig, ""),
    "world": (WorldConfig, "world."),
}
"""Heading of each table of fields, the class that it describes, and what stands before a field's name."""

NEEDED: dict[type, dict[str, Any]] = {
    TransformerModel: {"heads": 1},
    CrossEncoderModel: {"heads": 1},
    ReplayConfig: {"data": DataConfig()},
    LanguagesConfig: {"listed": ["de"]},
    BenchmarkConfig: {"kind": "xquad_r"},
    RunConfig: {entry.name: None for entry in fields(RunConfig) if entry.default is MISSING},
}
"""What a value at the end of its range cannot do without."""


class Row(NamedTuple):
    field: str
    default: str
    allowed: str


def section(heading: str) -> str:
    found = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#|\Z)", REFERENCE, re.M | re.S)
    assert found, f"docs/configuration.md has no heading {heading!r}"
    return found.group(1)


def rows(heading: str) -> list[list[str]]:
    lines = [line for line in section(heading).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def documented(heading: str) -> dict[str, Row]:
    prefix = TABLES[heading][1]
    entries = [Row(cells[0].strip("`"), cells[1], cells[2]) for cells in rows(heading)]
    assert all(entry.field.startswith(prefix) for entry in entries)
    return {entry.field.removeprefix(prefix): entry for entry in entries}


def default_of(schema: type, name: str) -> Any:
    entry = next(entry for entry in fields(schema) if entry.name == name)
    if entry.default_factory is not MISSING:
        return entry.default_factory()
    return entry.default


FIELDS = [
    pytest.param(schema, name, row, id=row.field if prefix else f"{schema.__name__}.{name}")
    for heading, (schema, prefix) in TABLES.items()
    for name, row in documented(heading).items()
]


@pytest.mark.parametrize("heading", TABLES)
def test_every_field_is_named_in_the_order_of_the_schema(heading: str) -> None:
    assert list(documented(heading)) == [entry.name for entry in fields(TABLES[heading][0])]


@pytest.mark.parametrize(("schema", "name", "row"), FIELDS)
def test_every_default_is_the_one_of_the_schema(schema: type, name: str, row: Row) -> None:
    expected = default_of(schema, name)
    if expected == "???":
        assert row.default == "required"
    elif expected is MISSING:
        assert row.default == "a group"
    else:
        said = yaml.safe_load(row.default.strip("`"))
        if isinstance(expected, float):  # YAML reads 1e-3, without a point, as text
            said = float(said)
        if is_dataclass(expected):
            said = type(expected)(**said)
        assert (said, type(said)) == (expected, type(expected))


@pytest.mark.parametrize(("schema", "name", "row"), FIELDS)
def test_the_ends_of_every_range_are_those_of_the_schema(schema: type, name: str, row: Row) -> None:
    def build(value: Any) -> None:
        schema(**{**NEEDED.get(schema, {}), name: value})

    step = 1e-6 if isinstance(default_of(schema, name), float) else 1
    allowed, refused = ends(row.allowed, step) if row.field != "model.kind" else ([], [])  # it chooses the class
    for value in allowed:
        build(value)
    for value in refused:
        with pytest.raises(UserError):
            build(value)


def ends(allowed: str, step: float = 1) -> tuple[list[Any], list[Any]]:
    """Values that the words of a cell allow, and values that they do not: those one `step` beyond."""
    if both := re.fullmatch(r"([\d.]+) to ([\d.]+)", allowed):
        low, high = (yaml.safe_load(number) for number in both.groups())
        return [low, high], [low - step, high + step]
    if lowest := re.match(r"(\d+) or more", allowed):
        return [int(lowest.group(1))], [int(lowest.group(1)) - 1]
    if allowed == "above 0":
        return [1e-9], [0.0]
    if re.fullmatch(r"`\w+`(, `\w+`)*", allowed):
        return re.findall(r"`(\w+)`", allowed), ["nonsense"]
    return [], []


def test_the_ends_are_read_off_the_words() -> None:
    assert ends("0 to 0.5", 0.25) == ([0, 0.5], [-0.25, 0.75])
    assert ends("0 or more, or `all`") == ([0], [-1])
    assert ends("`mean`, `cls`") == (["mean", "cls"], ["nonsense"])
    assert ends("a text") == ([], [])


def test_the_choices_of_a_field_are_all_named() -> None:
    from hybridir.config import schema

    for constant, field in {
        "STRATEGIES": "sampling.strategy", "WEIGHTS": "sampling.weights", "ORDERS": "languages.order",
        "BATCHES": "sampling.crosslingual_batches", "STARTS": "model.start", "POOLINGS": "model.pooling",
        "SCHEDULES": "trainer.schedule", "PRECISIONS": "trainer.precision", "DATA_KINDS": "data.kind",
        "PASSAGES": "data.passage",
        "CANDIDATES": "benchmark.NAME.candidates", "BENCHMARK_KINDS": "benchmark.NAME.kind", "MODELS": "model.kind",
        "AUGMENTS": "augment.kind", "LEXICONS": "augment.format", "SPLITS": "budget.split",
        "CORPORA": "benchmark.NAME.corpus", "INDEXES": "benchmark.NAME.index",
    }.items():  # fmt: skip
        row = next(entry for heading in TABLES for entry in documented(heading).values() if entry.field == field)
        assert re.findall(r"`(\w+)`", row.allowed) == list(getattr(schema, constant)), field


def test_the_limits_of_the_world_are_all_named() -> None:
    for name, (low, high) in LIMITS.items():
        said = documented("world")[name].allowed
        assert said == (f"{low} or more" if name == "seed" else f"{low:g} to {int(high)}"), name


@pytest.mark.parametrize("group", sorted(path.name for path in (ROOT / "conf").iterdir() if path.is_dir()))
def test_every_choice_of_conf_is_named_and_the_default_is_marked(group: str) -> None:
    described = {cells[0].strip("`"): cells[1] for cells in rows(group)}
    assert set(described) == {path.stem for path in (ROOT / "conf" / group).glob("*.yaml")}
    defaults = yaml.safe_load((ROOT / "conf" / "config.yaml").read_text(encoding="utf8"))["defaults"]
    chosen = next(entry[group] for entry in defaults if isinstance(entry, dict) and group in entry)
    marked = [choice for choice, words in described.items() if words.endswith("The default")]
    assert marked == (chosen if isinstance(chosen, list) else [chosen])


@pytest.mark.parametrize("page", PAGES, ids=PAGE_IDS)
def test_links_and_named_files_exist(page: Path) -> None:
    text = page.read_text(encoding="utf8")
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if not re.match(r"[a-z]+:", link)]
    for link in links:
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{page.name} links to {link}"
        if anchor:
            assert anchor in anchors(target), f"{page.name} links to {link}"
    named = re.findall(r"`((?:conf|sweeps|docs|hybridir|tests|benchmarks)/[\w./-]*|Makefile|constraints\.txt)`", text)
    for name in named:
        assert (ROOT / name).exists(), f"{page.name} names {name}"


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf8"), re.M)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def commands() -> list[Any]:
    """Every `hybridir ...` line of a fenced block, and every `hybridir ...` in a line of text."""
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf8").replace("\\\n", " ")
        blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.M | re.S)
        lines = [line for block in blocks for line in block.splitlines() if line.startswith("hybridir ")]
        lines += re.findall(r"`(hybridir [a-z]+ [^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S))
        found += [pytest.param(line, id=f"{page.name}: {line[:60]}") for line in lines]
    return found


@pytest.mark.parametrize("line", commands())
def test_every_command_is_one_that_the_program_understands(line: str) -> None:
    _, name, *words = shlex.split(line, comments=True)
    group = get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    command = group.commands[name]
    if isinstance(command, typer.core.TyperGroup):
        command = command.commands[words.pop(0)]
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word.split("=")[0] for word in words if word.startswith("--")} <= known
    load_config([word for word in words if re.match(r"[\w.]+=", word)])
    if name in ("sweep", "status") and words and re.fullmatch(r"\w+", words[0]):
        load_sweep(words[0])


def test_the_sweep_of_the_guide_is_one() -> None:
    guide = (ROOT / "docs" / "guide.md").read_text(encoding="utf8")
    blocks = re.findall(r"^```yaml\n(.*?)^```", guide, re.M | re.S)
    assert blocks
    for block in blocks:
        spec = parse_sweep(yaml.safe_load(block), "guide", "docs/guide.md")
        assert len(spec.combinations()) == 28  # 3 * 5 * 2, and the 2 of the rule left out
