from pathlib import Path

import pytest

from hybridir.config.schema import DataConfig, SourceConfig
from hybridir.data import sources
from hybridir.data.artificial import ArtificialPairs
from hybridir.data.files import OwnPairs
from hybridir.data.heldout import HeldOut
from hybridir.data.hub import HubPairs
from hybridir.data.mmarco import Mmarco
from hybridir.data.pairs import Collection
from hybridir.data.pools import make_pools
from hybridir.data.rows import Direction
from hybridir.data.sources import collection_of, make_reader, plain_texts
from hybridir.data.squad import SquadFiles
from hybridir.data.swim_ir import SwimIrFiles
from hybridir.errors import UserError

from .conftest import row, write_parquet


def hub(folder: str, **settings: object) -> DataConfig:
    return DataConfig(kind="hub", name="mine", sources=[SourceConfig(folder)], **settings)  # type: ignore[arg-type]


def test_each_kind_has_its_reader(tmp_path: Path):
    (tmp_path / "pairs").mkdir()
    (tmp_path / "swim" / "monolingual").mkdir(parents=True)
    assert isinstance(make_reader(DataConfig(), tmp_path), ArtificialPairs)
    assert isinstance(make_reader(hub("pairs"), tmp_path), HubPairs)
    assert isinstance(make_reader(DataConfig(kind="swim_ir_files", folder="swim"), tmp_path), SwimIrFiles)
    assert isinstance(make_reader(hub("pairs", heldout=0.1), tmp_path), HeldOut)
    assert isinstance(make_reader(DataConfig(kind="files", folder="pairs"), tmp_path), OwnPairs)
    assert isinstance(make_reader(DataConfig(kind="mmarco", folder="pairs"), tmp_path), Mmarco)
    assert isinstance(make_reader(DataConfig(kind="squad", folder="pairs"), tmp_path), SquadFiles)


def test_dials_of_the_world_are_handed_on(tmp_path: Path):
    reader = make_reader(DataConfig(world={"languages": 9}), tmp_path)
    assert isinstance(reader, ArtificialPairs) and reader.config.languages == 9
    with pytest.raises(UserError, match="dial"):
        make_reader(DataConfig(world={"mountains": 9}), tmp_path)


def test_what_is_not_named_is_asked_for(tmp_path: Path):
    with pytest.raises(
        UserError, match=r"data\.sources and data\.folder are empty: name the folder \(or file\) of the data"
    ):
        make_reader(DataConfig(kind="hub"), tmp_path)
    with pytest.raises(UserError, match=r"data\.folder is empty: name the folder of the data"):
        make_reader(DataConfig(kind="swim_ir_files"), tmp_path)


def test_a_folder_stands_in_for_sources(tmp_path: Path):
    write_parquet(tmp_path / "here" / "train.parquet", [row("q", "p", "de")])
    config = hub("not-there")
    config.folder = "here"
    assert [str(shard.direction) for shard in make_reader(config, tmp_path).shards()] == ["de->de"]


def test_some_kinds_read_one_place_only(tmp_path: Path):
    two = DataConfig(kind="squad", sources=[SourceConfig("a"), SourceConfig("b")])
    with pytest.raises(UserError, match=r"data\.sources has 2 entries, and data\.kind=squad reads one"):
        make_reader(two, tmp_path)


def test_scripts_can_be_left_unchecked(tmp_path: Path):
    write_parquet(tmp_path / "pairs" / "train.parquet", [row(f"naam kya hai {i}", "uttar", "hi") for i in range(30)])
    with pytest.raises(UserError, match=r"not in the script Deva.*set data\.scripts=false"):
        list(make_reader(hub("pairs"), tmp_path).shards())
    assert len(list(make_reader(hub("pairs", scripts=False), tmp_path).shards())) == 1


def test_a_collection_is_opened_once_and_again_when_its_files_change(hub_folder: Path, tmp_path: Path):
    config, root, cache = hub("pairs"), hub_folder.parent, tmp_path / "cache"
    first = collection_of(config, root, cache)
    assert collection_of(hub("pairs"), root, cache) is first
    write_parquet(hub_folder / "de-en" / "train-00000-of-00001.parquet", [row("neu", "new", "de", text_code="en")])
    second = collection_of(config, root, cache)
    assert second is not first
    assert second.fingerprint != first.fingerprint
    assert collection_of(hub("pairs", heldout=0.5), root, cache).sizes != second.sizes


