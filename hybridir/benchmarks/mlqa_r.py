"""MLQA-R: sentence retrieval on MLQA (Lewis et al. 2020, arXiv 1910.07475), as LAReQA made it (arXiv 2004.05484).

LAReQA withdrew its files soon after their release; they are in the history of its repository. Without them the
benchmark is made anew from MLQA's own: the questions are the same, and the sentences are those of
`hybridir.data.sentences`, which cuts a little otherwise than LAReQA did.

A question has the same id in every language, but it and its passage are only in two to four of the seven: it has no
relevant passage in the others, and is left out of the directions into them.
"""

from collections.abc import Callable
from pathlib import Path

from hybridir.benchmarks.base import Benchmark
from hybridir.benchmarks.paragraphs import (
    Candidates,
    Paragraph,
    Question,
    paragraph_benchmark,
    read_questions,
    read_squad,
)
from hybridir.benchmarks.xquad_r import LANGUAGES as XQUAD_LANGUAGES
from hybridir.benchmarks.xquad_r import with_breaks
from hybridir.data.sentences import sentences
from hybridir.errors import UserError

LANGUAGES = ("ar", "de", "en", "es", "hi", "vi", "zh")

SPLITS = ("dev", "test")

SOURCE = "MLQA_V1.zip of facebookresearch/MLQA on GitHub"

RELEASED_SOURCE = "mlqa-r/<language>.json from the history of google-research-datasets/lareqa (commit 354d67d)"


def load_mlqa_r(folder: Path, candidates: Candidates, split: str = "dev") -> Benchmark:
    """Read LAReQA's `<folder>/<lang>.json` where there are any, else MLQA's `dev-context-<lang>-question-<lang>.json`.

    MLQA's files stand in `folder`, or in its `dev` or `test`, as in the archive. The name is `mlqa_r`, then `_test` for
    that split, then `_context` or `_passage` (paragraphs, as in MTEB's MLQARetrieval). Raises UserError for another
    split, when there is no file, and when one is not in the format.
    """
    if split not in SPLITS:
        raise UserError(f"benchmark.split={split} is none of MLQA's; choose {' or '.join(SPLITS)}.")
    name = "mlqa_r" if split == "dev" else "mlqa_r_test"
    released = {lang: folder / f"{lang}.json" for lang in LANGUAGES}
    if split == "dev" and any(path.is_file() for path in released.values()):
        if any((folder / f"{lang}.json").is_file() for lang in XQUAD_LANGUAGES if lang not in LANGUAGES):
            raise UserError(f"{folder} holds XQuAD-R, not MLQA-R: get {RELEASED_SOURCE}, or {SOURCE}")
        read = _read(released, lambda _, path: with_breaks(path, "MLQA-R", RELEASED_SOURCE))
        return paragraph_benchmark(name, read, candidates, RELEASED_SOURCE)
    inner = folder / split if (folder / split).is_dir() else folder
    read = _read({lang: inner / f"{split}-context-{lang}-question-{lang}.json" for lang in LANGUAGES}, _without_breaks)
    if not read:
        raise UserError(
            f"no MLQA in {inner}: expected {split}-context-<language>-question-<language>.json for some or all of"
            f" {', '.join(LANGUAGES)}; get {SOURCE}"
        )
    return paragraph_benchmark(name, read, candidates, SOURCE)


def _read(paths: dict[str, Path], read: Callable[[str, Path], list[Paragraph]]) -> dict[str, list[Paragraph]]:
    """What `read` makes of the files that are there."""
    return {lang: read(lang, path) for lang, path in paths.items() if path.is_file()}


def _without_breaks(lang: str, path: Path) -> list[Paragraph]:
    """The distinct paragraphs of one of MLQA's files, with the questions of all their copies.

    All questions of a language are in the file whose context is in that language too: the 42 others repeat them.
    """
    titles: dict[str, str] = {}
    asked: dict[str, list[Question]] = {}
    for title, paragraph in read_squad(path, "MLQA", SOURCE):
        context = paragraph["context"]
        titles.setdefault(context, title)
        asked.setdefault(context, []).extend(read_questions(paragraph, path, SOURCE))
    return [
        Paragraph(titles[context], context, sentences(context, lang), questions) for context, questions in asked.items()
    ]
