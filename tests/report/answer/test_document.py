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


def paragraph(text: str, start: str) -> list[str]:
    """The entries of the list below the paragraph that starts so."""
    (found,) = (block for block in re.split(r"\n\n(?=[^-])", text) if block.startswith(start))
    return re.findall(r"^- (.*)$", found, re.MULTILINE)


def test_growth_to_the_letter_with_both_arms_told_apart(arms: Findings) -> None:
    assert answer(with_trends(arms, by_group)).sentences[0] == (
        "Each doubling of the number of training languages, from 1 to 3, goes with a change in cross-lingual mAP on"
        " xquad_r with hybrid of +.012 (95 % interval .010 to .015) at a fixed total of 1,000 pairs and of +.112 (.110"
        " to .115) at a fixed 300 pairs per language."
    )


def test_the_groups_of_growth_stand_below_their_arm(arms: Findings) -> None:
    assert paragraph(
        answer(with_trends(arms, by_group)).markdown, "**At a fixed 300 pairs per language.** Change in"
    ) == [
        "monolingual, from 1 to 3: +.112 (.110 to .115). The curve is log-linear; the last doubling brought +.011 (.007"
        " to .015); from 2.5 languages (1.5 to 3.0) on one more brings less than .001.",
        "hybrid, from 1 to 3: +.112 (.110 to .115). The curve is log-linear; the last doubling brought +.011 (.007"
        " to .015); from 2.5 languages (1.5 to 3.0) on one more brings less than .001.",
        "hybrid, by target language: trained +.120 (.118 to .123) and never trained +.104 (.102 to .107).",
    ]


def test_arms_of_other_numbers_of_languages_say_which(arms: Findings) -> None:
    def shorter(line: Line) -> Line:
        if line.part.part is None or "total" not in line.part.part.arm:
            return line
        return replace(line, curve=replace(line.curve, counts=(1, 2), values=line.curve.values[:2]))

    found = with_trends(replace(arms, lines=list(map(shorter, arms.lines))), by_group)
    said = answer(found).sentences[0]
    assert said.startswith("Each doubling of the number of training languages goes with a change")
    assert "at a fixed total of 1,000 pairs (from 1 to 2 languages) and of +.112" in said
    assert said.endswith("at a fixed 300 pairs per language (from 1 to 3 languages).")


def test_a_doubling_that_may_be_nothing_says_so_and_a_refusal_keeps_its_words(one: Findings) -> None:
    said = answer(with_trends(one, lambda line: REFUSED))
    assert said.sentences[0].endswith(" of +.001 (95 % interval −.002 to .004, which holds 0).")
    assert "No curve is given: no shape beats a flat line (AICc)." in said.markdown


def test_a_curve_brings_its_last_doubling_and_what_is_enough(one: Findings) -> None:
    text = answer(with_trends(one, lambda line: GIVEN)).markdown
    assert (
        "\n- hybrid, from 1 to 3: +.012 (.008 to .016). The curve is log-linear; the last doubling brought +.011 (.007"
        " to .015); from 2.5 languages (1.5 to 3.0) on one more brings less than .001.\n"
    ) in text
    words = "one more language still brings 0.001 or more at 3, the most that were trained on"
    unending = replace(GIVEN, enough=None, enough_words=words)
    assert f"; {words}." in answer(with_trends(one, lambda line: unending)).markdown


def test_a_difference_counts_only_after_holm(one: Findings) -> None:
    assert answer(with_tests(one, -0.026, 0.049)).sentences[1] == (
        "With 3 training languages, in cross-lingual mAP on xquad_r, hybrid is ahead of monolingual by +.026"
        " (95 % interval .023 to .028, Holm p = .049)."
    )
    untold = answer(with_tests(one, -0.026, 0.051))
    assert untold.sentences[1] == (
        "With 3 training languages, in cross-lingual mAP on xquad_r, no strategies could be told apart, hybrid less"
        " monolingual being +.026 (95 % interval .023 to .028, Holm p = .051)."
    )
    assert re.search(
        r"^- Cross-lingual mAP: hybrid \.\d+ \(.*?\), monolingual \.\d+ \(.*?\)\. Not told apart: hybrid less"
        r" monolingual \+\.026 \(\.023 to \.028, Holm p = \.051\)\.$",
        untold.markdown,
        re.MULTILINE,
    )


