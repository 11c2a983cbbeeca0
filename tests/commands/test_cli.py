"""The command line as a user meets it: what it prints where, and how it says no."""

import json
import sys
from pathlib import Path

import pytest

from hybridir.cli import main
from hybridir.evaluation.results import read_results
from tests.experiments.conftest import TINY


@pytest.fixture
def folders(tmp_path: Path, cache: Path) -> list[str]:
    return [f"runs_dir={tmp_path}/runs", f"results_dir={tmp_path}/results", f"cache_dir={cache}"]


class Said:
    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def hybridir(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]):
    def run(*arguments: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["hybridir", *arguments])
        try:
            main()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        captured = capfd.readouterr()
        return Said(code, captured.out, captured.err)

    return run


WRONG = {
    "an unknown language": (
        ["train", "languages=listed", "languages.listed=[qaa,xx]"],
        "languages.listed names 'xx', which has no training pairs",
    ),
    "an empty subset": (
        ["train", "languages=listed", "languages.listed=[]"],
        "languages.order=listed needs languages.listed=[de,en,...], and it is empty.",
    ),
    "more languages than there are": (["train", "languages.count=99"], "languages.count=99 is more than the"),
    "a value out of range": (["train", "sampling.alpha=1.5"], "sampling.alpha=1.5 is out of range"),
    "an unknown choice": (["train", "model=bert"], "model=bert is not allowed: choose one of"),
    "an unknown field": (["train", "trainer.stepz=3"], "trainer.stepz is unknown"),
    "an unknown section": (["train", "trainr=static"], "'trainr' is no section of the configuration"),
    "not an override": (["train", "hybrid"], "hybrid"),
    "a wrong type": (["train", "trainer.steps=many"], "trainer.steps=many is not allowed"),
    "a strategy without pairs": (
        ["train", "sampling=crosslingual", "languages.count=1"],
        "crosslingual needs pairs across languages",
    ),
    "data that are not here": (
        ["train", "data=open_pairs", "data_root=/nowhere"],
        "there is no folder 'open-pairs-mono",
    ),
    "a benchmark that is not here": (
        ["train", "benchmark=xquad_r", "--data-root", "/nowhere"],
        "the benchmark xquad_r is not at /nowhere/xquad-r",
    ),
    "a benchmark of a sweep that is not here": (
        ["sweep", "--languages", "0", "benchmark=xquad_r", "--data-root", "/nowhere"],
        "the benchmark xquad_r is not at /nowhere/xquad-r",
    ),
    "a device that is not here": (["train", "executor.device=abacus"], "executor.device=abacus is no device"),
    "a start that is not here": (["train", "model.init=./nowhere"], "./nowhere"),
    "a run directory that is none": (["eval", "EMPTY"], "is neither a run"),
    "a sweep file that is none": (["sweep", "nowhere.yaml"], "there is no sweep file 'nowhere.yaml'"),
    "a sweep without axes": (["sweep", "AXELESS"], "has no axes"),
    "an axis that cannot be": (["sweep", "BAD_AXIS", "--dry-run"], "sampling.alpha=7.0 is out of range"),
    "languages that are neither counts nor sets": (["sweep", "--languages", "1,en+de"], "is neither counts nor sets"),
    "results that are not there": (["report", "EMPTY"], "there is no sweep file"),
}


@pytest.mark.parametrize("request_", WRONG, ids=lambda name: name.replace(" ", "-"))
def test_a_wrong_request_is_a_sentence_and_exit_code_2(
    request_: str, hybridir, tmp_path: Path, folders: list[str]
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "axeless.yaml").write_text("base: {seed: 1}\n")
    (tmp_path / "bad.yaml").write_text("axes: {sampling.alpha: [0.5, 7]}\n")
    names = {"EMPTY": tmp_path / "empty", "AXELESS": tmp_path / "axeless.yaml", "BAD_AXIS": tmp_path / "bad.yaml"}
    arguments, sentence = WRONG[request_]
    said = hybridir(*[str(names.get(argument, argument)) for argument in arguments], *folders)
    assert said.code == 2, said.err
    assert said.err.startswith("hybridir: ") and sentence in said.err
    assert said.err.count("\n") == 1 and "Traceback" not in said.err
    assert said.out == ""
    assert not (tmp_path / "runs").exists() and not (tmp_path / "results").exists()


