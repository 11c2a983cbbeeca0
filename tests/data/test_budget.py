from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hybridir.config.schema import BudgetConfig
from hybridir.data.budget import by_size, evenly, quotas, within_budget
from hybridir.data.pairs import PairTable, open_collection
from hybridir.data.pools import Pool, Pools, make_pools
from hybridir.data.rows import Direction
from hybridir.errors import UserError

from .conftest import ListedPairs

Share = Callable[[dict[str, int], int], dict[str, int]]
SIZES = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 60), min_size=1)


@pytest.mark.parametrize(
    ("total", "expected"),
    [
        (9, {"de": 3, "fi": 3, "yo": 3}),
        (11, {"de": 4, "fi": 4, "yo": 3}),  # what does not divide goes to the first
        (40, {"de": 18, "fi": 18, "yo": 4}),  # yo gives its 4, and the others share the 36 that are left
        (60, {"de": 36, "fi": 20, "yo": 4}),
        (2, {"de": 1, "fi": 1, "yo": 0}),
        (1000, {"de": 100, "fi": 20, "yo": 4}),
    ],
)
def test_water_is_filled_in_evenly(total: int, expected: dict[str, int]):
    assert evenly({"de": 100, "fi": 20, "yo": 4}, total) == expected


@pytest.mark.parametrize(
    ("total", "expected"),
    [
        (100, {"de": 60, "fi": 30, "yo": 10}),
        (10, {"de": 6, "fi": 3, "yo": 1}),
        (3, {"de": 1, "fi": 1, "yo": 1}),  # one each, before any has two
        (2, {"de": 1, "fi": 1, "yo": 0}),  # the largest first
        (4, {"de": 2, "fi": 1, "yo": 1}),
        (0, {"de": 0, "fi": 0, "yo": 0}),
    ],
)
def test_shares_by_size(total: int, expected: dict[str, int]):
    assert by_size({"de": 60, "fi": 30, "yo": 10}, total) == expected


@pytest.mark.parametrize("share", [evenly, by_size])
@given(sizes=SIZES, total=st.integers(0, 300))
def test_shares_add_up_and_never_exceed_what_there_is(share: Share, sizes: dict[str, int], total: int):
    shares = share(sizes, total)
    assert sum(shares.values()) == min(total, sum(sizes.values()))
    assert all(0 <= shares[key] <= size for key, size in sizes.items())
    assert total < len(sizes) or min(shares.values()) >= 1


@pytest.mark.parametrize("share", [evenly, by_size])
@given(sizes=SIZES, total=st.integers(0, 300))
def test_nobody_loses_when_the_total_grows(share: Share, sizes: dict[str, int], total: int):
    less, more = share(sizes, total), share(sizes, total + 1)
    assert all(less[key] <= more[key] for key in sizes)


@given(sizes=SIZES, total=st.integers(0, 300))
def test_even_shares_differ_by_one_at_most_but_for_those_who_gave_all(sizes: dict[str, int], total: int):
    shares = evenly(sizes, total)
    assert all(max(shares.values()) - shares[key] <= 1 or shares[key] == size for key, size in sizes.items())


@given(sizes=SIZES, total=st.integers(1, 300))
def test_shares_by_size_are_proportional(sizes: dict[str, int], total: int):
    shares, every = by_size(sizes, total), sum(sizes.values())
    exact = {key: size * min(total, every) / every for key, size in sizes.items()}
    # within one pair above; below, a part of the one pair that everybody may have gained
    assert all(exact[key] - len(sizes) * size / every - 1e-9 <= shares[key] for key, size in sizes.items())
    assert all(shares[key] < exact[key] + 1 + 1e-9 for key in sizes)


def directions(**sizes: int) -> dict[Direction, int]:
    return {Direction(*name.split("_")): size for name, size in sizes.items()}


def test_a_pair_counts_for_the_language_of_its_query():
    sizes = directions(de_de=30, de_en=60, en_en=10, fi_en=5)
    assert quotas(sizes, BudgetConfig(per_language=9)) == directions(de_de=3, de_en=6, en_en=9, fi_en=5)
    # 5 of fi, 10 of en, and 15 of de, of which two thirds are de->en
    assert quotas(sizes, BudgetConfig(total=30)) == directions(de_de=5, de_en=10, en_en=10, fi_en=5)
    assert quotas(sizes, BudgetConfig(total=21, split="size")) == directions(de_de=6, de_en=12, en_en=2, fi_en=1)
    # the cap comes first: 20, 10 and 5 are there to share
    both = BudgetConfig(total=14, per_language=20, split="size")
    assert quotas(sizes, both) == directions(de_de=3, de_en=5, en_en=4, fi_en=2)
    assert quotas(sizes, BudgetConfig(total=999)) == sizes


