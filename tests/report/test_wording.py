import math

import pytest

from hybridir.report.study.measures import DISTANCE, Measure
from hybridir.report.wording import (
    Range,
    arm_words,
    chained,
    difference,
    languages,
    listed,
    p_words,
    repetitions,
    sentence,
    signed,
    with_interval,
)
from hybridir.statistics.compare import Comparison
from hybridir.statistics.crossed import Estimate

MAP = Measure("crosslingual", "mAP")


def test_a_change_has_its_sign_and_nothing_has_none() -> None:
    assert [signed(MAP, value) for value in (0.0124, -0.0124, 0.0004, -0.0)] == ["+.012", "−.012", ".000", ".000"]
    assert signed(DISTANCE, -12.34) == "−12.3"
    assert signed(MAP, 0.5, plus=False) == ".500"


def test_intervals_are_named_once() -> None:
    found = Range(0.012, -0.002, 0.026)
    assert with_interval(MAP, found) == "+.012 (95 % interval −.002 to .026)"
    assert with_interval(MAP, found, short=True) == "+.012 (−.002 to .026)"
    assert with_interval(MAP, found, units=1) == "+.012 (95 % interval over questions alone −.002 to .026)"
    assert with_interval(MAP, Range(0.3, math.nan, math.nan), plus=False) == ".300"


@pytest.mark.parametrize(("p", "words"), [(0.0312, "p = .031"), (0.0009, "p < .001"), (1.0, "p = 1.000")])
def test_p_is_never_printed_as_nothing(p: float, words: str) -> None:
    assert p_words(p) == words


def test_a_difference_says_over_what_it_is() -> None:
    found = Estimate(0.001, 0.0015, 20.0, -0.002, 0.004, 0.51, 0.1, units=3, questions=24)
    assert difference(MAP, Comparison(found, 0.9)) == "+.001, 95 % interval −.002 to .004, Holm p = .900"
    alone = Estimate(0.001, 0.0015, 20.0, -0.002, 0.004, 0.51, 0.1, units=1, questions=24)
    assert "95 % interval over questions alone −.002" in difference(MAP, Comparison(alone, 0.9))
    single = Estimate(0.001, *[math.nan] * 5, math.nan, units=1, questions=1)
    assert difference(MAP, Comparison(single, math.nan)) == "+.001"


def test_arms_in_words() -> None:
    assert arm_words("fixed total: 3,800 pairs") == "at a fixed total of 3,800 pairs"
    assert arm_words("fixed per language: 1,900 pairs") == "at a fixed 1,900 pairs per language"
    assert arm_words("all pairs") == "with all pairs"
    assert arm_words("") == ""


def test_lists_and_clauses() -> None:
    assert [listed(list("abc"[:n])) for n in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert [chained(list("abc"[:n])) for n in (1, 2, 3)] == ["a", "a, and b", "a; b; and c"]
    assert [languages(n) for n in (0, 1, 12)] == [
        "no training language",
        "1 training language",
        "12 training languages",
    ]
    assert repetitions(["0", "1"]) == "2 seeds"
    assert repetitions(["order 0", "order 1", "order 2"]) == "3 random orders"
    assert sentence("it is so") == "It is so."
