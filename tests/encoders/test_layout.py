import json

import pytest
from huggingface_hub import constants

from hybridir.encoders.layout import longest, model_folder, read_modules, read_prompts, write_modules, write_prompts
from hybridir.errors import UserError


def _modules(folder, *lines):
    folder.joinpath("modules.json").write_text(json.dumps(lines))
    return folder


def test_modules_are_read_as_written(tmp_path):
    write_modules(tmp_path, [("Transformer", ""), ("Pooling", "1_Pooling")])
    entries = read_modules(tmp_path)
    assert [(entry.name, entry.folder) for entry in entries] == [
        ("Transformer", tmp_path),
        ("Pooling", tmp_path / "1_Pooling"),
    ]
    assert entries[1].config() == {}


def test_modules_that_are_code_or_elsewhere_are_refused(tmp_path):
    with pytest.raises(UserError, match=r"names the module 'custom\.Model', which is code of its own"):
        read_modules(_modules(tmp_path, {"type": "custom.Model", "path": ""}))
    with pytest.raises(UserError, match=r"points outside its folder with '\.\./other'"):
        read_modules(_modules(tmp_path, {"type": "sentence_transformers.models.Pooling", "path": "../other"}))
    with pytest.raises(UserError, match="is not a list of modules"):
        read_modules(_modules(tmp_path, "Transformer"))


@pytest.mark.parametrize(
    ("saved", "query", "passage"),
    [
        ({"prompts": {"query": "q: ", "passage": "p: ", "document": ""}}, "q: ", "p: "),
        ({"prompts": {"query": "q: ", "document": "d: "}}, "q: ", "d: "),
        ({"prompts": {"query": "q: ", "all": "x: "}, "default_prompt_name": "all"}, "q: ", "x: "),
        ({"prompts": {"query": None, "all": "x: "}, "default_prompt_name": None}, "", ""),
        ({"__version__": {}}, "", ""),
    ],
)
def test_prompts(saved, query, passage, tmp_path):
    tmp_path.joinpath("config_sentence_transformers.json").write_text(json.dumps(saved))
    assert read_prompts(tmp_path) == {"query": query, "passage": passage}


def test_prompts_are_read_as_written(tmp_path):
    assert read_prompts(tmp_path) == {"query": "", "passage": ""}
    write_prompts(tmp_path, {"query": "क: ", "passage": "p: "})
    assert read_prompts(tmp_path) == {"query": "क: ", "passage": "p: "}


def test_broken_settings_are_named(tmp_path):
    path = tmp_path / "config_sentence_transformers.json"
    path.write_text("{")
    with pytest.raises(UserError, match="is not JSON"):
        read_prompts(tmp_path)
    path.write_text("[]")
    with pytest.raises(UserError, match="does not hold a JSON object"):
        read_prompts(tmp_path)


def test_longest():
    assert longest({"query": 3, "passage": 5}) == 5
    assert longest({"query": 3, "passage": None}) is None


def test_what_is_neither_folder_nor_name(tmp_path):
    assert model_folder(tmp_path) == tmp_path
    with pytest.raises(UserError, match="'no such model' is neither a folder here nor a model name"):
        model_folder("no such model")


def test_a_revision_of_a_hub_name(tmp_path, monkeypatch):
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    repository = tmp_path / "models--facebook--mcontriever"
    for revision, commit in (("main", "a" * 40), ("refs/pr/1", "b" * 40)):
        (repository / "refs" / revision).parent.mkdir(parents=True, exist_ok=True)
        (repository / "refs" / revision).write_text(commit)
        (repository / "snapshots" / commit).mkdir(parents=True)
        (repository / "snapshots" / commit / "config.json").write_text("{}")
    assert model_folder("facebook/mcontriever").name == "a" * 40
    assert model_folder("facebook/mcontriever", "refs/pr/1").name == "b" * 40
    with pytest.raises(UserError, match="holds the model 'facebook/mcontriever' only in part"):
        model_folder("facebook/mcontriever", "refs/pr/2")
    assert model_folder(tmp_path, "refs/pr/1") == tmp_path
