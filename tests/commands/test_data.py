"""`hybridir data`: what it prints, and its exit codes."""

import json
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from hybridir.cli import main
from hybridir.config.compose import packaged


class Said(NamedTuple):
    code: int
    out: str
    err: str

    def rows(self) -> dict[str, dict[str, str]]:
        """The lines of the table by their second cell."""
        names, *lines = [line.split("\t") for line in self.out.splitlines()]
        return {line[1]: dict(zip(names, line, strict=True)) for line in lines}


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path):
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HYBRIDIR_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("HYBRIDIR_DATA", raising=False)

    def run(*arguments: object) -> Said:
        monkeypatch.setattr(sys, "argv", ["hybridir", "data", *map(str, arguments)])
        try:
            main()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        return Said(code, *capfd.readouterr())

    return run


def write_pairs(path: Path, *queries: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [{"query": query, "passage": f"zu {query}", "query_lang": "de"} for query in queries]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_list_has_every_choice_with_what_is_known_of_it(data, tmp_path: Path):
    (tmp_path / "xquad-r").mkdir()
    said = data("list", "--data-root", tmp_path)
    rows = said.rows()
    choices = {path.stem for group in ("data", "benchmark") for path in (packaged("conf") / group).glob("*.yaml")}
    assert said.code == 0 and set(rows) == choices
    assert rows["xquad_r"] == {
        "group": "benchmark",
        "name": "xquad_r",
        "kind": "xquad_r",
        "languages": "ar de el en es hi ru th tr vi zh",
        "size": "13,090 questions, 13,014 sentences",
        "licence": "CC BY-SA 4.0",
        "from": "xquad-r/ of google-research-datasets/lareqa on GitHub",
        "here": str(tmp_path / "xquad-r"),
    }
    assert (rows["swim_ir"]["here"], rows["swim_ir_files"]["here"]) == ("on the hub", "not here")
    assert rows["open_pairs"]["size"] == "143,668 pairs"
    assert rows["pairs"]["here"] == rows["artificial"]["here"] == "-"


def test_list_has_the_real_size_of_what_has_been_read(data, tmp_path: Path):
    from hybridir.config.compose import load_config
    from hybridir.data.sources import collection_of

    write_pairs(tmp_path / "open-pairs-monolingual" / "train.jsonl", "eins", "zwei", "drei")
    write_pairs(tmp_path / "open-pairs-cross-lingual" / "train.jsonl", "vier")
    collection_of(load_config(["data=open_pairs"]).data, tmp_path, tmp_path / "cache")
    row = data("list", "--data-root", tmp_path).rows()["open_pairs"]
    assert row["size"] == "4 pairs, read"
    assert row["here"] == f"{tmp_path}/open-pairs-monolingual, {tmp_path}/open-pairs-cross-lingual"


def test_check_of_sound_pairs(data, tmp_path: Path):
    said = data("check", write_pairs(tmp_path / "my.jsonl", "eins", "zwei"))
    assert said.code == 0
    assert said.out.splitlines() == [
        f"{tmp_path}/my.jsonl: pairs of your own",
        "direction\ttrain\tvalidation\tcharacters of a query\tof a passage\tpassages\tscript",
        "de->de\t2\t0\t4\t7\t2\tcannot be told",
        "all\t2\t0\t\t\t2\t",
    ]


def test_check_names_what_is_wrong_and_goes_on(data, tmp_path: Path):
    write_pairs(tmp_path / "my" / "a.jsonl", "", *["eins"] * 13)
    said = data("check", tmp_path / "my")
    assert said.code == 1
    lines = said.out.splitlines()
    assert lines[1:3] == ["wrong: query empty, 1", "    a.jsonl, row 1: 'query' is empty; mend the row or take it out."]
    assert lines[3] == "wrong: pair twice, 12"
    assert lines[14] == "    and 2 more"
    assert lines[16].startswith("de->de\t13\t0")


def test_check_compares_swim_ir_with_its_release(data, tmp_path: Path):
    write_pairs(tmp_path / "swim-ir-monolingual" / "de" / "train.jsonl", "eins")
    out = data("check", tmp_path / "swim-ir-monolingual").out
    assert "released: pairs read differ from those released in 1 directions: de->de 1 of 446,918." in out
    assert "released: 8 of the 9 released directions are not here: ar->ar" in out
    write_pairs(tmp_path / "hub" / "datasets--nthakur--swim-ir-cross-lingual" / "x" / "de" / "train.jsonl", "eins")
    assert "de->en 1 of 909,145" in data("check", tmp_path / "hub" / "datasets--nthakur--swim-ir-cross-lingual").out


def test_check_of_a_benchmark(data, data_root: Path):
    said = data("check", data_root / "xquad-r")
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[0] == f"{data_root.resolve()}/xquad-r: the benchmark xquad_r"
    assert "th\t1,190\t852" in lines and "all\t13,090\t13,014" in lines
    assert lines[-1] == "released: 13,090 questions, 13,014 sentences"


def test_check_of_a_benchmark_that_is_damaged(data, tmp_path: Path):
    (tmp_path / "xquad-r").mkdir()
    (tmp_path / "xquad-r" / "de.json").write_text("{")
    said = data("check", tmp_path / "xquad-r", "--kind", "xquad_r")
    assert said.code == 1
    assert said.out.splitlines()[1].startswith("wrong: ") and "is not JSON" in said.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "there is no nowhere: name a file or folder."),
        (["."], "is nothing that is known: say with --kind what it is, one of files, hub, mmarco, "),
        ([".", "--kind", "abacus"], "--kind=abacus is not known: say with --kind what it is, one of files"),
        ([".", "--kind", "swim_ir_files"], "is not SWIM-IR's archive"),
    ],
)
def test_what_is_nothing_that_is_known(data, tmp_path: Path, monkeypatch, arguments: list[str], said: str):
    monkeypatch.chdir(tmp_path)
    answer = data("check", *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("hybridir: ") and said in answer.err
