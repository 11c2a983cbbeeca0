"""`hybridir search`: try a model by hand on a benchmark's pool, or on the lines of a text file."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from hybridir.benchmarks.base import Benchmark
from hybridir.benchmarks.registry import load_benchmark
from hybridir.commands.evaluate import evaluation_config, find_encoder
from hybridir.config.paths import cache_dir, data_root
from hybridir.config.schema import RunConfig
from hybridir.errors import UserError
from hybridir.evaluation.index import PassageIndex


class Passage(NamedTuple):
    """A candidate: its language (empty for a line of a file), its id and its text."""

    lang: str
    ident: str
    text: str


def search(
    model: str, question: str, overrides: Sequence[str], languages: str | None, file: Path | None, top: int
) -> None:
    """Print the `top` passages nearest to `question`: rank, cosine, language, id and text, parted by tabs."""
    config = evaluation_config(overrides)
    encoder, _ = find_encoder(model, config)
    passages = _lines(file) if file is not None else _pool(config, languages)
    index = PassageIndex(encoder.encode([passage.text for passage in passages], "passage"))
    scores, rows = index.search(encoder.encode([question], "query"), top)
    for rank, (score, row) in enumerate(zip(scores[0], rows[0], strict=True), start=1):
        passage = passages[row]
        print(f"{rank}\t{score:.4f}\t{passage.lang}\t{passage.ident}\t{' '.join(passage.text.split())}")


def _lines(file: Path) -> list[Passage]:
    try:
        lines = file.read_text(encoding="utf8").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        raise UserError(
            f"{file} cannot be read as text ({problem}): give a file with a passage on each line."
        ) from problem
    passages = [Passage("", str(number), line) for number, line in enumerate(lines, start=1) if line.strip()]
    if not passages:
        raise UserError(f"{file} has no passages: give a file with one on each line.")
    return passages


def _pool(config: RunConfig, languages: str | None) -> list[Passage]:
    """The candidates of the first benchmark of the configuration, in some languages or in all."""
    if not config.benchmark:
        raise UserError("there is no benchmark to search: name one with --benchmark, or a text with --file.")
    benchmark = load_benchmark(next(iter(config.benchmark.values())), data_root(config), cache_dir(config))
    if not isinstance(benchmark, Benchmark):
        raise UserError(
            f"{benchmark.name} is searched by `hybridir eval`, and is too large to be searched by hand here."
        )
    wanted = languages.split(",") if languages else sorted(benchmark.passages)
    for lang in wanted:
        if lang not in benchmark.passages:
            there = ", ".join(sorted(benchmark.passages))
            raise UserError(f"--in names {lang!r}, in which {benchmark.name} has no passages: there are {there}.")
    return [
        Passage(lang, ident, text)
        for lang in wanted
        for ident, text in zip(benchmark.passages[lang].ids, benchmark.passages[lang].texts, strict=True)
    ]
