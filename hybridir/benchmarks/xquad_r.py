"""XQuAD-R: the sentence-retrieval benchmark of LAReQA (Roy et al. 2020, arXiv 2004.05484), 11 languages.

Every question has the same id in all languages, and in each of them exactly one relevant sentence:
the one that holds the start of the answer.
"""

from pathlib import Path

from hybridir.benchmarks.base import Benchmark
from hybridir.benchmarks.paragraphs import Candidates, Paragraph, paragraph_benchmark, read_questions, read_squad
from hybridir.errors import UserError

LANGUAGES = ("ar", "de", "el", "en", "es", "hi", "ru", "th", "tr", "vi", "zh")

SOURCE = "the folder xquad-r of google-research-datasets/lareqa on GitHub"


def load_xquad_r(folder: Path, candidates: Candidates) -> Benchmark:
    """Read `<folder>/<lang>.json` for every language of XQuAD-R that is there.

    The names of the three kinds of candidates are `xquad_r`, `xquad_r_context` and `xquad_r_passage`; the last is the
    task of MTEB's XQuADRetrieval, in all directions. Raises UserError when there is no file, or one is not in LAReQA's
    format.
    """
    paths = {lang: folder / f"{lang}.json" for lang in LANGUAGES if (folder / f"{lang}.json").is_file()}
    if not paths:
        raise UserError(
            f"no XQuAD-R in {folder}: expected <language>.json for some or all of {', '.join(LANGUAGES)}; get {SOURCE}"
        )
    read = {lang: with_breaks(path, "XQuAD-R", SOURCE) for lang, path in paths.items()}
    ids = {lang: {question.ident for paragraph in read[lang] for question in paragraph.questions} for lang in read}
    first = next(iter(ids))
    for lang in ids:
        if ids[lang] != ids[first]:
            raise UserError(
                f"{folder} is not XQuAD-R: {lang}.json and {first}.json ask different questions; get {SOURCE}"
            )
    return paragraph_benchmark("xquad_r", read, candidates, SOURCE)


def with_breaks(path: Path, name: str, source: str) -> list[Paragraph]:
    """The paragraphs of one of LAReQA's files, which bring the borders of their sentences."""
    paragraphs = []
    for title, paragraph in read_squad(path, name, source):
        # the breaks, not the field `sentences`: one Turkish entry of that differs from its context
        if "sentence_breaks" not in paragraph:
            raise UserError(
                f"{path} has no sentence_breaks, as the copy google-research-datasets/xquad_r on the hub has "
                f"none: take the JSON files from {source}"
            )
        try:
            breaks = [(int(start), int(end)) for start, end in paragraph["sentence_breaks"]]
        except (TypeError, ValueError) as error:
            raise UserError(f"{path} has sentence_breaks that are not pairs of numbers: get {source}") from error
        questions = read_questions(paragraph, path, source)
        paragraphs.append(Paragraph(title, paragraph["context"], breaks, questions))
    return paragraphs
