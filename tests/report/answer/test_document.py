"""The answer: every branch, on studies whose truth is in their making, with trends and tests written by hand."""

import math
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from hybridir.report.answer.document import answer
from hybridir.report.study.findings import Between, Findings, Line, find
from hybridir.report.study.points import load_points
from hybridir.report.study.samples import Samples
from hybridir.statistics.choice import Interval
from hybridir.statistics.compare import Comparison
from hybridir.statistics.trend import Trend
from tests.report.small_study import write_study

GIVEN = Trend(
    (1, 2, 3),
    Interval(0.012, 0.008, 0.016),
    shape="log-linear",
    last_doubling=Interval(0.011, 0.007, 0.015),
    enough=Interval(2.5, 1.5, 3.0),
    enough_words="",
)
REFUSED = Trend((1, 2, 3), Interval(0.001, -0.002, 0.004), refused="no shape beats a flat line (AICc)")


def gain(strategy: str, arm: str, n: int, code: str) -> float:
    """Hybrid gains .05 and trained languages another .1."""
    return (0.05 * (strategy == "hybrid") + 0.1 * (code in ("en", "ru", "el")[:n])) * (n > 0)


def study(folder: Path, **changes: object) -> Findings:
    write_study(folder, **{"gain": gain} | changes)  # type: ignore[arg-type]
    return find(load_points(folder), Samples(folder))


