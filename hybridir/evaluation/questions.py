"""What each question brings to the figures of a run: the small table that all statistics start from.

A figure of the tables is a mean over directions of means over queries. This table turns it round: per setting and
query language one number for each question, whose plain mean over the questions is the figure. Where every
direction has every question that number is the question's mean over the passage languages; where some lack it
(MLQA-R), the queries of a direction weigh as much more as it has fewer, and the others stand at the mean: the
linearisation of the macro mean (Woodruff 1971), whose variance over questions is that of the figure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from hybridir.errors import UserError
from hybridir.evaluation.evaluate import RANK_DISTANCE
from hybridir.evaluation.scores import ALL
from hybridir.files import atomic_path

HEADLINES = ("mAP", "R@5kt", "MRR@10", "nDCG@10", "MRR", "mAP@20", "R@1", "R@10", "R@100", "R@2kt")
"""The metric that stands for a benchmark: the first of these that it has."""

FILE = "questions.parquet"


class Figure(NamedTuple):
    """Which figure: of one query language, over all its passage languages."""

    setting: str
    query_lang: str
    metric: str


@dataclass(frozen=True)
class Questions:
    """Per figure, float64 [questions]: the mean over all is the figure. `ids` name the questions.

    In a parallel benchmark a question is the same in all languages; in others it belongs to one language, whose code
    stands before its id.
    """

    ids: tuple[str, ...]
    values: dict[Figure, np.ndarray]


def headline(metrics: Sequence[str]) -> str:
    """The metric that stands for a benchmark with `metrics`."""
    return next((metric for metric in HEADLINES if metric in metrics), min(metrics))


def by_question(scores: pa.Table, parallel: bool) -> Questions:
    """The table of one run on one benchmark, for its headline metric and its rank distance, from its `scores`."""
    kept = [headline(scores["metric"].unique().to_pylist()), RANK_DISTANCE]
    of_pool = pc.or_(pc.not_equal(scores["setting"], "multilingual"), pc.equal(scores["passage_lang"], ALL))
    rows = scores.filter(pc.and_(pc.is_in(scores["metric"], pa.array(kept)), of_pool)).unify_dictionaries()
    columns = {name: rows[name].combine_chunks() for name in rows.column_names}
    settings, langs, passages, metrics = (
        _Coded.of(columns[name]) for name in ("setting", "query_lang", "passage_lang", "metric")
    )
    question, ids = _numbered(_Coded.of(columns["query_id"]), langs, parallel)
    values = columns["value"].to_numpy()
    figure = (settings.codes * len(langs.names) + langs.codes) * len(metrics.names) + metrics.codes
    found = {}
    for number in np.unique(figure):
        here = figure == number
        rest, metric = divmod(int(number), len(metrics.names))
        setting, lang = divmod(rest, len(langs.names))
        name = Figure(settings.names[setting], langs.names[lang], metrics.names[metric])
        found[name] = _linearised(values[here], question[here], passages.codes[here], len(ids))
    return Questions(tuple(ids), dict(sorted(found.items())))


def write_questions(path: Path, questions: Questions) -> None:
    """Write the table as Parquet: a column `question`, then one per figure, named `setting query_lang metric`."""
    columns = {" ".join(figure): values.astype(np.float32) for figure, values in questions.values.items()}
    with atomic_path(path) as temporary:
        pq.write_table(pa.table({"question": list(questions.ids), **columns}), temporary, compression="zstd")


def read_questions(path: Path) -> Questions:
    """The table in a file of `write_questions`. Raises UserError when it holds something else."""
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowInvalid) as error:
        raise UserError(f"cannot read questions from {path}: {error}; remove the file and report again") from error
    names = [tuple(name.split(" ")) for name in table.column_names[1:]]
    if table.column_names[:1] != ["question"] or any(len(name) != 3 for name in names):
        raise UserError(f"{path} holds no values by question: remove the file and report again")
    values = {Figure(*name): table.column(1 + i).to_numpy().astype(np.float64) for i, name in enumerate(names)}
    return Questions(tuple(table["question"].to_pylist()), values)


class _Coded(NamedTuple):
    """A column of names as numbers."""

    codes: np.ndarray
    names: list[str]

    @classmethod
    def of(cls, column: pa.Array) -> "_Coded":
        return cls(column.indices.to_numpy(), column.dictionary.to_pylist())


def _numbered(query: _Coded, langs: _Coded, parallel: bool) -> tuple[np.ndarray, list[str]]:
    """The number of each row's question, and the names of the questions, in their order."""
    if parallel:
        present, numbers = np.unique(query.codes, return_inverse=True)
        names = [query.names[code] for code in present]
    else:
        both = langs.codes.astype(np.int64) * len(query.names) + query.codes
        present, numbers = np.unique(both, return_inverse=True)
        parts = (divmod(int(code), len(query.names)) for code in present)
        names = [f"{langs.names[lang]} {query.names[ident]}" for lang, ident in parts]
    order = np.argsort(np.array(names, dtype=object))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return place[numbers], [names[number] for number in order]


def _linearised(values: np.ndarray, question: np.ndarray, passage: np.ndarray, total: int) -> np.ndarray:
    """float64 [total], whose mean is the mean over directions of their means over queries."""
    directions, number = np.unique(passage, return_inverse=True)
    sizes = np.bincount(number)
    means = np.bincount(number, weights=values) / sizes
    away = (values - means[number]) * total / (sizes[number] * len(directions))
    linear: np.ndarray = means.mean() + np.bincount(question, weights=away, minlength=total)
    return linear
