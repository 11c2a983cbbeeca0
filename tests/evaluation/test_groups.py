"""Means over groups of query languages, worked by hand."""

import pytest

from hybridir.evaluation.groups import GroupMean, group_means
from hybridir.evaluation.results import Result


def results() -> list[Result]:
    def row(setting: str, query_lang: str, passage_lang: str, value: float) -> Result:
        return Result("toy", setting, query_lang, passage_lang, "mAP", value, 10)

    return [
        row("monolingual", "*", "*", 0.9),
        row("monolingual", "de", "de", 0.2),
        row("monolingual", "el", "el", 0.4),
        row("monolingual", "tr", "tr", 0.9),
        row("crosslingual", "*", "*", 0.9),
        row("crosslingual", "de", "*", 0.1),
        row("crosslingual", "de", "el", 0.7),
        row("crosslingual", "el", "*", 0.3),
        row("multilingual", "de", "*", 0.5),
    ]


def test_means_by_setting_over_the_languages_of_a_group() -> None:
    means = group_means(results(), {"trained": ["el", "de", "yo"], "never trained": ["tr"], "class 0": ["mni"]})
    assert means == [
        GroupMean("toy", "monolingual", "trained", "mAP", pytest.approx(0.3), 2),
        GroupMean("toy", "crosslingual", "trained", "mAP", pytest.approx(0.2), 2),
        GroupMean("toy", "multilingual", "trained", "mAP", 0.5, 1),
        GroupMean("toy", "monolingual", "never trained", "mAP", 0.9, 1),
    ]
