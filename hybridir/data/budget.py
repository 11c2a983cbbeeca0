"""A budget: how many pairs of each direction a run trains on, and which.

The numbers are a pure function of the sizes; the pairs kept are those whose questions have the lowest 64-bit hashes of
`pid`. So a question that stands in several directions is kept in all of them or early in none, the choice does not
depend on the seed of a run, and a larger budget only ever adds pairs.
"""

import math
from collections.abc import Hashable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import TypeVar

import numpy as np

from hybridir.config.schema import BudgetConfig
from hybridir.data.pairs import PairTable
from hybridir.data.pools import Pool, Pools
from hybridir.data.row_sets import Listed, all_rows
from hybridir.data.rows import Direction
from hybridir.errors import UserError

Key = TypeVar("Key", bound=Hashable)


def within_budget(pools: Pools, table: PairTable, budget: BudgetConfig) -> Pools:
    """The pairs of `pools`, all of rows of `table`, that `budget` lets train. Raises UserError as `quotas` does."""
    counts = quotas(pools.sizes(), budget)

    def kept(of: list[Pool]) -> list[Pool]:
        return [_cut(pool, table, counts[pool.direction]) for pool in of if counts[pool.direction]]

    return replace(pools, monolingual=kept(pools.monolingual), crosslingual=kept(pools.crosslingual))


def quotas(sizes: Mapping[Direction, int], budget: BudgetConfig) -> dict[Direction, int]:
    """How many of the pairs of each direction train, never more than its size; each pair counts for its query language.

    Within one query language the directions share in proportion to their sizes. A total that is more than there is
    gives all; UserError where it is less than one pair for each query language.
    """
    by_language: dict[str, dict[Direction, int]] = {}
    for direction, size in sorted(sizes.items()):
        if size:
            by_language.setdefault(direction.query, {})[direction] = size
    counts = {language: sum(of.values()) for language, of in by_language.items()}
    if budget.per_language is not None:
        counts = {language: min(count, budget.per_language) for language, count in counts.items()}
    if budget.total is not None:
        if budget.total < len(counts):
            raise UserError(
                f"budget.total={budget.total} is less than one pair for each of the {len(counts)} training languages:"
                " give more pairs, or choose fewer languages."
            )
        shared = evenly if budget.split == "even" else by_size
        counts = shared(counts, budget.total)
    return {
        direction: count
        for language, of in by_language.items()
        for direction, count in by_size(of, counts[language]).items()
    } | {direction: 0 for direction, size in sizes.items() if not size}


def evenly(sizes: Mapping[Key, int], total: int) -> dict[Key, int]:
    """`total` shared out evenly: who has less gives all, and the others take the rest ("split evenly across all
    languages", SWIM-X, arXiv 2311.05800; what it does with languages that have less is our choice). What does not
    divide goes one by one to the first of them."""
    level, left, waiting = 0, min(total, sum(sizes.values())), sorted(sizes.values())
    while waiting and (step := min(waiting[0] - level, left // len(waiting))) > 0:
        level, left = level + step, left - step * len(waiting)
        waiting = [size for size in waiting if size > level]
    more = [key for key, size in sizes.items() if size > level][:left]
    return {key: min(size, level) + (key in more) for key, size in sizes.items()}


def by_size(sizes: Mapping[Key, int], total: int) -> dict[Key, int]:
    """`total` shared out in proportion to `sizes`, at least one each as far as it goes, the largest first.

    Pair k (from 0) of n stands at k / n, and the pairs that stand first are taken (Adams's method of apportionment).
    Unlike with largest remainders, nobody's share shrinks as the total grows.
    """
    everything = sum(sizes.values())
    if total >= everything:
        return dict(sizes)
    # all that stand before this point are within the total, at most one each beyond the exact share
    point = Fraction(max(total - len(sizes), 0), everything)
    shares = {key: math.ceil(size * point) for key, size in sizes.items()}
    for _ in range(total - sum(shares.values())):
        first = min((key for key in sizes if shares[key] < sizes[key]), key=lambda key: _place(shares[key], sizes[key]))
        shares[first] += 1
    return shares


def _place(number: int, size: int) -> tuple[Fraction, int]:
    return Fraction(number, size), -size


def _cut(pool: Pool, table: PairTable, count: int) -> Pool:
    """The `count` pairs of `pool` whose questions have the lowest hashes."""
    if count == len(pool):
        return pool
    if not len(pool.given) and not isinstance(pool.joined, np.ndarray):
        return replace(pool, joined=replace(pool.joined, size=count))  # they are in that order
    given = all_rows(pool.given)
    joined = pool.joined[np.arange(len(pool.joined))]
    # of a whole direction the hashes are mapped as they lie there
    of_given = table.hashes("pid", slice(pool.given.start, pool.given.stop) if isinstance(pool.given, range) else given)
    kept = _lowest(np.concatenate([of_given, table.hashes("pid", joined[:, 0])]), count)
    return replace(pool, given=Listed(given[kept[: len(given)]]), joined=joined[kept[len(given) :]])


def _lowest(hashes: np.ndarray, count: int) -> np.ndarray:
    """Which are the `count` lowest of `hashes` (uint64 [n]), the first where equal: bool [n]."""
    highest = np.partition(hashes, count - 1)[count - 1]
    kept = hashes < highest
    equal = np.flatnonzero(hashes == highest)
    kept[equal[: count - np.count_nonzero(kept)]] = True
    return np.asarray(kept)
