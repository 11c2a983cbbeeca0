import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hybridir.config.compose import load_config
from hybridir.data.pairs import Collection, open_collection
from hybridir.data.rows import Direction
from hybridir.data.sources import make_reader
from hybridir.errors import UserError

from .conftest import ListedPairs, opened, row, write_card, write_parquet

ROWS = {
    ("train", "no", "no"): [(f"nq{i}", f"np{i}", f"p{i}") for i in range(7)],
    ("train", "de", "en"): [(f"dq{i}", f"ep{i}", f"p{i}") for i in range(5)],
    ("train", "de", "de"): [("dq0", "dp0", "p0"), ("dq0", "dp0", "p0")],
    ("validation", "de", "en"): [("vq", "vp", "p9")],
}


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    return open_collection(ListedPairs(ROWS), tmp_path)  # type: ignore[arg-type]


def test_rows_count_through_the_directions_in_sorted_order(collection: Collection):
    assert collection.train.directions == {
        Direction("de", "de"): range(0, 2),
        Direction("de", "en"): range(2, 7),
        Direction("no", "no"): range(7, 14),
    }
    assert list(collection.train.directions) == sorted(collection.train.directions)
    assert len(collection.train) == 14 and len(collection.validation) == 1
    assert collection.sizes == {Direction("de", "de"): 2, Direction("de", "en"): 5, Direction("no", "no"): 7}
    assert collection.train.direction_of(np.array([0, 1, 2, 6, 7, 13])).tolist() == [0, 0, 1, 1, 2, 2]
    assert sorted(collection.languages) == ["de", "en", "no"]
    assert collection.languages["no"].name == "Norwegian"


def test_texts_at_scattered_rows(collection: Collection):
    rows = np.array([13, 0, 6, 7, 2, 7])
    assert collection.train.texts("query", rows) == ["nq6", "dq0", "dq4", "nq0", "dq0", "nq0"]
    assert collection.train.texts("passage", rows) == ["np6", "dp0", "ep4", "np0", "ep0", "np0"]
    assert collection.train.texts("query", np.arange(0)) == []
    assert collection.validation.texts("pid", np.array([0])) == ["p9"]


def test_equal_hashes_are_equal_values(collection: Collection):
    rows = np.arange(14)
    for column in ("query", "pid", "docid"):
        hashes, texts = collection.train.hashes(column, rows), collection.train.texts(column, rows)
        assert hashes.dtype == np.uint64
        assert len(set(hashes.tolist())) == len(set(texts))
        assert len(set(zip(hashes.tolist(), texts, strict=True))) == len(set(texts))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 13), max_size=30), st.integers(1, 7))
def test_any_rows_of_any_sharding(tmp_path_factory, wanted, size):
    collection = open_collection(ListedPairs(ROWS, size), tmp_path_factory.mktemp("cache"))  # type: ignore[arg-type]
    source = [one for key in sorted(ROWS) if key[0] == "train" for one in ROWS[key]]
    rows = np.array(wanted, dtype=np.int64)
    assert collection.train.texts("query", rows) == [source[i][0] for i in wanted]
    by_text = dict(
        zip(collection.train.texts("pid", np.arange(14)), collection.train.hashes("pid", np.arange(14)), strict=True)
    )
    assert collection.train.hashes("pid", rows).tolist() == [by_text[source[i][2]] for i in wanted]


def test_shared_questions_are_those_in_several_directions(collection: Collection):
    rows, numbers = collection.train.shared(Direction("no", "no"))
    assert collection.train.texts("pid", rows) == ["p0", "p1", "p2", "p3", "p4"]
    assert len(set(numbers.tolist())) == 5
    twice, one = collection.train.shared(Direction("de", "de"))
    assert twice.tolist() == [0] and one.tolist() == [numbers[0]]


