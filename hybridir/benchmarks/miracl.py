"""MIRACL (Zhang et al. 2023, TACL): questions and Wikipedia passages of the same language, 18 languages.

Two corpora, whose figures do not compare: the whole Wikipedias (`miracl`), and MTEB's hard negatives, the 250 best
passages of three retrievers for each question (`miracl_hard`).
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from hybridir.benchmarks.base import Texts
from hybridir.benchmarks.corpus import ArrowCorpus, Passage, open_corpus
from hybridir.benchmarks.judges import Qrels
from hybridir.benchmarks.mteb import Part, grade, mteb_languages, read_mteb
from hybridir.benchmarks.reading import chosen, json_rows, keep, lines, signature, text_of, tsv_rows
from hybridir.benchmarks.search import SearchBenchmark
from hybridir.config.schema import BenchmarkConfig
from hybridir.data.rows import Direction
from hybridir.errors import UserError
from hybridir.hub import dataset_folder
from hybridir.languages.catalog import describe

METRICS = ("nDCG@10", "R@100")

SOURCE = (
    "MIRACL is miracl/miracl (topics and qrels) and miracl/miracl-corpus on the Hugging Face hub, or"
    " mteb/MIRACLRetrieval and mteb/MIRACLRetrievalHardNegatives there"
)

TOPICS, CORPUS = "miracl/miracl", "miracl/miracl-corpus"
"""Names on the hub of topics with qrels, and of the passages."""

FILES = {
    "ar": 5, "bn": 1, "de": 32, "en": 66, "es": 21, "fa": 5, "fi": 4, "fr": 30, "hi": 2, "id": 3, "ja": 14, "ko": 3,
    "ru": 20, "sw": 1, "te": 2, "th": 2, "yo": 1, "zh": 10,
}  # fmt: skip
"""How many files `docs-<i>.jsonl.gz` a corpus has (miracl/miracl-corpus, its loading script)."""

PASSAGES = {
    "ar": 2061414, "bn": 297265, "de": 15866222, "en": 32893221, "es": 10373953, "fa": 2207172, "fi": 1883509,
    "fr": 14636953, "hi": 506264, "id": 1446315, "ja": 6953614, "ko": 1486752, "ru": 9543918, "sw": 131924,
    "te": 518079, "th": 542166, "yo": 49043, "zh": 4934368,
}  # fmt: skip
"""How many passages they hold (MTEB's statistics of MIRACLRetrieval)."""


def load_miracl(config: BenchmarkConfig, folder: Path, cache: Path) -> SearchBenchmark:
    """Read MIRACL as it was released, or in MTEB's layout; hard negatives are only in the latter.

    As released: `miracl-v1.0-<l>/topics` and `qrels`, and `miracl-corpus-v1.0-<l>/docs-<i>.jsonl.gz`, all below
    `folder` (or below its folders `miracl` and `miracl-corpus`). Where the folder is `miracl/miracl` on the hub, each
    language's corpus is fetched from there. A corpus of which a part is missing is refused, since scores on it are too
    good. Raises UserError for that, and for files that are missing or damaged.
    """
    hard = config.corpus == "hard_negatives"
    name = ("miracl_hard" if hard else "miracl") + ("" if config.split == "dev" else f"_{config.split}")
    released = [] if hard else [lang for lang in FILES if _below(folder, f"miracl-v1.0-{lang}").is_dir()]
    read = partial(_read_released, hub=config.folder == TOPICS) if released else read_mteb
    queries, corpora, relevant = {}, {}, {}
    for lang in chosen(config.languages, released or mteb_languages(folder), f"MIRACL in {folder}"):
        part = read(folder, lang, config.split)
        corpus = open_corpus(f"{name}-{lang}", signature(part.files), part.passages, cache)
        if not released:
            _check_size(corpus, lang, hard, folder)
        _check_relevant(part, corpus, lang)
        queries[lang] = Texts(tuple(part.queries), tuple(part.queries.values()))
        corpora[lang] = corpus
        relevant[Direction(lang, lang)] = part.relevant
    return SearchBenchmark(
        name=name,
        queries=queries,
        corpora=corpora,
        directions=tuple(relevant),
        judge=Qrels(relevant),
        metrics=METRICS,
        depth=config.depth,
        languages={lang: describe(lang) for lang in queries},
    )


def _read_released(folder: Path, lang: str, split: str, hub: bool) -> Part:
    base = _below(folder, f"miracl-v1.0-{lang}")
    topics = base / "topics" / f"topics.miracl-v1.0-{lang}-{split}.tsv"
    judgements = base / "qrels" / f"qrels.miracl-v1.0-{lang}-{split}.tsv"
    for path in (topics, judgements):
        if not path.is_file():
            raise UserError(f"MIRACL's split {split!r} needs {path}, which is not there: {SOURCE}.")
    queries = dict[str, str]()
    for row in tsv_rows(topics, ("qid", "query")):
        keep(queries, row.fields["qid"], row.fields["query"], row.where)
    files = _corpus_files(folder, lang, hub)
    return Part(queries, _relevant(judgements, queries), files, partial(_passages, files))


def _relevant(judgements: Path, queries: dict[str, str]) -> dict[str, list[str]]:
    """The passages of a TREC file (query, Q0, passage, grade) whose grade is above 0."""
    relevant = defaultdict[str, list[str]](list)
    for where, line in lines(judgements):
        fields = line.split()
        if len(fields) != 4:
            raise UserError(f"{where}: expected query, Q0, passage and grade, got {line[:40]!r}; bring the file again.")
        if fields[0] not in queries:
            raise UserError(f"{where}: judges the query {fields[0]!r}, which the topics lack; bring both files again.")
        if grade(fields[3], where) > 0 and fields[2] not in relevant[fields[0]]:
            relevant[fields[0]].append(fields[2])
    return dict(relevant)


def _corpus_files(folder: Path, lang: str, hub: bool) -> list[Path]:
    name = f"miracl-corpus-v1.0-{lang}"
    base = _below(folder, name)
    if hub and not base.is_dir():
        base = dataset_folder(CORPUS, None, (f"{name}/*",)) / name
    files = [base / f"docs-{number}.jsonl.gz" for number in range(FILES[lang])]
    missing = [path.name for path in files if not path.is_file()]
    if missing:
        raise UserError(
            f"{base} lacks {len(missing)} of the {len(files)} files of MIRACL's corpus ({missing[0]}, ...), and scores"
            " on a part of it are too good: bring the rest."
        )
    return files


def _passages(files: Sequence[Path]) -> Iterator[Passage]:
    for path in files:
        for row in json_rows(path, ("docid", "text")):
            yield Passage(text_of(row, "docid"), row.fields.get("title") or "", text_of(row, "text"))


def _check_size(corpus: ArrowCorpus, lang: str, hard: bool, folder: Path) -> None:
    """In MTEB's layout only its size tells the whole corpus from hard negatives."""
    whole = PASSAGES.get(lang)
    if not hard and len(corpus) != whole:
        raise UserError(
            f"{folder} has {len(corpus):,} passages in {lang}, and the whole corpus of MIRACL {whole or 0:,}: for hard"
            " negatives set benchmark.NAME.corpus=hard_negatives, else bring the rest."
        )
    if hard and len(corpus) == whole:
        raise UserError(f"{folder} has the whole corpus of MIRACL in {lang}: set benchmark.NAME.corpus=full.")


def _check_relevant(part: Part, corpus: ArrowCorpus, lang: str) -> None:
    wanted = [ident for ids in part.relevant.values() for ident in ids]
    lost = [ident for ident, row in zip(wanted, corpus.row_of(wanted).tolist(), strict=True) if row < 0]
    if lost:
        raise UserError(
            f"{len(lost)} of the {len(wanted)} relevant passages of MIRACL in {lang} are not in its corpus"
            f" ({lost[0]}, ...): bring topics, qrels and corpus of one release again."
        )


def _below(folder: Path, name: str) -> Path:
    """`name` in `folder`, or in the folder of the hub dataset that it is from."""
    places = [folder / name, folder / "miracl" / name, folder / "miracl-corpus" / name]
    return next((place for place in places if place.is_dir()), places[0])
