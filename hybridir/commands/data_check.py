"""`hybridir data check`: reads a file or folder wholly, and says what is wrong with it and what it holds."""

from collections.abc import Mapping, Sized
from pathlib import Path

from hybridir.benchmarks.base import Benchmark
from hybridir.benchmarks.registry import load_benchmark
from hybridir.commands.columns import print_table
from hybridir.commands.data_list import choices
from hybridir.config.compose import load_config
from hybridir.config.paths import cache_dir
from hybridir.config.schema import DataConfig, SourceConfig
from hybridir.data.check import Contents, Findings, Noted, check_pairs
from hybridir.data.inventory import inventory
from hybridir.data.recognise import PAIRS, recognise
from hybridir.data.released import deviations
from hybridir.data.rows import Direction
from hybridir.data.sources import plain_reader
from hybridir.data.swim_ir import RELEASES, released, released_sizes
from hybridir.errors import UserError

_COLUMNS = ("direction", "train", "validation", "characters of a query", "of a passage", "passages", "script")
_FITS = {True: "fits", False: "does not fit", None: "cannot be told"}


def check_data(place: Path, kind: str | None, overrides: list[str]) -> bool:
    """Print what is wrong with `place` and what it holds; whether it is sound.

    Raises UserError when there is nothing at `place`, or nothing that is known.
    """
    if not place.exists():
        raise UserError(f"there is no {place}: name a file or folder.")
    place = place.resolve()
    kind = kind or recognise(place)
    known = [*PAIRS, *(name for name in choices("benchmark") if name != "artificial")]
    if kind not in known:
        found = f"--kind={kind} is not known" if kind else f"{place} is nothing that is known"
        raise UserError(f"{found}: say with --kind what it is, one of {', '.join(known)}.")
    return _check_pairs(place, kind) if kind in PAIRS else _check_benchmark(place, kind, overrides)


def _check_pairs(place: Path, kind: str) -> bool:
    names = {part.split("--")[-1] for part in place.parts}  # also in the hub's cache
    release = next((name for name in RELEASES if name.split("/")[1] in names), None)
    source = SourceConfig(str(place), RELEASES[release][0] if release else None)
    folder = str(place) if kind == "swim_ir_files" else None
    config = DataConfig(kind=kind, name="pairs", sources=[source], folder=folder)
    findings = Findings(place, translated=kind in ("mmarco", "squad"))
    reader = plain_reader(config, place, findings)
    print(f"{place}: {PAIRS[kind]}")
    check_pairs(reader, findings)
    _print_noted("wrong", findings.wrong)
    _print_noted("remark", findings.remarks)
    if kind == "swim_ir_files" or release:
        expected = released(release) if release else released_sizes()
        for said in deviations({d: sum(c.pairs.values()) for d, c in findings.directions.items()}, expected):
            print(f"released: {said}")
    _print_directions(findings.directions)
    return not findings.wrong


def _print_noted(title: str, noted: Mapping[str, Noted]) -> None:
    for kind, found in noted.items():
        print(f"{title}: {kind}, {found.count:,}")
        for said in found.said:
            print(f"    {said}")
        if found.count > len(found.said):
            print(f"    and {found.count - len(found.said):,} more")


def _print_directions(directions: Mapping[Direction, Contents]) -> None:
    rows = []
    for direction, contents in sorted(directions.items()):
        pairs = sum(contents.pairs.values())
        lengths = [
            f"{characters / pairs:.0f}" for characters in (contents.query_characters, contents.passage_characters)
        ]
        counts = [f"{contents.pairs[split]:,}" for split in ("train", "validation")]
        rows.append([str(direction), *counts, *lengths, f"{len(contents.passages):,}", _FITS[contents.fits]])
    total = [f"{sum(contents.pairs[split] for contents in directions.values()):,}" for split in ("train", "validation")]
    rows.append(["all", *total, "", "", f"{sum(len(c.passages) for c in directions.values()):,}", ""])
    print_table("pairs by direction", _COLUMNS, rows)


def _check_benchmark(place: Path, name: str, overrides: list[str]) -> bool:
    print(f"{place}: the benchmark {name}")
    config = load_config([*overrides, f"benchmark={name}"])
    settings = config.benchmark[name]
    settings.folder = str(place)
    try:
        benchmark = load_benchmark(settings, place, cache_dir(config))
    except UserError as problem:
        print(f"wrong: {problem}")
        return False
    passages = benchmark.passages if isinstance(benchmark, Benchmark) else benchmark.corpora
    sides: tuple[Mapping[str, Sized], ...] = (benchmark.queries, passages)
    counts = {lang: [len(side.get(lang, ())) for side in sides] for lang in sorted({*benchmark.queries, *passages})}
    counts["all"] = [sum(column) for column in zip(*counts.values(), strict=True)]
    rows = [(lang, *(f"{count:,}" for count in both)) for lang, both in counts.items()]
    print_table("questions and passages", ("language", "questions", "passages"), rows)
    print(f"released: {inventory()['benchmark', name].size}")
    return True