def test_a_file_of_pairs_with_a_broken_row(hybridir, tmp_path: Path, folders: list[str]) -> None:
    lines = [{"query": "q", "text": "p", "code": "de"}, {"query": "q", "code": "de"}]
    path = tmp_path / "archive" / "monolingual" / "de" / "train.jsonl"
    path.parent.mkdir(parents=True)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    said = hybridir("train", "data=swim_ir_files", f"data.folder={tmp_path}/archive", *folders)
    assert said.code == 2 and str(path) in said.err and "2" in said.err and said.err.count("\n") == 1


def test_train_prints_the_folder_of_the_run_last(hybridir, folders: list[str]) -> None:
    said = hybridir("train", *TINY, *folders)
    assert said.code == 0
    folder = Path(said.out.splitlines()[-1])
    assert (folder / "manifest.json").is_file() and said.out.count("\n") == 1


def test_batches_are_explained_and_nothing_is_trained(hybridir, tmp_path: Path, folders: list[str]) -> None:
    said = hybridir("train", "--explain-batches", "2", "sampling=monolingual", *TINY, *folders)
    lines = said.out.splitlines()
    assert lines[0].endswith("qaf") or "languages: qaa" in lines[0]
    assert lines[1].startswith("step 0: 16 pairs, monolingual: 16 qa")
    assert lines[2].startswith("    first pair, qa")
    assert lines[3].startswith("step 1: 16 pairs, monolingual: 16 qa")
    assert not (tmp_path / "runs").exists()


def test_a_sweep_without_a_file_reports_and_a_second_start_finds_all_done(
    hybridir, tmp_path: Path, folders: list[str]
) -> None:
    command = ["sweep", "--languages", "0,1,2", "--jobs", "1", *TINY, *folders]
    first = hybridir(*command)
    assert first.code == 0, first.err
    results = tmp_path / "results" / "embedded"
    header = (results / "results.csv").read_text().splitlines()[0]
    assert header == (
        "sampling,languages,seed,trained,run,benchmark,setting,query_lang,passage_lang,metric,value,queries"
    )
    assert {path.suffix for path in (results / "plots").iterdir()} == {".png", ".svg"}
    assert {path.suffix for path in (results / "tables").iterdir()} == {".md", ".csv", ".tex"}
    assert str(results / "plots") in first.out.replace("\n", "")
    runs = {path: path.stat().st_mtime_ns for path in (tmp_path / "runs").rglob("manifest.json")}
    dry = hybridir(*command, "--dry-run")
    assert "5 done; nothing left to do" in dry.out.replace("\n", " ")
    status = hybridir("status", *command[1:3], *command[5:])
    assert status.out.count(" done ") >= 5 and "5 of 5 runs done; nothing left to do" in status.out
    named = hybridir("report", *command[1:3], *command[5:], "--name", "variant")
    assert named.code == 0 and (tmp_path / "results" / "variant" / "tables").is_dir()
    second = hybridir(*command)
    assert second.code == 0
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "runs").rglob("manifest.json")} == runs


def test_eval_of_a_model_folder_writes_where_it_is_told(hybridir, tmp_path: Path, folders: list[str]) -> None:
    run = Path(hybridir("train", *TINY, *folders).out.splitlines()[-1])
    said = hybridir("eval", str(run / "model"), "--out", str(tmp_path / "out"), "--save-run", *TINY, *folders)
    assert said.code == 0, said.err
    mine, own = (read_results(folder / "eval" / "artificial" / "results.csv") for folder in (tmp_path / "out", run))
    assert mine == own
    assert list((tmp_path / "out" / "eval" / "artificial" / "trec").rglob("*.trec"))


def test_search_finds_the_line_that_says_the_same(hybridir, tmp_path: Path, folders: list[str]) -> None:
    run = hybridir("train", *TINY, *folders).out.splitlines()[-1]
    text = tmp_path / "lines.txt"
    text.write_text("one two\n\nthe white whale\nfour five six\n")
    said = hybridir("search", run, "the white whale", "--file", str(text), "--top", "2", *folders)
    first, second = (line.split("\t") for line in said.out.splitlines())
    assert first == ["1", "1.0000", "", "3", "the white whale"] and second[0] == "2"
    pool = hybridir("search", run, "anything", "--in", "qab", "--top", "3", *TINY, *folders)
    assert [line.split("\t")[2] for line in pool.out.splitlines()] == ["qab"] * 3
    wrong = hybridir("search", run, "anything", "--in", "xx", *TINY, *folders)
    assert wrong.code == 2 and "--in names 'xx'" in wrong.err


def test_the_version(hybridir) -> None:
    assert hybridir("--version").out.startswith("hybridir 0.")
