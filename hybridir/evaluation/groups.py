"""Means over groups of query languages: trained and never trained, or by resource level."""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from hybridir.evaluation.results import Result, write_rows
from hybridir.evaluation.scores import ALL
from hybridir.languages.catalog import Language


class GroupMean(NamedTuple):
    """The mean of one metric over the `languages` query languages of a group that have a value."""

    benchmark: str
    setting: str
    group: str
    metric: str
    value: float
    languages: int


def language_groups(languages: Mapping[str, Language], trained: Collection[str] | None = None) -> dict[str, list[str]]:
    """The groups of query languages that a report tells apart: exposure in training (where it is known), and
    resource class (Joshi et al. 2020), richest first."""
    groups: dict[str, list[str]] = {}
    if trained is not None:
        groups["trained"] = [code for code in sorted(languages) if code in trained]
        groups["never trained"] = [code for code in sorted(languages) if code not in trained]
    classes = {language.joshi for language in languages.values() if language.joshi is not None}
    for joshi in sorted(classes, reverse=True):
        groups[f"Joshi class {joshi}"] = [code for code in sorted(languages) if languages[code].joshi == joshi]
    return groups


def write_groups(path: Path, means: Iterable[GroupMean]) -> None:
    """Write `means` as CSV with a header; values with all their digits."""
    write_rows(path, GroupMean._fields, means)


def group_means(results: Iterable[Result], groups: Mapping[str, Sequence[str]]) -> list[GroupMean]:
    """The mean of every metric in every setting over the query languages of each group.

    The value of a query language is its monolingual direction; the mean over all its passage
    languages, inside the group or not (crosslingual); or its search in the pool (multilingual): the
    rows by query language of the hybrid-batch paper (arXiv 2408.10536, tables 3 to 8). A group
    without a language in `results` has no row. Groups come in the order given.
    """
    by_language: dict[tuple[str, str, str], dict[str, float]] = {}
    for result in results:
        whole = result.setting == "monolingual" or result.passage_lang == ALL
        if whole and result.query_lang != ALL:
            key = (result.benchmark, result.setting, result.metric)
            by_language.setdefault(key, {})[result.query_lang] = result.value
    means = []
    for group, languages in groups.items():
        for (benchmark, setting, metric), values in by_language.items():
            members = [values[lang] for lang in dict.fromkeys(languages) if lang in values]
            if members:
                mean = math.fsum(members) / len(members)
                means.append(GroupMean(benchmark, setting, group, metric, mean, len(members)))
    return means
