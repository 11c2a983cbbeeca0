"""mMARCO's dev.small, to be re-ranked: small files of the released shape."""

from pathlib import Path

import pytest

from hybridir.benchmarks.mmarco import load_mmarco
from hybridir.benchmarks.registry import load_benchmark
from hybridir.config.schema import BenchmarkConfig
from hybridir.errors import UserError

QUERIES = {
    "english": {"1048": "what is a bank", "2": "who?", "300": "not judged"},
    "german": {"2": "wer?", "1048": "was ist"},
}
PASSAGES = {
    "english": {str(i): f"passage {i}" for i in range(8)},
    "german": {str(i): f"Absatz {i} " for i in range(8)},
    "dutch": {"0": "not asked for"},
}
# q 2: passages 0 and 1 are relevant, 1 is no candidate; q 1048: 5, of three; 300 is not judged and 9 none of dev.small
QRELS = "2\t0\t0\t1\n2\t0\t1\t1\n1048\t0\t5\t1\n1048\t0\t6\t0\n"
CANDIDATES = [("2", "3"), ("1048", "5"), ("2", "0"), ("9", "7"), ("1048", "2"), ("1048", "0")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The release in a folder, with the list of candidates beside `data/`."""
    google = tmp_path / "data" / "google"
    for kind in ("collections", "queries/dev"):
        (google / kind).mkdir(parents=True)
    for language, texts in QUERIES.items():
        write(google / "queries" / "dev" / f"{language}_queries.dev.small.tsv", texts)
    for language, texts in PASSAGES.items():
        write(google / "collections" / f"{language}_collection.tsv", texts)
    (tmp_path / "data" / "qrels.dev.small.tsv").write_text(QRELS)
    lines = [f"{query}\t{pid}\tthe query\ta\tpassage\n" for query, pid in CANDIDATES]
    (tmp_path / "top1000.dev").write_text("".join(lines))
    return tmp_path


def write(path: Path, texts: dict[str, str]) -> None:
    path.write_text("".join(f"{ident}\t{text}\n" for ident, text in texts.items()), encoding="utf8")


def config(**settings: list[str]) -> BenchmarkConfig:
    return BenchmarkConfig(kind="mmarco", folder=".", **settings)  # type: ignore[arg-type]


def test_texts_lists_and_judgements(folder: Path) -> None:
    benchmark = load_mmarco(config(directions=["en->de", "de->de"]), folder)
    assert dict(zip(benchmark.queries["en"].ids, benchmark.queries["en"].texts, strict=True)) == {
        "1048": "what is a bank",
        "2": "who?",
    }
    # passages that are named alone, of the languages that are searched
    assert dict(zip(benchmark.passages["de"].ids, benchmark.passages["de"].texts, strict=True)) == {
        f"de_{i}": f"Absatz {i}" for i in (0, 1, 2, 3, 5)
    }
    assert set(benchmark.passages) == {"de"}
    assert benchmark.relevant == {("2", "de"): ("de_0", "de_1"), ("1048", "de"): ("de_5",)}
    lists = {"2": ("de_3", "de_0"), "1048": ("de_5", "de_2", "de_0")}
    assert benchmark.candidates == {("en", "de"): lists, ("de", "de"): lists}
    assert benchmark.name == "mmarco_dev"
    assert benchmark.metrics == ("MRR@10", "nDCG@10", "R@1")


def test_directions_among_languages_and_among_all_that_are_there(folder: Path) -> None:
    pairs = {("en", "en"), ("en", "de"), ("de", "en"), ("de", "de")}
    assert set(load_mmarco(config(languages=["en", "de"]), folder).candidates or {}) == pairs
    (folder / "data" / "google" / "collections" / "dutch_collection.tsv").unlink()
    assert set(load_mmarco(config(), folder).candidates or {}) == pairs
    assert set(load_mmarco(config(languages=["de"]), folder).candidates or {}) == {("de", "de")}


def test_the_registry_reads_it(folder: Path) -> None:
    benchmark = load_benchmark(config(languages=["en", "de"]), folder, folder / "cache")
    assert benchmark.fingerprint() == load_mmarco(config(languages=["en", "de"]), folder).fingerprint()
    (folder / "top1000.dev").rename(folder / "data" / "top1000.dev")  # within the release as well
    load_mmarco(config(languages=["en"]), folder / "data")


def test_wrong_settings_are_refused(folder: Path) -> None:
    with pytest.raises(UserError, match="both name languages: give one"):
        load_mmarco(config(languages=["en"], directions=["en->de"]), folder)
    with pytest.raises(UserError, match="mMARCO has no language 'sw': name some of ar, de, "):
        load_mmarco(config(languages=["sw"]), folder)
    with pytest.raises(UserError, match="write each as 'en->de'"):
        config(directions=["en-de"])
    with pytest.raises(UserError, match="is of mmarco alone"):
        BenchmarkConfig(kind="xquad_r", directions=["en->de"])


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("top1000.dev", None, "there is no .*top1000.dev: mMARCO is unicamp-dl/mmarco"),
        ("data/qrels.dev.small.tsv", None, "there is no .*qrels.dev.small.tsv"),
        ("data/google/collections/german_collection.tsv", None, "there is no .*german_collection.tsv"),
        ("top1000.dev", "2\t3\nx\n", "top1000.dev, line 1: no query id, passage id and texts"),
        ("data/qrels.dev.small.tsv", "2 0 0 1\n2 0 1\n", "qrels.dev.small.tsv, line 2: no query id, 0, passage id"),
        ("data/google/collections/german_collection.tsv", "0\ta\n1 b\n", "german_collection.tsv, line 2: no id, tab"),
        ("data/google/collections/german_collection.tsv", "0\ta\n", "lacks 4 of the 5 ids .* such as 1"),
    ],
)
def test_damaged_files_are_named(folder: Path, name: str, content: str | None, said: str) -> None:
    (folder / name).unlink()
    if content is not None:
        (folder / name).write_text(content)
    with pytest.raises(UserError, match=said):
        load_mmarco(config(directions=["en->de"]), folder)


def test_bytes_that_are_no_text_are_named(folder: Path) -> None:
    path = folder / "data" / "google" / "collections" / "german_collection.tsv"
    path.write_bytes(b"0\t\xff\n")
    with pytest.raises(UserError, match="line 1: not UTF-8"):
        load_mmarco(config(directions=["en->de"]), folder)


def test_an_empty_folder_is_none(tmp_path: Path) -> None:
    (tmp_path / "qrels.dev.small.tsv").touch()
    with pytest.raises(UserError, match=r"there is no google/collections/<language>_collection\.tsv"):
        load_mmarco(config(), tmp_path)
