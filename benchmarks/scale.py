"""SWIM-IR at its true size, of made-up texts of some 20 letters: opening, planning, loading and going on.

    python -m benchmarks.scale [--pairs 2800000] [--batch 256] [--batches 2000] [--folder FOLDER] [--seed 0]

Writes pairs in 33 languages and 45 directions in the layout of the releases on the Hugging Face hub, and opens them:
first in one process, then in another one, which is what the goals are about. "Opening" there ends with the pools of a
hybrid run over all languages. A loader takes the token ids of queries and passages of a tenth as many batches, far
apart, with an empty token cache, and then once more. Memory is what a process holds beyond itself with all modules
loaded and nothing opened: `private` is memory of its own; `resident` also counts pages of mapped files, which the
kernel takes back when it needs them. The whole collection: --pairs 28000000, some 6 GB in --folder (else in a
temporary folder) and a quarter of an hour.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch

from benchmarks.made import swim_ir
from benchmarks.made.memory import peak
from benchmarks.ratios import Row, present
from hybridir.batching.plan import BatchPlan
from hybridir.config.schema import SamplingConfig
from hybridir.data.pairs import Collection, open_collection
from hybridir.data.pools import Pools, make_pools
from hybridir.data.sources import make_reader
from hybridir.data.swim_ir import RELEASES
from hybridir.encoders.static import StaticEncoder
from hybridir.encoders.token_cache import PairTokens
from hybridir.encoders.tokenizer import train_tokenizer

Result = TypeVar("Result")

FAR = 1_000_000  # the step that a run is resumed at


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--pairs", type=int, default=swim_ir.PAIRS // 10)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--batches", type=int, default=2000, help="that are drawn in order")
    parser.add_argument("--folder", type=Path, help="kept, so that the pairs are written and first opened once")
    parser.add_argument("--part", choices=("first", "again"), help=argparse.SUPPRESS)


def measure(options: argparse.Namespace) -> Iterator[Row]:
    if options.part:
        print(json.dumps(first(options) if options.part == "first" else again(options)))
        return
    with tempfile.TemporaryDirectory() as temporary:
        options.folder = options.folder or Path(temporary)
        if not any((options.folder / name).is_dir() for name in RELEASES):
            swim_ir.write(options.folder, options.pairs, options.seed)
        said = part(options, "first")
        print(
            f"first opening: {said['seconds']:.0f} s, {said['private']:.0f} MB private, {said['resident']:.0f} resident"
        )
        yield from rows(options, part(options, "again"))


def rows(options: argparse.Namespace, found: dict[str, float]) -> Iterator[Row]:
    pairs = f"{options.pairs / 1e6:.3g} million pairs"
    memory = f"{found['private']:.0f} MB private, {found['resident']:.0f} resident"
    batch = f"{found['any']:.2g} ms, median {found['median']:.2g}"
    yield Row(f"{pairs}: opening again", f"{found['opening']:.3g} s", "", found["opening"], 5, "s", at_most=True)
    yield Row("memory of plan and loader", memory, "", found["private"], 500, "MB", at_most=True)
    yield Row("any batch, processor time", batch, "", found["any"], 5, "ms", at_most=True)
    yield Row("batches in order", f"{found['speed']:,.0f} rows/s", "", found["speed"], 50_000, "rows/s")
    yield Row(f"resuming at step {FAR:,}", f"{found['resume']:.2g} s", "", found["resume"], 2, "s", at_most=True)
    print(f"token ids: {found['loaded']:,.0f} pairs/s at first, {found['loaded again']:,.0f} when known")


def part(options: argparse.Namespace, name: str) -> dict[str, float]:
    """What a process of its own finds."""
    numbers = [f"--{of}={getattr(options, of)}" for of in ("pairs", "batch", "batches", "folder", "seed")]
    command = [sys.executable, "-m", "benchmarks.scale", f"--part={name}", *numbers]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    found: dict[str, float] = json.loads(said.splitlines()[0])
    return found


def first(options: argparse.Namespace) -> dict[str, float]:
    import datasets  # noqa: F401  # what it takes is no part of opening

    found: dict[str, float] = {}
    _, used = peak(lambda: clocked(found, "seconds", lambda: opened(options)))
    return found | {"private": used.private, "resident": used.resident}


def again(options: argparse.Namespace) -> dict[str, float]:
    """Opens, plans, loads and goes on; the memory is that of all this together."""
    torch.set_num_threads(1)
    letters = ["".join(chr(97 + (i * j) % 26) for j in range(20)) for i in range(1000)]
    encoder = StaticEncoder(train_tokenizer(letters, 1000, lowercase=True), 8)
    found, used = peak(lambda: worked(options, encoder))
    return found | {"private": used.private, "resident": used.resident}


def worked(options: argparse.Namespace, encoder: StaticEncoder) -> dict[str, float]:
    found: dict[str, float] = {}
    collection, drawn = clocked(found, "opening", lambda: opened(options))
    clocked(found, "resume", lambda: plan(drawn, options).batch(FAR))
    batches = plan(drawn, options)
    steps = np.random.default_rng(options.seed).integers(0, 10 * FAR, 500).tolist()
    times = [processor_time(partial(batches.batch, step)) for step in steps]
    found["any"], found["median"] = 1000 * max(times), 1000 * float(np.median(times))
    in_order = clocked(found, "in order", lambda: [len(batches.batch(k).rows) for k in range(options.batches)])
    found["speed"] = sum(in_order) / found["in order"]
    some = [batches.batch(step).rows for step in range(0, 1000 * options.batches, 10_000)]
    with tempfile.TemporaryDirectory(dir=options.folder) as cache:
        tokens = PairTokens(collection, "train", encoder, Path(cache))
        for name in ("loaded", "loaded again"):
            clocked(found, name, partial(load, tokens, some))
            found[name] = sum(map(len, some)) / found[name]
    return found


def processor_time(work: Callable[[], object]) -> float:
    """Seconds that this thread computed: a batch takes less than its turn on a busy machine."""
    began = time.thread_time()
    work()
    return time.thread_time() - began


def load(tokens: PairTokens, batches: Sequence[np.ndarray]) -> None:
    for rows in batches:
        tokens.take(rows[:, 0], "query")
        tokens.take(rows[:, 1], "passage")


def clocked(found: dict[str, float], name: str, work: Callable[[], Result]) -> Result:
    """What `work` returns; the seconds that it took go to `found`."""
    began = time.perf_counter()
    result = work()
    found[name] = time.perf_counter() - began
    return result


def opened(options: argparse.Namespace) -> tuple[Collection, Pools]:
    """The collection and all that a run over all its languages draws from."""
    reader = make_reader(swim_ir.config(options.folder), options.folder)
    collection = open_collection(reader, options.folder / "cache")
    return collection, make_pools(collection.train, sorted(collection.languages))


def plan(drawn: Pools, options: argparse.Namespace) -> BatchPlan:
    return BatchPlan(drawn, SamplingConfig(strategy="hybrid"), options.batch, options.seed)


if __name__ == "__main__":
    present(__doc__, arguments, measure)
