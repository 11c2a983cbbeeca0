"""How the points of a sweep stand in a study of the number of languages: its arms, its orders, its repetitions.

An *arm* says what stays level while languages are added: the total of pairs, or the pairs of each language. An
*order* says which language is added next. Arms and orders are never averaged over: each pair of them is a part of
the study with tables, plots and tests of its own. Random orders are one order, in which each is a repetition.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

Design = Mapping[str, Any]
"""What `plan.json` says of a point: `total`, `per_language`, `pairs`, `order`, `order_seed`, `descending`, `always`."""

ALL_PAIRS = "all pairs"

_ORDERS = {
    "resource": "by resource",
    "pairs": "by number of pairs",
    "family": "by diversity of families",
    "random": "at random",
    "listed": "as listed",
}
_UPWARDS = {"resource": ", poorest first", "pairs": ", fewest first"}
_PLAIN = ("languages.order", "languages.seed", "languages.always", "languages.descending")
"""Fields that are part of the design where they are axes by their own name."""


def arm_name(design: Design) -> str:
    """`fixed total: 3,800 pairs`, `fixed per language: 1,900 pairs`, or that all pairs train."""
    total, per_language = design.get("total"), design.get("per_language")
    named = [f"fixed total: {total:,} pairs"] if total is not None else []
    named += [f"fixed per language: {per_language:,} pairs"] if per_language is not None else []
    return ", ".join(named) or ALL_PAIRS


def order_name(design: Design) -> str:
    """`by resource`, with what is changed about it: upside down, or languages that are always in."""
    order = str(design.get("order", ""))
    upwards = "" if design.get("descending", True) else _UPWARDS.get(order, "")
    always = design.get("always") or []
    return f"{_ORDERS.get(order, order)}{upwards}" + (f", always {'+'.join(always)}" if always else "")


def with_design(raw: pd.DataFrame, axes: Sequence[str], plan: Mapping[str, Any]) -> tuple[pd.DataFrame, list[str]]:
    """The columns `arm`, `order` and `unit` for the rows of `results.csv`, and the axes that they stand for.

    `unit` names an independent repetition: a seed, or a random order with its seed. Arm and order are empty where the
    sweep varies neither.
    """
    distinct = raw[list(axes)].drop_duplicates() if axes else raw.iloc[:1][[]]
    designs = without_what_is_the_same(_designs(distinct, axes, plan))
    stands_for = [axis for axis in axes if axis in _PLAIN or axis in plan.get("choices", [])]
    varies = {"arm": _varies(designs, arm_name), "order": _varies(designs, order_name)}
    taken = [axis for axis in stands_for if _tells(distinct[axis], designs)]
    records = zip(distinct.to_dict("records"), designs, strict=True)
    told = pd.DataFrame(
        {
            "arm": [arm_name(design) if taken and varies["arm"] else "" for design in designs],
            "order": [order_name(design) if taken and varies["order"] else "" for design in designs],
            "unit": [_unit(row, design) for row, design in records],
        },
        index=distinct.index,
    )
    if not axes:
        return told.reindex(raw.index, method="ffill"), []
    number = raw.groupby(list(axes), sort=False).ngroup()  # in the order of `distinct`
    return told.iloc[number].set_axis(raw.index), taken


def _designs(distinct: pd.DataFrame, axes: Sequence[str], plan: Mapping[str, Any]) -> list[Design]:
    """The design of each combination of the axes; empty where the plan says nothing of it."""
    known = {
        tuple(_text(point["axes"].get(axis)) for axis in axes): point.get("design") or {}
        for point in plan.get("points", [])
        if "axes" in point
    }
    return [known.get(row, {}) for row in distinct.itertuples(index=False, name=None)]


def without_what_is_the_same(designs: Sequence[Design]) -> list[Design]:
    """Languages that are always in tell no order from another where they are in all of them."""
    if len({str(design.get("always")) for design in designs}) > 1:
        return list(designs)
    return [{**design, "always": []} if design else design for design in designs]


def _varies(designs: Sequence[Design], name: Callable[[Design], str]) -> bool:
    return len({name(design) for design in designs if design}) > 1


def _tells(values: pd.Series, designs: Sequence[Design]) -> bool:
    """Whether the design of a point depends on the value of an axis, and so on nothing that must be said beside it."""
    by_value: dict[str, set[str]] = {}
    for value, design in zip(values, designs, strict=True):
        facts = (arm_name(design), order_name(design), design.get("order_seed"))
        by_value.setdefault(value, set()).add(str(facts))
    return len({frozenset(facts) for facts in by_value.values()}) > 1


def _unit(row: Mapping[str, str], design: Design) -> str:
    """`0`, the seed; in a random order `order 2, seed 0`."""
    seed, order_seed = row.get("seed", ""), design.get("order_seed")
    if order_seed is None:
        return seed
    return f"order {order_seed}, seed {seed}" if seed else f"order {order_seed}"


def _text(value: Any) -> str:
    return "" if value is None else str(value)
