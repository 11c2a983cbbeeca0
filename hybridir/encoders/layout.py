"""The folder of a sentence-transformers model: what its small files say, read and written here.

`modules.json` lists the modules in order and the folder of each; `config_sentence_transformers.json`
holds the prompts. Types are written under `sentence_transformers.models`, which every version reads.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hybridir.encoders.base import KINDS, Kind
from hybridir.errors import UserError
from hybridir.files import write_json
from hybridir.hub import hub_problem

_PROMPT_NAMES: Mapping[Kind, tuple[str, ...]] = {
    "query": ("query",),
    "passage": ("passage", "document", "corpus"),
}
_HUB_FILES = ["*.json", "*.safetensors", "*.txt", "*.model"]
_HUB_EXPORTS = ["onnx/*", "openvino/*", "coreml/*"]


@dataclass(frozen=True)
class ModuleEntry:
    """One line of `modules.json`: the name of the class, and where its files are."""

    name: str
    folder: Path

    def config(self) -> dict[str, Any]:
        """The module's `config.json`, empty if it has none."""
        return read_settings(self.folder / "config.json")


def read_settings(path: Path) -> dict[str, Any]:
    """The object in a JSON file, empty if there is no such file. Raises UserError if it holds anything else."""
    if not path.is_file():
        return {}
    try:
        value = json.loads(path.read_text(encoding="utf8"))
    except ValueError as problem:
        raise UserError(f"{str(path)!r} is not JSON ({problem}): fetch or save the model again.") from problem
    if not isinstance(value, dict):
        raise UserError(f"{str(path)!r} does not hold a JSON object: fetch or save the model again.")
    return value


def read_modules(folder: Path) -> list[ModuleEntry]:
    """The modules of the model in `folder`, in order."""
    path = folder / "modules.json"
    try:
        lines = json.loads(path.read_text(encoding="utf8"))
        entries = [(str(line["type"]), str(line["path"])) for line in lines]
    except (ValueError, TypeError, KeyError) as problem:
        raise UserError(f"{str(path)!r} is not a list of modules: fetch or save the model again.") from problem
    for kind, place in entries:
        if not kind.startswith("sentence_transformers."):
            raise UserError(
                f"{str(path)!r} names the module {kind!r}, which is code of its own: hybridir reads only the"
                " modules of sentence-transformers."
            )
        if not (folder / place).resolve().is_relative_to(folder.resolve()):
            raise UserError(f"{str(path)!r} points outside its folder with {place!r}: take a model that does not.")
    return [ModuleEntry(kind.rpartition(".")[2], folder / place) for kind, place in entries]


def write_modules(folder: Path, modules: Sequence[tuple[str, str]]) -> None:
    """Write `modules.json` for modules of (class name, subfolder)."""
    write_json(
        folder / "modules.json",
        [
            {"idx": i, "name": str(i), "path": place, "type": f"sentence_transformers.models.{name}"}
            for i, (name, place) in enumerate(modules)
        ],
    )


def read_prompts(folder: Path) -> dict[Kind, str]:
    """The prompt of each kind: the one saved under a name for that kind, else the default prompt, else none."""
    settings = read_settings(folder / "config_sentence_transformers.json")
    saved = settings.get("prompts") or {}
    default = saved.get(settings.get("default_prompt_name")) or ""
    return {kind: next((saved[name] or "" for name in _PROMPT_NAMES[kind] if name in saved), default) for kind in KINDS}


def write_prompts(folder: Path, prompts: Mapping[Kind, str]) -> None:
    """Write the prompts; the passage's also as `document`, the name that `encode_document` looks for first."""
    write_json(
        folder / "config_sentence_transformers.json",
        {
            "model_type": "SentenceTransformer",
            "prompts": {
                "query": prompts["query"],
                "passage": prompts["passage"],
                "document": prompts["passage"],
            },
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    )


def longest(max_length: Mapping[Kind, int | None]) -> int | None:
    """The larger of the two lengths, for tools that know only one; None if either is unlimited."""
    lengths = [length for kind in KINDS if (length := max_length[kind]) is not None]
    return max(lengths) if len(lengths) == len(KINDS) else None


def has_classifier(folder: Path) -> bool:
    """Whether the transformer in `folder` was saved with a head that gives scores for a text."""
    names = read_settings(folder / "config.json").get("architectures") or [""]
    return str(names[0]).endswith("ForSequenceClassification")


def is_cross_encoder(folder: Path) -> bool:
    """Whether the model in `folder` reads query and passage together (a CrossEncoder of sentence-transformers)."""
    if not (folder / "modules.json").is_file():
        return has_classifier(folder)
    return read_settings(folder / "config_sentence_transformers.json").get("model_type") == "CrossEncoder"


def model_folder(source: str | Path, revision: str | None = None) -> Path:
    """The local folder of a model: `source` itself, or the hub's files of that name, fetched if need be.

    `revision` is a branch, tag or commit on the hub, or `refs/pr/N`; a folder is taken as it is. Raises UserError
    in seconds if there is no such folder and the hub cannot be reached or has no such model.
    """
    if Path(source).is_dir():
        return Path(source)
    with hub_problem(str(source), "model"):
        from huggingface_hub import snapshot_download

        return Path(
            snapshot_download(str(source), revision=revision, allow_patterns=_HUB_FILES, ignore_patterns=_HUB_EXPORTS)
        )
