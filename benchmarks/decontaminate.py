"""Checking a collection for overlap with a benchmark: seconds, and passages a second.

    python -m benchmarks.decontaminate [--passages 200000] [--words 100] [--data-root DIR] [--cache DIR] [--seed 0]

With --data-root the passages are those of open-pairs, repeated with a number put in here and there until there are
enough (their own lengths, in 30 languages), and the benchmark is XQuAD-R; without it, both are of the artificial world
and passages have --words words. Each passage is distinct and has a question of its own. The collection is made first
and not timed; then the check is, and then a second start, which finds the result kept.
"""

import argparse
import hashlib
import itertools
import tempfile
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

import pyarrow as pa

from benchmarks.ratios import Row, present, timed
from hybridir.benchmarks.artificial import load_artificial
from hybridir.benchmarks.base import Benchmark, Texts
from hybridir.benchmarks.xquad_r import load_xquad_r
from hybridir.config.compose import load_config
from hybridir.config.schema import DecontaminateConfig
from hybridir.data.artificial import ArtificialPairs
from hybridir.data.decontaminate import Evaluation, find_overlaps
from hybridir.data.overlaps import EvaluationTexts
from hybridir.data.pairs import open_collection
from hybridir.data.rows import PAIR_SCHEMA, Direction, Shard
from hybridir.data.sources import make_reader
from hybridir.data.world.config import WorldConfig
from hybridir.languages.catalog import Language, describe


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--passages", type=int, default=200_000)
    parser.add_argument("--words", type=int, default=100)
    parser.add_argument("--data-root", type=Path)
    parser.add_argument("--cache", type=Path, help="kept, so that the collection is made once")


def measure(options: argparse.Namespace) -> Iterator[Row]:
    benchmark = load_xquad_r(options.data_root / "xquad-r", "sentence") if options.data_root else load_artificial()
    with tempfile.TemporaryDirectory() as temporary:
        reader = Many(options.passages, options.words, options.data_root, options.seed)
        collection = open_collection(reader, options.cache or Path(temporary))
        look = partial(find_overlaps, collection, [evaluation(benchmark)], DecontaminateConfig())
        with tempfile.TemporaryDirectory() as found:
            first, again = (timed(lambda: look(Path(found), lambda done, total: None)) for _ in range(2))
            (overlap,) = look(Path(found), None)
    print(f"{len(overlap.rows)} of {len(collection.train):,} pairs overlap with {benchmark.name}: {overlap.counts()}")
    speed = options.passages / first
    yield Row("decontamination", f"{speed:,.0f} passages/s", "", speed, 10_000, "passages/s")
    yield Row("decontamination, second start", f"{again:.2g} s", "", again, 0.5, "s", at_most=True)


def evaluation(benchmark: Benchmark) -> Evaluation:
    def texts(side: Mapping[str, Texts]) -> list[str]:
        return [text for of in side.values() for text in of.texts]

    whole = EvaluationTexts(texts(benchmark.passages), texts(benchmark.queries), benchmark.titles)
    return Evaluation(benchmark.name, benchmark.name, lambda: whole)


class Many:
    """A reader of `count` distinct pairs."""

    name = "many"

    def __init__(self, count: int, words: int, data_root: Path | None, seed: int) -> None:
        self._count, self._words, self._data_root, self._seed = count, words, data_root, seed

    def signature(self) -> str:
        return f"{self._count} {self._words} {self._data_root} {self._seed}"

    def languages(self, codes: list[str]) -> Mapping[str, Language]:
        return {code: describe(code) for code in codes}

    def shards(self) -> Iterator[Shard]:
        pairs = itertools.islice(self._pairs(), self._count)
        while some := list(itertools.islice(pairs, 8192)):
            queries, passages = ([pair[side] for pair in some] for side in (0, 1))
            names = [hashlib.blake2b(passage.encode(), digest_size=10).hexdigest() for passage in passages]
            fixed = {"title": "", "query_lang": "en", "passage_lang": "en", "source": "many"}
            columns = {"query": queries, "passage": passages, "pid": names, "docid": names}
            columns |= {name: [value] * len(some) for name, value in fixed.items()}
            yield Shard("train", Direction("en", "en"), pa.RecordBatch.from_pydict(columns, schema=PAIR_SCHEMA))

    def _pairs(self) -> Iterator[tuple[str, str]]:
        """Questions and passages without end; the n-th time round, `n` stands after every 150th character."""
        originals = self._real() if self._data_root else self._artificial()
        for turn in itertools.count():
            for query, passage in originals:
                pieces = [passage[at : at + 150] for at in range(0, len(passage), 150)] if turn else [passage]
                yield f"{query} {turn}", f" {turn} ".join([*pieces, ""] if turn else pieces)

    def _real(self) -> list[tuple[str, str]]:
        assert self._data_root is not None
        reader = make_reader(load_config(["data=open_pairs"]).data, self._data_root)
        rows = [shard.rows for shard in reader.shards() if shard.split == "train"]
        return [pair for of in rows for pair in zip(of["query"].to_pylist(), of["passage"].to_pylist(), strict=True)]

    def _artificial(self) -> list[tuple[str, str]]:
        world = ArtificialPairs(WorldConfig(seed=self._seed))
        words = [word for lang in world.all_languages() for text in world.texts(lang.code) for word in text.split()]
        starts = range(0, len(words) - self._words, self._words)
        return [(" ".join(words[at : at + 9]), " ".join(words[at : at + self._words])) for at in starts]


if __name__ == "__main__":
    present(__doc__, arguments, measure)
