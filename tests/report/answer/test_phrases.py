from types import SimpleNamespace
from typing import Any

from hybridir.report.answer.phrases import Brackets, bold, bullets, said_once
from hybridir.report.study.measures import Measure
from hybridir.report.study.points import Part
from hybridir.report.wording import Range

MAP = Measure("crosslingual", "mAP")
TOTAL, EACH = "fixed total: 940 pairs", "fixed per language: 940 pairs"


def said(*parts: tuple[str, str, str, str]) -> list[str]:
    """Arm, order, what ran with nine languages, and the body of each part."""
    points: list[Any] = [SimpleNamespace(part=Part(arm, order), ran=ran, text=text) for arm, order, ran, text in parts]
    return list(said_once(points, lambda part: (9, part.ran), lambda part: part.text))  # type: ignore[attr-defined]


def test_orders_of_the_same_runs_are_said_once() -> None:
    assert said((TOTAL, "by resource", "a", "It is so."), (TOTAL, "at random", "a", "It is so.")) == [
        "**At a fixed total of 940 pairs (with 9 languages every order holds the same ones).** It is so."
    ]


def test_of_three_orders_those_that_are_alike_are_named() -> None:
    alike = [(TOTAL, order, "a", "It is so.") for order in ("by resource", "at random")]
    assert said(*alike, (TOTAL, "as listed", "b", "It is not.")) == [
        "**At a fixed total of 940 pairs, languages by resource and at random (with 9 languages they hold the same"
        " ones).** It is so.",
        "**At a fixed total of 940 pairs, languages as listed.** It is not.",
    ]


def test_the_same_words_of_other_runs_or_of_another_arm_are_said_again() -> None:
    assert len(said((TOTAL, "by resource", "a", "So."), (TOTAL, "at random", "b", "So."))) == 2
    assert len(said((TOTAL, "by resource", "a", "So."), (EACH, "by resource", "a", "So."))) == 2
    # the same runs in fewer repetitions have other intervals
    assert len(said((TOTAL, "by resource", "a", "So."), (TOTAL, "at random", "a", "Not so."))) == 2


def test_what_says_nothing_is_left_out() -> None:
    assert said((TOTAL, "", "a", ""), (EACH, "", "a", "So.")) == ["**At a fixed 940 pairs per language.** So."]


def test_brackets_are_explained_again_where_they_change() -> None:
    brackets, found = Brackets(MAP), Range(0.012, 0.008, 0.016)
    assert [brackets.figure(found, units) for units in (3, 3, 1, 1, 3)] == [
        "+.012 (95 % interval .008 to .016)",
        "+.012 (.008 to .016)",
        "+.012 (95 % interval over questions alone .008 to .016)",
        "+.012 (.008 to .016)",
        "+.012 (95 % interval .008 to .016)",
    ]
    assert Brackets(MAP, said=True).figure(found, 3, plus=False) == ".012 (.008 to .016)"


def test_lists_stand_below_their_lead() -> None:
    assert bullets("Lead:", ["a", "b"]) == "Lead:\n\n- a\n- b"
    assert bullets("", ["a"]) == "- a"
    assert bold("") == ""