def test_a_single_value_is_never_called_a_difference(one: Findings) -> None:
    said = answer(with_tests(one, -0.026, math.nan)).sentences[1]
    assert "is ahead" not in said and "no strategies could be told apart" in said


def test_of_three_strategies_some_may_be_told_from_the_best(tmp_path: Path) -> None:
    found = study(tmp_path, strategies=("monolingual", "crosslingual", "hybrid"), counts=(0, 2))
    alike = with_tests(found, -0.001, 1.0)
    second = answer(alike).sentences[1]
    assert "no strategies could be told apart, hybrid less" in second

    def known(*names: str) -> str:
        """The sentence where two strategies can be told apart, and no others."""
        betweens = [
            replace(each, comparison=Comparison(each.comparison.difference, 0.01))
            if {each.first, each.second} == set(names)
            else each
            for each in alike.betweens
        ]
        return answer(replace(alike, betweens=betweens)).sentences[1]

    said = known("monolingual", "hybrid")
    assert "hybrid is ahead of monolingual by +.001 (95 % interval −.002 to .003, Holm p = .010)" in said
    assert said.endswith(" but not told from crosslingual.")
    # the best is told from none, though the two behind it are told from each other
    assert "hybrid could be told from no other, hybrid less" in known("monolingual", "crosslingual")


def test_trained_against_never_trained_and_three_levels(one: Findings) -> None:
    said = answer(one)
    assert re.fullmatch(
        r"From no training language to 3, cross-lingual mAP on xquad_r with hybrid changes by \+\.1\d+ \(95 % interval"
        r" \.\d+ to \.\d+\) on trained and \+\.0\d+ \(\.\d+ to \.\d+\) on never-trained languages; difference \+\.\d+"
        r" \(\.\d+ to \.\d+, Holm p (= \.0\d+|< \.001)\)\.",
        said.sentences[2],
    )
    levels = re.search(
        r"^- Cross-lingual mAP by resource level: high-resource \(Joshi class 5\) (\S+) \(.*?\), middle-resource"
        r" \(Joshi class 4\) (\S+) \(.*?\), low-resource \(Joshi class 3\) (\S+) \(.*?\)\.$",
        said.markdown,
        re.MULTILINE,
    )
    assert levels is not None
    assert [float(value) for value in levels.groups()] == pytest.approx([0.1] * 3, abs=0.01)
    assert "\n- middle-resource (Joshi class 4): ru, tr.\n" in said.markdown


def test_classes_that_are_no_level_keep_their_number_beside_those_that_are(tmp_path: Path) -> None:
    languages = {
        code: {"name": code, "joshi": joshi} for code, joshi in zip(("en", "ru", "el"), (5, 2, 0), strict=True)
    }
    said = answer(study(tmp_path, codes=("en", "ru", "el"), counts=(0, 2), languages=languages)).markdown
    assert "by resource level: high-resource (Joshi class 5) +." in said
    assert "), Joshi class 2 +." in said and "), Joshi class 0 +." in said


def test_where_all_languages_train_there_is_nothing_to_set_them_against(tmp_path: Path) -> None:
    said = answer(study(tmp_path, codes=("en", "ru", "el")))
    assert "on the 3 trained languages, beside which there are no others" in said.sentences[2]
    assert "by target language" not in said.markdown and "never trained" not in said.markdown


def test_no_difference_between_groups_is_not_called_none(tmp_path: Path) -> None:
    said = answer(study(tmp_path, gain=lambda strategy, arm, n, code: 0.05 * (n > 0))).sentences[2]
    assert "on never-trained languages; no difference could be shown: " in said
    assert "no difference between" not in said


