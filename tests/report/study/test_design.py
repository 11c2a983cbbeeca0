"""Arms, orders and repetitions, as the points of a sweep say them."""

from typing import Any

import pandas as pd
import pytest

from hybridir.report.study.design import arm_name, order_name, with_design

PLAIN = {"total": None, "per_language": None, "order": "resource", "order_seed": None, "descending": True, "always": []}


@pytest.mark.parametrize(
    ("design", "name"),
    [
        ({"total": 3800, "per_language": None}, "fixed total: 3,800 pairs"),
        ({"total": None, "per_language": 1900}, "fixed per language: 1,900 pairs"),
        ({"total": 9000, "per_language": 50}, "fixed total: 9,000 pairs, fixed per language: 50 pairs"),
        ({"total": None, "per_language": None}, "all pairs"),
        ({}, "all pairs"),
    ],
)
def test_an_arm_says_what_stays_level(design: dict[str, Any], name: str) -> None:
    assert arm_name(design) == name


@pytest.mark.parametrize(
    ("design", "name"),
    [
        ({"order": "resource"}, "by resource"),
        ({"order": "resource", "descending": False}, "by resource, poorest first"),
        ({"order": "pairs", "descending": False}, "by number of pairs, fewest first"),
        ({"order": "family", "descending": False}, "by diversity of families"),
        ({"order": "random", "order_seed": 3}, "at random"),
        ({"order": "listed", "always": ["en", "de"]}, "as listed, always en+de"),
    ],
)
def test_an_order_says_what_comes_next(design: dict[str, Any], name: str) -> None:
    assert order_name(design) == name


def told(points: list[tuple[dict[str, Any], dict[str, Any]]], choices: list[str]) -> tuple[pd.DataFrame, list[str]]:
    """What is told of points (axes, what differs from the plain design), each with two rows of results."""
    plan = {"choices": choices, "points": [{"axes": axes, "design": PLAIN | design} for axes, design in points]}
    rows = [
        {name: "" if value is None else str(value) for name, value in axes.items()}
        for axes, _ in points
        for _ in range(2)
    ]
    return with_design(pd.DataFrame(rows), list(points[0][0]), plan)


def test_axes_that_arm_and_order_stand_for_are_taken() -> None:
    orders = {"resource": {}, "r0": {"order": "random", "order_seed": 0}, "r1": {"order": "random", "order_seed": 1}}
    arms = {"total": {"total": 60}, "each": {"per_language": 20}}
    points = [
        ({"arm": arm, "order": order, "sampling": "hybrid", "seed": seed}, budget | how)
        for arm, budget in arms.items()
        for order, how in orders.items()
        for seed in (0, 1)
    ]
    frame, taken = told(points, ["arm", "order"])
    assert taken == ["arm", "order"]
    assert len(frame) == 2 * len(points)
    # both rows of a point are told the same
    assert frame.iloc[::2].to_dict("records") == frame.iloc[1::2].to_dict("records")
    assert frame.iloc[0].to_dict() == {"arm": "fixed total: 60 pairs", "order": "by resource", "unit": "0"}
    assert frame.iloc[-1].to_dict() == {
        "arm": "fixed per language: 20 pairs",
        "order": "at random",
        "unit": "order 1, seed 1",
    }


def test_random_orders_are_repetitions_of_one_order() -> None:
    points = [({"languages.seed": n}, {"order": "random", "order_seed": n}) for n in range(3)]
    frame, taken = told(points, [])
    assert taken == ["languages.seed"]
    assert set(frame["order"]) == set(frame["arm"]) == {""}  # of one order or arm alone nothing is said
    assert list(frame["unit"].unique()) == ["order 0", "order 1", "order 2"]


@pytest.mark.parametrize(
    ("field", "values", "orders"),
    [
        ("order", ["resource", "family"], ["by resource", "by diversity of families"]),
        ("descending", [True, False], ["by resource", "by resource, poorest first"]),
        ("always", [["en"], ["en", "de"]], ["by resource, always en", "by resource, always en+de"]),
    ],
)
def test_fields_of_the_languages_are_orders_by_their_own_names(
    field: str, values: list[Any], orders: list[str]
) -> None:
    def cell(value: Any) -> Any:
        return "+".join(value) if isinstance(value, list) else value

    frame, taken = told([({f"languages.{field}": cell(value)}, {field: value}) for value in values], [])
    assert taken == [f"languages.{field}"]
    assert list(frame["order"].unique()) == orders and set(frame["arm"]) == {""}


def test_languages_that_are_always_in_are_said_where_they_differ() -> None:
    orders = {"a": {"order": "resource", "always": ["en"]}, "b": {"order": "family", "always": ["en"]}}
    points = [({"order": name}, how) for name, how in orders.items()]
    frame, _ = told(points, ["order"])
    assert list(frame["order"].unique()) == ["by resource", "by diversity of families"]
    third = ({"order": "c"}, {"order": "family", "always": []})
    frame, _ = told([*points, third], ["order"])
    assert list(frame["order"].unique()) == [
        "by resource, always en",
        "by diversity of families, always en",
        "by diversity of families",
    ]


def test_a_choice_that_changes_nothing_of_the_design_stays_an_axis() -> None:
    points = [({"system": name, "seed": 0}, {}) for name in ("a", "b")]
    frame, taken = told(points, ["system"])
    assert taken == [] and set(frame["arm"]) == set(frame["order"]) == {""}


def test_arms_that_no_axis_names_are_not_told_apart() -> None:
    """A sweep over `budget.total` by its own name keeps it as an axis, as any other setting."""
    points = [({"budget.total": total}, {"total": total}) for total in (10, 20)]
    frame, taken = told(points, [])
    assert taken == [] and set(frame["arm"]) == {""}
    by_group = [({"augment": name}, {"order": order}) for name, order in (("none", "pairs"), ("titles", "family"))]
    frame, taken = told(by_group, [])
    assert taken == [] and set(frame["order"]) == {""}


def test_plans_from_before_there_was_a_design_say_nothing() -> None:
    raw = pd.DataFrame({"sampling": ["hybrid", "mixed"], "seed": ["0", "1"]})
    frame, taken = with_design(raw, ["sampling", "seed"], {"points": [{"run": "a"}]})
    assert taken == []
    assert frame.to_dict("list") == {"arm": ["", ""], "order": ["", ""], "unit": ["0", "1"]}


def test_an_axis_without_a_value_is_found_again() -> None:
    points = [({"arm": name, "budget.total": total}, {"total": total}) for name, total in (("a", None), ("b", 5))]
    frame, _ = told(points, ["arm"])
    assert list(frame["arm"].unique()) == ["all pairs", "fixed total: 5 pairs"]


def test_without_axes_there_is_one_point() -> None:
    raw = pd.DataFrame({"value": ["1", "2", "3"]})
    frame, taken = with_design(raw, [], {})
    assert taken == [] and frame.to_dict("list") == {"arm": [""] * 3, "order": [""] * 3, "unit": [""] * 3}
