"""Checks of single values: a bad one is refused by name and with what is allowed."""

from collections.abc import Sequence

from hybridir.errors import UserError


def one_of(name: str, value: object, allowed: Sequence[str]) -> None:
    """`value` is one of `allowed`."""
    if value not in allowed:
        raise UserError(f"{name}={value} is not allowed: choose one of {', '.join(allowed)}.")


def between(name: str, value: float, low: float, high: float) -> None:
    """`value` is from `low` to `high`."""
    if not low <= value <= high:
        raise UserError(f"{name}={value} is out of range: give a number from {low:g} to {high:g}.")


def at_least(name: str, value: float | None, low: float) -> None:
    """`value` is `low` or more, or None."""
    if value is not None and not value >= low:
        raise UserError(f"{name}={value} is out of range: give {low:g} or more.")


def above_zero(name: str, value: float | None) -> None:
    """`value` is a number above 0, or None."""
    if value is not None and not 0 < value < float("inf"):
        raise UserError(f"{name}={value} is out of range: give a number above 0.")


def lengths(query: int | None, passage: int | None) -> None:
    """Lengths of queries and passages in tokens leave room for special ones."""
    at_least("model.query_length", query, 4)
    at_least("model.passage_length", passage, 4)
