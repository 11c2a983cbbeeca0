import json
from pathlib import Path

import pytest

from hybridir.data.recognise import recognise

BREAKS = json.dumps({"data": [{"paragraphs": [{"sentence_breaks": []}]}]})
WITHOUT = json.dumps({"data": [{"paragraphs": []}]})


@pytest.mark.parametrize(
    ("kind", "files"),
    [
        ("swim_ir_files", ["swim_ir_v1/cross_lingual_ext/as/train.jsonl"]),
        ("swim_ir_files", ["monolingual/as/train.jsonl.gz"]),
        ("mmarco", ["data/triples.train.ids.small.tsv", "data/google/queries/dev/german_queries.dev.tsv"]),
        ("mmarco_dev", ["data/google/queries/dev/german_queries.dev.tsv"]),
        ("mlqa_r", ["dev/dev-context-ar-question-ar.json"]),
        ("miracl", ["miracl-v1.0-sw/topics/x.tsv", "miracl-corpus-v1.0-sw/docs-0.jsonl.gz"]),
        ("miracl", ["sw-corpus/a.parquet", "sw-qrels/b.parquet"]),
        ("xor_retrieve", ["xor_dev_retrieve_eng_span_v1_1.jsonl"]),
        ("xtreme_up", ["xtreme-up/retrieval_cross_lang/index.jsonl"]),
        ("belebele", ["data/eng_Latn.jsonl"]),
        ("hub", ["README.md", "de/train-0.parquet"]),
        ("files", ["deep/er/my.jsonl.gz"]),
        ("files", ["README.md", "my.jsonl"]),
        (None, ["notes.txt", "train.tsv"]),
    ],
)
def test_by_the_names_of_files(tmp_path: Path, kind: str | None, files: list[str]):
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert recognise(tmp_path) == kind


@pytest.mark.parametrize(
    ("folder", "content", "kind"),
    [
        ("xquad-r", BREAKS, "xquad_r"),
        ("mlqa-r", BREAKS, "mlqa_r"),
        ("translated", WITHOUT, "squad"),
        ("else", "{}", None),
    ],
)
def test_squad_s_format_by_its_content(tmp_path: Path, folder: str, content: str, kind: str | None):
    (tmp_path / folder).mkdir()
    (tmp_path / folder / "de.json").write_text(content)
    assert recognise(tmp_path / folder) == kind


def test_a_folder_with_hard_negatives_by_its_name(tmp_path: Path):
    for name in ("sw-corpus", "sw-qrels"):
        (tmp_path / "MIRACLRetrievalHardNegatives" / name).mkdir(parents=True)
    assert recognise(tmp_path / "MIRACLRetrievalHardNegatives") == "miracl_hard"


def test_single_files(tmp_path: Path):
    for name, kind in (("a.jsonl", "files"), ("a.jsonl.gz", "files"), ("a.parquet", "files"), ("a.json", None)):
        (tmp_path / name).touch()
        assert recognise(tmp_path / name) == kind


def test_real_folders(data_root: Path):
    found = {path.name: recognise(path) for path in sorted(data_root.iterdir()) if path.is_dir()}
    assert found == {
        "lexicons": None,
        "mbert-vocab": None,
        "mlqa": "mlqa_r",
        "open-pairs-cross-lingual": "hub",
        "open-pairs-monolingual": "hub",
        "parallel-sentences": "hub",
        "xquad-r": "xquad_r",
    }
