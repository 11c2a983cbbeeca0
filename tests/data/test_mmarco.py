"""A tiny mMARCO in the layout of the release: German and Russian with both files, French with one."""

from pathlib import Path

import pytest

from hybridir.data.check import Findings, check_pairs
from hybridir.data.mmarco import TRIPLES, Mmarco
from hybridir.data.pairs import open_collection
from hybridir.data.places import Source
from hybridir.data.pools import make_pools
from hybridir.data.rows import Direction
from hybridir.errors import UserError

TRIPLE_LINES = ["7\t2\t0", "7\t2\t1", "5\t0\t2", "5\t3\t2", "7\t2\t3"]  # three distinct pairs


def write(folder: Path, language: str, queries: dict[int, str], passages: dict[int, str]) -> None:
    google = folder / "data" / "google"
    for path, texts in (
        (google / "queries" / "train" / f"{language}_queries.train.tsv", queries),
        (google / "collections" / f"{language}_collection.tsv", passages),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"{ident}\t{text}\n" for ident, text in texts.items()), encoding="utf8")


@pytest.fixture
def release(tmp_path: Path) -> Path:
    folder = tmp_path / "mmarco"
    write(folder, "german", {5: "Frage fünf", 6: "nie", 7: 'Frage "sieben'}, {i: f"Absatz {i}" for i in range(5)})
    write(folder, "russian", {7: "вопрос 7", 5: "вопрос 5"}, {i: f"абзац {i}" for i in range(4)})
    (folder / "data" / TRIPLES).write_text("\n".join(TRIPLE_LINES) + "\n")
    return folder


def reader(release: Path, *only: str) -> Mmarco:
    return Mmarco("mmarco", Source(release.name), release.parent, only)


def test_every_distinct_positive_is_a_pair_in_every_language(release: Path):
    rows = [row for shard in reader(release).shards() for row in shard.rows.to_pylist()]
    found = [(row["query_lang"], row["query"], row["passage"], row["pid"], row["docid"]) for row in rows]
    assert found == [
        ("de", "Frage fünf", "Absatz 0", "5-0", "de-0"),
        ("de", 'Frage "sieben', "Absatz 2", "7-2", "de-2"),
        ("de", "Frage fünf", "Absatz 3", "5-3", "de-3"),
        ("ru", "вопрос 5", "абзац 0", "5-0", "ru-0"),
        ("ru", "вопрос 7", "абзац 2", "7-2", "ru-2"),
        ("ru", "вопрос 5", "абзац 3", "5-3", "ru-3"),
    ]
    assert all(row["passage_lang"] == row["query_lang"] for row in rows)


def test_joined_by_question_they_are_pairs_across_languages(release: Path, tmp_path: Path):
    table = open_collection(reader(release), tmp_path / "cache").train
    pools = make_pools(table, ["de", "ru"])
    assert pools.sizes() == {Direction(query, passage): 3 for query in ("de", "ru") for passage in ("de", "ru")}


def test_only_some_languages_are_read(release: Path):
    assert {shard.direction for shard in reader(release, "ru", "es").shards()} == {Direction("ru", "ru")}
    with pytest.raises(UserError, match=r"data.only has 'tr', and mMARCO only ar, de, .*: name some of these"):
        reader(release, "tr")


def test_only_the_files_that_are_needed_are_fetched(release: Path, monkeypatch: pytest.MonkeyPatch):
    asked = []

    def fetch(name: str, revision: str | None, patterns: list[str]) -> Path:
        asked.extend([name, revision, *patterns])
        return release

    monkeypatch.setattr("hybridir.data.mmarco.dataset_folder", fetch)
    assert len(list(Mmarco("m", Source("unicamp-dl/mmarco", None, "main"), Path("/nowhere"), ["de"]).shards())) == 1
    assert asked == [
        "unicamp-dl/mmarco",
        "main",
        "data/triples.train.ids.small.tsv",
        "data/google/collections/german_collection.tsv",
        "data/google/queries/train/german_queries.train.tsv",
    ]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (TRIPLES, "7\t2\n", r"does not hold three numbers on every line \(.*\): mend it"),
        (TRIPLES, "7\ttwo\t0\n", r"does not hold three numbers on every line \(.*\): mend it"),
        ("google/collections/german_collection.tsv", "0\ta\n2\tb\n", "lacks 1 of the 3 ids that .* names, such as 3"),
        ("google/collections/german_collection.tsv", "0\ta\nb\n", "line 2: no id, tab and text in UTF-8"),
        ("google/collections/german_collection.tsv", "0\t\n2\tb\n3\tc\n", "row 1: 'passage' is empty"),
        ("google/queries/train/german_queries.train.tsv", "5\ta\n", "lacks 1 of the 2 ids that .* names, such as 7"),
    ],
)
def test_a_damaged_file_is_named(release: Path, name: str, content: str, said: str):
    (release / "data" / name).write_text(content)
    with pytest.raises(UserError, match=rf"{name}.*{said}"):
        list(reader(release, "de").shards())


def test_text_that_is_not_utf8_matters_only_where_it_is_read(release: Path):
    path = release / "data" / "google" / "collections" / "german_collection.tsv"
    path.write_bytes(path.read_bytes().replace(b"Absatz 1", b"\xff\xfe"))  # no positive
    assert len(list(reader(release, "de").shards())) == 1
    path.write_bytes(path.read_bytes().replace(b"Absatz 2", b"\xff\xfe"))
    with pytest.raises(UserError, match="line 3: no id, tab and text in UTF-8"):
        list(reader(release, "de").shards())


def test_a_file_without_its_counterpart_is_noticed(release: Path):
    (release / "data" / "google" / "queries" / "train" / "russian_queries.train.tsv").unlink()
    with pytest.raises(UserError, match=r"has no google/queries/train/russian_queries\.train\.tsv: bring it as well"):
        list(reader(release).shards())


def test_a_folder_that_is_none(tmp_path: Path):
    (tmp_path / "mmarco").mkdir()
    with pytest.raises(UserError, match=r"is not mMARCO: expected triples\.train\.ids\.small\.tsv"):
        list(reader(tmp_path / "mmarco").shards())


def test_a_check_goes_on_without_what_is_missing(release: Path):
    (release / "data" / "google" / "queries" / "train" / "german_queries.train.tsv").write_text("seven\ta\n7\tb\n")
    findings = Findings(release)
    check_pairs(Mmarco("mmarco", Source(release.name), release.parent, ["de"], findings), findings)
    assert {kind: noted.said for kind, noted in findings.wrong.items()} == {
        "bad line": [
            "data/google/queries/train/german_queries.train.tsv, line 1: no id, tab and text in UTF-8; mend the line."
        ],
        "ids missing": [
            "data/google/queries/train/german_queries.train.tsv lacks 1 of the 2 ids that triples.train.ids.small.tsv"
            " names, such as 5: bring the file again."
        ],
    }
    assert dict(findings.directions[Direction("de", "de")].pairs) == {"train": 1}