def test_the_fingerprint_tells_what_the_rows_say(tmp_path: Path):
    def fingerprint(number: int, rows: dict = ROWS, size: int = 3) -> str:
        return open_collection(ListedPairs(rows, size), tmp_path / str(number)).fingerprint

    first = fingerprint(0)
    assert fingerprint(1, size=1) == fingerprint(2, dict(reversed(ROWS.items()))) == first
    changed = ROWS | {("train", "de", "de"): [("dq0", "dp0", "p0"), ("dq0", "dp1", "p0")]}
    moved = {(split, "sv" if q == "no" else q, "sv" if p == "no" else p): v for (split, q, p), v in ROWS.items()}
    swapped = {("validation" if s == "train" else "train", q, p): v for (s, q, p), v in ROWS.items()}
    assert len({first, fingerprint(3, changed), fingerprint(4, moved), fingerprint(5, swapped)}) == 4


def test_each_direction_has_a_fingerprint_of_its_own(tmp_path: Path):
    changed = ROWS | {("train", "de", "de"): [("dq0", "dp0", "p0")]}
    one, other = (open_collection(ListedPairs(rows), tmp_path) for rows in (ROWS, changed))  # type: ignore[arg-type]
    for direction in one.sizes:
        same = one.direction_fingerprint("train", direction) == other.direction_fingerprint("train", direction)
        assert same == (direction != ("de", "de"))


def test_a_moved_copy_and_other_pieces_say_the_same(tmp_path: Path):
    rows = [row(f"q{i}", f"p{i}", "de") for i in range(9)]
    write_parquet(tmp_path / "a" / "de" / "train-00000-of-00001.parquet", rows)
    for piece in range(3):
        path = tmp_path / "b" / "deep" / "de" / f"train-0000{piece}-of-00003.parquet"
        write_parquet(path, rows[3 * piece : 3 * piece + 3])
    for folder in (tmp_path / "a", tmp_path / "b" / "deep"):
        write_card(folder, {"de": ["train"]})
    shutil.copytree(tmp_path / "a", tmp_path / "c")
    prints = [opened(tmp_path / name, tmp_path / "cache").fingerprint for name in ("a", "b/deep", "c")]
    assert prints[0] == prints[1] == prints[2]
    write_parquet(tmp_path / "c" / "de" / "train-00000-of-00001.parquet", [*rows[:8], row("q8", "p9", "de")])
    assert opened(tmp_path / "c", tmp_path / "cache").fingerprint != prints[0]


def test_the_second_opening_does_not_read_the_source(tmp_path: Path):
    reader = ListedPairs(ROWS)  # type: ignore[arg-type]
    first = open_collection(reader, tmp_path)
    second = open_collection(reader, tmp_path)
    assert reader.read == 1
    assert (second.fingerprint, second.sizes) == (first.fingerprint, first.sizes)
    assert second.train.texts("query", np.array([13])) == ["nq6"]


def test_no_training_pairs(tmp_path: Path):
    with pytest.raises(UserError, match="listed has no training pairs: give data with a split `train`"):
        open_collection(ListedPairs({("validation", "de", "de"): [("q", "p", "1")]}), tmp_path)
    assert [path.suffix for path in (tmp_path / "pairs").iterdir()] == [".lock"]


class Slow(ListedPairs):
    """Delivers a shard, tells that it has, and takes its time for the next."""

    def shards(self):
        for number, shard in enumerate(super().shards()):
            yield shard
            (Path(os.environ["TOLD"]) / str(os.getpid())).touch()
            time.sleep(30 if "HANG" in os.environ and number else 0.02)


def _open_slowly(cache: Path, told: Path, hang: bool) -> None:
    os.environ["TOLD"] = str(told)
    if hang:
        os.environ["HANG"] = "1"
    open_collection(Slow(ROWS), cache)  # type: ignore[arg-type]