def test_plain_texts_are_the_queries_and_passages_by_language(hub_folder: Path, tmp_path: Path):
    config = hub("pairs")
    texts = plain_texts(config, collection_of(config, hub_folder.parent, tmp_path / "cache"), hub_folder.parent)
    assert texts["de"] == ["Frage"]
    assert texts["en"] == ["answer"]
    numbers = ["00", "01", "02", "10", "11"]
    assert texts["no"] == [f"spørsmål {i}" for i in numbers] + [f"svar {i}" for i in numbers]


def test_plain_texts_of_a_large_direction_are_spread_evenly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sources, "_PAIRS", 4)
    write_parquet(tmp_path / "pairs" / "train.parquet", [row(f"q{i}", f"p{i}", "de") for i in range(7)])
    config = hub("pairs")
    collection = collection_of(config, tmp_path, tmp_path / "cache")
    assert collection.sizes == {Direction("de", "de"): 7}
    assert plain_texts(config, collection, tmp_path)["de"] == ["q0", "q2", "q4", "q6", "p0", "p2", "p4", "p6"]
    monkeypatch.setattr(sources, "_CHARACTERS", 8)  # of the 16 that these have
    assert plain_texts(config, collection, tmp_path)["de"] == ["q0", "q4", "p0", "p4"]


def test_the_artificial_world_tells_of_languages_that_are_never_trained_on(tmp_path: Path):
    config = DataConfig(world={"languages": 8, "pairs": 100, "sentences": 10})
    collection = collection_of(config, tmp_path, tmp_path / "cache")
    texts = plain_texts(config, collection, tmp_path)
    trained = {code for direction in collection.sizes for code in direction}
    assert len(texts) == 8 and trained < set(texts)
    assert all(texts.values())


def test_some_sources_are_read_both_ways_and_stand_behind_the_others(tmp_path: Path):
    write_parquet(tmp_path / "own" / "train.parquet", [row("Wer?", "Sie.", "de")])
    translations = [row("Hallo", "Hello", "de", text_code="en"), row("Γεια", "Hello", "el", text_code="en")]
    write_parquet(tmp_path / "translated" / "train.parquet", translations)
    sources = [SourceConfig("translated", both_ways=True), SourceConfig("own")]
    reader = make_reader(DataConfig(kind="hub", name="mine", sources=sources, scripts=False), tmp_path)
    shards = list(reader.shards())
    assert [str(shard.direction) for shard in shards] == ["de->de", "de->en", "en->de", "el->en", "en->el"]
    pairs = [(r["query"], r["passage"]) for shard in shards for r in shard.rows.to_pylist()]
    assert pairs == [("Wer?", "Sie."), ("Hallo", "Hello"), ("Hello", "Hallo"), ("Γεια", "Hello"), ("Hello", "Γεια")]
    pids = [r["pid"] for shard in shards for r in shard.rows.to_pylist()]
    assert len(set(pids[1:])) == 1 and pids[0] != pids[1]
    assert reader.name == "mine" and set(reader.languages(["de", "el", "en"])) == {"de", "el", "en"}


def test_both_ways_is_part_of_what_is_opened_and_joins_through_the_pivot(tmp_path: Path):
    translations = [row("Hallo", "Hello", "de", text_code="en"), row("Γεια", "Hello", "el", text_code="en")]
    write_parquet(tmp_path / "own" / "train.parquet", [row("Wer?", "Sie.", "de")])
    write_parquet(tmp_path / "translated" / "train.parquet", translations)

    def opened(both_ways: bool) -> Collection:
        sources = [SourceConfig("own"), SourceConfig("translated", both_ways=both_ways)]
        config = DataConfig(kind="hub", name="mine", sources=sources, scripts=False)
        return collection_of(config, tmp_path, tmp_path / "cache")

    once, twice = opened(False), opened(True)
    assert {str(d): n for d, n in once.sizes.items()} == {"de->de": 1, "de->en": 1, "el->en": 1}
    assert {str(d): n for d, n in twice.sizes.items()} == {"de->de": 1} | dict.fromkeys(
        ["de->en", "en->de", "el->en", "en->el"], 1
    )
    assert once.fingerprint != twice.fingerprint
    assert make_pools(twice.train, ["de", "el"]).crosslingual == []
    through_english = make_pools(twice.train, ["de", "el", "en"]).sizes()
    assert through_english[Direction("de", "el")] == through_english[Direction("el", "de")] == 1
