import pytest

from hybridir.experiments.once import Once


def test_each_name_is_asked_for_once() -> None:
    once, asked = Once(), list[str]()
    answers = [once(("a", 1), lambda: asked.append("a") or "first") for _ in range(3)]
    assert answers == ["first"] * 3 and asked == ["a"]
    assert once(("a", 2), lambda: None) is None
    assert once(("a", 2), lambda: "other") is None


def test_what_fails_is_asked_for_again() -> None:
    once = Once()
    with pytest.raises(ZeroDivisionError):
        once("a", lambda: 1 / 0)
    assert once("a", lambda: 1) == 1


def test_what_was_not_asked_for_longest_makes_room() -> None:
    once = Once(limit=2)
    once("a", lambda: 1)
    once("b", lambda: 1)
    once("a", lambda: 2)
    once("c", lambda: 1)
    assert once("a", lambda: 3) == 1 and once("b", lambda: 4) == 4
