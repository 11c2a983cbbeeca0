"""Scores: one row per query, direction and metric, the source of every table and plot."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from hybridir.errors import UserError
from hybridir.files import atomic_path

ALL = "*"
"""Stands for all languages: as passage language, the pool or a mean; as query language, a macro mean."""

SETTINGS = ("monolingual", "crosslingual", "multilingual")

_NAME = pa.dictionary(pa.int32(), pa.string())

SCORES = pa.schema(
    [
        ("run", _NAME),
        ("benchmark", _NAME),
        ("setting", _NAME),
        ("query_lang", _NAME),
        ("passage_lang", _NAME),
        ("query_id", _NAME),
        ("metric", _NAME),
        ("value", pa.float64()),
    ]
)
"""`passage_lang` is `*` in the setting `multilingual`, where the pool holds every language; a language there is that of
answers, in the metric `share@10`."""


class Direction(NamedTuple):
    """Where queries of one language search: in one passage language, or in the pool (`*`)."""

    setting: str
    query_lang: str
    passage_lang: str

    @classmethod
    def between(cls, query_lang: str, passage_lang: str) -> "Direction":
        """The direction from one language into one, with its setting."""
        return cls("monolingual" if query_lang == passage_lang else "crosslingual", query_lang, passage_lang)

    @classmethod
    def pool(cls, query_lang: str) -> "Direction":
        """The direction from one language into all."""
        return cls("multilingual", query_lang, ALL)


def score_rows(
    run: str, benchmark: str, direction: Direction, query_ids: Sequence[str], values: Mapping[str, np.ndarray]
) -> pa.Table:
    """The rows (schema `SCORES`) of one direction; `values[metric]` is float64 [len(query_ids)]."""
    queries, metrics = len(query_ids), list(values)
    rows = queries * len(metrics)
    constants = (run, benchmark, *direction)
    columns = [pa.DictionaryArray.from_arrays(np.zeros(rows, np.int32), [value]) for value in constants]
    query = np.tile(np.arange(queries, dtype=np.int32), len(metrics))
    named = np.repeat(np.arange(len(metrics), dtype=np.int32), queries)
    columns += [
        pa.DictionaryArray.from_arrays(query, pa.array(query_ids, pa.string())),
        pa.DictionaryArray.from_arrays(named, pa.array(metrics, pa.string())),
    ]
    value = np.concatenate([*values.values(), np.empty(0)])
    return pa.table([*columns, pa.array(value, pa.float64())], schema=SCORES)


def join(tables: Sequence[pa.Table]) -> pa.Table:
    """All rows of `tables` in one, with one dictionary per column."""
    return pa.concat_tables([SCORES.empty_table(), *tables]).unify_dictionaries().combine_chunks()


def write_scores(path: Path, scores: pa.Table) -> None:
    """Write `scores` as Parquet (zstd), whole or not at all."""
    with atomic_path(path) as temporary:
        pq.write_table(scores, temporary, compression="zstd")


def read_scores(path: Path) -> pa.Table:
    """The scores in a file of `write_scores`. Raises UserError when it holds something else."""
    try:
        scores = pq.read_table(path)
    except (OSError, pa.ArrowInvalid) as error:
        raise UserError(f"cannot read scores from {path}: {error}; evaluate the run again") from error
    if not scores.schema.equals(SCORES):
        raise UserError(f"{path} holds no scores: its columns are {scores.column_names}, not {SCORES.names}")
    return scores
