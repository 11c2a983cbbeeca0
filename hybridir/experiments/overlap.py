"""The overlap of what a run trains on with what it is evaluated on: found, told, and kept out."""

import hashlib
import multiprocessing
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from hybridir.benchmarks.base import Benchmark, Texts
from hybridir.benchmarks.judges import Qrels
from hybridir.benchmarks.registry import AnyBenchmark, load_benchmark, refuse_missing, signature
from hybridir.config.paths import cache_dir, data_root
from hybridir.config.schema import BenchmarkConfig, DataConfig, RunConfig
from hybridir.data.decontaminate import Evaluation, Overlap, find_overlaps
from hybridir.data.overlaps import EvaluationTexts, Told
from hybridir.data.pairs import Collection
from hybridir.errors import UserError
from hybridir.experiments.once import Once

_TELL_EVERY = 10.0  # seconds

_said: set[str] = set()


@dataclass(frozen=True)
class Selected:
    """What is known of a collection before it trains: its overlap with each benchmark among the languages trained on,
    the benchmarks that are not here to be `unchecked`, and the rows `dropped` for it (int64 [m], ascending)."""

    found: list[Overlap] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)
    dropped: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    def fingerprint(self, name: str) -> dict[str, str]:
        """Under `name`, the SHA-256 of the rows that are dropped; nothing where none are."""
        if not len(self.dropped):
            return {}
        return {name: hashlib.sha256(self.dropped.astype("<i8").tobytes()).hexdigest()}


def select(
    config: RunConfig, data: DataConfig, collection: Collection, languages: Sequence[str], look: bool, once: Once
) -> Selected:
    """Check the `collection` of `data` against the benchmarks of `config`, once; `look=False` takes what is known.

    Artificial pairs and the artificial benchmark share nothing by their making, and are not checked. A benchmark that
    is not here is left out: a run that needs it is refused later, in words.
    """
    settings = config.decontaminate
    against = [name for name, benchmark in config.benchmark.items() if benchmark.kind != "artificial"]
    if not settings.check or not against or data.kind == "artificial" or not languages:
        return Selected()
    asked = ("overlap", f"{data} {config.data_root} {config.cache_dir} {config.benchmark} {settings}", look)
    found = once(asked, lambda: _found(config, collection, against, look))
    unchecked = [name for name in against if name not in {overlap.benchmark for overlap in found}]

    def among() -> Selected:
        among = [overlap.among(collection.train, languages) for overlap in found]
        dropped = [overlap.rows for overlap in among] if settings.drop else []
        return Selected(among, unchecked, np.unique(np.concatenate([np.empty(0, dtype=np.int64), *dropped])))

    return once((*asked, *sorted(languages)), among)


def _found(config: RunConfig, collection: Collection, against: Sequence[str], look: bool) -> list[Overlap]:
    """The overlap with each of the benchmarks `against` that is here, or known from before; and says what it is."""
    settings = config.decontaminate
    here = [evaluation for name in against if (evaluation := _evaluation(config, name)) is not None]
    told = _progress(collection.name)
    found = find_overlaps(collection, here, settings, cache_dir(config), told if look else None)
    for overlap in found:
        say(_summary(collection, overlap, settings.drop))
    unchecked = [name for name in against if name not in {overlap.benchmark for overlap in found}]
    if unchecked and look:
        say(f"{collection.name}: not checked for overlap with {', '.join(unchecked)}, which cannot be read here.")
    return found


def say(line: str) -> None:
    """Print a line on stderr, once; the workers of a sweep leave that to their parent."""
    if line not in _said and multiprocessing.parent_process() is None:
        _said.add(line)
        print(line, file=sys.stderr)


def _evaluation(config: RunConfig, name: str) -> Evaluation | None:
    """What to check against; None where the benchmark is not here."""
    benchmark, root = config.benchmark[name], data_root(config)
    try:
        known_by = signature(benchmark, root)
    except UserError:
        return None
    return Evaluation(name, known_by, lambda: _read(benchmark, root, cache_dir(config)))


def _read(benchmark: BenchmarkConfig, root: Path, cache: Path) -> EvaluationTexts | None:
    """The texts of a benchmark; None where it is neither here nor on the hub. Files that are damaged are refused."""
    try:
        refuse_missing(benchmark, root)
    except UserError:
        return None
    return evaluation_texts(load_benchmark(benchmark, root, cache))


def evaluation_texts(benchmark: AnyBenchmark) -> EvaluationTexts:
    """What of a benchmark must not be trained on: questions, titles, and the passages that are made for it.

    Where the passages are a corpus at large, which many train on, such as Wikipedia's or MS MARCO's, it is only those
    that answer a question (of a benchmark that is re-ranked, or searched and judged by passages), or none (searched and
    judged by answers).
    """
    questions = [text for texts in benchmark.queries.values() for text in texts.texts]
    if not isinstance(benchmark, Benchmark):
        judge = benchmark.judge
        relevant = judge.relevant if isinstance(judge, Qrels) else {}
        answers = list[str]()
        for direction, of in relevant.items():
            corpus = benchmark.corpora[direction.passage]
            rows = corpus.row_of(sorted({ident for idents in of.values() for ident in idents}))
            answers += corpus.bodies(rows[rows >= 0])
        return EvaluationTexts(answers, questions, frozenset())
    wanted = None
    if benchmark.candidates is not None:
        wanted = {ident for idents in benchmark.relevant.values() for ident in idents}
    passages = [text for texts in benchmark.passages.values() for text in _chosen(texts, wanted)]
    return EvaluationTexts(passages, questions, benchmark.titles)


def _chosen(texts: Texts, wanted: set[str] | None) -> Iterator[str]:
    return (text for ident, text in zip(texts.ids, texts.texts, strict=True) if wanted is None or ident in wanted)


def _summary(collection: Collection, overlap: Overlap, drop: bool) -> str:
    """How much of the training pairs overlaps with a benchmark, in words."""
    number, every = len(overlap.rows), len(collection.train)
    said = f"{collection.name}: {number:,} of {every:,} training pairs ({100 * number / every:.2f} %) overlap"
    by = ", ".join(f"{count:,} by {reason}" for reason, count in overlap.counts().items())
    return f"{said} with {overlap.benchmark}" + (f": {by}; {'dropped' if drop else 'kept'}" if number else "")


def _progress(name: str) -> Told:
    """Says how far a check is, on stderr, every ten seconds."""
    last = time.monotonic()

    def told(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= _TELL_EVERY:
            last = time.monotonic()
            print(f"{name}: {done:,} of {total:,} passages and questions checked for overlap", file=sys.stderr)

    return told
