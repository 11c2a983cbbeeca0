from pathlib import Path

import pytest

from hybridir.config.schema import DataConfig
from hybridir.data.pairs import open_collection
from hybridir.data.released import Counted, deviations
from hybridir.data.rows import Direction
from hybridir.data.sources import make_reader

from .conftest import ListedPairs, row, write_parquet

DE, HI, EN = Direction("de", "de"), Direction("hi", "en"), Direction("en", "en")


def test_deviations_in_words():
    assert deviations({DE: 3, HI: 1_000, EN: 2}, {DE: 3, HI: 925_481}) == [
        "pairs read differ from those released in 1 directions: hi->en 1,000 of 925,481."
    ]
    assert deviations({DE: 3}, {DE: 3, HI: 9}) == ["1 of the 2 released directions are not here: hi->en."]
    assert deviations({DE: 3}, {DE: 3}) == []


def test_of_many_directions_some_are_named():
    expected = {Direction(code, "en") for code in "abcdefgh"}
    (said,) = deviations({}, dict.fromkeys(expected, 1))
    assert said.endswith("are not here: a->en, b->en, c->en, d->en, e->en and 3 more.")


def test_the_pairs_pass_through_and_a_deviation_is_told_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    pairs = {
        ("train", "de", "de"): [(f"q{i}", "p", "1") for i in range(4)],
        ("validation", "de", "de"): [("v", "p", "2")],
    }
    for _ in range(2):
        collection = open_collection(Counted(ListedPairs(pairs), {DE: 5, HI: 1}), tmp_path)
    assert collection.sizes == {DE: 4}
    assert capsys.readouterr().err == "listed: 1 of the 2 released directions are not here: hi->en.\n"


def test_swim_ir_is_compared_with_its_release(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    write_parquet(tmp_path / "pairs" / "train.parquet", [row("q", "p", "en")])
    list(make_reader(DataConfig(kind="files", name="swim_ir", folder="pairs"), tmp_path).shards())
    said = capsys.readouterr().err.splitlines()
    assert said[0].startswith("swim_ir: 40 of the 41 released directions are not here: ar->ar, ar->en")
    assert said[1] == "swim_ir: pairs read differ from those released in 1 directions: en->en 1 of 501,538."
