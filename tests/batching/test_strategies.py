from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hybridir.batching.strategies import Interleaved, ManyDirections, OneDirection, Shuffled, Strategy, weights
from hybridir.data.pools import TRAIN, Pool, Pools
from hybridir.data.rows import Direction

sizes_of_pools = st.lists(st.integers(1, 60), min_size=1, max_size=6)


def pools_of(sizes: list[int]) -> list[Pool]:
    starts = np.cumsum([0, *sizes])
    return [Pool(TRAIN, Direction(f"q{i}", "en"), range(starts[i], starts[i] + size)) for i, size in enumerate(sizes)]


def strategy_of(kind: str, sizes: list[int], batch_size: int, key: int = 1) -> OneDirection | ManyDirections:
    make = {"one": OneDirection, "many": ManyDirections}[kind]
    return make(kind, pools_of(sizes), np.ones(len(sizes)), batch_size, key)


def test_weights_by_hand() -> None:
    assert weights([1, 3, 4], "uniform").tolist() == [1 / 3] * 3
    assert weights([1, 3, 4], "proportional").tolist() == [0.125, 0.375, 0.5]
    # square roots of 1, 4 and 9
    assert weights([1, 4, 9], "temperature", 2.0).tolist() == pytest.approx([1 / 6, 2 / 6, 3 / 6])
    assert weights([1, 4, 9], "temperature", 1.0).tolist() == weights([1, 4, 9], "proportional").tolist()
    assert weights([1, 4, 9], "temperature", 1e9).tolist() == pytest.approx([1 / 3] * 3)


@settings(max_examples=30)
@given(sizes_of_pools, st.integers(1, 100), st.sampled_from(["one", "many"]), st.integers(0, 2**64 - 1))
def test_no_pair_comes_twice_before_its_direction_is_used_up(
    sizes: list[int], batch_size: int, kind: str, key: int
) -> None:
    strategy = strategy_of(kind, sizes, batch_size, key)
    drawn: list[list[int]] = [[] for _ in sizes]
    for number in range(20):
        draw = strategy.draw(number)
        assert np.array_equal(draw.rows[:, 0], draw.rows[:, 1])
        for which, row in zip(draw.pool_of_row.tolist(), draw.rows[:, 0].tolist(), strict=True):
            drawn[which].append(row)
    for pool, rows in zip(pools_of(sizes), drawn, strict=True):
        for start in range(0, len(rows), len(pool)):
            one_pass = rows[start : start + len(pool)]
            assert len(set(one_pass)) == len(one_pass)
            assert set(one_pass) <= set(pool.given)


@pytest.mark.parametrize("kind", ["one", "many"])
def test_a_batch_larger_than_the_only_direction_is_all_of_it_once(kind: str) -> None:
    strategy = strategy_of(kind, [7], batch_size=100)
    batches = [strategy.draw(number).rows[:, 0].tolist() for number in range(3)]
    assert [sorted(batch) for batch in batches] == [list(range(7))] * 3
    assert len({tuple(batch) for batch in batches}) > 1


def test_a_small_direction_among_large_ones_gives_small_batches() -> None:
    strategy = strategy_of("one", [5, 1000], batch_size=64)
    lengths = Counter(len(strategy.draw(number).rows) for number in range(1000))
    assert set(lengths) == {5, 64}
    assert 400 < lengths[5] < 600  # both directions are asked alike


def test_passes_differ_in_order() -> None:
    shuffled = Shuffled(pools_of([50]), key=1)
    first, second = (
        shuffled.pairs(np.zeros(50, dtype=np.int64), np.arange(start, start + 50))[0][:, 0].tolist()
        for start in (0, 50)
    )
    assert sorted(first) == sorted(second)
    assert first != second


def test_directions_are_shuffled_apart() -> None:
    one, other = (
        Shuffled([Pool(TRAIN, direction, range(50))], key=1).pairs(np.zeros(50, dtype=np.int64), np.arange(50))[0]
        for direction in (Direction("de", "en"), Direction("fr", "en"))
    )
    assert one.tolist() != other.tolist()


def test_given_and_joined_pairs_are_drawn_alike(make_pools: Callable[..., Pools]) -> None:
    pools = make_pools({"de-en": 30}, joined={"de-en": 20}).crosslingual
    strategy = ManyDirections("toy", pools, np.ones(1), 50, key=1)
    expected = [(row, row) for row in range(30)] + [(10**6 + i, 8 * 10**6 + i) for i in range(20)]
    assert sorted(map(tuple, strategy.draw(0).rows.tolist())) == expected


@settings(max_examples=25)
@given(sizes_of_pools, st.integers(1, 100), st.sampled_from(["one", "many"]), st.integers(0, 10**6))
def test_a_batch_alone_is_that_batch_in_sequence(sizes: list[int], batch_size: int, kind: str, number: int) -> None:
    in_sequence = strategy_of(kind, sizes, batch_size)
    for earlier in range(max(0, number - 3), number):
        in_sequence.draw(earlier)
    one, other = in_sequence.draw(number), strategy_of(kind, sizes, batch_size).draw(number)
    assert one.rows.tolist() == other.rows.tolist()
    assert one.pool_of_row.tolist() == other.pool_of_row.tolist()


def test_many_directions_follow_the_shares_row_by_row() -> None:
    strategy = ManyDirections("toy", pools_of([10**4] * 3), np.array([0.5, 0.25, 0.25]), 128, key=1)
    counts = np.bincount(np.concatenate([strategy.draw(number).pool_of_row for number in range(128)]))
    assert counts.tolist() == [8192, 4096, 4096]  # 128 batches of 128 rows are a block of the schedule
    assert all(len(set(strategy.draw(number).pool_of_row.tolist())) == 3 for number in range(10))


def test_interleaved_parts_count_for_themselves() -> None:
    def parts() -> list[Strategy]:
        return [strategy_of("one", [100, 100], 8, key=1), strategy_of("many", [100, 100], 8, key=2)]

    mixed, alone = Interleaved(parts(), [0.5, 0.5], key=3), parts()
    seen = [0, 0]
    for number in range(200):
        draw = mixed.draw(number)
        part = ["one", "many"].index(draw.kind)
        assert draw.rows.tolist() == alone[part].draw(seen[part]).rows.tolist()
        seen[part] += 1
    assert min(seen) > 70
