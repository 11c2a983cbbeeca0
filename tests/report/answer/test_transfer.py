"""Sweeps over sets of training languages: which to train on, and nothing of how to mix them."""

import re
from pathlib import Path
from typing import Any

import pytest

from hybridir.report.answer.document import Answer, answer
from hybridir.report.study.findings import find
from hybridir.report.study.points import load_points
from hybridir.report.study.samples import Samples
from tests.report.small_study import write_transfer


def said(folder: Path, sets: tuple[str, ...] = ("en", "ru", "el"), **changes: Any) -> Answer:
    def gain(strategy: str, name: str) -> float:
        return {"ru": 0.2, "el": 0.1}.get(name.split("+")[0], 0.0) + 0.05 * (strategy == "hybrid")

    write_transfer(folder, sets, **{"gain": gain} | changes)
    return answer(find(load_points(folder), Samples(folder)))


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Answer:
    return said(tmp_path_factory.mktemp("one"))


def test_the_second_sentence_names_the_best_set_and_the_worst(one: Answer) -> None:
    assert re.fullmatch(
        r"Of 3 training sets, ru comes first in cross-lingual mAP on xquad_r, \.(49|50)\d, and en last,"
        r" \.(29|30)\d; difference \+\.(19|20)\d \(95 % interval \.\d+ to \.\d+, Holm p (= \.00\d|< \.001)\)\.",
        one.sentences[1],
    )


def test_sets_are_no_strategies(one: Answer) -> None:
    assert "How should a batch mix languages?" not in one.markdown and "set=" not in one.markdown
    assert (
        "## Which language to train on?\n\nMeans over all query languages:\n\n- Cross-lingual mAP: ru" in one.markdown
    )
    assert "`tables/transfer_xquad_r*.md`" in one.markdown
    # a rank distance is best where it is lowest
    assert re.search(r"- Rank distance: ru comes first, \d\d\.\d, and en last, (99|100|101)\.\d", one.markdown)


def test_the_other_sentences_say_what_the_sweep_does_not(one: Answer) -> None:
    assert one.sentences[0] == (
        "This sweep varies which languages train rather than how many, so it does not say what more of them bring."
    )
    assert one.sentences[2] == (
        "This sweep trains on other languages from set to set: on which each pays is in its transfer table."
    )
    assert "All points have" not in one.markdown


def test_each_strategy_has_its_sets(tmp_path: Path) -> None:
    text = said(tmp_path, strategies=("monolingual", "hybrid"))
    assert text.sentences[1].startswith(
        "Of 3 training sets, ru comes first in cross-lingual mAP on xquad_r with hybrid"
    )
    assert "- Cross-lingual mAP with monolingual: ru comes" in text.markdown
    assert "- Cross-lingual mAP with hybrid: ru comes" in text.markdown


def test_sets_of_several_languages_and_of_other_sizes(tmp_path: Path) -> None:
    below = {"ru": 0.2, "th+en": -0.05}
    text = said(tmp_path, sets=("en", "ru", "el+en", "th+en"), gain=lambda strategy, name: below.get(name, 0.0))
    assert "## Which languages to train on?" in text.markdown
    assert re.fullmatch(
        r"Of 4 training sets, ru comes first in cross-lingual mAP on xquad_r, \.(49|50)\d, and th\+en last,"
        r" \.2[45]\d\.",
        text.sentences[1],
    )


def test_sets_that_are_alike_are_not_called_different(tmp_path: Path) -> None:
    assert "; no difference could be shown: " in said(tmp_path, gain=lambda strategy, name: 0.0).sentences[1]


def test_without_values_by_question(tmp_path: Path) -> None:
    text = said(tmp_path, by_question=False)
    assert text.sentences[1].endswith("since these results have no values by question.")
    assert "Holm" not in text.sentences[1]
