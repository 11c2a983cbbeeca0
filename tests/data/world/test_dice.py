from collections import Counter

import pytest

from hybridir.data.world.dice import Dice, zipf_table


def test_a_stream_is_named_by_seed_and_path():
    first = [Dice(0, "a", 1).below(1000) for _ in range(2)]
    assert first[0] == first[1]
    assert len({Dice(*path).below(10**9) for path in [(0, "a", 1), (1, "a", 1), (0, "a", 2), (0, "a1")]}) == 4


def test_samples_have_no_repetition():
    assert sorted(Dice(0, "s").sample(range(10), 10)) == list(range(10))
    assert len(set(Dice(0, "s").sample(range(1000), 20))) == 20


def test_zipf():
    assert zipf_table(3) == pytest.approx([1, 1.5, 1.5 + 1 / 3])
    dice, table = Dice(0, "zipf"), zipf_table(3)
    drawn = Counter(dice.pick_zipf("abc", table) for _ in range(11_000))
    assert drawn["a"] == pytest.approx(6000, rel=0.05)  # 1 : 1/2 : 1/3 is 6 : 3 : 2
    assert drawn["b"] == pytest.approx(3000, rel=0.05)