def test_without_counts_the_strategies_are_compared_all_the_same(tmp_path: Path) -> None:
    said = answer(study(tmp_path, counts=()))
    assert said.sentences[0] == (
        "This sweep does not vary the number of training languages, so it does not say what more of them bring."
    )
    assert said.sentences[1].startswith("In cross-lingual mAP on xquad_r, hybrid is ahead of monolingual by +.0")
    assert re.search(
        r"with hybrid is \.\d+ \(95 % interval \.\d+ to \.\d+\) on trained and \.\d+ \(\.\d+ to \.\d+\) on"
        r" never-trained languages; as no number of languages varies, this does not say what training changed\.$",
        said.sentences[2],
    )
    assert re.search(r"^- low-resource \(Joshi class 3\): \.\d+ \(.*\)\.$", said.markdown, re.MULTILINE)
    assert "with each doubling" not in said.markdown


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
    assert "What else varies across the sweep:\n\n- The pairs of Tamil run out at 800.\n" in text
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
    text = answer(arms).markdown.replace("These are associations, not causes,", "")
    assert not re.search(r"\b(cause|because of|thanks to|leads? to|effect of)", text)


def test_a_name_stays_as_in_the_sweep(tmp_path: Path) -> None:
    text = answer(study(tmp_path, strategies=("hybrid, alpha=0.3", "x_mono"), counts=(0, 2))).markdown
    assert "X_mono" not in text and "Hybrid" not in text


def outside_brackets(text: str) -> int:
    return len(re.sub(r"\([^()]*\)", "", text).split())


def test_each_of_the_three_sentences_is_short_enough_to_read(arms: Findings, one: Findings) -> None:
    for found in (arms, one):
        for said in answer(found).sentences:
            assert len(said.split()) <= 70 and outside_brackets(said) <= 50, said


def test_of_many_arms_the_sentences_speak_of_the_lowest_and_the_highest(tmp_path: Path) -> None:
    ends = {"total": 0.05, "double": 0.01, "per_language": 0.03, "triple": 0.1}
    found = study(tmp_path, arms=tuple(ends), counts=(0, 1, 3), gain=lambda strategy, arm, n, code: ends[arm] * (n > 0))
    said = answer(found)
    for text in said.sentences:
        assert "at a fixed total of 2,000 pairs" in text and "at a fixed total of 3,000 pairs" in text
        assert "1,000" not in text and "per language" not in text
        assert "(the lowest and the highest of 4 arms)" in text and len(text.split()) <= 80
    assert said.markdown.count("**At a fixed total of 1,000 pairs.**") == 3


def test_orders_that_have_come_to_the_same_runs_are_said_once(tmp_path: Path) -> None:
    orders, arms = ("resource", "family"), ("total", "per_language")
    text = answer(study(tmp_path, orders=orders, arms=arms, counts=(0, 1, 3))).markdown
    growth, mixing, pays = text.split("\n## ")[1:4]
    assert growth.count("languages by resource.**") == growth.count("by diversity of families.**") == 2
    for section in (mixing, pays):
        assert re.findall(r"^\*\*(.*?)\*\*", section, re.MULTILINE) == [
            "At a fixed total of 1,000 pairs (with 3 languages every order holds the same ones).",
            "At a fixed 300 pairs per language (with 3 languages every order holds the same ones).",
        ]


def test_orders_of_one_arm_need_no_other_name(tmp_path: Path) -> None:
    text = answer(study(tmp_path, orders=("resource", "family"), counts=(0, 3))).markdown
    assert text.count("**With 3 languages every order holds the same ones.**") == 2


def test_orders_that_end_in_other_runs_are_told_apart(tmp_path: Path) -> None:
    text = answer(study(tmp_path, orders=("resource", "family"), counts=(0, 1, 2))).markdown
    assert "every order" not in text
    assert text.count("**Languages by resource.**") == text.count("**Languages by diversity of families.**") == 3


def test_orders_that_differ_from_the_first_number_on_are_not_one_where_there_is_no_start(tmp_path: Path) -> None:
    text = answer(study(tmp_path, orders=("resource", "family"), counts=(1, 2, 3))).markdown
    mixing, pays = text.split("\n## ")[2:4]
    assert "every order" in mixing and "every order" not in pays


def test_the_sections_name_the_tables_that_say_more(one: Findings) -> None:
    text = answer(one).markdown
    for table in ("fits_xquad_r*.md", "tests_xquad_r*.md", "groups_xquad_r*.md"):
        assert f"`tables/{table}`" in text
