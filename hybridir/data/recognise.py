"""What a file or folder holds, told from the names of its files: pairs of some kind, or a benchmark."""

from pathlib import Path

from hybridir.data.mmarco import TRIPLES
from hybridir.data.tables import SUFFIXES

PAIRS = {
    "files": "pairs of your own",
    "hub": "pairs in the hub's layout",
    "mmarco": "mMARCO's training pairs",
    "squad": "SQuAD's format",
    "swim_ir_files": "SWIM-IR's archive",
}
"""Kinds of pairs that are told apart, in words."""

_SIGNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("swim_ir_files", ("monolingual/*/train.jsonl*", "cross_lingual*/*/train.jsonl*")),
    ("swim_ir_files", ("swim_ir_v1/*/*/train.jsonl*", "swim_ir_v1/swim_ir_v1/*/*/train.jsonl*")),
    ("mmarco", (TRIPLES, f"data/{TRIPLES}")),
    ("mmarco_dev", ("data/google/queries/dev/*.tsv", "google/queries/dev/*.tsv")),
    ("mlqa_r", ("dev-context-*-question-*.json", "dev/dev-context-*-question-*.json")),
    ("miracl", ("miracl-v1.0-*/topics", "miracl/miracl-v1.0-*/topics")),
    ("xor_retrieve", ("xor_*_retrieve_eng_span*.jsonl",)),
    ("xtreme_up", ("retrieval_cross_lang/index.*", "*/retrieval_cross_lang/index.*", "index.jsonl", "index.tsv")),
    ("belebele", ("[a-z][a-z][a-z]_[A-Z]*.jsonl", "data/[a-z][a-z][a-z]_[A-Z]*.jsonl")),
)
"""Names below a folder that show what it is; the first that is found counts."""


def recognise(place: Path) -> str | None:
    """A key of `PAIRS`, the name of a benchmark, or None for what looks like neither."""
    if place.is_file():
        return "files" if place.name.endswith(SUFFIXES) else None
    for kind, patterns in _SIGNS:
        if any(_found(place, pattern) for pattern in patterns):
            return kind
    if _found(place, "*-corpus") and _found(place, "*-qrels"):  # MTEB's layout
        return "miracl_hard" if "hard" in place.name.lower() else "miracl"
    if documents := sorted(place.glob("*.json")):
        return _of_squad_format(place, documents)
    if (place / "README.md").is_file() and any(_found(place, f"*/*{suffix}") for suffix in SUFFIXES):
        return "hub"
    return "files" if any(_found(place, f"**/*{suffix}") for suffix in SUFFIXES) else None


def _of_squad_format(place: Path, documents: list[Path]) -> str | None:
    """LAReQA's files have the breaks of sentences; its two benchmarks are told apart by the name of the folder."""
    content = documents[0].read_bytes()
    if b'"sentence_breaks"' in content:
        return "mlqa_r" if "mlqa" in place.name.lower() else "xquad_r"
    return "squad" if b'"paragraphs"' in content else None


def _found(place: Path, pattern: str) -> bool:
    return next(place.glob(pattern), None) is not None
