"""Results: the means of scores, per direction and over them, and their CSV file."""

import csv
import io
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from hybridir.errors import UserError
from hybridir.evaluation.scores import ALL, SETTINGS
from hybridir.files import write_atomic


class Result(NamedTuple):
    """The mean of one metric over the queries of a direction, or over directions where a language is `*`.

    `queries` counts the queries behind it, summed over the directions.
    """

    benchmark: str
    setting: str
    query_lang: str
    passage_lang: str
    metric: str
    value: float
    queries: int


def summarise(scores: pa.Table) -> list[Result]:
    """The results of one run, read off its `scores` (schema `SCORES`).

    Per metric there is a row for each direction; in the setting crosslingual a row `(lang, *)` for
    each query language, the mean over its passage languages; and in each setting a macro mean `(*, *)`:
    over the languages (monolingual), over all ordered pairs of different languages (crosslingual), over
    the query languages into the pool (multilingual), as in the hybrid-batch paper (arXiv 2408.10536).
    Every direction weighs the same, however many queries it has. A query without a value for a metric (no
    parallel answers, no judgement) counts in no mean, and the language shares of the pool have none: over all languages
    they are one. Raises ValueError for the scores of several runs.
    """
    if len(scores["run"].unique()) > 1:
        raise ValueError("summarise() takes the scores of one run: means over several would mix them")
    directions = _direction_means(scores)
    members: dict[Result, list[Result]] = defaultdict(list)
    for mean in directions:
        if mean.setting == "multilingual" and mean.passage_lang != ALL:
            continue
        blank = mean._replace(value=0.0, queries=0)
        members[blank._replace(query_lang=ALL, passage_lang=ALL)].append(mean)
        if mean.setting == "crosslingual":
            members[blank._replace(passage_lang=ALL)].append(mean)
    results = directions + [_mean(over, rows) for over, rows in members.items()]
    metrics = {metric: i for i, metric in enumerate(dict.fromkeys(mean.metric for mean in directions))}

    def place(result: Result) -> tuple[str, int, str, str, int]:
        setting = SETTINGS.index(result.setting)
        return result.benchmark, setting, result.query_lang, result.passage_lang, metrics[result.metric]

    return sorted(results, key=place)  # `*` sorts before every language


def write_results(path: Path, results: Iterable[Result]) -> None:
    """Write `results` as CSV with a header; values with all their digits."""
    write_rows(path, Result._fields, results)


def write_rows(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table as CSV, whole or not at all."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    write_atomic(path, text.getvalue())


def read_results(path: Path) -> list[Result]:
    """The results in a file of `write_results`. Raises UserError when it is no such file."""
    return [
        Result(benchmark, setting, query_lang, passage_lang, metric, float(value), int(queries))
        for benchmark, setting, query_lang, passage_lang, metric, value, queries in csv.reader(result_lines(path))
    ]


def result_lines(path: Path) -> list[str]:
    """The lines of a file of `write_results`, as they are, without the first. Raises UserError when it is no such
    file."""
    try:
        lines = path.read_text(encoding="utf8").splitlines()
    except OSError as error:
        raise UserError(f"cannot read results from {path}: {error.strerror}") from error
    header = ",".join(Result._fields)
    if not lines or lines[0] != header:
        raise UserError(f"{path} holds no results: its first line must be {header}")
    return lines[1:]


def _direction_means(scores: pa.Table) -> list[Result]:
    keys = ["benchmark", "setting", "query_lang", "passage_lang", "metric"]
    # one thread: the order of a sum decides its last digit, and equal runs write equal bytes
    groups = scores.group_by(keys, use_threads=False).aggregate([("value", "mean"), ("value", "count")])
    groups = groups.rename_columns({"value_mean": "value", "value_count": "queries"})
    return [Result(**row) for row in groups.to_pylist()]


def _mean(over: Result, directions: Sequence[Result]) -> Result:
    value = math.fsum(direction.value for direction in directions) / len(directions)
    return over._replace(value=value, queries=sum(direction.queries for direction in directions))
