"""MS MARCO's dev.small in the languages of mMARCO, to be re-ranked: the evaluation of arXiv 2305.05295 (its code).

`data/google/queries/dev/<language>_queries.dev.small.tsv`, `data/google/collections/<language>_collection.tsv` and
`data/qrels.dev.small.tsv` are as in unicamp-dl/mmarco on the hub; `top1000.dev` (query id, passage id, query, passage)
is MS MARCO's own list of candidates, retrieved by BM25 in English. The ids are the same in every language, so one list
serves all directions. It is in no order of rank and taken whole.
"""

from collections.abc import Collection
from pathlib import Path

from hybridir.benchmarks.base import RERANKING, Benchmark, Texts
from hybridir.config.schema import BenchmarkConfig
from hybridir.data.mmarco import LANGUAGES
from hybridir.data.rows import Direction
from hybridir.errors import UserError
from hybridir.languages.catalog import describe

SOURCE = "mMARCO is unicamp-dl/mmarco on the hub, to lie in a local folder with MS MARCO's top1000.dev beside data/"

_QRELS = "qrels.dev.small.tsv"
_CANDIDATES = "top1000.dev"


def load_mmarco(config: BenchmarkConfig, folder: Path) -> Benchmark:
    """Read the queries, and of the collections only the passages that candidates and judgements name.

    Directions are `config.directions`, else all among `config.languages`, else among all languages that are there. A
    query is known by its id, a passage by `<lang>_<its id>`. Raises UserError for files that are missing or damaged.
    """
    data = folder / "data" if (folder / "data").is_dir() else folder
    directions = _directions(config, data)
    relevant = _qrels(_there(data / _QRELS))
    lists = _candidates(_first_there(folder, data), relevant)
    wanted = {pid for pids in (*relevant.values(), *lists.values()) for pid in pids}
    queries = {lang: _queries(data, lang, relevant) for lang in sorted({d.query for d in directions})}
    texts = {lang: _texts(_collection(data, lang), wanted) for lang in sorted({d.passage for d in directions})}
    ids = {lang: {pid: f"{lang}_{pid}" for pid in found} for lang, found in texts.items()}
    candidates = {
        lang: {query: tuple(of[pid] for pid in pids) for query, pids in lists.items()} for lang, of in ids.items()
    }
    return Benchmark(
        name="mmarco_dev",
        queries=queries,
        passages={lang: Texts(tuple(ids[lang].values()), tuple(found.values())) for lang, found in texts.items()},
        relevant={
            (query, lang): tuple(of[pid] for pid in pids)
            for lang, of in ids.items()
            for query, pids in relevant.items()
        },
        metrics=RERANKING,
        parallel=True,
        languages={lang: describe(lang) for lang in sorted({*queries, *texts})},
        candidates={direction: candidates[direction.passage] for direction in directions},
    )


def _directions(config: BenchmarkConfig, data: Path) -> list[Direction]:
    """Those that are asked for, each of languages that mMARCO has."""
    if config.directions and config.languages:
        raise UserError("benchmark.NAME.languages and benchmark.NAME.directions both name languages: give one of them.")
    asked = [Direction(*named.split("->")) for named in config.directions]
    languages = config.languages or [code for code in LANGUAGES if _collection(data, code).is_file()]
    directions = asked or [Direction(query, passage) for query in languages for passage in languages]
    for code in (code for direction in directions for code in direction):
        if code not in LANGUAGES:
            raise UserError(f"mMARCO has no language {code!r}: name some of {', '.join(LANGUAGES)}.")
    if not directions:
        raise UserError(f"there is no google/collections/<language>_collection.tsv in {data}: {SOURCE}.")
    return directions


def _collection(data: Path, lang: str) -> Path:
    return data / "google" / "collections" / f"{LANGUAGES[lang]}_collection.tsv"


def _queries(data: Path, lang: str, judged: Collection[str]) -> Texts:
    """The judged queries in a language."""
    found = _texts(data / "google" / "queries" / "dev" / f"{LANGUAGES[lang]}_queries.dev.small.tsv", judged)
    return Texts(tuple(found), tuple(found.values()))


def _qrels(path: Path) -> dict[str, list[str]]:
    """The relevant passages of each query: lines of query id, 0, passage id and relevance."""
    relevant: dict[str, list[str]] = {}
    for number, line in enumerate(path.read_text(encoding="utf8").splitlines(), start=1):
        fields = line.split()
        if len(fields) != 4 or not fields[3].isdecimal():
            raise UserError(f"{path}, line {number}: no query id, 0, passage id and relevance; bring the file again.")
        if int(fields[3]) > 0:
            relevant.setdefault(fields[0], []).append(fields[2])
    return relevant


def _candidates(path: Path, judged: Collection[str]) -> dict[str, list[str]]:
    """The candidates of each judged query; the texts beside them are English, and not read."""
    lists: dict[str, dict[str, None]] = {}
    known: dict[str, str] = {}  # one string per id, however many lists it is in
    with open(path, "rb") as lines:
        for number, line in enumerate(lines, start=1):
            fields = line.split(b"\t", 2)
            if len(fields) != 3:
                raise UserError(f"{path}, line {number}: no query id, passage id and texts; bring the file again.")
            query, pid = fields[0].decode("ascii", "replace"), fields[1].decode("ascii", "replace")
            if query in judged:
                lists.setdefault(query, {})[known.setdefault(pid, pid)] = None
    return {query: list(pids) for query, pids in lists.items()}


def _texts(path: Path, wanted: Collection[str]) -> dict[str, str]:
    """The texts of the `wanted` ids in a file of id and text, in its order; the rest passes by."""
    found: dict[str, str] = {}
    with open(_there(path), "rb") as lines:
        for number, line in enumerate(lines, start=1):
            ident, tab, text = line.partition(b"\t")
            name = ident.decode("ascii", "replace")
            if name in wanted:
                try:
                    found[name] = text.decode("utf8").strip()
                except UnicodeDecodeError as problem:
                    raise UserError(f"{path}, line {number}: not UTF-8; bring the file again.") from problem
            elif not tab:
                raise UserError(f"{path}, line {number}: no id, tab and text; bring the file again.")
    if len(found) < len(wanted):
        missing = min(set(wanted) - set(found))
        raise UserError(
            f"{path} lacks {len(wanted) - len(found):,} of the {len(wanted):,} ids that are named in {_QRELS} and"
            f" {_CANDIDATES}, such as {missing}: bring the file again."
        )
    return found


def _first_there(folder: Path, data: Path) -> Path:
    """The list of candidates, beside `data/` or in it."""
    return data / _CANDIDATES if (data / _CANDIDATES).is_file() else _there(folder / _CANDIDATES)


def _there(path: Path) -> Path:
    if not path.is_file():
        raise UserError(f"there is no {path}: {SOURCE}.")
    return path
