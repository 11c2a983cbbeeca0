"""MIRACL as it was released and in MTEB's layout: small releases by hand, and what is wrong with others."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hybridir.benchmarks import miracl
from hybridir.benchmarks.judges import Qrels
from hybridir.benchmarks.miracl import FILES, PASSAGES, load_miracl
from hybridir.benchmarks.search import SearchBenchmark
from hybridir.config.schema import BenchmarkConfig
from hybridir.data.rows import Direction
from hybridir.errors import UserError
from tests.benchmarks.released import write_lines, write_miracl, write_miracl_hard


def load(place: Path, **settings: Any) -> SearchBenchmark:
    config = BenchmarkConfig(**({"kind": "miracl", "folder": "miracl", "depth": 100} | settings))
    return load_miracl(config, place, place.parent / "cache")


def hand(folder: Path) -> Path:
    """Swahili, worked by hand: three passages, two queries, one of which has two judged passages."""
    write_lines(folder / "miracl-v1.0-sw/topics/topics.miracl-v1.0-sw-dev.tsv", ["7\tNani?", "8\tWapi  hapa?"])
    write_lines(
        folder / "miracl-v1.0-sw/qrels/qrels.miracl-v1.0-sw-dev.tsv",
        ["7\tQ0\t1#0\t1", "7\tQ0\t1#1\t0", "7 Q0 2#0 2", "7\tQ0\t1#0\t1", "8\tQ0\t1#1\t0"],
    )
    passages = ['{"docid": "1#0", "title": "Ziwa", "text": "Moja."}', '{"docid": "1#1", "title": "", "text": "Mbili."}']
    write_lines(
        folder / "miracl-corpus-v1.0-sw/docs-0.jsonl.gz",
        [*passages, '{"docid": "2#0", "title": null, "text": "Tatu."}'],
    )
    return folder


def test_topics_judgements_and_passages(tmp_path: Path) -> None:
    benchmark = load(hand(tmp_path / "miracl"))
    assert (benchmark.name, benchmark.metrics, benchmark.depth) == ("miracl", ("nDCG@10", "R@100"), 100)
    assert benchmark.directions == (Direction("sw", "sw"),)
    assert benchmark.queries["sw"].ids == ("7", "8")
    assert benchmark.queries["sw"].texts == ("Nani?", "Wapi  hapa?")
    corpus = benchmark.corpora["sw"]
    assert corpus.ids(np.arange(3)) == ["1#0", "1#1", "2#0"]
    assert corpus.texts(np.arange(3)) == ["Ziwa Moja.", "Mbili.", "Tatu."]
    # a grade of 2 counts like 1, a repeated judgement once, and a query without a relevant passage not at all
    assert benchmark.judge == Qrels({Direction("sw", "sw"): {"7": ["1#0", "2#0"]}})
    assert benchmark.judge.judged(Direction("sw", "sw"), ["7", "8"]).tolist() == [True, False]


def test_files_of_a_corpus_are_read_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    write_miracl(tmp_path / "miracl", ["es", "sw"])  # es: 21 files, so docs-10 comes after docs-9
    benchmark = load(tmp_path / "miracl", languages=["es"])
    assert list(benchmark.queries) == list(benchmark.corpora) == list(benchmark.languages) == ["es"]
    assert benchmark.corpora["es"].ids(np.arange(12))[:4] == ["0#0", "0#1", "1#0", "1#1"]


def test_both_hub_datasets_may_lie_side_by_side(tmp_path: Path) -> None:
    write_miracl(tmp_path / "both", ["sw"])
    whole = load(tmp_path / "both")
    for part in ("miracl", "miracl-corpus"):
        (tmp_path / "aside" / part).mkdir(parents=True)
        (tmp_path / "both" / f"{part}-v1.0-sw").rename(tmp_path / "aside" / part / f"{part}-v1.0-sw")
    assert load(tmp_path / "aside").fingerprint() == whole.fingerprint()


def test_the_corpus_comes_from_the_hub_where_the_topics_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_miracl(tmp_path / "hub", ["sw"])
    (tmp_path / "topics").mkdir()
    (tmp_path / "hub" / "miracl-v1.0-sw").rename(tmp_path / "topics" / "miracl-v1.0-sw")
    asked = []

    def fetch(name: str, revision: str | None, patterns: tuple[str, ...]) -> Path:
        asked.append((name, revision, patterns))
        return tmp_path / "hub"

    monkeypatch.setattr(miracl, "dataset_folder", fetch)
    assert len(load(tmp_path / "topics", folder="miracl/miracl").corpora["sw"]) == 12
    assert asked == [("miracl/miracl-corpus", None, ("miracl-corpus-v1.0-sw/*",))]
    with pytest.raises(UserError, match="lacks 1 of the 1 files"):
        load(tmp_path / "topics")
    assert len(asked) == 1


def test_hard_negatives_are_another_benchmark(tmp_path: Path) -> None:
    write_miracl(tmp_path / "full", ["sw", "yo"])
    write_miracl_hard(tmp_path / "hard", ["sw", "yo"])
    full, hard = load(tmp_path / "full"), load(tmp_path / "hard", corpus="hard_negatives")
    assert (full.name, hard.name) == ("miracl", "miracl_hard")
    assert hard.queries == full.queries
    assert hard.judge == full.judge
    assert hard.corpora["yo"].texts(np.arange(12)) == full.corpora["yo"].texts(np.arange(12))


def test_another_split_has_another_name(tmp_path: Path) -> None:
    write_miracl(tmp_path, ["sw"], split="train")
    assert load(tmp_path, split="train").name == "miracl_train"
    with pytest.raises(UserError, match=r"split 'dev' needs .*topics\.miracl-v1\.0-sw-dev\.tsv.* miracl/miracl"):
        load(tmp_path)


def test_a_corpus_in_part_is_refused(tmp_path: Path) -> None:
    write_miracl(tmp_path / "miracl", ["bn", "th"])
    (tmp_path / "miracl/miracl-corpus-v1.0-th/docs-1.jsonl.gz").unlink()
    with pytest.raises(UserError, match=r"th lacks 1 of the 2 files of MIRACL's corpus \(docs-1\.jsonl\.gz, \.\.\.\)"):
        load(tmp_path / "miracl")
    assert list(load(tmp_path / "miracl", languages=["bn"]).queries) == ["bn"]


def test_in_mtebs_layout_the_size_tells_which_corpus_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_miracl_hard(tmp_path, ["yo"])
    with pytest.raises(
        UserError, match=r"12 passages in yo, and the whole corpus of MIRACL 49,043: for hard negatives"
    ):
        load(tmp_path)
    monkeypatch.setitem(PASSAGES, "yo", 12)
    assert load(tmp_path).name == "miracl"
    with pytest.raises(UserError, match=r"whole corpus of MIRACL in yo: set benchmark\.NAME\.corpus=full"):
        load(tmp_path, corpus="hard_negatives")


def test_every_language_has_its_counts() -> None:
    assert FILES.keys() == PASSAGES.keys()
    assert len(FILES) == 18
    assert sum(PASSAGES.values()) == 106_332_152  # facts of MTEB
    assert {lang for lang in FILES if FILES[lang] != -(-PASSAGES[lang] // 500_000)} == set()


TOPICS = "miracl-v1.0-sw/topics/topics.miracl-v1.0-sw-dev.tsv"
QRELS = "miracl-v1.0-sw/qrels/qrels.miracl-v1.0-sw-dev.tsv"
DOCS = "miracl-corpus-v1.0-sw/docs-0.jsonl.gz"


@pytest.mark.parametrize(
    ("file", "content", "words"),
    [
        (TOPICS, b"7\tNani?\n8 Wapi?\n", r"sw-dev\.tsv, line 2: has 1 columns"),
        (TOPICS, b"7\tNani?\n7\tWapi?\n", r"line 2: the id '7' comes a second time"),
        (TOPICS, b"8\tWapi?\n", r"qrels.*line 1: judges the query '7', which the topics lack"),
        (QRELS, b"7\tQ0\t1#0\n", r"line 1: expected query, Q0, passage and grade, got '7"),
        (QRELS, b"7\tQ0\t1#0\tyes\n", r"line 1: the judgement 'yes' is no whole number"),
        (QRELS, b"7\tQ0\t1#0\t1\n7\tQ0\t9#9\t1\n", r"1 of the 2 relevant passages of MIRACL in sw .*\(9#9, \.\.\.\)"),
        (DOCS, gzip.compress(b'{"docid": "1#0", "text": "x"}\n' * 2, mtime=0), r"id '1#0' twice, as passages 1 and 2"),
        (
            DOCS,
            gzip.compress(b'{"docid": 1, "text": "x"}\n', mtime=0),
            r"docs-0\.jsonl\.gz, line 1: 'docid' is '1', where text",
        ),
        (DOCS, gzip.compress(b'{"docid": "1#0"}\n', mtime=0), r"line 1: has no field 'text'"),
        (DOCS, gzip.compress(b"", mtime=0), r"the corpus miracl-sw has no passages"),
    ],
)
def test_damaged_files_are_named(tmp_path: Path, file: str, content: bytes, words: str) -> None:
    folder = hand(tmp_path / "miracl")
    (folder / file).write_bytes(content)
    with pytest.raises(UserError, match=words):
        load(folder)


def drop_pieces(folder: Path) -> None:
    (folder / "sw-corpus/dev-00000-of-00001.parquet").rename(folder / "sw-corpus/dev-00000-of-00003.parquet")


def drop_qrels(folder: Path) -> None:
    (folder / "sw-qrels/dev-00000-of-00001.parquet").unlink()


def drop_ids(folder: Path) -> None:
    pq.write_table(pa.table({"_id": ["1", None], "text": ["a", "b"]}), folder / "sw-queries/dev-00000-of-00001.parquet")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (drop_pieces, r"sw-corpus holds 1 of the 3 pieces of dev"),
        (drop_qrels, r"sw-qrels holds no dev-\*\.parquet"),
        (drop_ids, r"sw-queries/dev-.*parquet, row 2: has no field 'id'"),
    ],
)
def test_files_in_mtebs_layout_are_checked(tmp_path: Path, spoil: Callable[[Path], None], words: str) -> None:
    write_miracl_hard(tmp_path, ["sw"])
    spoil(tmp_path)
    with pytest.raises(UserError, match=words):
        load(tmp_path, corpus="hard_negatives")


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"MIRACL in .* has no queries"):
        load(tmp_path)
    write_miracl(tmp_path, ["sw"])
    with pytest.raises(UserError, match=r"benchmark\.languages has 'de', and MIRACL in .* has only sw"):
        load(tmp_path, languages=["de"])
    with pytest.raises(UserError, match=r"MIRACL in .* has no queries"):
        load(tmp_path, corpus="hard_negatives")
    with pytest.raises(UserError, match=r"benchmark\.miracl\.depth=99 is less than the 100 passages that its metrics"):
        load(tmp_path, depth=99)