def test_a_budget_without_a_pair_for_each_language_is_refused():
    with pytest.raises(UserError, match=r"budget.total=2 is less than one pair for each of the 3 training languages"):
        quotas(directions(de_de=5, en_en=5, fi_de=1), BudgetConfig(total=2))


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> PairTable:
    """Questions 0 to 99: in German all, in Finnish every second, from German to Finnish every tenth, twice."""
    asked = {("de", "de"): range(100), ("fi", "fi"): range(0, 100, 2), ("de", "fi"): [*range(0, 100, 10)] * 2}
    rows = {
        ("train", q, p): [(f"{q}?{pid}#{i}", f"{p}!{pid}", str(pid)) for i, pid in enumerate(pids)]
        for (q, p), pids in asked.items()
    }
    return open_collection(ListedPairs(rows, 64), tmp_path_factory.mktemp("cache")).train  # type: ignore[arg-type]


def questions(table: PairTable, pool: Pool) -> list[str]:
    rows = pool.rows(np.arange(len(pool)))
    both = [table.texts("pid", rows[:, side]) for side in (0, 1)]
    assert both[0] == both[1]
    return both[0]


def drawn(table: PairTable, pools: Pools, budget: BudgetConfig) -> dict[str, list[str]]:
    kept = within_budget(pools, table, budget)
    return {str(pool.direction): questions(table, pool) for pool in (*kept.monolingual, *kept.crosslingual)}


def test_the_questions_with_the_lowest_hashes_are_kept(table: PairTable):
    hashes = dict(zip(table.texts("pid", np.arange(100)), table.hashes("pid", np.arange(100)).tolist(), strict=True))
    pools = make_pools(table, ["de", "fi"])
    assert pools.sizes() == directions(de_de=100, fi_fi=50, de_fi=60, fi_de=50)
    kept = drawn(table, pools, BudgetConfig(per_language=16))
    assert {name: len(pids) for name, pids in kept.items()} == {"de->de": 10, "fi->fi": 8, "de->fi": 6, "fi->de": 8}
    everything = {str(p.direction): questions(table, p) for p in (*pools.monolingual, *pools.crosslingual)}
    for name, pids in kept.items():
        assert sorted(pids, key=hashes.__getitem__) == sorted(everything[name], key=hashes.__getitem__)[: len(pids)]
    # parallel questions stay parallel: all that the smaller pool keeps, the larger of the same questions keeps too
    assert set(kept["fi->fi"]) == set(kept["fi->de"])


@settings(max_examples=25, deadline=None)
@given(totals=st.tuples(st.integers(2, 300), st.integers(2, 300)), split=st.sampled_from(["even", "size"]))
def test_a_larger_budget_only_adds_pairs(table: PairTable, totals: tuple[int, int], split: str):
    def rows(total: int) -> dict[Direction, set[tuple[int, ...]]]:
        pools = make_pools(table, ["de", "fi"])
        kept = within_budget(pools, table, BudgetConfig(total=total, split=split))
        pairs = {p.direction: p.rows(np.arange(len(p))).tolist() for p in (*kept.monolingual, *kept.crosslingual)}
        assert sum(map(len, pairs.values())) == min(total, 260)
        return {direction: set(map(tuple, of)) for direction, of in pairs.items()}

    less, more = rows(min(totals)), rows(max(totals))
    assert all(pairs <= more[direction] for direction, pairs in less.items())


def test_excluded_pairs_do_not_count(table: PairTable):
    excluded = np.arange(5, 100)  # of the 100 from German to German
    pools = make_pools(table, ["de"], excluded=excluded)
    assert sorted(drawn(table, pools, BudgetConfig(total=50))["de->de"]) == list("01234")
    some = drawn(table, pools, BudgetConfig(total=3))["de->de"]
    assert len(some) == 3 and set(some) < set("01234")


def test_a_pool_of_joined_pairs_alone_is_cut_without_being_listed(table: PairTable):
    (pool,) = (p for p in make_pools(table, ["de", "fi"]).crosslingual if p.direction == Direction("fi", "de"))
    kept = within_budget(Pools(("de", "fi"), [], [pool]), table, BudgetConfig(total=7)).crosslingual[0]
    assert not isinstance(kept.joined, np.ndarray)
    assert questions(table, kept) == questions(table, pool)[:7]