def test_a_kill_during_reading_leaves_no_half_collection(tmp_path: Path):
    told, cache = tmp_path / "told", tmp_path / "cache"
    told.mkdir()
    process = multiprocessing.get_context("fork").Process(target=_open_slowly, args=(cache, told, True))
    process.start()
    deadline = time.monotonic() + 20
    while not list(told.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(process.pid or 0, signal.SIGKILL)
    process.join()
    assert list((cache / "pairs").glob(".listed-*")), "the killed process had begun to write"
    assert not list((cache / "pairs").glob("listed-*/index.json"))
    collection = open_collection(ListedPairs(ROWS), cache)  # type: ignore[arg-type]
    assert len(collection.train) == 14
    assert not list((cache / "pairs").glob(".listed-*")), "what the killed one left is gone"


def test_two_processes_that_open_a_new_collection_read_it_once(tmp_path: Path):
    told, cache = tmp_path / "told", tmp_path / "cache"
    told.mkdir()
    fork = multiprocessing.get_context("fork")
    both = [fork.Process(target=_open_slowly, args=(cache, told, False)) for _ in range(2)]
    for process in both:
        process.start()
    for process in both:
        process.join()
    assert [process.exitcode for process in both] == [0, 0]
    assert len(list(told.iterdir())) == 1


def test_opening_reads_no_text(tmp_path: Path):
    size = 32 << 20
    pairs = [("x" * (size // 4), f"p{i}", f"{i}") for i in range(4)]
    reader = ListedPairs({("train", "de", "de"): pairs}, size=1)
    opened_first = open_collection(reader, tmp_path)
    script = (
        "import sys; from pathlib import Path; import resource\n"
        "import numpy as np; from hybridir.data.pairs import Collection; from hybridir.data.pools import make_pools\n"
        "c = Collection(Path(sys.argv[1]), {}); before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "make_pools(c.train, ['de']); c.train.hashes('pid', np.arange(4)); c.train.texts('passage', np.arange(4))\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    command = [sys.executable, "-c", script, str(opened_first.folder)]
    grown = int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert grown * 1024 < size // 2


def real(data_root: Path, cache: Path, *settings: str) -> Collection:
    return open_collection(make_reader(load_config(settings).data, data_root), cache)


OPEN_PAIRS = ("data=open_pairs", "data.heldout=0")


def test_open_pairs_is_all_there(data_root: Path, cache: Path):
    collection = real(data_root, cache, *OPEN_PAIRS)
    for table, monolingual, crosslingual in (
        (collection.train, 104_746, 31_841),
        (collection.validation, 5_235, 1_846),
    ):
        sizes = {direction: len(rows) for direction, rows in table.directions.items()}
        assert sum(size for direction, size in sizes.items() if direction.monolingual) == monolingual
        assert sum(size for direction, size in sizes.items() if not direction.monolingual) == crosslingual
    assert sum(direction.monolingual for direction in collection.sizes) == 22
    assert sum(not direction.monolingual for direction in collection.sizes) == 28
    assert collection.sizes[Direction("ja", "ja")] == 30_788
    assert collection.sizes[Direction("bn", "bn")] == 113
    assert Direction("no", "no") in collection.sizes and collection.languages["no"].name == "Norwegian"
    began = time.monotonic()
    assert real(data_root, cache, *OPEN_PAIRS).fingerprint == collection.fingerprint
    assert time.monotonic() - began < 2


def test_open_pairs_says_what_the_files_say(data_root: Path, cache: Path):
    collection = real(data_root, cache, *OPEN_PAIRS)
    pieces = sorted((data_root / "open-pairs-cross-lingual" / "de-es").glob("train-*"))
    source = pa.concat_tables([pq.read_table(path) for path in pieces])
    rows = collection.train.directions[Direction("de", "es")]
    assert len(rows) == source.num_rows
    places = np.random.default_rng(0).integers(0, len(rows), 50)
    for ours, theirs in (("query", "query"), ("passage", "text"), ("pid", "pid"), ("docid", "docid")):
        assert collection.train.texts(ours, rows.start + places) == source[theirs].take(pa.array(places)).to_pylist()


def test_parallel_sentences_are_all_there_both_ways(data_root: Path, cache: Path):
    collection = real(data_root, cache, "data=parallel_sentences")
    assert len(collection.train) + len(collection.validation) == 2 * 336_501
    assert len(collection.sizes) == 2 * 164
    assert all("en" in direction and direction[::-1] in collection.sizes for direction in collection.sizes)