@pytest.fixture(scope="module")
def arms(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    return study(tmp_path_factory.mktemp("arms"), arms=("total", "per_language"))


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    return study(tmp_path_factory.mktemp("one"))


def with_trends(found: Findings, trend: Callable[[Line], Trend | None]) -> Findings:
    return replace(found, lines=[replace(line, trend=trend(line)) for line in found.lines])


def with_tests(found: Findings, mean: float, adjusted: float) -> Findings:
    """All tests between strategies with this difference, of the first to the second, and this p."""

    def told(each: Between) -> Between:
        low, high = mean - 0.002, mean + 0.003
        difference = replace(each.comparison.difference, mean=mean, low=low, high=high)
        return replace(each, comparison=Comparison(difference, adjusted))

    return replace(found, betweens=list(map(told, found.betweens)))


def by_group(line: Line) -> Trend:
    value = {"all languages": 0.012, "never trained": 0.004, "trained": 0.02}[line.group.name]
    value += 0.1 * ("per language" in (line.part.part.arm if line.part.part else ""))
    return replace(GIVEN, doubling=Interval(value, value - 0.002, value + 0.003))


def test_growth_to_the_letter_with_both_arms_told_apart(arms: Findings) -> None:
    assert answer(with_trends(arms, by_group)).sentences[0] == (
        "Each doubling of the number of training languages, from 1 to 3, goes with a change in cross-lingual mAP on"
        " xquad_r with hybrid of +.012 (95 % interval .010 to .015) at a fixed total of 1,000 pairs and +.112 (.110 to"
        " .115) at a fixed 300 pairs per language; for never-trained languages the changes are +.004 (.002 to .007) and"
        " +.104 (.102 to .107), and for trained ones +.020 (.018 to .023) and +.120 (.118 to .123), respectively."
    )


def test_a_doubling_that_may_be_nothing_says_so_and_a_refusal_keeps_its_words(one: Findings) -> None:
    said = answer(with_trends(one, lambda line: REFUSED))
    assert (
        "of +.001 (95 % interval −.002 to .004, which holds 0); for never-trained languages it is" in said.sentences[0]
    )
    assert "No curve is given: no shape beats a flat line (AICc)." in said.markdown


def test_a_curve_brings_its_last_doubling_and_what_is_enough(one: Findings) -> None:
    text = answer(with_trends(one, lambda line: GIVEN)).markdown
    assert (
        "With hybrid, cross-lingual mAP changes by +.012 (95 % interval .008 to .016) per doubling, observed at 1, 2"
        " and 3. The curve is log-linear; the last doubling brought +.011 (.007 to .015); from 2.5 languages (1.5 to"
        " 3.0) on one more brings less than .001."
    ) in text
    words = "one more language still brings 0.001 or more at 3, the most that were trained on"
    unending = replace(GIVEN, enough=None, enough_words=words)
    assert f"; {words}." in answer(with_trends(one, lambda line: unending)).markdown


def test_a_difference_counts_only_after_holm(one: Findings) -> None:
    told = answer(with_tests(one, -0.026, 0.049)).sentences[1]
    assert re.fullmatch(
        r"In cross-lingual mAP on xquad_r, hybrid is best with 3 training languages at \.\d+ \(\.\d+ to \.\d+\)"
        r" \(difference to monolingual, the next: \+\.026, 95 % interval \.023 to \.028, Holm p = \.049\)\.",
        told,
    )
    untold = answer(with_tests(one, -0.026, 0.051)).sentences[1]
    assert "is best" not in untold
    assert re.search(
        r"no difference between hybrid, first at \.\d+ \(\.\d+ to \.\d+\), and monolingual, the next, could be shown"
        r" with 3 training languages \(difference \+\.026, 95 % interval \.023 to \.028, Holm p = \.051\)\.",
        untold,
    )


def test_a_single_value_is_never_called_a_difference(one: Findings) -> None:
    assert "is best" not in answer(with_tests(one, -0.026, math.nan)).sentences[1]


def test_of_three_strategies_none_may_be_told_from_another(tmp_path: Path) -> None:
    found = study(tmp_path, strategies=("monolingual", "crosslingual", "hybrid"), counts=(0, 2))
    said = answer(with_tests(found, -0.001, 1.0))
    assert said.sentences[1].endswith("nor between any other two.")
    # against crosslingual the best is told, between the two that follow nothing
    mixed = with_tests(found, -0.001, 1.0)
    betweens = [
        replace(each, comparison=Comparison(each.comparison.difference, 0.01)) if each.first == "monolingual" else each
        for each in mixed.betweens
    ]
    assert "nor between" not in answer(replace(mixed, betweens=betweens)).sentences[1]


def test_trained_against_never_trained_and_three_levels(one: Findings) -> None:
    said = answer(one).sentences[2]
    assert said.startswith("From no training language to 3, cross-lingual mAP on xquad_r with hybrid changes by +.1")
    assert "on the 3 trained and by +.0" in said and "on the 3 never-trained languages (difference +.1" in said
    assert re.search(r"Holm p (= \.0|< \.001)", said)
    levels = re.search(
        r"by resource level the changes are (\S+) \(.*?\) \(high resource\), (\S+) \(.*?\) \(middle resource\)"
        r" and (\S+) \(.*?\) \(low resource\)\.",
        said,
    )
    assert levels is not None
    assert [float(value) for value in levels.groups()] == pytest.approx([0.1] * 3, abs=0.01)


def test_other_joshi_classes_are_no_levels(tmp_path: Path) -> None:
    languages = {
        code: {"name": code, "joshi": joshi} for code, joshi in zip(("en", "ru", "el"), (5, 2, 0), strict=True)
    }
    said = answer(study(tmp_path, codes=("en", "ru", "el"), counts=(0, 2), languages=languages))
    assert "(Joshi class 5), " in said.sentences[2] and "(Joshi class 0)" in said.sentences[2]
    assert "resource)" not in said.markdown


def test_where_all_languages_train_there_is_nothing_to_set_them_against(tmp_path: Path) -> None:
    said = answer(study(tmp_path, codes=("en", "ru", "el")))
    assert "on the 3 trained languages, beside which there are no others" in said.sentences[2]
    assert "; for never-trained" not in said.sentences[0]


def test_no_difference_between_groups_is_not_called_none(tmp_path: Path) -> None:
    said = answer(study(tmp_path, gain=lambda strategy, arm, n, code: 0.05 * (n > 0))).sentences[2]
    assert "between which no difference could be shown (difference " in said
    assert "no difference between" not in said


def test_without_counts_the_strategies_are_compared_all_the_same(tmp_path: Path) -> None:
    said = answer(study(tmp_path, counts=()))
    assert said.sentences[0] == (
        "This sweep does not vary the number of training languages, so it does not say what more of them bring."
    )
    assert said.sentences[1].startswith("In cross-lingual mAP on xquad_r, hybrid is best at .")
    assert "(trained)" in said.sentences[2] and "does not say what training changed" in said.sentences[2]
    assert "per doubling, observed" not in said.markdown


def test_one_number_of_languages_is_set_against_the_start(tmp_path: Path) -> None:
    said = answer(study(tmp_path, counts=(0, 3)))
    assert said.sentences[0].startswith(
        "3 training languages go with a change in cross-lingual mAP on xquad_r with hybrid"
    )
    assert said.sentences[0].endswith(
        "over untrained; with one number of training languages alone, the sweep does not say what more of them bring."
    )


def test_one_number_and_no_start_say_nothing_of_gains(tmp_path: Path) -> None:
    said = answer(study(tmp_path, counts=(3,)))
    assert said.sentences[0] == (
        "With one number of training languages alone, the sweep does not say what more of them bring."
    )
    assert said.sentences[2].startswith("With one number of training languages alone")
    assert "All points have 3 training languages." in said.markdown
    unasked = answer(study(tmp_path / "unasked", counts=(3,), by_question=False))
    assert unasked.sentences[0] == said.sentences[0]


def test_one_strategy_says_nothing_of_mixing(tmp_path: Path) -> None:
    said = answer(study(tmp_path, strategies=("hybrid",)))
    assert said.sentences[1] == (
        "This sweep has one strategy alone (hybrid), so it does not say how a batch should mix languages."
    )
    assert "There is one strategy alone, so there is nothing to compare." in said.markdown


def test_one_seed_is_over_questions_alone(tmp_path: Path) -> None:
    said = answer(study(tmp_path, seeds=(0,)))
    assert all("95 % interval over questions alone " in sentence for sentence in said.sentences)
    assert "they say nothing about another training" in said.markdown


def test_results_without_values_by_question_have_no_tests_and_say_why(tmp_path: Path) -> None:
    said = answer(study(tmp_path, by_question=False))
    why = "there are no intervals and no tests, since these results have no values by question"
    assert all(why in sentence for sentence in said.sentences)
    assert "95 % interval" not in "".join(said.sentences) and "Holm" not in "".join(said.sentences)
    assert re.search(r"with hybrid goes from \.\d+ with no training language to \.\d+ with 3;", said.sentences[0])
    assert "Run `hybridir report` on the sweep's file" in said.markdown


def test_without_counts_and_without_questions(tmp_path: Path) -> None:
    said = answer(study(tmp_path, counts=(), by_question=False))
    assert re.search(r"hybrid comes first with \.\d+, then monolingual with \.3", said.sentences[1])


def test_what_is_not_level_and_what_the_data_are_is_said(tmp_path: Path) -> None:
    confounds = ["the pairs of Tamil run out at 800"]
    labels = {"data": "artificial", "model": "static"}
    text = answer(study(tmp_path, confounds=confounds, labels=labels, counts=(0, 1))).markdown
    assert "What else varies across the sweep: The pairs of Tamil run out at 800." in text
    assert "nothing here is a finding on real languages" in text
    assert "There is one benchmark, xquad_r" in text


def test_arms_say_what_they_hold_level_and_real_data_keep_their_name(arms: Findings) -> None:
    text = answer(arms).markdown
    assert "Fixed total: 1,000 pairs. The total stays level, so the more languages, the fewer pairs of each." in text
    assert "Fixed per language: 300 pairs. The pairs of a language stay level, so more languages also bring" in text
    assert "Training data: open_pairs" in text
    assert "SWIM-IR" not in text and "artificial" not in text
    assert "Repetitions: 3 seeds. So few know their own spread badly" in text
    headings = re.findall(r"^\*\*(.*?)\*\*", text, re.MULTILINE)
    assert set(headings) == {"At a fixed total of 1,000 pairs.", "At a fixed 300 pairs per language."}


def test_nothing_is_said_to_cause(arms: Findings) -> None:
    text = answer(arms).markdown.replace("These are associations, not causes.", "")
    assert not re.search(r"\b(cause|because of|thanks to|leads? to|effect of)", text)


def test_a_name_stays_as_in_the_sweep(tmp_path: Path) -> None:
    text = answer(study(tmp_path, strategies=("hybrid, alpha=0.3", "x_mono"), counts=(0, 2))).markdown
    assert "X_mono" not in text and "Hybrid" not in text
