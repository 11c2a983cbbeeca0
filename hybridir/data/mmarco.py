"""mMARCO (Bonifacio et al. 2021, arXiv 2108.13897): MS MARCO's training pairs in 14 languages, from the raw release.

Read is version 2, translated by Google: `data/google/collections/<language>_collection.tsv` (id, text),
`data/google/queries/train/<language>_queries.train.tsv` (id, text), and `data/triples.train.ids.small.tsv`
(query, positive, negative). Each distinct query and positive of the triples is a pair in every language that is
there; its `pid` is the same in all of them, so cross-lingual pairs come from joining on it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv

from hybridir.data.inspection import Inspector, Strict
from hybridir.data.normalise import normalise
from hybridir.data.places import Source, local_place, sources_signature
from hybridir.data.rows import Shard
from hybridir.data.tables import BATCH, Rows
from hybridir.errors import UserError
from hybridir.hub import dataset_folder
from hybridir.languages.catalog import Language, describe

LANGUAGES = {
    "ar": "arabic",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "hi": "hindi",
    "id": "indonesian",
    "it": "italian",
    "ja": "japanese",
    "nl": "dutch",
    "pt": "portuguese",
    "ru": "russian",
    "vi": "vietnamese",
    "zh": "chinese",
}
"""What files of each language are called."""

TRIPLES = "triples.train.ids.small.tsv"

_BLOCK = 1 << 24  # bytes of the triples that are read at a time


class Mmarco:
    """Reads the languages `only` (empty: all) of those that `source` has; from the hub only they are fetched."""

    def __init__(
        self, name: str, source: Source, data_root: Path, only: Sequence[str], inspector: Inspector | None = None
    ) -> None:
        for code in only:
            if code not in LANGUAGES:
                raise UserError(f"data.only has {code!r}, and mMARCO only {', '.join(LANGUAGES)}: name some of these.")
        self.name = name
        self._source, self._place = source, local_place(source.path, data_root)
        self._only = [code for code in LANGUAGES if code in only or not only]
        self._inspector = inspector or Strict()

    def signature(self) -> str:
        """Of local files, and of hub names by revision."""
        return sources_signature([(self._source, self._place)])

    def languages(self, codes: Sequence[str]) -> Mapping[str, Language]:
        """What the catalogue knows of each."""
        return {code: describe(code) for code in codes}

    def shards(self) -> Iterator[Shard]:
        """All pairs, language by language, in the order of its collection."""
        data = self._data()
        there = [code for code in self._only if self._has(data, code)]
        if not there or not (data / TRIPLES).is_file():
            raise UserError(
                f"{data} is not mMARCO: expected {TRIPLES}, google/collections/<language>_collection.tsv and"
                " google/queries/train/<language>_queries.train.tsv in it, as in unicamp-dl/mmarco on the hub."
            )
        pairs = _read_pairs(data / TRIPLES, self._inspector)
        for code in there:
            collection, queries = _files(data, code)
            rows = _language_rows(code, collection, queries, pairs, self._inspector)
            yield from normalise(rows, "train", str(collection), self.name, None, self._inspector)

    def _data(self) -> Path:
        wanted = [_files(Path("data"), code) for code in self._only]
        patterns = [f"data/{TRIPLES}", *(str(path) for files in wanted for path in files)]
        folder = self._place or dataset_folder(self._source.path, self._source.revision, patterns)
        return folder / "data" if (folder / "data").is_dir() else folder

    def _has(self, data: Path, code: str) -> bool:
        """Whether the language is there; a file without its counterpart is a problem."""
        files = _files(data, code)
        missing = [path for path in files if not path.is_file()]
        if len(missing) == 1:
            self._inspector.problem("files missing", f"{data} has no {missing[0].relative_to(data)}: bring it as well.")
        return not missing


@dataclass(frozen=True)
class _Pairs:
    """The distinct pairs of the triples by passage: `queries[starts[i]:starts[i + 1]]` are those of `passages[i]`."""

    passages: np.ndarray
    starts: np.ndarray
    queries: np.ndarray


def _files(data: Path, code: str) -> tuple[Path, Path]:
    """Collection and training queries of a language."""
    google, name = data / "google", LANGUAGES[code]
    return google / "collections" / f"{name}_collection.tsv", google / "queries" / "train" / f"{name}_queries.train.tsv"


def _read_pairs(path: Path, inspector: Inspector) -> _Pairs:
    """The distinct pairs of query and positive in the triples; only ids are kept, never all triples at once."""
    known = np.empty(0, dtype=np.int64)
    columns = ["query", "positive", "negative"]
    try:
        blocks = csv.open_csv(
            path,
            read_options=csv.ReadOptions(column_names=columns, block_size=_BLOCK),
            parse_options=csv.ParseOptions(delimiter="\t", quote_char=False),
            convert_options=csv.ConvertOptions(column_types=dict.fromkeys(columns, pa.uint32())),
        )
        for block in blocks:
            query, positive = (block.column(name).to_numpy().astype(np.int64) for name in columns[:2])
            known = np.union1d(known, positive << 32 | query)
    except pa.ArrowException as problem:
        reason = " ".join(str(problem).split())
        inspector.problem("file damaged", f"{path} does not hold three numbers on every line ({reason}): mend it.")
    passages, starts = np.unique(known >> 32, return_index=True)
    return _Pairs(passages, np.append(starts, len(known)), known & 0xFFFFFFFF)


def _language_rows(code: str, collection: Path, queries: Path, pairs: _Pairs, inspector: Inspector) -> Iterator[Rows]:
    """The pairs of one language; the passages pass by, and only the queries are held."""
    asked = {ident: text for _, ident, text in _texts(queries, np.unique(pairs.queries), inspector)}
    found = (
        (line, asked[query], text, f"{query}-{ident}", f"{code}-{ident}")
        for line, ident, text in _texts(collection, pairs.passages, inspector)
        for query in _queries_of(ident, pairs)
        if query in asked
    )
    while batch := list(islice(found, BATCH)):
        lines, *columns = zip(*batch, strict=True)
        table = pa.table(dict(zip(("query", "passage", "pid", "docid"), columns, strict=True)))
        codes = pa.array([code] * len(batch), pa.string())
        yield Rows(table.append_column("query_lang", codes), np.array(lines, dtype=np.int64))


def _queries_of(passage: int, pairs: _Pairs) -> list[int]:
    place = np.searchsorted(pairs.passages, passage)
    queries: list[int] = pairs.queries[pairs.starts[place] : pairs.starts[place + 1]].tolist()
    return queries


def _texts(path: Path, wanted: np.ndarray, inspector: Inspector) -> Iterator[tuple[int, int, str]]:
    """Line, id and text of the `wanted` ids in a file of ids and texts; those that it lacks are a problem."""
    left = set(wanted.tolist())
    with open(path, "rb") as lines:
        for number, line in enumerate(lines, start=1):
            ident, _, text = line.partition(b"\t")
            try:
                place = int(ident)
                if place in left:
                    left.remove(place)
                    yield number, place, text.decode("utf8").strip()
            except ValueError:
                inspector.problem("bad line", f"{path}, line {number}: no id, tab and text in UTF-8; mend the line.")
    if left:
        said = f"{path} lacks {len(left):,} of the {len(wanted):,} ids that {TRIPLES} names, such as {min(left)}"
        inspector.problem("ids missing", f"{said}: bring the file again.")
