"""How `hybridir eval` reads a model: as it was saved, or as the command line says."""

import json
from pathlib import Path

import pytest

from hybridir.commands.evaluate import evaluate_model, evaluation_config, find_encoder
from hybridir.config.compose import load_config
from hybridir.config.schema import StaticModel
from hybridir.errors import UserError
from hybridir.evaluation.results import Result, read_results
from hybridir.experiments.prepare import init_fingerprint, prepare
from hybridir.experiments.run import carry_out
from hybridir.experiments.store import RunFolder
from tests.tiny_models import make_model

WORLD = ["world.languages=8", "world.pairs=100", "world.questions=20", "world.sentences=50"]
TRANSFORMER = [
    *["model=transformer_small", "model.layers=1", "model.hidden=16", "model.heads=2", "model.intermediate=32"],
    *["model.vocab_size=600", "trainer.steps=1", "trainer.batch_size=4", "languages.count=1", "sampling=monolingual"],
]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> list[str]:
    folder = tmp_path_factory.mktemp("runs")
    return [*WORLD, f"runs_dir={folder}/runs", f"results_dir={folder}/results", f"cache_dir={cache}"]


@pytest.fixture(scope="module")
def trained(world: list[str]) -> RunFolder:
    return carry_out(prepare(load_config([*world, *TRANSFORMER])), lambda _: None)


@pytest.fixture(scope="module")
def e5(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hub") / "e5"
    make_model(folder, "e5_base")
    return folder


def _settings(model: Path, *overrides: str) -> dict[str, object]:
    encoder, _ = find_encoder(str(model), evaluation_config([*WORLD, *overrides]))
    return encoder.settings()


def test_a_model_is_read_as_it_was_saved_or_as_the_command_line_says(e5: Path) -> None:
    saved = {"dim": 48, "pooling": "mean", "prompts": {"query": "", "passage": ""}}
    saved["max_length"] = {"query": 512, "passage": 512}
    prompts = {"query": "query: ", "passage": "passage: "}
    assert _settings(e5) == _settings(e5, "model=static", "model.dim=8") == saved
    assert _settings(e5, "model=e5_base") == saved | {"prompts": prompts}
    assert _settings(e5, "model.query_prompt='query: '") == saved | {"prompts": {"query": "query: ", "passage": ""}}
    lengths = {"query": 512, "passage": 32}
    assert _settings(e5, "++model.pooling=cls", "model.passage_length=32") == saved | {
        "pooling": "cls",
        "max_length": lengths,
    }


def test_only_a_reading_without_a_kind_means_a_transformer() -> None:
    assert isinstance(evaluation_config(["model.dim=16"]).model, StaticModel)
    assert evaluation_config(["model.revision=refs/pr/1"]).model.kind == "transformer"
    assert evaluation_config(["model.pooling=cls", "model=labse"]).model.init == "sentence-transformers/LaBSE"


def test_the_scores_are_of_what_was_said(e5: Path, world: list[str], tmp_path: Path) -> None:
    def scores(name: str, *overrides: str) -> list[Result]:
        folder = evaluate_model(str(e5), [*world, *overrides], tmp_path / name, save_run=False)
        record = json.loads((folder / "eval" / "artificial" / "evaluation.json").read_text())
        assert record["model"]["pooling"] == ("cls" if name == "other" else "mean")
        return read_results(folder / "eval" / "artificial" / "results.csv")

    saved = scores("saved")
    assert scores("same", "model.pooling=mean") == saved != scores("other", "model.pooling=cls")


def test_a_run_keeps_its_own_evaluation(trained: RunFolder, world: list[str], tmp_path: Path) -> None:
    path, record = str(trained.path), trained.path / "eval" / "artificial" / "results.csv"
    before = record.read_bytes()
    with pytest.raises(UserError, match=r"model\.passage_length=8 is not how .* was trained: name a folder with --out"):
        evaluate_model(path, [*world, "model.passage_length=8"], None, save_run=False)
    elsewhere = evaluate_model(path, [*world, "model.passage_length=8"], tmp_path / "out", save_run=False)
    assert (elsewhere / "eval" / "artificial" / "results.csv").read_bytes() != before == record.read_bytes()
    for said in ([], TRANSFORMER):
        assert evaluate_model(path, [*world, *said], None, save_run=False) == trained.path
        assert record.read_bytes() == before


def test_a_manifest_names_how_texts_were_read(trained: RunFolder) -> None:
    model = trained.manifest()["model"]
    assert (model["pooling"], model["prompts"]) == ("mean", {"query": "", "passage": ""})
    assert model["max_length"] == {"query": 32, "passage": 96}


def test_the_revision_is_part_of_what_a_run_starts_from(tmp_path: Path) -> None:
    make_model(tmp_path / "model", "mminilm")
    assert init_fingerprint("owner/name", None, tmp_path) == "hub owner/name"
    assert init_fingerprint("owner/name", "refs/pr/3", tmp_path) == "hub owner/name@refs/pr/3"
    folder = init_fingerprint(str(tmp_path / "model"), "refs/pr/3", tmp_path)
    assert folder == init_fingerprint(str(tmp_path / "model"), None, tmp_path) and folder.startswith("folder ")
